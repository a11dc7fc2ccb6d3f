"""Places go by the list unless a person says otherwise, with a reason; and looking and writing are one act."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger, State
from matac_ml.casework.cohort import faults_of, select
from matac_ml.errors import UsageError
from tests.casework.conftest import ONE
from tests.casework.steps import GIVEN, accept

PEOPLE = tuple(f"P{i:02}" for i in range(1, 13))
WHY = "The victim asked us not to."


@pytest.mark.parametrize(
    ("leave_off", "put_on", "members"),
    [
        ((), (), PEOPLE[:10]),
        # Left off beyond the places, as in them: never put on. The place of P03 goes to the next in order.
        (("P03", "P12"), (), (*PEOPLE[:2], *PEOPLE[3:11])),
        # Of those who follow, whoever is left off is passed over, and whoever is put on does not get two places.
        (("P03", "P11"), (), (*PEOPLE[:2], *PEOPLE[3:10], "P12")),
        (("P02", "P03"), ("P11",), ("P01", *PEOPLE[3:10], "P12", "P11")),
        (("P03",), ("Q1",), (*PEOPLE[:2], *PEOPLE[3:10], "Q1")),
        (("P03",), ("P12",), (*PEOPLE[:2], *PEOPLE[3:10], "P12")),
    ],
)
def test_places_go_by_the_list_and_the_words_of_the_meeting(
    leave_off: tuple[str, ...], put_on: tuple[str, ...], members: tuple[str, ...]
) -> None:
    """Whoever is to be left off has no place, whoever is to be put on has one, and a free place goes down the list."""
    chosen = select(PEOPLE, capacity=10, leave_off=dict.fromkeys(leave_off, WHY), put_on=dict.fromkeys(put_on, WHY))
    assert faults_of(chosen) == []
    assert chosen.members == members


@pytest.mark.parametrize(
    ("proposed", "leave_off", "put_on", "said"),
    [
        (["Q1", "Q1", "Q2"], (), (), "places 1 and 2 of the list are the same person"),
        (["Q1", "Q2"], (), ("Q3",), "3 people for 2 places: say who is left off, and why"),
        (["Q1", "Q2"], ("Q1",), ("Q1",), "1 of the overrides both leave a person off and put them on"),
        (["Q1", "Q2"], ("Q9",), (), "1 of those left off were not proposed"),
        (["Q1", "Q2"], (), ("Q2",), "place 2 of the list has a place without being put on"),
        (["Q1", "Q2"], ("Q1", "Q2"), (), "it has no member"),
    ],
)
def test_what_a_meeting_cannot_mean_is_refused(
    proposed: list[str], leave_off: tuple[str, ...], put_on: tuple[str, ...], said: str
) -> None:
    """A person twice, a place too many, or an override that says nothing: said, by place and never by name."""
    chosen = select(proposed, capacity=2, leave_off=dict.fromkeys(leave_off, WHY), put_on=dict.fromkeys(put_on, WHY))
    assert any(fault.startswith(said) for fault in faults_of(chosen))


def test_a_cohort_is_taken_whole_or_not_at_all_and_once(cycle: Cycle) -> None:
    """An override without a reason leaves no part of the cohort behind; a meeting does not take its places twice."""
    accept(cycle, "P1", "P2", "P3")
    before = cycle.ledger.head()
    with pytest.raises(UsageError, match="an override must have"):
        cycle.cohort(["P1"], name="n", capacity=2, put_on={"P2": ""}, **GIVEN)
    assert cycle.ledger.head() == before
    cycle.cohort(["P1", "P2"], name="n", capacity=2, **GIVEN)
    with pytest.raises(UsageError, match="this meeting has taken its cohort"):
        cycle.cohort(["P3"], name="n", capacity=2, **GIVEN)


def test_a_person_whose_identities_were_merged_is_one_person(url: str) -> None:
    """Referred under an identifier since given up, a case goes on under the one that stays; it is listed once."""
    with Ledger.open(url) as ledger:
        accept(Cycle(ledger, ONE), "OLD")
        merged = Cycle(ledger, ONE, identities=lambda one: ("NEW", "OLD") if one in ("OLD", "NEW") else (one,))
        assert merged.case("NEW").state is State.ACCEPTED
        with pytest.raises(UsageError, match="places 1 and 2 of the list are the same person"):
            merged.cohort(["NEW", "OLD"], name="n", capacity=2, **GIVEN)
        merged.cohort(["OLD"], name="n", capacity=2, **GIVEN)
        assert [entry.kind for entry in ledger.entries(subject="NEW")] == ["cohort_proposed", "cohort_member"]
        ledger.erase(actor="dpo", reason="Retention.", subject=("NEW", "OLD"))
        assert list(ledger.entries(subject=("NEW", "OLD"))) == []


def _race(url: str, *steps: Callable[[Cycle], object]) -> int:
    """How many of the steps, each over a ledger of its own, were taken when all begin at once."""
    gate, taken = threading.Barrier(len(steps)), []

    def take(step: Callable[[Cycle], object]) -> None:
        with Ledger.open(url) as ledger:
            gate.wait()
            try:
                step(Cycle(ledger, ONE))
            except UsageError:
                return
            taken.append(1)

    threads = [threading.Thread(target=take, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_of_two_steps_at_once_one_is_taken(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Accepted and declined in the same moment, or taken into two cohorts: one is written, and the other refused."""
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    if database == "postgresql":
        address = request.getfixturevalue("postgresql")
    for turn in range(2):
        person = f"{database}-{turn}"
        with Ledger.open(address) as ledger:
            Cycle(ledger, ONE).refer(person, source="analysis", **GIVEN)
        accepting = lambda c, p=person: c.judge(p, accept=True, **GIVEN)  # noqa: E731
        declining = lambda c, p=person: c.judge(p, accept=False, **GIVEN)  # noqa: E731
        assert _race(address, accepting, declining) == 1
        with Ledger.open(address) as ledger:
            if Cycle(ledger, ONE).case(person).state is State.DECLINED:
                accept(Cycle(ledger, ONE), person)
        one, two = (lambda c, n=n, p=person: c.cohort([p], name=n + p, capacity=2, **GIVEN) for n in "ab")
        assert _race(address, one, two) == 1
    with Ledger.open(address) as ledger:
        ledger.verify()
