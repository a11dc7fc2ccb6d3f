"""An audit on the terminal: the verdicts, every comparison, and the rates of every group."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.facts import AttributeFacts, AuditFacts
    from matac_ml.fairness.measures import GroupMeasure


def show(facts: "AuditFacts") -> None:
    """Print an audit; counts and rates that could tell of single people are hidden."""
    for verdict, count in facts.verdicts.items():
        typer.echo(f"{count:>4}  {verdict.value}")
    for attribute in facts.instruments[0].attributes:
        typer.echo(f"\n{attribute.title}")
        _show_attribute(attribute, before="")
    for cut in facts.other_cuts:
        typer.echo(f"\nWith the cut at: {cut.rule}")
        for attribute in cut.attributes:
            _show_attribute(attribute, before=f"{attribute.title}: ")
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


def _show_attribute(attribute: "AttributeFacts", *, before: str) -> None:
    """Every comparison, disparities first, and the rates of every group."""
    from matac_ml.facts import Verdict

    for gap in sorted(attribute.gaps, key=lambda gap: gap.verdict is not Verdict.DISPARITY):
        typer.echo(f"  {before}{gap.text}")
    _show_groups(attribute)


def _show_groups(attribute: "AttributeFacts") -> None:
    from matac_ml.fairness.disclosure import HIDDEN, WITHHELD, protect
    from matac_ml.fairness.measures import MEASURES

    # Of a small group no rate is shown.
    shown = [measure for measure in MEASURES if measure.short]
    people = protect({group.group: group.people for group in attribute.groups})
    wide = max([10, *(len(group.group) for group in attribute.groups)]) + 2
    heads = "".join(f"{measure.short:>{_column(measure)}}" for measure in shown)
    typer.echo(f"    {'':<{wide}}{'people':>14}{heads}")
    for group in attribute.groups:
        small = people[group.group] in (HIDDEN, WITHHELD)
        cells = ""
        for measure in shown:
            found = None if small else group.measures.get(measure.name)
            rate = "–" if found is None or found.value is None else f"{found.value:.3f}"
            cells += f"{rate:>{_column(measure)}}"
        typer.echo(f"    {group.group:<{wide}}{people[group.group]:>14}{cells}")


def _column(measure: "GroupMeasure") -> int:
    return max(12, len(measure.short) + 2)
