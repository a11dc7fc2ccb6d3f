"""What every command of the cycle takes and opens: who and why, the ledger, and the extract that resolves merges."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.options import ISO, as_of_day
from matac_ml.practice import REASON_CHARACTERS

if TYPE_CHECKING:
    from matac_ml.casework import Cycle, Entry, Recorded
    from matac_ml.records import Extract

Person = Annotated[str, typer.Argument(help="Identifier of the person.")]
Merges = Annotated[Path | None, typer.Option("--extract", help="Extract that says which identifiers are one person's.")]
ToolkitFile = Annotated[
    Path | None, typer.Option("--toolkit", envvar="MATAC_TOOLKIT", help="The force's own toolkit, a YAML file.")
]
Actor = Annotated[str, typer.Option(help="Who takes the step.")]
Reason = Annotated[str, typer.Option(help=f"Why, in their own words; at least {REASON_CHARACTERS} characters.")]
On = Annotated[datetime | None, typer.Option(formats=ISO, help="The day the step was taken; today when not given.")]

_VICTIMS = """
SELECT v.person_id, list(DISTINCT v.incident_id ORDER BY v.incident_id) FILTER (v.role = 'victim') AS incidents,
    bool_or(v.role <> 'victim') AS suspect
FROM involvements v JOIN incidents i ON i.incident_id = v.incident_id
WHERE v.role IN ('victim', 'suspect', 'offender') AND i.domestic AND v.person_id IN (SELECT unnest(?))
GROUP BY v.person_id HAVING bool_or(v.role = 'victim') ORDER BY v.person_id
"""


@contextmanager
def open_cycle(
    url: str,
    records: "Extract | None" = None,
    *,
    toolkit: Path | None = None,
    create_missing: bool = False,
    read_only: bool = False,
) -> "Iterator[Cycle]":
    """The cycle over a ledger, of people as an extract knows them, with the force's own toolkit or the one shipped.

    A ledger that is not there is made only where that is asked for: a mistyped address would begin a second one.
    """
    from matac_ml.casework import Cycle, Ledger
    from matac_ml.casework.toolkit import DEFAULT, load_toolkit

    chosen = load_toolkit(toolkit or DEFAULT)
    with Ledger.open(url, create_missing=create_missing, read_only=read_only) as ledger:
        if records is None:
            yield Cycle(ledger, chosen)
        else:
            from matac_ml.records import identities

            yield Cycle(ledger, chosen, partial(identities, records), partial(_recorded, records))


def _recorded(records: "Extract", person_id: str) -> "Recorded":
    """Whether the whole extract holds a person as a suspect, only as a victim, or not at all."""
    from matac_ml.asof import read_people
    from matac_ml.casework import recorded_as

    return recorded_as(read_people(records, [person_id]).get(person_id), as_of_day(records, None))


def read(extract: Path | None, *people: str) -> "Extract | None":
    """The extract, when one was named; who of the people is recorded as a victim in it is said first."""
    from matac_ml.records import identities, read_extract

    if extract is None:
        return None
    records = read_extract(extract)
    say_victims(records, [identities(records, person)[0] for person in people])
    return records


def say_victims(records: "Extract", people: Sequence[str]) -> None:
    """Say first who of these is recorded as a victim, also or only, and in which incidents."""
    found = records.connect().execute(_VICTIMS, [list(people)]).fetchall()
    for person, incidents, suspect in found:
        how = "is also recorded as a victim" if suspect else "is recorded only as a victim"
        typer.echo(f"READ FIRST: {person} {how}, in {', '.join(incidents)}.")


def chosen_day(on: datetime | None) -> date | None:
    """The day that an option names."""
    return on.date() if on else None


def say_entry(entry: "Entry", what: str) -> None:
    """Say what was done, with its entry."""
    typer.echo(f"{what}: entry {entry.number}, head {entry.hash}")
