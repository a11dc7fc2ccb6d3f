"""``matac-ml objectives``: the quarterly paper of the five objectives, and what an estimate of the effect will need."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml import clock
from matac_ml.cli.cycle_ledger import Actor, Reason, open_cycle
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import new_app
from matac_ml.cli.pack import Marking, Out, Records, print_document

if TYPE_CHECKING:
    from matac_ml.casework import Entry

app = new_app("The five objectives by quarter, small numbers protected; and what an estimate of the effect will need.")


@app.command()
def paper(
    extract: Records,
    ledger: Url,
    actor: Annotated[str, typer.Option(help="Who has it printed.")],
    out: Out,
    quarter: Annotated[
        str | None, typer.Option(help="Such as 2026-Q3; the latest quarter that has ended, by default.")
    ] = None,
    marking: Marking = "OFFICIAL",
) -> None:
    """Write the two-page paper of a quarter. Nobody is in it."""
    from matac_ml.casework.caseload import entries_by_person
    from matac_ml.casework.meetings import Meetings
    from matac_ml.objectives import Quarter, count_quarter, objectives_paper, published
    from matac_ml.objectives.keeping import kept_of, lists_in_full
    from matac_ml.records import read_extract
    from matac_ml.support import SUPPORT_KINDS

    records = read_extract(extract)
    latest = Quarter.of(records.cut_off)
    over = latest if records.cut_off >= latest.last else latest.before
    chosen = Quarter.named(quarter) if quarter else over
    with open_cycle(ledger, records, read_only=True) as cycle:
        meetings = Meetings(cycle.ledger, cycle.toolkit).all()
        support = cycle.ledger.entries(kind=SUPPORT_KINDS)
        counted = count_quarter(chosen, records, entries_by_person(cycle), meetings, support)
        kept = kept_of(lists_in_full(cycle.ledger))
    indicators = published(counted, records.data_hash)
    typer.echo("These figures show what was recorded. They do not show that anything worked.\n")
    for one in indicators:
        typer.echo(f"{one.what}: {one.now}{f' (then {one.then})' if one.then else ''}")
    document = objectives_paper(counted, indicators, kept, records.data_hash)
    print_document(document, out, f"objectives-{chosen.name}", actor, marking, tight=True)


@app.command()
def keep(
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    out: Annotated[Path, typer.Option(help="CSV file to write: it names people, and only its owner can read it.")],
) -> None:
    """Write what an estimate of the effect will need, one line a person and list; everybody in it is recorded first."""
    from matac_ml.casework import NewEntry
    from matac_ml.casework.caseload import entries_by_person
    from matac_ml.casework.refusing import refuse
    from matac_ml.csvfile import csv_text
    from matac_ml.objectives.keeping import HEAD, comparison_rows, lists_in_full
    from matac_ml.outfile import write_text
    from matac_ml.records import read_extract

    refuse("This cannot be written.", actor, reason, [])
    with open_cycle(ledger, read_extract(extract)) as cycle:
        taken = {person: day for person, entries in entries_by_person(cycle).items() if (day := _taken(entries))}
        rows = comparison_rows(lists_in_full(cycle.ledger), taken)
        people = dict.fromkeys(row[HEAD.index("person_id")] for row in rows) or {"": None}
        looks = [NewEntry("drawn_list_shown", actor, "evaluation", reason, person) for person in people]
        cycle.ledger.append_many(looks)
    write_text(out, csv_text(HEAD, rows))
    typer.echo(f"{len(rows)} lines, written on {clock.today()}: {out}.")


def _taken(entries: "list[Entry]") -> date | None:
    days = [entry.personal.payload["on"] for entry in entries if entry.kind == "cohort_member" and entry.personal]
    return date.fromisoformat(min(days)) if days else None
