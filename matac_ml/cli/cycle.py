"""``matac-ml cycle``: the MATAC cycle, each step by a named person with a reason, in the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.ledger import Url
from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.casework import Cycle, Entry

app = typer.Typer(no_args_is_help=True, help="The MATAC cycle: referral, judgement, cohort, plan, programme, exit.")

Person = Annotated[str, typer.Argument(help="Identifier of the person.")]
Actor = Annotated[str, typer.Option(help="Who takes the step.")]
Reason = Annotated[str, typer.Option(help="Why, in their own words; at least ten characters.")]
ExtractFolder = Annotated[Path | None, typer.Option(help="Extract to take the score from.")]
Score = Annotated[int | None, typer.Option(help="Points of the matrix; worked out from --extract when not given.")]


@contextmanager
def _cycle(url: str) -> "Iterator[Cycle]":
    from matac_ml.casework import Cycle, Ledger

    with Ledger.open(url) as ledger:
        yield Cycle(ledger)


def _said(entry: "Entry", what: str) -> None:
    typer.echo(f"{what}: entry {entry.number}, head {entry.hash}")


def _points(person: str, extract: Path | None, score: int | None, *, needed: bool) -> int | None:
    if score is not None or extract is None:
        if score is None and needed:
            raise UsageError("A score is needed: give --score, or --extract to work it out.")
        return score
    from matac_ml.records import read_extract
    from matac_ml.rfg import load_policy
    from matac_ml.rfg.comparing import listed

    records = read_extract(extract)
    found = listed(records, load_policy(), records.cut_off + timedelta(days=1)).frame
    if person not in found.index:
        raise UsageError("Nobody of that identifier is ranked in the extract; give --score instead.")
    return int(found.loc[person, "total"])  # type: ignore[arg-type]


@app.command()
def refer(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    source: Annotated[str, typer.Option(help="analysis, or the partner agency.")] = "analysis",
    extract: ExtractFolder = None,
    score: Score = None,
) -> None:
    """Propose a person for the meeting."""
    points = _points(person, extract, score, needed=False)
    with _cycle(ledger) as cycle:
        _said(cycle.refer(person, actor=actor, reason=reason, source=source, score=points), "Referred")


@app.command()
def judge(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    accept: Annotated[bool, typer.Option("--accept/--decline", help="What specialist staff decided.")],
) -> None:
    """Accept or decline a referral."""
    with _cycle(ledger) as cycle:
        _said(cycle.judge(person, actor=actor, reason=reason, accept=accept), "Judged")


@app.command()
def cohort(
    name: Annotated[str, typer.Argument(help="Name of the meeting, such as 2025-06.")],
    ledger: Url,
    actor: Actor,
    reason: Reason,
    proposed: Annotated[list[str], typer.Option(help="An accepted person, in the order of the list. Repeat.")],
    override: Annotated[
        list[str] | None, typer.Option(help="PERSON=REASON: left off, or put on, against the list. Repeat.")
    ] = None,
) -> None:
    """Take the cohort of a meeting; the list proposed is kept beside every override."""
    overrides = {}
    for one in override or ():
        who, found, why = one.partition("=")
        if not found:
            raise UsageError("--override must be PERSON=REASON.")
        overrides[who] = why
    with _cycle(ledger) as cycle:
        done = cycle.cohort(proposed, actor=actor, reason=reason, name=name, overrides=overrides)
        members = sum(entry.kind == "cohort_member" for entry in done)
        _said(done[-1], f"A cohort of {members}, with {len(overrides)} overrides")


@app.command()
def plan(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    intervention: Annotated[list[str], typer.Option(help="Of the toolkit. Repeat.")],
    starts: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of the 17 weeks.")],
) -> None:
    """Plan interventions for a member of the cohort."""
    with _cycle(ledger) as cycle:
        done = cycle.plan(person, actor=actor, reason=reason, interventions=intervention, starts=starts.date())
        _said(done, "Planned")


@app.command()
def engage(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    week: Annotated[int, typer.Option(min=1, max=17, help="Week of the programme.")],
    engaged: Annotated[bool, typer.Option("--engaged/--not-engaged")] = True,
) -> None:
    """Record whether the person engaged in a week."""
    with _cycle(ledger) as cycle:
        _said(cycle.engage(person, actor=actor, reason=reason, week=week, engaged=engaged), "Recorded")


@app.command()
def remove(person: Person, ledger: Url, actor: Actor, reason: Reason) -> None:
    """Take a person who does not engage off the programme."""
    with _cycle(ledger) as cycle:
        _said(cycle.remove(person, actor=actor, reason=reason), "Removed")


@app.command()
def complete(person: Person, ledger: Url, actor: Actor, reason: Reason) -> None:
    """Record that the programme is done."""
    with _cycle(ledger) as cycle:
        _said(cycle.complete(person, actor=actor, reason=reason), "Completed")


@app.command("exit")
def leave(
    person: Person, ledger: Url, actor: Actor, reason: Reason, extract: ExtractFolder = None, score: Score = None
) -> None:
    """Record the exit with its score, and what a fall of it does not show."""
    from matac_ml.casework.cycle import REGRESSION

    points = _points(person, extract, score, needed=True)
    with _cycle(ledger) as cycle:
        before = cycle.case(person).entry_score
        _said(cycle.leave(person, actor=actor, reason=reason, score=points or 0), "Exited")
    typer.echo(f"Entry score {before if before is not None else 'not recorded'}, exit score {points}. {REGRESSION}")


@app.command()
def status(person: Person, ledger: Url) -> None:
    """Print somebody's way through the cycle, from the ledger."""
    with _cycle(ledger) as cycle:
        case = cycle.case(person)
        for one in case.entries:
            why = one.personal.justification if one.personal else ""
            typer.echo(f"{one.number:>6}  {one.recorded_at:%Y-%m-%d %H:%M} UTC  {one.kind:<20} {one.actor}: {why}")
        typer.echo(f"Now: {case.state}. Engaged in {len(case.weeks)} of 17 weeks.")


@app.command()
def statistics(ledger: Url) -> None:
    """Print how often the list was overridden."""
    with _cycle(ledger) as cycle:
        for name, count in cycle.override_statistics().items():
            typer.echo(f"{name}: {count}")


@app.command()
def toolkit() -> None:
    """Print the interventions there are."""
    from matac_ml.casework.toolkit import load_toolkit

    for name, one in load_toolkit().interventions.items():
        typer.echo(f"{name:<28} {one.category:<12} {one.text} ({one.source})")
