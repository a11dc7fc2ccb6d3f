"""``matac-ml cycle needs``, ``contact``, ``keep``, ``agree``, ``sign``, ``breach``: what is noted, by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml import clock
from matac_ml.cli.cycle_ledger import (
    Actor,
    Merges,
    On,
    Person,
    Reason,
    ToolkitFile,
    chosen_day,
    open_cycle,
    read,
    say_entry,
)
from matac_ml.cli.ledger import Url

if TYPE_CHECKING:
    from matac_ml.casework.on_programme import ProgrammeWork

MadeIn = Annotated[int, typer.Option("--agreement", min=1, help="The entry in which the agreement was made.")]


@contextmanager
def _programme_work(ledger: str, person: str, toolkit: ToolkitFile, extract: Merges) -> "Iterator[ProgrammeWork]":
    from matac_ml.casework.on_programme import ProgrammeWork

    with open_cycle(ledger, read(extract, person), toolkit=toolkit) as cycle:
        yield ProgrammeWork(cycle.ledger, cycle.toolkit, cycle.identities, cycle.recorded)


def needs(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    need: Annotated[list[str] | None, typer.Option(help="Of the toolkit. Once for each; none where none is.")] = None,
    toolkit: ToolkitFile = None,
    extract: Merges = None,
) -> None:
    """Record somebody's needs, and print what the toolkit offers for them, by rule."""
    from matac_ml.casework.on_programme import offers

    with _programme_work(ledger, person, toolkit, extract) as work:
        say_entry(work.record_needs(person, needs=need or (), actor=actor, reason=reason), "Recorded")
        for offer in offers(work.toolkit, work.case(person)):
            typer.echo(f"Offered for {', '.join(offer.needs)}: {offer.name} ({offer.intervention.text})")


def contact(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    how: Annotated[str, typer.Option(help="visit, meeting, phone, message or letter.")],
    reached: Annotated[bool, typer.Option("--reached/--not-reached", help="Whether the person was reached.")],
    on: On = None,
    extract: Merges = None,
) -> None:
    """Note a contact with somebody; the reason says what came of it."""
    with _programme_work(ledger, person, None, extract) as work:
        day = chosen_day(on) or clock.today()
        done = work.note_contact(person, how=how, reached=reached, contacted_on=day, actor=actor, reason=reason)
        say_entry(done, "Noted")


def keep(
    person: Person, ledger: Url, actor: Actor, reason: Reason, toolkit: ToolkitFile = None, extract: Merges = None
) -> None:
    """Keep somebody on the programme though the toolkit asks whether to remove them."""
    with _programme_work(ledger, person, toolkit, extract) as work:
        say_entry(work.keep(person, actor=actor, reason=reason), "Kept")


def agree(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    term: Annotated[list[str], typer.Option(help="What the person agrees to. Give it once for each.")],
    agency: Annotated[str, typer.Option(help="Who offers what the agreement is for.")],
    toolkit: ToolkitFile = None,
    extract: Merges = None,
) -> None:
    """Make an Acceptable Behaviour Agreement for an intervention that is tied to one."""
    with _programme_work(ledger, person, toolkit, extract) as work:
        say_entry(work.make_agreement(person, terms=term, agency=agency, actor=actor, reason=reason), "Made")


def sign(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    agreement: MadeIn,
    signed_by: Annotated[str, typer.Option(help="Who signed.")],
    on: On = None,
    extract: Merges = None,
) -> None:
    """Record who signed an agreement, and when."""
    with _programme_work(ledger, person, None, extract) as work:
        day, who = chosen_day(on) or clock.today(), {"actor": actor, "reason": reason}
        done = work.sign_agreement(person, agreement=agreement, signed_on=day, signed_by=signed_by, **who)
        say_entry(done, "Signed")


def breach(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    agreement: MadeIn,
    on: On = None,
    extract: Merges = None,
) -> None:
    """Record a breach of a signed agreement; the reason says what happened."""
    with _programme_work(ledger, person, None, extract) as work:
        day = chosen_day(on) or clock.today()
        done = work.record_breach(person, agreement=agreement, breached_on=day, actor=actor, reason=reason)
        say_entry(done, "Recorded")
