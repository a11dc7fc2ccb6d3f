"""A record that is missing and could move somebody across the line is marked, with what it is."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import find_list
from matac_ml.casework.listed import DrawnLine, Standing
from matac_ml.lists import rebuild
from matac_ml.records import Extract
from tests.lists.small_force import DAY, Happened, context_of, drawn, extract_of, tables
from tests.proving import at_least

#: Two people with one victim each and enough harm, and one with less.
ABOVE = [Happened(f"A{who}{i}", f"S{who}", f"V{who}", 40 + 5 * i) for who in (0, 1) for i in range(4)]


def lines(ledger: Ledger, extract: Extract, **how: object) -> dict[str, DrawnLine]:
    """Everybody on the list of two places."""
    return {line.person_id: line for line in drawn(ledger, extract, **{"places": 2, **how}).lines}


def without_victim(force: list[Happened], *numbers: str) -> Extract:
    """Records in which these incidents name no victim."""
    told = dict(tables(force))
    told["involvements"] = [
        row for row in told["involvements"] if not (row["role"] == "victim" and row["incident_id"] in numbers)
    ]
    return Extract.from_tables(told, cut_off=DAY)


def test_incidents_that_name_no_victim_could_matter(ledger: Ledger) -> None:
    """Two victims more would give more points than the line has: named below the line, with the incidents."""
    force = [*ABOVE, *(Happened(f"B{i}", "S2", "V2", 50 + 5 * i) for i in range(3))]
    found = lines(ledger, without_victim(force, "B0", "B1"))["S2"]
    assert found.standing is Standing.BELOW
    assert (found.rank, found.tied_with) == (3, 0)
    assert found.could_matter == ("2 incidents name no victim (B1 and B0): more victims, more points",)
    assert "S2" not in lines(ledger, extract_of(force))


@pytest.mark.parametrize("code", [None, "99999"])
def test_crimes_whose_harm_is_not_known_could_matter(ledger: Ledger, code: str | None) -> None:
    """No offence code, or one that the index does not hold."""
    force = [*ABOVE, *(Happened(f"B{i}", "S2", "V2", 40 + 5 * i, code=code) for i in range(4))]
    found = lines(ledger, extract_of(force))["S2"]
    assert found.standing is Standing.BELOW
    assert found.could_matter[0].startswith("4 crimes have no offence code that the harm index holds (")


def test_what_could_not_reach_the_line_is_not_marked(ledger: Ledger) -> None:
    """One old incident without a code: with the most harm there is, it stays far below."""
    found = lines(ledger, extract_of([*ABOVE, Happened("B0", "S2", "V2", 1000, code=None)]))
    assert "S2" not in found


def test_a_missing_date_of_birth_is_marked_on_whoever_is_listed(ledger: Ledger) -> None:
    """Somebody who is too young would not be there."""
    found = lines(ledger, extract_of(ABOVE, people=[{"person_id": "S0", "birth_date": None}]))
    assert found["S0"].could_matter == ("no date of birth is recorded: somebody younger than 16 would not be listed",)
    assert found["S1"].could_matter == ()


def test_somebody_whom_no_incident_puts_into_an_area_is_named_on_the_areas_list(ledger: Ledger) -> None:
    """They are on no area's list, with points that would give a place."""
    nowhere = [
        replace(incident, number=f"N{incident.number}", suspect=f"N{incident.suspect}", area=None) for incident in ABOVE
    ]
    found = lines(ledger, extract_of([*ABOVE, *nowhere]), area="North", places=1)
    assert {line.standing for person, line in found.items() if person.startswith("N")} == {Standing.BELOW}
    assert "no incident says in which area it was" in found["NS0"].could_matter[0]


def test_whoever_is_below_the_line_has_no_place(ledger: Ledger) -> None:
    """Marks change nothing: neither who is listed, nor what a cohort may cite, nor that it rebuilds."""
    force = [*ABOVE, *(Happened(f"B{i}", "S2", "V2", 40 + 5 * i, code=None) for i in range(4))]
    extract = extract_of(force)
    made = drawn(ledger, extract, places=2)
    assert [line.person_id for line in made.lines if line.is_listed] == ["S0", "S1"]
    assert rebuild(find_list(ledger, made.number), extract, context_of(extract)).same


_INCIDENT = st.tuples(st.integers(0, 4), st.integers(1, 900), st.booleans(), st.booleans())


@settings(max_examples=at_least(4, 15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_INCIDENT, min_size=3, max_size=12))
def test_whoever_would_cross_the_line_with_more_on_record_was_marked(
    ledger: Ledger, told: list[tuple[int, int, bool, bool]]
) -> None:
    """Give incidents the victims and crimes the codes that they lack: nobody comes to be listed as a surprise."""
    force = [
        Happened(f"I{i:02}", f"S{who}", f"V{who}{i if lacks else ''}", ago, code=None if bare else "00501")
        for i, (who, ago, bare, lacks) in enumerate(told)
    ]
    numbers = [f"I{i:02}" for i, (_, _, _, lacks) in enumerate(told) if lacks]
    before = lines(ledger, without_victim(force, *numbers))
    whole = extract_of([incident if incident.code else replace(incident, code="00101") for incident in force])
    listed = {person for person, line in before.items() if line.is_listed or line.standing is Standing.BELOW}
    assert {person for person, line in lines(ledger, whole).items() if line.is_listed} <= listed
