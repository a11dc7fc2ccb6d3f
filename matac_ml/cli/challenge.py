"""``matac-ml challenge``: a record or a score is contested, answered, corrected as of a day, with the difference."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.cycle_ledger import Actor, Person, Reason, say_entry
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import ISO, PolicyName, new_app
from matac_ml.cli.score import scoring_context
from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.challenge import ChallengeWork, Correction
    from matac_ml.records import Extract

app = new_app("Challenges of a record or a score: raised, answered with a reason, corrected as of a day.")

Records = Annotated[Path, typer.Option("--extract", help="Folder of records.")]
Bundle = Annotated[Path | None, typer.Option(help="A bundle; without one the matrix stands alone.")]


@contextmanager
def _work(url: str, records: "Extract") -> "Iterator[ChallengeWork]":
    from functools import partial

    from matac_ml.casework import Ledger
    from matac_ml.challenge import ChallengeWork
    from matac_ml.records import identities

    with Ledger.open(url, create_missing=False) as ledger:
        yield ChallengeWork(ledger, partial(identities, records))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("A correction's day is written as YYYY-MM-DD.") from None


def _corrections(not_crime: list[str], crime: list[str], not_suspect: list[str]) -> "list[Correction]":
    """Corrections as they are typed: INCIDENT=DAY, and INCIDENT=DAY=CODE for a crime of another code."""
    from matac_ml.challenge import Correction
    from matac_ml.codes import normalise_offence_code

    found = []
    for texts, change, is_crime in (
        (not_crime, "classification", False),
        (crime, "classification", True),
        (not_suspect, "not_suspect", None),
    ):
        for text in texts:
            incident, _, rest = text.partition("=")
            day, _, code = rest.partition("=")
            offence = normalise_offence_code(code) if code else None
            kind = "not_suspect" if change == "not_suspect" else "classification"
            found.append(Correction(incident, kind, _day(day), is_crime, offence))  # type: ignore[arg-type]
    return found


@app.command("raise")
def raise_challenge(
    person: Person,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    about: Annotated[str, typer.Option(help="record or score.")],
    by: Annotated[str, typer.Option(help="person, representative, agency or staff.")],
    said: Annotated[str, typer.Option(help="What is contested, in the contester's words.")],
    received: Annotated[datetime, typer.Option(formats=ISO, help="The day on which it came.")],
    incident: Annotated[list[str] | None, typer.Option(help="An incident that is meant. Once for each.")] = None,
) -> None:
    """Record that a record or a score about a person is contested."""
    from matac_ml.asof import read_people
    from matac_ml.records import read_extract

    records = read_extract(extract)
    if person not in read_people(records, [person]):
        raise UsageError("The records hold nobody with this identifier. Check it for a typing error.")
    with _work(ledger, records) as work:
        done = work.raise_challenge(
            person,
            about=about,
            by=by,
            said=said,
            received=received.date(),
            incident_ids=incident or (),
            actor=actor,
            reason=reason,
        )
        say_entry(done, "Recorded")


@app.command()
def answer(
    person: Person,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    challenge: Annotated[int, typer.Option(min=1, help="The entry that raised it.")],
    outcome: Annotated[str, typer.Option(help="upheld, partly or refused.")],
    not_crime: Annotated[list[str] | None, typer.Option(help="INCIDENT=DAY: not a crime from that day on.")] = None,
    crime: Annotated[list[str] | None, typer.Option(help="INCIDENT=DAY or INCIDENT=DAY=CODE: a crime.")] = None,
    not_suspect: Annotated[list[str] | None, typer.Option(help="INCIDENT=DAY: the person is not a suspect.")] = None,
    policy: PolicyName = "default",
    bundle: Bundle = None,
) -> None:
    """Answer a challenge, correct records as of a day, and show what that does to the score."""
    from matac_ml.asof import read_person
    from matac_ml.challenge import difference
    from matac_ml.records import read_extract

    records = read_extract(extract)
    corrections = _corrections(not_crime or [], crime or [], not_suspect or [])
    context = scoring_context(records, bundle, policy, None)
    changes = difference(read_person(records, person), corrections, context) if corrections else None
    with _work(ledger, records) as work:
        given = {"outcome": outcome, "actor": actor, "reason": reason}
        done = work.answer(person, challenge=challenge, corrections=corrections, changes=changes, **given)
        say_entry(done, "Answered")
    for correction in corrections:
        typer.echo(f"From {correction.day} on, {correction.words}. Have it corrected in the police system.")
    if changes is not None:
        typer.echo(f"As of {changes.day}: {changes.text} As of {changes.earlier_day} nothing changes.")


@app.command()
def show(person: Person, extract: Records, ledger: Url, actor: Actor, reason: Reason) -> None:
    """Print every challenge about a person, recorded as looked at first."""
    from matac_ml.casework import NewEntry
    from matac_ml.casework.judging import CASE_LOOK
    from matac_ml.casework.refusing import refuse
    from matac_ml.challenge import CHALLENGE_KINDS, tell_challenge
    from matac_ml.records import identities, read_extract

    refuse("This cannot be shown.", actor, reason, [])
    records = read_extract(extract)
    known = identities(records, person)
    with _work(ledger, records) as work:
        look = {"page": "challenges", "score_shown": any(one.points for one in work.of(person))}
        work.ledger.append(NewEntry(CASE_LOOK, actor, "challenge", reason, known[0], payload=look))
        for entry in work.ledger.entries(kind=CHALLENGE_KINDS, subject=known):
            typer.echo(f"{entry.number}: {tell_challenge(entry)}")


@app.command()
def corrections(
    extract: Records,
    ledger: Url,
    out: Annotated[Path, typer.Option(help="CSV file to write: rows for the table reclassifications.")],
    links: Annotated[
        Path | None, typer.Option(help="CSV file to write: links to withdraw in the table involvements.")
    ] = None,
) -> None:
    """Write the corrections that the records do not hold yet: classifications, and links to withdraw."""
    from matac_ml.asof import read_people
    from matac_ml.challenge import is_recorded
    from matac_ml.cli.options import as_of_day
    from matac_ml.csvfile import csv_text
    from matac_ml.outfile import write_text
    from matac_ml.records import read_extract

    records = read_extract(extract)
    day = as_of_day(records, None)
    with _work(ledger, records) as work:
        every = [(one.person_id, item) for one in work.all() for item in one.corrections]
    files = read_people(records, [person for person, _ in every])
    left = [(who, item) for who, item in every if who not in files or not is_recorded(files[who], item, day)]
    rows = [
        [item.incident_id, item.day, "true" if item.is_crime else "false", item.offence_code or ""]
        for _, item in left
        if item.change == "classification"
    ]
    gone = [[item.incident_id, who, item.day] for who, item in left if item.change == "not_suspect"]
    write_text(out, csv_text(["incident_id", "reclassified_on", "is_crime", "offence_code"], rows))
    typer.echo(f"{len(rows)} rows for reclassifications: {out}.")
    where = f": {links}" if links else "; --links FILE lists them"
    typer.echo(f"{len(gone)} links to withdraw as of their day{where}.")
    if links:
        write_text(links, csv_text(["incident_id", "person_id", "withdrawn_on"], gone))
