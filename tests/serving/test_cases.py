"""Cases, referrals and steps on pages: who sees what, why something is not allowed, and what the ledger then holds."""

import re
from dataclasses import replace

import pytest

from matac_ml import clock
from matac_ml.casework import Cycle, Ledger
from matac_ml.roles import Permission, ServiceRole
from matac_ml.wording import day
from tests.casework.conftest import ONE
from tests.serving.casework_pages import REASON, Staff, first_listed, open_case, refer, take, words_of
from tests.serving.running import Service
from tests.serving.signed_in import Person, path_of


@pytest.fixture(scope="module")
def people(force: Service) -> list[str]:
    """The first twelve of the list, all referred by the analyst."""
    return first_listed(force, 12)


@pytest.fixture(scope="module", autouse=True)
def _referred(staff: Staff, people: list[str]) -> None:
    for person in people[:6]:
        answer = refer(staff("analyst"), person)
        assert "The referral is recorded" in answer.text, words_of(answer)


def entries(force: Service, **where: str) -> list[str]:
    """Kinds of the ledger's entries."""
    with Ledger.open(force.ledger) as ledger:
        return [entry.kind for entry in ledger.entries(**where)]


@pytest.mark.parametrize("role", list(ServiceRole))
def test_every_role_on_the_pages_of_cases(staff: Staff, people: list[str], role: ServiceRole) -> None:
    """Whoever may open cases sees them, a partner none of another agency; everybody else is told who may."""
    person = staff(role.value, agency="Health" if role is ServiceRole.PARTNER else "Police")
    answer = person.get("/cases")
    if Permission.OPEN_CASES not in role.permissions:
        assert answer.status_code == 403
        assert "This is for the role analyst, specialist, chair" in answer.text
        return
    assert answer.status_code == 200
    assert (people[0] in answer.text) is (role is not ServiceRole.PARTNER)
    opened = open_case(person, people[0])
    assert (opened.status_code == 200) is (role is not ServiceRole.PARTNER)
    may_refer = person.get("/refer").status_code == 200
    assert may_refer is (Permission.REFER in role.permissions)


def test_a_case_says_where_somebody_stands_and_who_may_go_on(staff: Staff, people: list[str]) -> None:
    """Its state, what is expected, each step with who, when and why; a role that may not is told which role may."""
    said = words_of(open_case(staff("programme_staff"), people[0]))
    for words in ("Referred since", "Expected next: a judgement by specialist staff", "Referred by analysis", REASON):
        assert words in said
    assert "You may not do this: this step is taken by the role specialist or chair; yours is programme staff" in said


def test_no_address_of_a_case_holds_an_identifier_and_back_records_nothing(
    force: Service, staff: Staff, people: list[str]
) -> None:
    """Opened once by a form, then at an address of its own; another session is shown nobody."""
    page = open_case(staff("analyst"), people[0])
    assert re.fullmatch(r"/cases/C-[0-9a-f]{32}", path_of(page))
    before = len(entries(force))
    staff("analyst").get(path_of(page))
    staff("analyst").get("/cases")
    assert len(entries(force)) == before
    other = staff("chair").get(path_of(page))
    assert "This case is not open here" in other.text
    assert people[0] not in other.text


def test_the_score_is_kept_from_whoever_may_judge(staff: Staff, people: list[str]) -> None:
    """A specialist and a chair see none before both judgements; an analyst does; then whoever reads cases does."""
    who = people[1]
    assert "Entry score" in words_of(open_case(staff("analyst"), who))
    for role in ("specialist", "chair"):
        said = words_of(open_case(staff(role), who))
        assert "Entry score" not in said
        assert " points" not in said
        assert "The score is kept from whoever may judge" in said
    assert "Judged by one" in words_of(take(staff("specialist"), who, "judge", outcome="accept"))
    said = words_of(open_case(staff("specialist", "another"), who))
    assert "what it says is shown when the second is recorded" in said
    assert "first judgement, before any score" not in said.lower()
    assert "Judged by two" in words_of(take(staff("specialist", "another"), who, "judge", outcome="decline"))
    said = words_of(open_case(staff("specialist"), who))
    assert "Entry score" in said
    assert "Second judgement, before any score: decline" in said


def test_whoever_has_seen_the_score_is_refused_as_a_judge(staff: Staff, people: list[str]) -> None:
    """With the entry, and who may; the page says it as GOV.UK does, and keeps what was typed."""
    chair, who = staff("chair", "a.curious.chair"), people[2]
    chair.get("/people")
    assert chair.post("/person", person_id=who).status_code == 200
    answer = take(chair, who, "judge", outcome="accept", reason="I know the person.")
    assert answer.status_code == 409
    assert "<title>Error: " in answer.text
    assert "you were shown a score of this person" in answer.text.lower()
    assert "role specialist or chair may" in answer.text
    assert 'value="I know the person."' in answer.text


FAULTS = {
    "no outcome": ("judge", {}, "judge-outcome", "Choose accept or decline"),
    "no reason": ("judge", {"outcome": "accept", "reason": "no"}, "judge-reason", "Say why in at least 10 characters"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_step_with_faults_is_shown_again(staff: Staff, people: list[str], name: str) -> None:
    """A summary that links to the field, and the fault at the field."""
    step, fields, field, said = FAULTS[name]
    answer = take(staff("specialist"), people[3], step, **fields)
    assert answer.status_code in (409, 422)
    assert f'<li><a href="#{field}">{said}' in answer.text
    assert f'id="{field}-fault"' in answer.text


def test_a_partner_sees_and_refers_for_its_own_agency_alone(force: Service, staff: Staff, people: list[str]) -> None:
    """Records of its own stand beside; it is told nothing that police records hold, nor what another agency says."""
    housing, who = staff("partner", "h.officer", agency="Housing"), people[7]
    answer = refer(housing, who, **{"day-1": "2025-01-05", "what-1": "Neighbours called about shouting."})
    assert "The referral is recorded" in answer.text, words_of(answer)
    listed = housing.get("/cases")
    assert who in listed.text
    assert people[0] not in listed.text
    said = words_of(open_case(housing, who))
    assert "Neighbours called about shouting." in said
    assert "Waiting for a decision" in said
    assert not re.search(r"\bpoints\b|victim|police records hold", said)
    health = staff("partner", "n.nurse", agency="Health")
    assert who not in health.get("/cases").text
    assert open_case(health, who).status_code == 404
    said = words_of(open_case(staff("chair"), who))
    assert "What agencies have on record" in said
    assert "Neighbours called about shouting." in said
    assert "shared because it is necessary to protect somebody from harm" in said
    with Ledger.open(force.ledger) as ledger:
        (referral,) = ledger.entries(kind="referral", subject=who)
    assert referral.personal is not None
    assert referral.personal.payload["source"] == "Housing"


def test_no_address_tells_a_partner_where_its_referral_stands_before_it_is_decided(
    staff: Staff, people: list[str]
) -> None:
    """Narrowed by a state it says the same, and its day is the referral's: a hold would tell of police records."""
    housing, who = staff("partner", "k.officer", agency="Probation"), people[6]
    refer(housing, who)
    asked = [f"/cases?{query}" for query in ("", "state=held", "state=referred", "state=judged_once", "area=North")]
    shown = [words_of(housing.get(address)) for address in asked]
    assert who in shown[0]
    assert set(shown) == {shown[0]}
    assert f"{who} Waiting for a decision {day(clock.today())}" in shown[0]
    assert f"Waiting for a decision , referred on {day(clock.today())}" in words_of(open_case(housing, who))


def test_a_partner_refers_whoever_police_do_not_know_and_is_not_told(staff: Staff) -> None:
    """The same words for somebody in the records and for somebody who is not; analysts must say that nobody is."""
    housing = staff("partner", "h.officer", agency="Housing")
    assert "The referral is recorded" in refer(housing, "HOUSING-77").text
    assert "Police records hold nobody with this identifier" in words_of(open_case(staff("analyst"), "HOUSING-77"))
    assert "Police records" not in words_of(open_case(housing, "HOUSING-77"))
    wrong = refer(staff("analyst"), "TYPO-1")
    assert wrong.status_code == 409
    assert "check it for a typing error" in wrong.text


def test_a_partner_without_an_agency_refers_nobody(staff: Staff) -> None:
    """Nobody could say whose referral it is; an agency that is the police is none."""
    answer = refer(staff("partner", "p.officer", agency="Police"), "HOUSING-78")
    assert answer.status_code == 422
    assert "Your account names no partner agency" in answer.text


def test_a_later_referral_of_another_agency_is_not_the_first_ones(
    force: Service, staff: Staff, people: list[str]
) -> None:
    """Declined, then referred by another agency: whoever referred first learns nothing of that."""
    probation, who = staff("partner", "k.officer", agency="Probation"), people[10]
    refer(probation, who)
    with Ledger.open(force.ledger) as ledger:
        replace(Cycle(ledger), toolkit=ONE).judge(who, actor="b.one", reason=REASON, accept=False)
    assert "Declined" in words_of(open_case(probation, who))
    refer(staff("partner", "n.nurse", agency="Health"), who)
    assert who not in probation.get("/cases").text
    assert open_case(probation, who).status_code == 404


@pytest.mark.parametrize("address", ["/cases/looks%20at%20cases", "/lists/looks%20at%20cases"])
def test_what_a_session_keeps_under_another_name_is_no_page(staff: Staff, address: str) -> None:
    """Neither shown nor a fault of ours."""
    analyst = staff("analyst")
    analyst.get("/cases")
    assert analyst.get(address).status_code == 200
    assert analyst.post("/case/step", case="looks at cases", step="judge", reason=REASON).status_code == 200


def test_a_case_without_a_score_shows_none_on_record(force: Service, staff: Staff) -> None:
    """Whoever looked at somebody whom police records do not know was shown no score, and may judge a later referral."""
    who = "HOUSING-90"
    refer(staff("partner", "h.officer", agency="Housing"), who)
    with Ledger.open(force.ledger) as ledger:
        replace(Cycle(ledger), toolkit=ONE).judge(who, actor="b.one", reason=REASON, accept=False)
    reader = staff("specialist", "e.four")
    open_case(reader, who)
    refer(staff("partner", "h.officer", agency="Housing"), who)
    assert "Judged by one" in words_of(take(reader, who, "judge", outcome="accept"))


def test_our_own_analysis_is_no_agency_whatever_was_typed_before(
    force: Service, staff: Staff, people: list[str]
) -> None:
    """An agency's name that was left in the form makes nobody its referral; nor does a claim of being the police."""
    assert "The referral is recorded" in refer(staff("analyst"), people[9], by="analysis", agency="Probation").text
    with Ledger.open(force.ledger) as ledger:
        (referral,) = ledger.entries(kind="referral", subject=people[9])
    assert referral.personal is not None
    assert referral.personal.payload["source"] == "analysis"
    claimed = staff("partner", "q.officer", agency="Analysis")
    assert not any(person in claimed.get("/cases").text for person in people)
    assert open_case(claimed, people[9]).status_code == 404


def test_a_partner_is_told_what_is_wrong_with_its_own_form(staff: Staff) -> None:
    """A record of tomorrow is a fault of the form, and not said to be one of where somebody stands."""
    answer = refer(
        staff("partner", "h.officer", agency="Housing"), "HOUSING-79", **{"day-1": "2099-01-01", "what-1": "x"}
    )
    assert answer.status_code == 409
    assert "Record 1 must not lie after today" in answer.text


def test_a_referral_says_on_which_ground(staff: Staff, people: list[str]) -> None:
    """Ground, circle and reason are asked; a day that is none is said at its line."""
    answer = refer(staff("analyst"), people[8], basis="", share="", reason="short", **{"day-2": "May", "what-2": "x"})
    assert answer.status_code == 422
    for field in ("basis", "share", "reason"):
        assert f'<li><a href="#{field}">' in answer.text
    answer = refer(staff("analyst"), people[8], **{"day-2": "May", "what-2": "Something."})
    assert 'href="#day-2">Enter the day of record 2' in answer.text


def test_cases_are_narrowed_by_links(staff: Staff, people: list[str]) -> None:
    """By where somebody stands; the counts are those of the rows, and nonsense counts as not asked."""
    page = staff("analyst").get("/cases")
    for state, number in re.findall(r'href="/cases\?state=(\w+)"[^>]*>[^<]+<span>(\d+)</span>', page.text):
        rows = staff("analyst").get(f"/cases?state={state}").text.count('data-l="Where they stand"')
        assert rows == int(number) > 0
    assert staff("analyst").get("/cases?state=nothing&page=x&area=%00").status_code == 200


def everything(person: Person) -> str:
    """What somebody's page of cases says."""
    return words_of(person.get("/cases"))


def test_nobody_is_called_what_nobody_may_be_called(staff: Staff) -> None:
    """No page says that somebody is at low risk, or that the program nominates."""
    for role in ("analyst", "specialist", "chair", "partner"):
        said = everything(staff(role)).lower()
        assert "low risk" not in said
        assert "nominate" not in said
