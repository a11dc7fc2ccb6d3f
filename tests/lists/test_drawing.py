"""A list is drawn once, kept, shown again as it was, and rebuilt byte for byte; where it is not, the cause is named."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import LINE, drawn_lists, find_list, write_list
from matac_ml.casework.listed import DrawnLine, Standing, line_hash
from matac_ml.errors import UsageError
from matac_ml.lists import rebuild
from matac_ml.records import Extract
from matac_ml.rfg import load_policy
from tests.lists.small_force import DAY, WHO, Happened, context_of, drawn, extract_of, many_suspects
from tests.proving import at_least

FORCE = many_suspects(6)


@pytest.fixture(scope="module")
def extract() -> Extract:
    """Six suspects."""
    return extract_of(FORCE)


def test_a_list_that_was_drawn_is_read_again_as_it_was(ledger: Ledger, extract: Extract) -> None:
    """By its number: basis, lines in order with the hash of each, who drew it and why."""
    made = drawn(ledger, extract, places=3)
    again = find_list(ledger, made.number)
    assert again == made
    assert [line.person_id for line in again.lines] == ["S00", "S01", "S02"]
    assert [line_hash(kept.salt, kept.line.text) for kept in again.kept] == list(again.hashes)
    assert (again.drawn_by, again.reason, again.basis.as_of) == (WHO["actor"], WHO["reason"], DAY)
    assert again.basis.data_sha256 == extract.data_hash
    assert again.basis.policy_sha256 == load_policy().sha256
    ledger.verify()


def test_lists_are_numbered_in_the_order_in_which_they_are_drawn(ledger: Ledger, extract: Extract) -> None:
    """Each draw has a number of its own, also of the same day; a number nobody drew is no list."""
    assert [drawn(ledger, extract, places=2).number for _ in range(3)] == [1, 2, 3]
    assert [made.number for made in drawn_lists(ledger)] == [1, 2, 3]
    with pytest.raises(UsageError, match="No list with the number 4 was drawn"):
        find_list(ledger, 4)


def test_a_list_without_a_name_or_a_reason_is_not_drawn(ledger: Ledger, extract: Extract) -> None:
    """Nothing is left behind."""
    made = drawn(ledger, extract, places=2)
    head = ledger.head()
    with pytest.raises(UsageError, match="The list cannot be drawn"):
        write_list(ledger, made.basis, made.lines, actor=" ", reason="x")
    assert ledger.head() == head


def test_it_rebuilds_from_a_later_extract_three_cycles_on(ledger: Ledger, extract: Extract) -> None:
    """A day sees only what was recorded before it: another extract gives the same bytes."""
    made = drawn(ledger, extract, places=4)
    later = extract_of(
        [*FORCE, *(Happened(f"L{i}", "S05", f"W{i}", -20 - i) for i in range(5))], until=date(2025, 8, 25)
    )
    found = rebuild(made, later, context_of(later))
    assert (found.same, found.changed, found.differing, found.cause) == (True, ("the extract",), (), "")


def test_a_corrected_extract_is_named_with_the_person_and_the_incident(ledger: Ledger, extract: Extract) -> None:
    """An incident taken out of the records is named, and so is the extract."""
    made = drawn(ledger, extract, places=3)
    corrected = extract_of([incident for incident in FORCE if incident.number != "I01-00"])
    found = rebuild(made, corrected, context_of(corrected))
    assert not found.same
    assert found.cause == "The extract is not what the list was drawn from."
    assert any(
        person == "S01" and "incident I01-00 no longer in the records" in what for person, what in found.differing
    )


def test_another_policy_is_named(ledger: Ledger, extract: Extract) -> None:
    """The records are the same, so the policy alone is the cause."""
    made = drawn(ledger, extract, places=3)
    found = rebuild(made, extract, context_of(extract, policy=load_policy("rfh")))
    assert not found.same
    assert found.cause == "The policy is not what the list was drawn from."


def test_a_list_that_somebody_wrote_otherwise_is_not_blamed_on_the_records(ledger: Ledger, extract: Extract) -> None:
    """With every part the same and another line, it is the list that was altered."""
    made = drawn(ledger, extract, places=3)
    altered = replace(made, hashes=("0" * 64, *made.hashes[1:]))
    assert "the list itself was altered" in rebuild(altered, extract, context_of(extract)).cause


def test_erasing_a_person_erases_the_line_and_leaves_the_list(ledger: Ledger, extract: Extract) -> None:
    """The hash that is left tells of nobody, and the others still rebuild."""
    made = drawn(ledger, extract, places=3)
    ledger.erase(actor="the records manager", reason="Their time was up.", subject="S01")
    left = find_list(ledger, made.number)
    assert [line.person_id for line in left.lines] == ["S00", "S02"]
    assert (left.erased, left.hashes) == (1, made.hashes)
    assert not any("S01" in str(entry.personal) for entry in ledger.entries())
    found = rebuild(left, extract, context_of(extract))
    assert (found.same, found.erased) == (True, 1)


def test_everybody_equal_at_the_last_place_is_on_the_list(ledger: Ledger) -> None:
    """Two places and three equal people: all three, marked as tied."""
    force = [Happened(f"I{i}", f"S{i}", f"V{i}", 30) for i in range(3)]
    lines = drawn(ledger, extract_of(force), places=2).lines
    assert [(line.rank, line.tied_with, line.standing) for line in lines] == [(1, 2, Standing.TIED)] * 3


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"people": [{"person_id": "S00", "deceased_on": DAY - timedelta(days=5)}]}, "the person has died"),
        ({"people": [{"person_id": "S00", "birth_date": date(2012, 1, 1)}]}, "younger than 16"),
        ({"management": [{"person_id": "S00", "start_on": date(2025, 1, 1)}]}, "under MATAC management"),
    ],
)
def test_whoever_is_left_out_is_named_with_the_reason_and_takes_no_place(
    ledger: Ledger, more: dict[str, object], why: str
) -> None:
    """Two places go to the next two; the one left out stands below them."""
    lines = drawn(ledger, extract_of(FORCE, **more), places=2).lines
    assert [line.person_id for line in lines] == ["S01", "S02", "S00"]
    assert lines[-1].standing is Standing.LEFT_OUT
    assert why in lines[-1].not_eligible[0]
    assert lines[-1].rank == 1


def test_custody_is_said_although_the_policy_lists_the_person(ledger: Ledger) -> None:
    """What the records know stands beside the place."""
    custody = [{"person_id": "S00", "start_on": date(2025, 5, 1)}]
    lines = drawn(ledger, extract_of(FORCE, custody=custody), places=3).lines
    assert (lines[0].person_id, lines[0].not_eligible) == ("S00", ("the person is in custody",))


def test_areas_with_quotas_have_their_own_places(ledger: Ledger) -> None:
    """So many from each, ranked within it."""
    force = [*FORCE, *(Happened(f"J{i}", f"T{i}", f"W{i}", 30 + i, area="South") for i in range(3))]
    made = drawn(ledger, extract_of(force), quotas={"South": 1, "North": 3})
    certain = [line for line in made.lines if line.standing is Standing.ON]
    assert [(line.area, line.person_id, line.rank) for line in certain] == [
        ("North", "S00", 1),
        ("North", "S01", 2),
        ("North", "S02", 2),
    ]
    assert {line.area for line in made.lines if line.standing is Standing.TIED} == {"South"}
    assert made.basis.places == 4


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"area": "Mars"}, "an area must be one in which somebody ranked"),
        ({"quotas": {"North": 0}}, "places must be 1 to"),
        ({"quotas": {"North": 1}, "places": 3}, "quotas give every area its places"),
        ({"order": "model"}, "no model is in force"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ledger: Ledger, extract: Extract, how: dict[str, object], said: str) -> None:
    """With every fault, and without an entry."""
    with pytest.raises(UsageError) as refused:
        drawn(ledger, extract, **how)
    assert any(said in fault for fault in refused.value.faults)
    assert not list(ledger.entries())


_LINES = st.builds(
    DrawnLine,
    person_id=st.text(min_size=1, max_size=8),
    standing=st.sampled_from(Standing),
    rank=st.integers(1, 50),
    tied_with=st.integers(0, 3),
    points=st.dictionaries(st.sampled_from(["recency", "victims"]), st.integers(0, 90)),
    total=st.integers(0, 200),
    band=st.text(max_size=8),
    probability=st.none() | st.floats(0, 1).map(lambda value: round(value, 6)),
    also_victim=st.booleans(),
    serial_perpetrator=st.booleans(),
    serial_victim=st.booleans(),
    area=st.none() | st.text(max_size=8),
    last_incident=st.none() | st.dates(),
    records=st.dictionaries(st.text(max_size=6), st.text(max_size=12), max_size=3),
    not_eligible=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    could_matter=st.lists(st.text(max_size=9), max_size=2).map(tuple),
)


@given(_LINES)
def test_a_line_has_one_spelling(line: DrawnLine) -> None:
    """Whatever stands in it, reading its bytes and writing them again gives the same bytes."""
    assert DrawnLine.from_text(line.text) == line
    assert DrawnLine.from_text(line.text).text == line.text


_HAPPENED = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 1200), st.booleans(), st.integers(0, 60)),
    min_size=1,
    max_size=14,
)


@settings(max_examples=at_least(4, 15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_HAPPENED, st.integers(1, 4))
def test_whatever_the_records_a_list_rebuilds_and_goes_by_points(
    ledger: Ledger, told: list[tuple[int, int, int, bool, int]], places: int
) -> None:
    """Its order is that of the points, a tie is whole, nobody stands on it twice, and later records change nothing."""
    force = [
        Happened(f"I{i}", f"S{who}", f"V{whom}", ago, is_crime=crime, recorded_ago=max(1, ago - late))
        for i, (who, whom, ago, crime, late) in enumerate(told)
    ]
    made = drawn(ledger, extract_of(force), places=places)
    listed = [line for line in made.lines if line.is_listed]
    assert [line.total for line in listed] == sorted((line.total for line in listed), reverse=True)
    assert len({line.person_id for line in made.lines}) == len(made.lines)
    assert sum(line.standing is Standing.ON for line in listed) <= places
    assert len({line.rank for line in listed if line.standing is Standing.TIED}) <= 1
    later = extract_of([*force, Happened("L1", "S0", "V9", -10)])
    assert rebuild(made, later, context_of(later)).same
    assert sum(entry.kind == LINE for entry in ledger.entries(reference=f"drawn list {made.number}")) == len(made.lines)
