"""``matac-ml ledger``: verify, export, erase from and mend the append-only ledger."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.options import ISO, new_app
from matac_ml.errors import LedgerError, UsageError
from matac_ml.ledgerfile import ledger_address
from matac_ml.practice import REASON_CHARACTERS
from matac_ml.written import fault_of_reason, faults_of_name, tidied

if TYPE_CHECKING:
    from matac_ml.casework import Ledger

app = new_app("Verify, export, and erase from the append-only ledger.")


def _address(given: str) -> str:
    return ledger_address(argument=given)


Url = Annotated[
    str,
    typer.Option(
        "--ledger",
        default_factory=str,
        callback=_address,
        show_default=False,
        help="sqlite:///FILE or postgresql://...; or MATAC_LEDGER; or a file that MATAC_LEDGER_FILE names.",
    ),
]


@app.command()
def create(ledger: Url) -> None:
    """Make the tables of a ledger where there are none: the account of a service need not be allowed to."""
    from matac_ml.casework import Ledger

    with Ledger.open(ledger) as book:
        typer.echo(f"The ledger is there. Head: {book.head()}")


@app.command()
def verify(
    ledger: Url,
    head: Annotated[str | None, typer.Option(help="A head that you kept: it must still be in the chain.")] = None,
) -> None:
    """Work the whole chain out again; a cut tail or rewritten past is found by whoever kept a head."""
    with _open(ledger) as book:
        found = book.verify(head=head)
    typer.echo(f"{found.entries:,} entries hold; the personal part of {found.erased:,} was erased. Head: {found.head}")
    if found.set_back:
        first = ", ".join(map(str, found.set_back[:20])) + (" and more" if len(found.set_back) > 20 else "")
        typer.echo(f"The clock had been put back before these entries, which are dated earlier than others: {first}.")


@app.command()
def head(ledger: Url) -> None:
    """Print the head of the chain. Keep it."""
    with _open(ledger) as book:
        typer.echo(book.head())


@app.command()
def export(ledger: Url) -> None:
    """Print every entry as one line of JSON. It names people: handle it as the records themselves."""
    with _open(ledger) as book:
        for entry in book.entries():
            line = {
                "number": entry.number,
                "recorded_at": entry.recorded_at.isoformat(),
                "kind": entry.kind,
                "actor": entry.actor,
                "purpose": entry.purpose,
                "hash": entry.hash,
                "personal": None if entry.personal is None else asdict(entry.personal),
            }
            typer.echo(json.dumps(line, ensure_ascii=False))


@app.command()
def erase(
    ledger: Url,
    actor: Annotated[str, typer.Option(help="Who erases.")],
    reason: Annotated[str, typer.Option(help="Why; stays in the ledger, so it must not name the person.")],
    subject: Annotated[str | None, typer.Option(help="The person whose personal parts go.")] = None,
    before: Annotated[
        datetime | None, typer.Option(formats=ISO, help="Only what was recorded before this day (UTC).")
    ] = None,
    extract: Annotated[
        Path | None, typer.Option(help="Extract whose merges tell under which other identifiers the person stands.")
    ] = None,
) -> None:
    """Erase what entries say of a person, or of everybody before a day; the chain stays valid and says so."""
    known_as = None if subject is None else _known_as(subject, extract)
    _check_reason(actor, reason, known_as or ())
    day = before.replace(tzinfo=UTC) if before else None
    with _open(ledger, read_only=False) as book:
        done = book.erase(actor=actor, reason=tidied(reason), subject=known_as, before=day)
        count = len(done.personal.payload["numbers"]) if done.personal else 0
        if not count:
            typer.echo(
                "Nothing stood there. See that the identifier is right; --extract tells of those given up for it."
            )
        typer.echo(f"The personal part of {count:,} entries was erased; entry {done.number} says so. Head: {done.hash}")
        if known_as:
            _say_elsewhere(book, known_as)


@app.command("acknowledge-clock")
def acknowledge_clock(
    ledger: Url,
    actor: Annotated[str, typer.Option(help="Who says that the clock is right.")],
    reason: Annotated[
        str, typer.Option(help=f"Why the last entry is so far from today; at least {REASON_CHARACTERS} characters.")
    ],
) -> None:
    """Record that the clock is right though it is more than a year from the last entry; then entries can be added."""
    _check_reason(actor, reason, ())
    with _open(ledger, read_only=False) as book:
        done = book.acknowledge_clock(actor=actor, reason=tidied(reason))
    typer.echo(f"Entry {done.number} says so, dated {done.recorded_at:%Y-%m-%d %H:%M} UTC. Head: {done.hash}")


@app.command("restore-guards")
def restore_guards(
    ledger: Url,
    actor: Annotated[str, typer.Option(help="Who restores them.")],
    reason: Annotated[str, typer.Option(help=f"Why they were missing; at least {REASON_CHARACTERS} characters.")],
) -> None:
    """Make the database's triggers anew when verify says that they are missing or altered, and record it."""
    _check_reason(actor, reason, ())
    with _open(ledger, read_only=False) as book:
        done = book.restore_guards(actor=actor, reason=tidied(reason))
    typer.echo(f"The triggers are as they were made; entry {done.number} says so. Head: {done.hash}")


def _say_elsewhere(book: "Ledger", known_as: Sequence[str]) -> None:
    """Name the entries about other people in which the person stands: suspected against them, say."""
    try:
        found = book.naming(known_as)
    except LedgerError as error:
        typer.echo(
            f"Whether entries about other people still name this person could not be searched: {error}", err=True
        )
        return
    if found:
        first = ", ".join(map(str, found[:20])) + (" and more" if len(found) > 20 else "")
        entries = "1 entry" if len(found) == 1 else f"{len(found):,} entries"
        typer.echo(
            f"{entries} about other people may still name this person, as suspect or victim of theirs: {first}. "
            "Found by the text of the identifier, so a short one is found too often. "
            "They go with those people's own erasure, or with --before."
        )


def _known_as(subject: str, extract: Path | None) -> tuple[str, ...]:
    if not subject.strip():
        raise UsageError("--subject must name a person, or be left out with --before; it was empty.")
    if extract is None:
        return (subject,)
    from matac_ml.records import identities, read_extract

    return identities(read_extract(extract), subject)


def _check_reason(actor: str, reason: str, known_as: Sequence[str]) -> None:
    faults = faults_of_name(actor, "the name of who does it")
    faults += [f"its reason {why}"] if (why := fault_of_reason(reason)) else []
    if any(identifier in reason for identifier in known_as):
        faults.append("its reason names the person, and would stay in the ledger")
    if faults:
        raise UsageError("Nothing was written.", faults=faults)


def _open(url: str, *, read_only: bool = True) -> "Ledger":
    """Open a ledger that there is already: a mistyped address makes none."""
    from matac_ml.casework import Ledger

    return Ledger.open(url, create_missing=False, read_only=read_only)
