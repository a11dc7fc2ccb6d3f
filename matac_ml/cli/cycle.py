"""``matac-ml cycle``: the MATAC cycle, each step by a named person with a reason, in the ledger."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml import clock
from matac_ml.cli.check_first import say_check_first
from matac_ml.cli.cycle_judging import judge, settle
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
    say_victims,
)
from matac_ml.cli.cycle_noting import agree, breach, contact, keep, needs, sign
from matac_ml.cli.cycle_shown import caseload, next_said, show_toolkit, statistics, status, weeks_said
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import ISO, as_of_day, new_app
from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.casework import Score
    from matac_ml.records import Extract

app = new_app("The MATAC cycle: referral, judgement, cohort, plan, programme, exit.")
for _command in (judge, settle, status, caseload, statistics, needs, contact, keep, agree, sign, breach):
    app.command()(_command)
app.command("toolkit")(show_toolkit)

Scored = Annotated[
    Path | None, typer.Option("--extract", help="Extract to take the score from, and to resolve merged identifiers.")
]
PolicyName = Annotated[str | None, typer.Option("--policy", help="The score's policy: a shipped name or a YAML file.")]
Points = Annotated[
    int | None, typer.Option("--score", min=0, help="Points of the matrix; worked out from --extract when not given.")
]


def _score(
    person: str, records: "Extract | None", policy: str | None, points: int | None, on: datetime | None
) -> "Score | None":
    """The score of a step on its day: worked out, or as typed."""
    from matac_ml.casework import PolicyUsed, Score
    from matac_ml.rfg import load_policy

    if records is None:
        by = PolicyUsed.of(load_policy(policy)) if policy else None
        return None if points is None else Score(points, by)
    from matac_ml.asof import read_people
    from matac_ml.casework import Recorded, recorded_as
    from matac_ml.casework.score import score_of

    chosen = load_policy(policy or "default")
    found = read_people(records, [person]).get(person)
    if found is None:
        typer.echo("READ FIRST: the records hold nobody with this identifier, so they say nothing about the person.")
        return None if points is None else Score(points, PolicyUsed.of(chosen) if policy else None)
    say_check_first(records, [found.person_id])
    if found.person_id != person:
        typer.echo(f"That identifier was given up; it is recorded under {found.person_id}.")
    latest = as_of_day(records, None)
    if points is not None:
        return Score(points, PolicyUsed.of(chosen) if policy else None)
    if recorded_as(found, latest) is Recorded.VICTIM_ONLY:
        return None
    score = score_of(found, chosen, min(latest, chosen_day(on) or clock.today()))
    typer.echo(f"Score: {score}.")
    return score


def _say_left_out(person: str, records: "Extract", policy: str) -> None:
    """Say why the list leaves somebody out who is referred all the same: a death, say, or MATAC management."""
    from matac_ml.asof import read_people
    from matac_ml.explain.cautions import left_out_text
    from matac_ml.rfg import load_policy

    found = read_people(records, [person]).get(person)
    text = left_out_text(found, load_policy(policy), as_of_day(records, None))
    if text:
        typer.echo(text)


def _reasons(given: Sequence[str] | None, option: str, is_known: Callable[[str], bool]) -> dict[str, str]:
    """Person to reason, from PERSON=REASON; where several signs could part them, the part before must be known."""
    split = []
    for text in given or ():
        parts = [(text[: sign.start()], text[sign.end() :]) for sign in re.finditer("=", text)]
        if not parts:
            raise UsageError(f"{option} must be PERSON=REASON.")
        found = [part for part in parts if is_known(part[0])] if len(parts) > 1 else parts
        if len(found) > 1:
            raise UsageError(f"{option} must name one person; several begin like this. Write the reason without =.")
        split += found or parts[:1]
    reasons = dict(split)
    if len(reasons) < len(split):
        raise UsageError(f"{option} must name each person once.")
    return reasons


@app.command()
def refer(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    source: Annotated[str, typer.Option(help="analysis, or the partner agency.")] = "analysis",
    extract: Scored = None,
    policy: PolicyName = None,
    score: Points = None,
    not_recorded: Annotated[
        bool, typer.Option("--not-recorded", help="The agency knows the person, and the records do not.")
    ] = False,
    basis: Annotated[
        str, typer.Option(help="Why it may be shared: crime, safeguarding, agreement, consent or order.")
    ] = "",
    share: Annotated[str, typer.Option(help="With whom it may be shared: police, meeting or plan.")] = "",
    record: Annotated[
        list[str] | None, typer.Option(help="DAY=WHAT: something the agency has on record. Give it once for each.")
    ] = None,
    on: On = None,
) -> None:
    """Propose a person for the meeting."""
    from matac_ml.casework.referral import Terms, records_typed

    records = read(extract, person)
    points = _score(person, records, policy, score, on)
    if records is not None:
        _say_left_out(person, records, policy or "default")
    with open_cycle(ledger, records, create_missing=True) as cycle:
        given = {"actor": actor, "reason": reason, "source": source}
        terms, day = Terms(basis, share, records_typed(record or ())), chosen_day(on)
        done = cycle.refer(person, **given, score=points, not_recorded=not_recorded, terms=terms, on=day)
        held = done.kind == "safeguarding_referral"
        say_entry(done, "Held for a safeguarding review" if held else "Referred")


@app.command()
def release(person: Person, ledger: Url, actor: Actor, reason: Reason, extract: Merges = None, on: On = None) -> None:
    """Release a referral from its safeguarding hold, after a review."""
    with open_cycle(ledger, read(extract, person)) as cycle:
        say_entry(cycle.release(person, actor=actor, reason=reason, on=chosen_day(on)), "Released")


@app.command()
def cohort(
    name: Annotated[str, typer.Argument(help="Name of the meeting, such as 2025-06.")],
    ledger: Url,
    actor: Actor,
    reason: Reason,
    proposed: Annotated[
        list[str], typer.Option(help="An accepted person, in the order of the list. Give it once for each.")
    ],
    leave_off: Annotated[
        list[str] | None, typer.Option(help="PERSON=REASON: no place, against the list. Give it once for each.")
    ] = None,
    put_on: Annotated[
        list[str] | None, typer.Option(help="PERSON=REASON: a place, against the list. Give it once for each.")
    ] = None,
    policy: Annotated[str, typer.Option(help="The policy whose capacity it is: a shipped name or a file.")] = "default",
    drawn_list: Annotated[int | None, typer.Option("--list", min=1, help="Drawn list whose order it is.")] = None,
    list_reason: Annotated[
        str, typer.Option(help="Why that list, when it is of another area than the meeting or older than one cycle.")
    ] = "",
    extract: Merges = None,
    on: On = None,
) -> None:
    """Take the cohort of a meeting; the list proposed is kept beside every override."""
    from matac_ml.casework import PolicyUsed
    from matac_ml.rfg import load_policy

    chosen = load_policy(policy)
    records = read(extract)
    with open_cycle(ledger, records) as cycle:
        done = cycle.cohort(
            proposed,
            actor=actor,
            reason=reason,
            name=name,
            capacity=chosen.capacity,
            by=PolicyUsed.of(chosen),
            leave_off=_reasons(leave_off, "--leave-off", proposed.__contains__),
            put_on=_reasons(put_on, "--put-on", lambda person: bool(cycle.case(person).entries)),
            drawn_list=drawn_list,
            list_reason=list_reason,
            on=chosen_day(on),
        )
    members = [entry.personal.subject for entry in done if entry.kind == "cohort_member" and entry.personal]
    overrides = sum(entry.kind == "override" for entry in done)
    if records is not None:
        say_victims(records, members)
        say_check_first(records, members)
    typer.echo(f"Members: {', '.join(members)}")
    say_entry(done[-1], f"A cohort of {len(members)} for {chosen.capacity} places, with {overrides} overrides")


@app.command()
def plan(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    intervention: Annotated[list[str], typer.Option(help="Of the toolkit. Give it once for each.")],
    starts: Annotated[datetime, typer.Option(formats=ISO, help="First day of the programme.")],
    weeks: Annotated[
        int | None, typer.Option(min=1, max=104, help="Weeks of the programme; the toolkit's number when not given.")
    ] = None,
    toolkit: ToolkitFile = None,
    extract: Merges = None,
    on: On = None,
) -> None:
    """Plan a programme for a member of the cohort, or disruption for somebody who was removed."""
    with open_cycle(ledger, read(extract, person), toolkit=toolkit) as cycle:
        day, chosen = chosen_day(on), {"interventions": intervention}
        done = cycle.plan(person, actor=actor, reason=reason, **chosen, starts=starts.date(), weeks=weeks, on=day)
        say_entry(done, "Disruption planned" if done.kind == "disruption_plan" else "Planned")


@app.command()
def engage(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    week: Annotated[int, typer.Option(min=1, help="Week of the programme.")],
    engaged: Annotated[bool, typer.Option("--engaged/--not-engaged", help="Whether the person did.")],
    extract: Merges = None,
    on: On = None,
) -> None:
    """Record whether the person engaged in a week; what is said last of a week holds."""
    with open_cycle(ledger, read(extract, person)) as cycle:
        done = cycle.engage(person, actor=actor, reason=reason, week=week, engaged=engaged, on=chosen_day(on))
        say_entry(done, "Recorded")


@app.command()
def remove(person: Person, ledger: Url, actor: Actor, reason: Reason, extract: Merges = None, on: On = None) -> None:
    """Take a person who does not engage off the programme; a disruption plan is expected next."""
    with open_cycle(ledger, read(extract, person)) as cycle:
        say_entry(cycle.remove(person, actor=actor, reason=reason, on=chosen_day(on)), "Removed")
        typer.echo(next_said(cycle.case(person)))


@app.command()
def withdraw(person: Person, ledger: Url, actor: Actor, reason: Reason, extract: Merges = None, on: On = None) -> None:
    """End the work with a person for another reason: custody, a move, a death, a victim's wish."""
    with open_cycle(ledger, read(extract, person)) as cycle:
        say_entry(cycle.withdraw(person, actor=actor, reason=reason, on=chosen_day(on)), "Withdrawn")


@app.command()
def complete(person: Person, ledger: Url, actor: Actor, reason: Reason, extract: Merges = None, on: On = None) -> None:
    """Record that the programme is done: on or after the last day of its last week."""
    with open_cycle(ledger, read(extract, person)) as cycle:
        done = cycle.complete(person, actor=actor, reason=reason, on=chosen_day(on))
        say_entry(done, "Completed")
        typer.echo(f"The person {weeks_said(cycle.case(person), cycle.today())}.")


@app.command("end-early")
def end_early(person: Person, ledger: Url, actor: Actor, reason: Reason, extract: Merges = None, on: On = None) -> None:
    """Record that the programme ended before its last week, for a reason other than removal or withdrawal."""
    with open_cycle(ledger, read(extract, person)) as cycle:
        done = cycle.end_early(person, actor=actor, reason=reason, on=chosen_day(on))
        say_entry(done, "Ended early")
        typer.echo(f"The person {weeks_said(cycle.case(person), cycle.today())}.")


@app.command("exit")
def leave(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    extract: Scored = None,
    policy: PolicyName = None,
    score: Points = None,
    on: On = None,
) -> None:
    """Record the exit with its score, and what a fall of it does not show."""
    records = read(extract, person)
    points = _score(person, records, policy, score, on)
    if points is None and records is None:
        raise UsageError("A score is needed: give --extract to work it out, or --score.")
    with open_cycle(ledger, records) as cycle:
        done = cycle.leave(person, actor=actor, reason=reason, score=points, on=chosen_day(on))
        entry_score = cycle.case(person).entry_score
    say_entry(done, "Exited")
    typer.echo(f"Entry score: {entry_score or 'not recorded'}. Exit score: {points or 'none'}.")
    typer.echo(done.personal.payload["note"] if done.personal else "")
