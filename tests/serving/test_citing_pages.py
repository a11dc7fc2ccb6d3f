"""A meeting takes the order of a drawn list, names it, and asks why where the list is not one for this meeting."""

import re
from dataclasses import replace

import pytest

from matac_ml import clock
from matac_ml.casework import Cycle, Ledger
from tests.casework.conftest import ONE
from tests.serving.casework_pages import REASON, Staff, first_listed, refer, words_of
from tests.serving.running import WHY, Service
from tests.serving.signed_in import path_of


@pytest.fixture(scope="module")
def people(force: Service, staff: Staff) -> list[str]:
    """Three people of the list who were accepted, and one whom it leaves below the line."""
    found = [*first_listed(force, 3), *first_listed(force, 30)[-1:]]
    for person in found:
        refer(staff("analyst"), person)
    with Ledger.open(force.ledger) as ledger:
        for person in found:
            replace(Cycle(ledger), toolkit=ONE).judge(person, actor="b.specialist", reason=REASON, accept=True)
    return found


def opened(staff: Staff, name: str, area: str = "") -> str:
    """The address of a meeting that the chair opens."""
    chair = staff("chair")
    chair.get("/meetings")
    form = {"name": name, "area": area, "attended": "A. Chair, Police", "day": clock.today().isoformat()}
    return path_of(chair.post("/meetings", **form))


def test_the_cohort_names_the_list_whose_order_it_takes(force: Service, staff: Staff, people: list[str]) -> None:
    """The extract is of long ago, so its list is too old: a reason is asked for, kept, and stands in the minutes."""
    address, chair = opened(staff, "2026-12 cited"), staff("chair")
    assert "because none was drawn" in words_of(chair.get(address))
    drawn = force.post("/v1/lists/draw", {**WHY, "user": "a.program", "places": 10})
    assert drawn.status_code == 200, drawn.text
    said = words_of(chair.get(address))
    assert "No drawn list is cited, and the minutes say so" in said
    page = chair.get(f"{address}?list=1")
    assert "List 1 is as of" in words_of(page)
    rows = {person: row for row, person in re.findall(r'name="cohort-who-(\d+)" value="([^"]+)"', page.text)}
    assert set(rows) == set(people)
    assert list(rows)[-1] == people[-1]
    fields = {"meeting": address.rpartition("/")[2], "act": "cohort", "cohort-list": "1", "cohort-reason": REASON}
    for person, row in rows.items():
        fields |= {f"cohort-who-{row}": person, f"cohort-place-{row}": "yes"}
    row = rows[people[-1]]
    fields |= {f"cohort-why-{row}": "Housing told the meeting so.", f"cohort-code-{row}": "agency"}
    refused = chair.post("/meetings/act", **fields)
    assert refused.status_code in (409, 422)
    assert 'href="#cohort-list-why">Say in at least 10 characters why this list is used' in refused.text
    taken = chair.post("/meetings/act", **fields, **{"cohort-list-why": "No newer extract has come."})
    assert taken.status_code == 200, words_of(taken)
    said = words_of(chair.get(address.replace("meetings", "minutes")))
    assert "The order was that of drawn list 1, used because: No newer extract has come." in said
    assert f"{people[-1]} Put on the cohort 2026-12 cited, against the list" in said
