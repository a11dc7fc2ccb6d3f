"""A meeting on pages: prepared, held and minuted in few forms; conflicts, restrictions, overrides and actions hold."""

import re
from dataclasses import replace

import httpx
import pytest

from matac_ml import clock
from matac_ml.casework import Cycle, Ledger, State
from matac_ml.casework.meetings import Meetings
from matac_ml.roles import Permission, ServiceRole
from tests.casework.conftest import ONE
from tests.serving.casework_pages import REASON, Staff, first_listed, open_case, refer, rows_of, words_of
from tests.serving.running import Service
from tests.serving.signed_in import Person, path_of

MEETING = {"name": "2026-12 first", "area": "", "attended": "A. Chair, Police\nH. Officer, Housing\nN. Nurse, Health"}


@pytest.fixture(scope="module")
def people(force: Service, staff: Staff) -> list[str]:
    """Twelve people of the list, referred on the page and accepted: more than there are places."""
    found = first_listed(force, 12)
    for person in found:
        refer(staff("analyst"), person)
    with Ledger.open(force.ledger) as ledger:
        cycle = replace(Cycle(ledger), toolkit=ONE)
        for person in found:
            cycle.judge(person, actor="b.specialist", reason=REASON, accept=True)
    return found


@pytest.fixture(scope="module")
def address(staff: Staff, people: list[str]) -> str:
    """The meeting, opened by the chair."""
    assert people
    chair = staff("chair")
    chair.get("/meetings")
    page = chair.post("/meetings", **MEETING, day=clock.today().isoformat())
    assert "Meeting 2026-12 first" in page.text, words_of(page)
    return path_of(page)


def send(person: Person, address: str, act: str, **fields: str) -> httpx.Response:
    """Send a form of the meeting's page."""
    person.get(address)
    return person.post("/meetings/act", meeting=address.rpartition("/")[2], act=act, **fields)


def state_of(force: Service, who: str) -> State:
    """Where somebody stands, by the ledger."""
    with Ledger.open(force.ledger) as ledger:
        return Cycle(ledger).case(who).state


@pytest.mark.parametrize("role", list(ServiceRole))
def test_every_role_on_the_pages_of_meetings(staff: Staff, address: str, people: list[str], role: ServiceRole) -> None:
    """Whoever reads cases sees agenda and minutes; a partner, a board member and the others are told who may."""
    person = staff(role.value, agency="Health")
    for path in ("/meetings", address, address.replace("meetings", "minutes")):
        answer = person.get(path)
        assert (answer.status_code == 200) is (Permission.READ_CASES in role.permissions), path
        if answer.status_code != 200:
            assert people[0] not in answer.text
            assert "This is for the role analyst, specialist, chair" in answer.text


def test_the_agenda_says_who_may_do_what(staff: Staff, address: str) -> None:
    """A role that takes no cohort is told which one does."""
    said = words_of(staff("analyst").get(address))
    assert "Whoever takes the cohort has the role chair; yours is analyst" in said
    assert "Whoever closes the meeting has the role chair; yours is analyst" in said
    answer = send(staff("analyst"), address, "cohort")
    assert answer.status_code == 403


def order_of(page: str) -> dict[str, int]:
    """Person to row in the form of the cohort."""
    return {person: int(row) for row, person in re.findall(r'name="cohort-who-(\d+)" value="([^"]+)"', page)}


def places(page: str, yes: set[str], **more: str) -> dict[str, str]:
    """The fields of the cohort's form in which these people have a place."""
    fields: dict[str, str] = {"cohort-reason": REASON}
    for person, row in order_of(page).items():
        fields |= {f"cohort-who-{row}": person, f"cohort-place-{row}": "yes" if person in yes else "no"}
    return fields | more


def test_no_place_is_given_before_somebody_gives_it(staff: Staff, address: str, people: list[str]) -> None:
    """The form comes with an order and without a decision; sent so, it asks for one about everybody."""
    deputy = staff("chair", "a.deputy")
    page = deputy.get(address)
    assert "cohort-place-0" in page.text
    assert not re.search(r'name="cohort-place-\d+"[^>]* checked', page.text)
    fields = {name: said for name, said in places(page.text, set()).items() if "-place-" not in name}
    answer = send(deputy, address, "cohort", **fields)
    assert answer.status_code == 422
    assert f"{len(people)} not decided yet" in answer.text


def test_a_whole_meeting_in_few_forms(force: Service, staff: Staff, address: str, people: list[str]) -> None:
    """A conflict, a restriction, an override with code and words, plans for ten, minutes, and the next agenda."""
    chair, forms = staff("chair"), 0
    page = chair.get(address)
    order = list(order_of(page.text))
    assert set(order) == set(people)
    # The chair knows somebody: the form of the cohort is another chair's then.
    lead, deputy = staff("safeguarding_lead"), staff("chair", "a.deputy")
    answer = send(chair, address, "conflict", **{"conflict-who": order[5], "conflict-why": "A neighbour of mine."})
    assert "You declared a conflict" in answer.text
    answer = send(chair, address, "cohort", **places(page.text, set(order[:10])))
    assert answer.status_code == 409
    assert "somebody else with the role chair may take the cohort" in answer.text.lower()
    # Against the order without a reason: asked for, at the field.
    yes = {*order[:10], order[11]} - {order[2]}
    answer = send(deputy, address, "cohort", **places(page.text, yes))
    assert answer.status_code in (409, 422)
    for field in ("why", "code"):
        assert f'href="#cohort-{field}-2">This is against the order' in answer.text
    why = {}
    for row, code in ((2, "custody"), (10, "moved")):
        why |= {f"cohort-why-{row}": "Housing told the meeting so.", f"cohort-code-{row}": code}
    answer = send(deputy, address, "cohort", **places(page.text, yes, **why))
    assert answer.status_code == 200, words_of(answer)
    forms += 1
    assert state_of(force, order[11]) is State.IN_COHORT
    assert state_of(force, order[2]) is State.ACCEPTED
    fields: dict[str, str] = {}
    for row, person in enumerate(sorted(yes, key=order.index)):
        fields |= {
            f"plan-who-{row}": person,
            f"plan-do-key_worker-{row}": "on",
            f"plan-agency-{row}": "Housing",
            f"plan-agreed-{row}": "H. Officer",
            f"plan-due-{row}": clock.today().isoformat(),
            f"plan-starts-{row}": clock.today().isoformat(),
            f"plan-why-{row}": REASON,
        }
    answer = send(deputy, address, "plan", **fields)
    assert answer.status_code == 200, words_of(answer)
    forms += 1
    assert {state_of(force, person) for person in yes} == {State.PLANNED}
    send(lead, address, "restrict", **{"restrict-who": order[2], "restrict-to": "", "restrict-why": "Staff family."})
    minutes = address.replace("meetings", "minutes")
    said = words_of(deputy.get(minutes))
    assert order[11] in said
    assert f"{order[2]} Left off" not in said
    assert "about restricted records" in said
    assert f"{order[10]} Left off the cohort 2026-12 first, against the list: the person has moved away or died" in said
    assert f"{order[11]} Taken into the cohort 2026-12 first" in said  # the free place went down the order
    assert "Housing agreed to this by" in said
    said = words_of(lead.get(minutes))
    assert f"{order[2]} Left off the cohort 2026-12 first, against the list: in custody, or soon to be" in said
    answer = send(deputy, address, "close")
    forms += 1
    assert "Closed: no more decisions can be recorded in it" in words_of(answer)
    assert forms <= 60
    with Ledger.open(force.ledger) as ledger:
        ledger.verify()


def test_a_restricted_record_is_counted_and_named_to_nobody_else(staff: Staff, address: str, people: list[str]) -> None:
    """In counts on cases and agenda, and opened by nobody but those named."""
    lead, chair = staff("safeguarding_lead"), staff("chair")
    hidden = [person for person in people if person not in chair.get("/cases").text]
    assert len(hidden) == 1
    assert "Restricted record" in chair.get("/cases").text
    assert open_case(chair, hidden[0]).status_code == 404
    assert "1 restricted record is not shown to you" in words_of(chair.get(address))
    assert open_case(lead, hidden[0]).status_code == 200


def test_the_next_meeting_begins_with_the_last_ones_actions(staff: Staff, force: Service, people: list[str]) -> None:
    """Reported on in one form; what is done is said in the minutes of the meeting that heard it."""
    assert force
    assert people
    chair = staff("chair")
    chair.get("/meetings")
    page = chair.post("/meetings", **{**MEETING, "name": "2027-01 second"}, day=clock.today().isoformat())
    said = words_of(page)
    assert "1. Actions since the meeting of" in said
    assert "A key worker who works on what drives the behaviour" in said
    hidden = r'name="action-who-(\d+)" value="([^"]+)"><input type="hidden" name="action-number-\1" value="(\d+)"'
    rows = re.findall(hidden, page.text)
    assert len(rows) >= 9
    fields = {}
    for row, person, number in rows:
        fields |= {f"action-who-{row}": person, f"action-number-{row}": number, f"action-done-{row}": "yes"}
        fields |= {f"action-why-{row}": "The key worker has begun."}
    answer = send(chair, path_of(page), "action", **fields)
    assert answer.status_code == 200, words_of(answer)
    minutes = words_of(chair.get(path_of(page).replace("meetings", "minutes")))
    assert minutes.count("was done") == len(rows)


def test_an_agency_sees_and_reports_on_its_own_actions_alone(staff: Staff, force: Service, people: list[str]) -> None:
    """Whoever housing did not refer is housing's to see as far as its actions go; another agency sees nobody."""
    lead = staff("chair", "a.deputy")
    housing, health = (staff("partner", f"{agency}.officer", agency=agency) for agency in ("Housing", "Health"))
    who = next(person for person in people if state_of(force, person) is State.PLANNED)
    lead.get("/meetings")
    page = lead.post("/meetings", **{**MEETING, "name": "2027-02 third"}, day=clock.today().isoformat())
    assert page.status_code == 200
    assert open_case(health, who).status_code == 404
    with Ledger.open(force.ledger) as ledger:
        action = Cycle(ledger).case(who).actions[0]
        Meetings(ledger, meeting="2027-02 third").agree_action(
            who, text="Speak with the landlord.", agency="Housing", due=clock.today(), agreed_by="H. Officer",
            actor="a.deputy", reason=REASON,
        )  # fmt: skip
        entry = Cycle(ledger).case(who).actions[-1]
        Meetings(ledger, meeting="2027-02 third").agree_action(
            who, text="Offer counselling.", agency="Health", due=clock.today(), agreed_by="N. Nurse",
            actor="a.deputy", reason=REASON,
        )  # fmt: skip
        theirs = Cycle(ledger).case(who).actions[-1]
    assert action.done
    page = open_case(housing, who)
    said = words_of(page)
    assert "Speak with the landlord." in said
    assert "Offer counselling." not in said
    assert "points" not in said
    name = path_of(page).rpartition("/")[2]
    refused = housing.post("/case/report", case=name, action=str(theirs.number), done="yes", reason=REASON)
    assert refused.status_code == 409
    assert "another agency" in refused.text
    assert not re.search(r'name="done"[^>]* checked', page.text)
    unsaid = housing.post("/case/report", case=name, action=str(entry.number), reason="Spoke on Monday.")
    assert unsaid.status_code == 422
    assert "Say whether it is done" in unsaid.text
    assert "Spoke on Monday." in unsaid.text
    answer = housing.post("/case/report", case=name, action=str(entry.number), done="yes", reason="Spoke on Monday.")
    assert "Spoke on Monday." in words_of(answer)
    analyst = staff("analyst")
    name = path_of(open_case(analyst, who)).rpartition("/")[2]
    assert analyst.post("/case/report", case=name, action="1", done="yes", reason=REASON).status_code == 403


def test_minutes_keep_the_score_of_a_referral_from_whoever_may_judge(
    force: Service, staff: Staff, address: str
) -> None:
    """What a program records in a meeting stands in its minutes, and is kept back there as on the case's page."""
    chair, who = staff("chair"), first_listed(force, 14)[13]
    chair.get("/meetings")
    page = chair.post("/meetings", **{**MEETING, "name": "2027-03  fourth"}, day=clock.today().isoformat())
    assert "Meeting 2027-03 fourth" in words_of(page)
    act = {"user": "a.program", "reason": REASON, "person_id": who, "meeting": "2027-03 fourth"}
    assert force.post("/v1/cycle", {**act, "step": "refer"}).status_code == 200
    assert force.post("/v1/cycle", {**act, "step": "accept", "user": "b.other"}).status_code == 200
    minutes = path_of(page).replace("meetings", "minutes")
    said = words_of(staff("specialist").get(minutes))
    assert f"{who} Referred by analysis" in said
    assert " points" not in said
    assert "what it says is shown when the second is recorded" in said
    assert " points" in words_of(staff("analyst").get(minutes))


def test_whoever_an_action_is_about_is_shown_on_record(force: Service, staff: Staff, people: list[str]) -> None:
    """The agenda names them, so the ledger says who saw them."""
    reader = staff("auditor", "an.auditor")
    chair = staff("chair")
    who = next(person for person in people if state_of(force, person) is State.PLANNED)
    with Ledger.open(force.ledger) as ledger:
        Meetings(ledger, meeting="2027-03 fourth").agree_action(
            who, text="Speak with them.", agency="Housing", due=clock.today(), agreed_by="H. Officer", actor="a.deputy",
            reason=REASON,
        )  # fmt: skip
    page = re.findall(r'href="(/meetings/M-[0-9a-f]{32})"', chair.get("/meetings").text)[0]
    assert who in reader.get(page).text
    with Ledger.open(force.ledger) as ledger:
        assert any(look.actor == "an.auditor" for look in ledger.entries(kind="case_look", subject=who))


FAULTS = {
    "a name that no step can spell": ({"name": "December, north"}, "name", "Enter a name for the meeting"),
    "no name": ({"name": ""}, "name", "Enter a name for the meeting"),
    "no day": ({"day": "soon"}, "day", "Enter the day as year, month and day"),
    "no agency": ({"attended": "A. Chair"}, "attended", "Enter one person a line"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_meeting_that_is_none_is_shown_again(staff: Staff, name: str) -> None:
    """As GOV.UK shows it, with what was typed."""
    changed, field, said = FAULTS[name]
    chair = staff("chair")
    chair.get("/meetings")
    answer = chair.post("/meetings", **{**MEETING, "day": clock.today().isoformat(), "name": "third", **changed})
    assert answer.status_code == 409
    assert f'<li><a href="#{field}">{said}' in answer.text


def test_an_address_of_no_meeting_says_so(staff: Staff) -> None:
    """Neither a trace nor somebody."""
    for path in ("meetings", "minutes"):
        answer = staff("chair").get(f"/{path}/M-{'0' * 32}")
        assert answer.status_code == 404
        assert "There is no such meeting" in answer.text


def test_a_week_of_everybody_is_recorded_in_one_form(force: Service, staff: Staff, people: list[str]) -> None:
    """One note for all, one of its own where somebody has one; said again, it is corrected; another role is told."""
    worker = staff("programme_staff")
    page = worker.get("/programme")
    rows = rows_of(page.text)
    planned = [person for person in people if state_of(force, person) is State.PLANNED]
    assert set(rows) == set(planned)
    fields = {"back": "0", "note": "The group of Monday evening."}
    for who, row in rows.items():
        fields |= {f"who-{row}": who, f"week-{row}": "1", f"engaged-{row}": "no" if who == planned[0] else "yes"}
    fields[f"why-{rows[planned[0]]}"] = "Did not come, and did not call."
    answer = worker.post("/programme", **fields)
    assert f"{len(planned)} weeks" in words_of(answer)
    with Ledger.open(force.ledger) as ledger:
        weeks = {person: dict(Cycle(ledger).case(person).weeks) for person in planned}
    assert weeks == {person: {1: person != planned[0]} for person in planned}
    assert worker.post("/programme", back="0").status_code == 422
    wrong = worker.post("/programme", **{**fields, "note": "x", f"why-{rows[planned[0]]}": "x"})
    assert wrong.status_code == 422
    assert f'href="#why-{rows[planned[0]]}"' in wrong.text
    assert 'name="engaged-' not in worker.get("/programme?back=1").text
    said = words_of(staff("analyst").get("/programme"))
    assert "Weeks are recorded by the role chair or programme staff; yours is analyst" in said
    assert staff("partner", "Housing.officer", agency="Housing").get("/programme").status_code == 403


def test_nobody_and_nothing_is_chosen_before_somebody_chooses(staff: Staff) -> None:
    """Neither who refers, nor about whom a conflict or a restriction is."""
    analyst, lead = staff("analyst"), staff("safeguarding_lead")
    page = analyst.get("/refer")
    assert " checked" not in page.text
    answer = analyst.post("/refer", person_id="P1", reason=REASON, basis="safeguarding", share="meeting")
    assert 'href="#by">Say who refers the person' in answer.text
    chair = staff("chair")
    chair.get("/meetings")
    form = {**MEETING, "name": "2027-05 nobody", "day": clock.today().isoformat()}
    open_now = path_of(chair.post("/meetings", **form))
    for act in ("conflict", "restrict"):
        answer = send(lead, open_now, act, **{f"{act}-why": REASON})
        assert answer.status_code == 422
        assert f'href="#{act}-who">Choose the person' in answer.text


def test_what_is_wrong_with_an_act_is_said_at_its_field(staff: Staff, people: list[str]) -> None:
    """The summary leads to the field, which says it again; a restriction is lifted where it was made."""
    assert people
    chair, lead = staff("chair", "opens.faults"), staff("safeguarding_lead", "lifts")
    chair.get("/meetings")
    opened = chair.post("/meetings", name="Faults", day=clock.today().isoformat(), area="", attended="a.chair, Police")
    who = re.findall(r"<option[^>]*>(P[0-9]{8})</option>", opened.text)[0]
    address, shown = path_of(opened), f">{who}</option>"
    page = send(lead, address, "restrict", **{"restrict-who": who, "restrict-why": "no"})
    for mark in ('href="#restrict-why"', 'id="restrict-why-fault"'):
        assert mark in page.text
    assert 'href="#restrict-who"' in send(lead, address, "restrict").text
    send(lead, address, "restrict", **{"restrict-who": who, "restrict-why": REASON})
    assert shown not in chair.get(address).text
    send(lead, address, "lift", **{"lift-who": who, "lift-why": REASON})
    assert shown in chair.get(address).text
