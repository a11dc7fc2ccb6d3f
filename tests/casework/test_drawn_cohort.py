"""A cohort cites a drawn list by its number: one that nobody drew, or another order, is refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from matac_ml.casework import Cycle, PolicyUsed
from matac_ml.casework.drawn import write_list
from matac_ml.casework.listed import DrawnLine, ListBasis, Standing
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.meetings_read import Attended
from matac_ml.errors import UsageError
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN, accept

BASIS = ListBasis(
    as_of=date(2025, 6, 1),
    area=None,
    order="matrix",
    places=3,
    policy="p 1",
    policy_sha256="p" * 64,
    harm_index="h 1",
    harm_sha256="h" * 64,
    model_sha256=None,
    data_sha256="d" * 64,
    code="0",
)


def line(person: str, rank: int, standing: Standing = Standing.ON) -> DrawnLine:
    """A line of whom nothing else matters here."""
    return DrawnLine(person, standing, rank, 0, {}, 10, "", None, False, False, False, None, None)


def draw(cycle: Cycle, lines: Sequence[DrawnLine]) -> int:
    """Draw a list, and give its number."""
    return write_list(cycle.ledger, BASIS, lines, **GIVEN).number


def test_the_cohort_names_the_list_that_its_order_is_of(cycle: Cycle) -> None:
    """In its entry, by number; people who are equal may stand in any order."""
    accept(cycle, "P1", "P2", "P3")
    number = draw(cycle, [line("P1", 1), line("P2", 2, Standing.TIED), line("P3", 2, Standing.TIED)])
    entries = cycle.cohort(["P1", "P3", "P2"], name="n", capacity=3, drawn_list=number, **GIVEN)
    assert entries[0].personal is not None
    assert entries[0].personal.payload["list"] == number
    assert entries[0].personal.payload["order"] == f"of drawn list {number}"


def test_of_two_lines_that_became_one_person_the_better_counts(cycle: Cycle) -> None:
    """P1 and P3 were found to be one person since: the place is that of P1."""
    number = draw(cycle, [line("P1", 1), line("P2", 2), line("P3", 3)])
    merged = replace(cycle, identities=lambda person: ("P1", "P3") if person in ("P1", "P3") else (person,))
    accept(merged, "P1", "P2")
    entries = merged.cohort(["P1", "P2"], name="n", capacity=3, drawn_list=number, **GIVEN)
    assert [entry.personal.subject for entry in entries if entry.kind == "cohort_member" and entry.personal] == [
        "P1",
        "P2",
    ]


@pytest.mark.parametrize(
    ("number", "proposed", "by", "said"),
    [
        (2, ["P1"], "p", "no list with the number 2 was drawn"),
        (1, ["P2", "P1"], "p", "those proposed are not in the order of list 1"),
        (1, ["P1", "P4"], "p", "1 of those proposed is not on list 1"),
        (1, ["P3"], "p", "1 of those proposed is not on list 1"),
        (1, ["P1"], "q", "list 1 was drawn by another policy"),
    ],
)
def test_a_list_that_nobody_drew_or_another_order_is_refused(
    cycle: Cycle, number: int, proposed: list[str], by: str, said: str
) -> None:
    """Whoever is left out has no place on it. Nothing is left behind."""
    accept(cycle, "P1", "P2", "P3", "P4")
    draw(cycle, [line("P1", 1), line("P2", 2), line("P3", 1, Standing.LEFT_OUT)])
    head = cycle.ledger.head()
    with pytest.raises(UsageError) as refused:
        cycle.cohort(proposed, name="n", capacity=3, by=PolicyUsed("x 1", by * 64), drawn_list=number, **GIVEN)
    assert any(said in fault for fault in refused.value.faults)
    assert cycle.ledger.head() == head


@pytest.mark.parametrize(
    ("area", "quotas", "as_of", "said"),
    [
        ("North", {}, date(2025, 6, 1), "list 1 is of North, and the meeting of South"),
        (None, {}, date(2025, 6, 1), "list 1 is of the whole force, and the meeting of South"),
        ("South", {}, date(2025, 5, 4), "list 1 is as of 2025-05-04, more than 28 days before 2025-06-02"),
        ("South", {}, date(2025, 5, 5), ""),
        (None, {"North": 1, "South": 2}, date(2025, 6, 1), ""),
    ],
)
def test_a_list_of_another_area_or_an_old_one_needs_a_reason(
    cycle: Cycle, area: str | None, quotas: dict[str, int], as_of: date, said: str
) -> None:
    """Compared with the meeting of the cohort's name on its day; the reason stands in the cohort's entry."""
    accept(cycle, "P1")
    there = [Attended("A. Chair", "Police")]
    Meetings(cycle.ledger, today=cycle.today).open("n", day=MEETING, area="South", attended=there, **GIVEN)
    basis = replace(BASIS, area=area, quotas=quotas, as_of=as_of)
    write_list(cycle.ledger, basis, [line("P1", 1)], **GIVEN)
    take = {"name": "n", "capacity": 3, "drawn_list": 1, **GIVEN}
    if said:
        with pytest.raises(UsageError) as refused:
            cycle.cohort(["P1"], **take)
        assert said in str(refused.value.faults)
    entries = cycle.cohort(["P1"], **take, list_reason="The newer list is of no help." if said else "")
    assert entries[0].personal is not None
    assert entries[0].personal.payload.get("list_reason") == ("The newer list is of no help." if said else None)
