"""``matac-ml meeting``: a meeting is opened, held and closed, and its minutes are printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.cycle_ledger import Actor, Person, Reason, ToolkitFile, open_cycle, say_entry
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import ISO, new_app
from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.casework.meetings import Meetings
    from matac_ml.casework.meetings_read import Attended

app = new_app("Meetings: opened, held, closed; conflicts, restricted records, actions and minutes.")

Name = Annotated[str, typer.Argument(help="Name of the meeting, such as 2026-12.")]
In = Annotated[str, typer.Option("--meeting", help="Name of the meeting in which it is done.")]


@contextmanager
def _meetings(
    ledger: str, meeting: str = "", *, toolkit: ToolkitFile = None, read_only: bool = False
) -> "Iterator[Meetings]":
    from matac_ml.casework.meetings import Meetings

    with open_cycle(ledger, toolkit=toolkit, read_only=read_only) as cycle:
        yield Meetings(cycle.ledger, cycle.toolkit, meeting=meeting)


def _attended(given: list[str]) -> "list[Attended]":
    from matac_ml.casework.meetings_read import Attended

    pairs = [text.rpartition("=") for text in given]
    if not all(sign for _, sign, _ in pairs):
        raise UsageError("--attended must be NAME=AGENCY.")
    return [Attended(name, agency) for name, _, agency in pairs]


@app.command("open")
def open_meeting(
    name: Name,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    day: Annotated[datetime, typer.Option(formats=ISO, help="The day of the meeting.")],
    attended: Annotated[list[str], typer.Option(help="NAME=AGENCY. Give it once for each.")],
    area: Annotated[str, typer.Option(help="The area; the whole force when not given.")] = "",
) -> None:
    """Open a meeting, to prepare or to hold it."""
    there = _attended(attended)
    with _meetings(ledger) as meetings:
        done = meetings.open(name, day=day.date(), area=area, attended=there, actor=actor, reason=reason)
        say_entry(done, "Opened")


@app.command()
def close(name: Name, ledger: Url, actor: Actor, reason: Reason) -> None:
    """Close a meeting: nothing is taken in it any more."""
    with _meetings(ledger) as meetings:
        say_entry(meetings.close(name, actor=actor, reason=reason), "Closed")


@app.command()
def conflict(person: Person, ledger: Url, actor: Actor, reason: Reason, meeting: In) -> None:
    """Declare a conflict of interest: whoever does takes no decision about this person."""
    with _meetings(ledger, meeting) as meetings:
        say_entry(meetings.declare_conflict(person, actor=actor, reason=reason), "Declared")


@app.command()
def restrict(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    meeting: In,
    to: Annotated[list[str] | None, typer.Option(help="Who may see the record besides you. Once for each.")] = None,
) -> None:
    """Restrict a record to named people."""
    with _meetings(ledger, meeting) as meetings:
        say_entry(meetings.restrict(person, to=to or (), actor=actor, reason=reason), "Restricted")


@app.command()
def lift(person: Person, ledger: Url, actor: Actor, reason: Reason, meeting: In) -> None:
    """Lift a restriction."""
    with _meetings(ledger, meeting) as meetings:
        say_entry(meetings.lift(person, actor=actor, reason=reason), "Lifted")


@app.command()
def action(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    meeting: In,
    text: Annotated[str, typer.Option(help="What is done.")],
    agency: Annotated[str, typer.Option(help="Who owns it.")],
    due: Annotated[datetime, typer.Option(formats=ISO, help="By when.")],
    agreed_by: Annotated[str, typer.Option(help="Who agreed to it for the agency.")],
    intervention: Annotated[str, typer.Option(help="Of the toolkit, when it is one.")] = "",
    toolkit: ToolkitFile = None,
) -> None:
    """Record that an agency agrees to do something."""
    with _meetings(ledger, meeting, toolkit=toolkit) as meetings:
        owner = {"agency": agency, "agreed_by": agreed_by, "intervention": intervention}
        done = meetings.agree_action(person, text=text, due=due.date(), **owner, actor=actor, reason=reason)
        say_entry(done, "Agreed")


@app.command()
def report(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    meeting: In,
    action: Annotated[int, typer.Option(min=1, help="The entry in which it was agreed.")],
    done: Annotated[bool, typer.Option("--done/--not-done", help="Whether it is done.")],
) -> None:
    """Report on an action: in the reason, what was done."""
    with _meetings(ledger, meeting) as meetings:
        say_entry(meetings.report_action(person, action=action, done=done, actor=actor, reason=reason), "Reported")


@app.command()
def minutes(
    name: Name,
    ledger: Url,
    agency: Annotated[
        str, typer.Option(help="The agency that the copy is for; it holds what terms of referrals let it know.")
    ] = "",
) -> None:
    """Print the minutes of a meeting, from the ledger alone. They name people."""

    with _meetings(ledger, read_only=True) as meetings:
        found = meetings.find(name)
        if found is None:
            raise UsageError("There is no meeting of this name.")
        there = ", ".join(f"{one.name} ({one.agency})" for one in found.attended)
        area = found.area or "the whole force"
        typer.echo(f"Meeting {found.name}, number {found.number}, {found.day}, {area}. Attended by {there}.")
        lines, kept = meetings.lines(name, agency)
        for entry, said in lines:
            typer.echo(f"{entry.number:>6}  {entry.personal.subject if entry.personal else ''}: {said}")
        if kept:
            typer.echo(f"{kept} lines about restricted records are not for {agency}.")
        typer.echo("Closed." if found.closed else "Not closed yet.")
