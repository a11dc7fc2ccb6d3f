"""Support of people recorded as victims: what it needs, what it keeps, and that nobody's turns into another's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger, State
from matac_ml.errors import UsageError
from matac_ml.support import SupportWork, tell_support

TODAY = date(2025, 6, 2)
GIVEN = {"actor": "a.lead", "reason": "She was asked and agrees."}


@pytest.fixture
def work(tmp_path: Path) -> Iterator[SupportWork]:
    """Support on a day."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield SupportWork(ledger, today=lambda: TODAY)


def agree(work: SupportWork, due: date = TODAY) -> int:
    """An action, by its number."""
    said = {"text": "New locks", "agency": "Housing", "agreed_by": "H. Officer"}
    return work.agree("P1", due=due, **said, **GIVEN).number


def test_support_is_begun_planned_acted_on_and_ended(work: SupportWork) -> None:
    """Each act is told in plain English; another worker takes over; the end leaves what was recorded."""
    work.begin("P1", worker="I. Advocate", agency="Victim Services", **GIVEN)
    work.plan("P1", plan="Weekly calls", wishes="To stay in her home", **GIVEN)
    number = agree(work)
    work.report("P1", action=number, done=True, actor="a.lead", reason="Fitted this morning.")
    work.begin("P1", worker="J. Advocate", agency="Victim Services", **GIVEN)
    record = work.record("P1")
    assert (record.is_open, record.worker, record.wishes) == (True, "J. Advocate", "To stay in her home")
    assert [(one.done, one.report) for one in record.actions] == [(True, "Fitted this morning.")]
    assert [one.person_id for one in work.open_records()] == ["P1"]
    work.end("P1", **GIVEN)
    assert not work.record("P1").is_open
    assert work.open_records() == ()
    told = [tell_support(entry) for entry in work.record("P1").entries]
    assert told[2] == (
        "2025-06-02, Housing agreed to this by 2025-06-02: New locks (H. Officer). By a.lead: She was asked and agrees."
    )
    assert "which cannot be read" not in " ".join(told)


def test_what_does_not_follow_is_refused_and_leaves_nothing(work: SupportWork) -> None:
    """A plan, an action and an end need somebody who supports; names, days and reasons are looked at."""
    for act in (lambda: work.plan("P1", plan="Calls", wishes="Quiet", **GIVEN), lambda: agree(work)):
        with pytest.raises(UsageError) as refused:
            act()
        assert "nobody supports this person yet" in str(refused.value.faults)
    with pytest.raises(UsageError):
        work.end("P1", **GIVEN)
    with pytest.raises(UsageError):
        work.begin("P1", worker=" ", agency="Victim Services", **GIVEN)
    with pytest.raises(UsageError):
        work.begin("P1", worker="A", agency="Victim Services", actor="a.lead", reason="short")
    work.begin("P1", worker="A", agency="Victim Services", **GIVEN)
    for due in (TODAY - timedelta(days=1), TODAY + timedelta(days=800)):
        with pytest.raises(UsageError, match="cannot be recorded"):
            agree(work, due)
    with pytest.raises(UsageError, match="cannot be recorded"):
        work.report("P1", action=99, done=True, **GIVEN)
    assert len(list(work.ledger.entries())) == 1


def test_identifiers_of_one_person_have_one_record(work: SupportWork) -> None:
    """What was recorded under an identifier that was given up belongs to the one that stays."""
    work.begin("OLD", worker="A", agency="Victim Services", **GIVEN)
    merged = replace(work, identities=lambda person: ("NEW", "OLD") if person in ("NEW", "OLD") else (person,))
    assert merged.record("OLD").person_id == "NEW"
    merged.plan("OLD", plan="Calls", wishes="Quiet", **GIVEN)
    assert [len(one.entries) for one in merged.open_records()] == [2]


def test_support_is_no_step_of_the_cycle_and_goes_with_an_erasure(work: SupportWork) -> None:
    """A perpetrator's case does not know of it."""
    work.begin("P1", worker="A", agency="Victim Services", **GIVEN)
    assert Cycle(work.ledger).case("P1").state is State.NOBODY
    assert Cycle(work.ledger).case("P1").entries == ()
    work.ledger.erase(actor="a.lead", reason="She asked for it.", subject="P1")
    assert work.record("P1").entries == ()
