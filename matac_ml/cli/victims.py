"""``matac-ml victims``: the register of victims, one person with who hurts whom, and the acts of support."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.check_first import say_check_first
from matac_ml.cli.cycle_ledger import Actor, Person, Reason, say_entry
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import ISO, AsOf, ExtractFolder, PolicyName, as_of_day, new_app
from matac_ml.wording import count

if TYPE_CHECKING:
    from matac_ml.records import Extract
    from matac_ml.support import SupportWork

app = new_app("People recorded as victims: their register, never ranked; who hurts whom; support, worker and actions.")

Records = Annotated[Path, typer.Option("--extract", help="Folder of records, which says who is one person.")]


@contextmanager
def _support(url: str, records: "Extract | None" = None) -> "Iterator[SupportWork]":
    from functools import partial

    from matac_ml.casework import Ledger
    from matac_ml.records import identities
    from matac_ml.support import SupportWork

    with Ledger.open(url, create_missing=False) as ledger:
        yield SupportWork(ledger) if records is None else SupportWork(ledger, partial(identities, records))


@contextmanager
def _of_a_victim(url: str, extract: Path, person: str) -> "Iterator[SupportWork]":
    """The support of a person whom the records hold as a victim: a mistyped identifier would begin another record."""
    from matac_ml.asof import PersonView, read_people
    from matac_ml.errors import UsageError
    from matac_ml.records import read_extract

    records = read_extract(extract)
    file = read_people(records, [person]).get(person)
    with _support(url, records) as work:
        known = file is not None and PersonView(file, as_of_day(records, None)).is_victim
        if not known and not work.record(person).entries:
            raise UsageError("Nobody with this identifier is recorded as a victim. Check it for a typing error.")
        yield work


@app.command("list")
def list_victims(
    extract: ExtractFolder,
    policy: PolicyName = "default",
    as_of: AsOf = None,
    area: Annotated[str | None, typer.Option(help="One area; the whole force when not given.")] = None,
    why: Annotated[str, typer.Option(help="several (victim of several others) or again; both when not given.")] = "",
) -> None:
    """Print people recorded as victims of several others, or again and again. They are not ranked."""
    from matac_ml.records import read_extract
    from matac_ml.rfg import load_policy
    from matac_ml.serial import victim_register
    from matac_ml.serial.victims import MEANING

    records, rule = read_extract(extract), load_policy(policy).serial_rule
    day = as_of_day(records, as_of)
    if why not in ("", "several", "again"):
        raise typer.BadParameter("several or again was expected", param_hint="--why")
    everybody = (one for one in victim_register(records, rule, day) if area in (None, one.area))
    people = [one for one in everybody if not why or (one.several if why == "several" else one.again)]
    both = [one.person_id for one in people if one.also_suspect]
    if both:
        typer.echo(f"READ FIRST: also recorded as a suspect, so read both sides: {', '.join(both)}.")
    say_check_first(records, [one.person_id for one in people])
    typer.echo(f"\nAs of {day}, {area or 'the whole force'}, rule {rule.name}.\n{MEANING}")
    if people:
        typer.echo(f"\n{'person':<16}{'suspects':>9}{'incidents':>11}  {'first':<12}{'last':<12}")
    for one in people:
        typer.echo(f"{one.person_id:<16}{one.suspects:>9}{one.incidents:>11}  {one.first!s:<12}{one.last!s:<12}")
    typer.echo(f"{len(people):,} {'person' if len(people) == 1 else 'people'}, in order of identifier.")


@app.command()
def show(
    person: Person, extract: Records, ledger: Url, actor: Actor, reason: Reason, policy: PolicyName = "default"
) -> None:
    """Print who hurts whom around a person, and their support; everybody named is recorded as looked at first."""
    from matac_ml.asof import PersonView, read_people
    from matac_ml.casework import NewEntry
    from matac_ml.casework.refusing import refuse
    from matac_ml.records import read_extract
    from matac_ml.rfg import load_policy
    from matac_ml.serial import network_of
    from matac_ml.support import tell_support

    refuse("This cannot be shown.", actor, reason, [])
    records = read_extract(extract)
    day = as_of_day(records, None)
    with _of_a_victim(ledger, extract, person) as work:
        record = work.record(person)
        network = network_of(records, load_policy(policy).serial_rule, day, record.person_id)
        named = dict.fromkeys((record.person_id, *network.suspects, *network.victims))
        looks = [NewEntry("victim_shown", actor, "victim_support", reason, who) for who in named]
        work.ledger.append_many(looks)
        file = read_people(records, [record.person_id]).get(record.person_id)
        if file is not None and PersonView(file, day).is_suspect:
            typer.echo("READ FIRST: this person is also recorded as a suspect. Read both sides.")
        for tie in network.ties:
            typer.echo(f"{tie.suspect} -> {tie.victim}: {count(tie.incidents, 'incident')}, {tie.first} to {tie.last}")
        typer.echo(
            f"Supported by {record.worker} of {record.agency}." if record.is_open else "Nobody supports them yet."
        )
        for entry in record.entries:
            typer.echo(f"  {tell_support(entry)}")


@app.command()
def begin(
    person: Person,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    worker: Annotated[str, typer.Option(help="Who supports the person.")],
    agency: Annotated[str, typer.Option(help="For which agency.")],
) -> None:
    """Say who supports a person from now on."""
    with _of_a_victim(ledger, extract, person) as work:
        say_entry(work.begin(person, worker=worker, agency=agency, actor=actor, reason=reason), "Begun")


@app.command()
def plan(
    person: Person,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    planned: Annotated[str, typer.Option("--plan", help="What is planned.")],
    wishes: Annotated[str, typer.Option(help="What the person wants.")],
) -> None:
    """Record what is planned, and what the person wants."""
    with _of_a_victim(ledger, extract, person) as work:
        say_entry(work.plan(person, plan=planned, wishes=wishes, actor=actor, reason=reason), "Planned")


@app.command()
def agree(
    person: Person,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    text: Annotated[str, typer.Option(help="What is done.")],
    agency: Annotated[str, typer.Option(help="Who owns the action.")],
    due: Annotated[datetime, typer.Option(formats=ISO, help="By when.")],
    agreed_by: Annotated[str, typer.Option(help="Who agreed for the agency.")],
) -> None:
    """An agency agrees to do something by a day."""
    with _of_a_victim(ledger, extract, person) as work:
        done = work.agree(
            person, text=text, agency=agency, due=due.date(), agreed_by=agreed_by, actor=actor, reason=reason
        )
        say_entry(done, "Agreed")


@app.command()
def report(
    person: Person,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    action: Annotated[int, typer.Option(min=1, help="The entry in which the action was agreed.")],
    done: Annotated[bool, typer.Option("--done/--not-done", help="Whether it is done.")],
) -> None:
    """Report on an action."""
    with _of_a_victim(ledger, extract, person) as work:
        say_entry(work.report(person, action=action, done=done, actor=actor, reason=reason), "Reported")


@app.command()
def end(person: Person, extract: Records, ledger: Url, actor: Actor, reason: Reason) -> None:
    """End the support of a person."""
    with _of_a_victim(ledger, extract, person) as work:
        say_entry(work.end(person, actor=actor, reason=reason), "Ended")
