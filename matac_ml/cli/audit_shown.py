"""An audit on the terminal: the verdicts, every comparison, and the rates of every group."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.facts import AttributeFacts, AuditFacts

#: Rates shown of each group, with the head of their column. Of a small group none is shown.
_RATES = {
    "base_rate": "outcome",
    "selected_share": "on the list",
    "precision": "precision",
    "miss_rate": "missed",
    "false_positive_rate": "false pos.",
    "auc": "AUC",
}


def show(facts: "AuditFacts") -> None:
    """Print an audit; counts and rates that could tell of single people are hidden."""
    from matac_ml.facts import Verdict

    for verdict, count in facts.verdicts.items():
        typer.echo(f"{count:>4}  {verdict.value}")
    for attribute in facts.instruments[0].attributes:
        typer.echo(f"\n{attribute.title}")
        for gap in sorted(attribute.gaps, key=lambda one: one.verdict is not Verdict.DISPARITY):
            typer.echo(f"  {gap.text}")
        _show_groups(attribute)
    for cut in facts.other_cuts:
        typer.echo(f"\nWith the cut at: {cut.rule}")
        for attribute in cut.attributes:
            for gap in sorted(attribute.gaps, key=lambda one: one.verdict is not Verdict.DISPARITY):
                typer.echo(f"  {attribute.title}: {gap.text}")
            _show_groups(attribute)
    for note in facts.notes:
        typer.echo(f"\n{note}")


def show_run(folder: Path) -> None:
    """Print every comparison of a training run's audit.

    Raises
    ------
    UsageError
        The run was made without facts about people, so it holds no audit.
    """
    from matac_ml.bundle import load_bundle

    facts = load_bundle(folder / "bundle").facts
    if facts is None or facts.audit is None:
        raise UsageError(f"{folder.name} holds no audit; train with an extract that says who people are.")
    for instrument in facts.audit.instruments:
        for attribute in instrument.attributes:
            typer.echo(f"{instrument.label}, {attribute.title}")
            for gap in attribute.gaps:
                typer.echo(f"  {gap.text}")


def _show_groups(attribute: "AttributeFacts") -> None:
    from matac_ml.fairness.disclosure import HIDDEN, WITHHELD, protect

    people = protect({one.group: one.people for one in attribute.groups})
    wide = max([10, *(len(one.group) for one in attribute.groups)]) + 2
    typer.echo(f"    {'':<{wide}}{'people':>14}" + "".join(f"{head:>12}" for head in _RATES.values()))
    for one in attribute.groups:
        small = people[one.group] in (HIDDEN, WITHHELD)
        rates = [None if small or name not in one.measures else one.measures[name].value for name in _RATES]
        shown = "".join(f"{'–' if rate is None else f'{rate:.3f}':>12}" for rate in rates)
        typer.echo(f"    {one.group:<{wide}}{people[one.group]:>14}{shown}")
