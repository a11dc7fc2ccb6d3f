"""Pages keep what the terms of a referral keep: from whoever works for another agency, in lists, cases and minutes."""

from dataclasses import replace

import httpx
import pytest

from matac_ml import clock
from matac_ml.casework import Cycle, Ledger
from matac_ml.casework.meetings import Meetings
from matac_ml.wording import day
from tests.casework.conftest import ONE
from tests.serving.casework_pages import REASON, Staff, first_listed, open_case, refer, words_of
from tests.serving.running import Service
from tests.serving.signed_in import path_of

NOTED = {"day-1": "2025-01-05", "what-1": "Neighbours called about shouting."}


@pytest.fixture(scope="module")
def people(force: Service) -> list[str]:
    """The first eight of the list."""
    return first_listed(force, 8)


def opened(staff: Staff, name: str, attended: str) -> httpx.Response:
    """A meeting that the chair opens."""
    chair = staff("chair")
    chair.get("/meetings")
    form = {"name": name, "area": "", "attended": attended, "day": clock.today().isoformat()}
    return chair.post("/meetings", **form)


def test_the_terms_of_a_referral_are_kept_to(staff: Staff, people: list[str]) -> None:
    """Police alone: counted and named to nobody of another agency. The meeting: from when their agency is there."""
    alone, shared, both = people[:3]
    housing = staff("partner", "h.officer", agency="Housing")
    refer(housing, alone, **NOTED, share="police")
    refer(housing, shared, **NOTED, share="meeting")
    refer(housing, both, **NOTED, share="police")
    refer(staff("analyst"), both, share="meeting")
    nurse = staff("specialist", "n.nurse", agency="Health")
    assert not any(person in nurse.get("/cases").text for person in (alone, shared, both))
    assert words_of(nurse.get("/cases")).count("Restricted record") == 3
    assert open_case(nurse, shared).status_code == 404
    page = opened(staff, "2026-12 terms", "A. Chair, Police\nN. Nurse, Health")
    listed = nurse.get("/cases").text
    assert (alone in listed, shared in listed, both in listed) == (False, True, True)
    assert "Neighbours called about shouting." in words_of(open_case(nurse, shared))
    said = words_of(open_case(nurse, both))
    assert "A referral whose terms keep what it says from this agency" in said
    assert "Neighbours called" not in said
    assert "Housing" not in said
    said = words_of(open_case(staff("chair"), both))
    assert "Neighbours called about shouting." in said
    assert alone not in nurse.get("/judging").text
    assert alone not in nurse.get(path_of(page)).text
    assert alone in staff("chair").get("/cases").text


def test_an_agency_has_its_own_copy_of_the_minutes(force: Service, staff: Staff, people: list[str]) -> None:
    """The chair's copy for an agency that attended leaves out, and counts, what the agency may not know."""
    page = opened(staff, "2026-12 copies", "A. Chair, Police\nN. Nurse, Health")
    alone, shared = people[3:5]
    for person, share in ((alone, "police"), (shared, "meeting")):
        act = {"user": "h.officer", "reason": REASON, "person_id": person, "meeting": "2026-12 copies"}
        asked = {**act, "step": "refer", "source": "Housing", "share": share, "basis": "safeguarding"}
        assert force.post("/v1/cycle", asked).status_code == 200
    minutes = path_of(page).replace("meetings", "minutes")
    whole, copy = (staff("chair").get(f"{minutes}{query}") for query in ("", "?for=Health"))
    assert alone in whole.text
    assert alone not in copy.text
    assert shared in copy.text
    assert "1 line about restricted records is not shown to Health" in words_of(copy)
    other = staff("chair").get(f"{minutes}?for=Probation")
    assert alone in other.text


def test_a_referral_tells_an_agency_nothing_of_where_somebody_stands(
    force: Service, staff: Staff, people: list[str]
) -> None:
    """New, under way, or restricted: the same words, the same line under Cases, and its own referral on the page."""
    fresh, under_way, hidden = people[5:8]
    probation = staff("partner", "k.officer", agency="Probation")
    for person in (under_way, hidden):
        refer(staff("analyst"), person)
    with Ledger.open(force.ledger) as ledger:
        replace(Cycle(ledger), toolkit=ONE).judge(under_way, actor="b.one", reason=REASON, accept=True)
        Meetings(ledger).restrict(hidden, to=[], actor="s.lead", reason=REASON)
    said = [words_of(refer(probation, person)) for person in (fresh, under_way, hidden)]
    assert "The referral is recorded" in said[0]
    assert set(said) == {said[0]}
    listed = words_of(probation.get("/cases"))
    for person in (fresh, under_way, hidden):
        assert f"{person} Waiting for a decision {day(clock.today())}" in listed
        opened = words_of(open_case(probation, person)).replace(person, "X")
        assert "Referred by Probation" in opened
        assert opened.count("Agreed at the November meeting") == 1
        assert "analysis" not in opened
    assert hidden not in staff("chair").get("/cases").text
