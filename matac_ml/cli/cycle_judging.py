"""``matac-ml cycle judge`` and ``settle``: what specialists say of a referral."""

from typing import TYPE_CHECKING, Annotated

import typer

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
from matac_ml.cli.cycle_shown import next_said
from matac_ml.cli.ledger import Url

if TYPE_CHECKING:
    from matac_ml.casework import Cycle, Entry

Accept = Annotated[bool, typer.Option("--accept/--decline", help="What specialist staff decided.")]


def _say_judged(cycle: "Cycle", done: "Entry") -> None:
    say_entry(done, "Judged")
    if done.personal:
        typer.echo(next_said(cycle.case(done.personal.subject)))


def judge(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    accept: Accept,
    toolkit: ToolkitFile = None,
    extract: Merges = None,
    on: On = None,
) -> None:
    """Accept or decline a referral; where the toolkit asks for two, each before seeing a score or the other's."""
    with open_cycle(ledger, read(extract, person), toolkit=toolkit) as cycle:
        _say_judged(cycle, cycle.judge(person, actor=actor, reason=reason, accept=accept, on=chosen_day(on)))


def settle(
    person: Person,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    accept: Accept,
    toolkit: ToolkitFile = None,
    extract: Merges = None,
    on: On = None,
) -> None:
    """Settle two judgements: both agree, or somebody who judged neither decides."""
    with open_cycle(ledger, read(extract, person), toolkit=toolkit) as cycle:
        _say_judged(cycle, cycle.settle(person, actor=actor, reason=reason, accept=accept, on=chosen_day(on)))
