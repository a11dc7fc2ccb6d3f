"""``matac-ml cycle status``, ``caseload``, ``statistics``, ``toolkit``: what the ledger and the toolkit hold."""

from datetime import date
from typing import TYPE_CHECKING

import typer

from matac_ml.cli.cycle_ledger import Merges, Person, ToolkitFile, open_cycle, read, say_victims
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import as_of_day

if TYPE_CHECKING:
    from matac_ml.casework import Case


def weeks_said(case: "Case", today: date) -> str:
    """How a programme goes: weeks engaged in, and weeks of which nobody said anything."""
    from matac_ml.casework.caseload import unrecorded

    missing = ", ".join(str(week) for week in unrecorded(case, today))
    gap = f"; not recorded: {missing}" if missing else ""
    return f"engaged in {len(case.engaged)} of {case.programme_weeks} weeks, {len(case.weeks)} recorded{gap}"


def next_said(case: "Case") -> str:
    """Where somebody stands, and what is expected next."""
    from matac_ml.casework.steps import NEXT

    expected = f" Expected next: {NEXT[case.state]}." if case.state in NEXT else ""
    return f"Now: {case.state}.{expected}"


def status(person: Person, ledger: Url, extract: Merges = None) -> None:
    """Print somebody's way through the cycle, from the ledger."""
    from matac_ml.casework.telling import tell

    with open_cycle(ledger, read(extract, person), read_only=True) as cycle:
        case = cycle.case(person)
        for entry in case.entries:
            typer.echo(f"{entry.number:>6}  {tell(entry)} (recorded {entry.recorded_at:%Y-%m-%d %H:%M} UTC)")
        typer.echo(next_said(case))
        if case.started:
            typer.echo(f"Programme from {case.started}: {weeks_said(case, cycle.today())}.")


def caseload(ledger: Url, extract: Merges = None, toolkit: ToolkitFile = None) -> None:
    """Print everybody with whom something is going on, by where they stand. It names people."""
    from matac_ml.casework.caseload import caseload as read_caseload
    from matac_ml.casework.on_programme import asks_removal

    records = read(extract)
    with open_cycle(ledger, records, toolkit=toolkit, read_only=True) as cycle:
        found = read_caseload(cycle)
        if records is not None:
            say_victims(records, [case.person_id for cases in found.values() for case in cases])
        for state, cases in found.items():
            typer.echo(f"{state}: {len(cases)}")
            for case in cases:
                programme = f", {weeks_said(case, cycle.today())}" if case.started else ""
                score = f", entered with {case.entry_score}" if case.entry_score else ""
                typer.echo(f"  {case.person_id:<16}since {case.last}{programme}{score}")
                if question := asks_removal(case, cycle.toolkit):
                    typer.echo(f"    {question}.")


def statistics(ledger: Url, extract: Merges = None) -> None:
    """Print how often the list was overridden, and how judgements agreed; small numbers are hidden."""
    from matac_ml.casework.by_group import MEANING, agreement_by_group
    from matac_ml.casework.statistics import agreement_counts, override_counts, warnings_of

    records = read(extract)
    with open_cycle(ledger, records, read_only=True) as cycle:
        for name, count in override_counts(cycle).items():
            typer.echo(f"{name}: {count}")
        for name, counts in agreement_counts(cycle).items():
            typer.echo(f"{name}: {', '.join(f'{what} {text}' for what, text in counts.items())}")
        found = {} if records is None else agreement_by_group(cycle, records, as_of_day(records, None))
        if found:
            typer.echo(f"\n{MEANING}")
        for title, groups in found.items():
            typer.echo(f"{title}:")
            for name, counts in groups.items():
                typer.echo(f"  {name}: {', '.join(f'{what} {text}' for what, text in counts.items())}")
        for warning in warnings_of(cycle):
            typer.echo(f"READ FIRST: {warning}")


def show_toolkit(toolkit: ToolkitFile = None) -> None:
    """Print the interventions there are."""
    from matac_ml.casework.toolkit import DEFAULT, load_toolkit

    found = load_toolkit(toolkit or DEFAULT)
    for name, intervention in found.interventions.items():
        typer.echo(f"{name:<28} {intervention.category:<12} {intervention.text} ({intervention.source})")
    for need, text in found.needs.items():
        typer.echo(f"need {need:<23} {text}")
    typer.echo(f"Toolkit {found.name} {found.version} ({found.sha256[:12]}).")
