"""Notes of the programme by page, by a program and by hand: the same notes and refusals, and a person decides."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from matac_ml import clock
from matac_ml.casework import Case, Cycle, Ledger
from matac_ml.casework.toolkit import load_toolkit
from matac_ml.cli import main
from tests.serving.casework_pages import REASON, Staff, first_listed, open_case, words_of
from tests.serving.running import Service
from tests.serving.signed_in import Person, path_of

TODAY = clock.today()


@pytest.fixture(scope="module")
def planned(force: Service) -> str:
    """Somebody four weeks into a programme with housing that is tied to an agreement."""
    person = first_listed(force, 1)[0]
    began = TODAY - timedelta(weeks=5)
    with Ledger.open(force.ledger) as ledger:
        cycle = replace(Cycle(ledger), toolkit=replace(load_toolkit(), judgements=1))
        given: dict[str, Any] = {"actor": "s.officer", "reason": REASON, "on": began}
        cycle.refer(person, source="analysis", **given)
        cycle.judge(person, accept=True, **given)
        cycle.cohort([person], name="2026-11", capacity=1, **given)
        cycle.plan(person, interventions=["housing_with_agreement"], starts=began, **given)
    return person


def case_of(force: Service, person: str) -> Case:
    """The case as the ledger has it."""
    with Ledger.open(force.ledger) as ledger:
        return Cycle(ledger).case(person)


def note(worker: Person, who: str, act: str, **fields: str) -> httpx.Response:
    """Send such a form from a case's page."""
    name = path_of(open_case(worker, who)).rpartition("/")[2]
    return worker.post("/case/note", **{"case": name, "act": act, "reason": REASON, **fields})


def test_needs_are_recorded_and_the_toolkit_offers_by_rule(force: Service, staff: Staff, planned: str) -> None:
    """What is offered stands on the page with the need it is for, and nothing is chosen by it."""
    worker = staff("programme_staff")
    said = words_of(note(worker, planned, "needs", **{"need-housing": "on"}))
    assert "Housing offered with an Acceptable Behaviour Agreement. By rule, for these needs" in said
    assert case_of(force, planned).needs == ("housing",)
    page = open_case(worker, planned)
    assert not re.search(r"intervention-[a-z_]+\"[^>]* checked", page.text)


def test_an_agreement_by_page(force: Service, staff: Staff, planned: str) -> None:
    """Made, signed and breached, each a form; a fault stands at its field; another role is refused."""
    worker = staff("programme_staff")
    empty = note(worker, planned, "make_agreement", agency="Housing", terms="")
    assert empty.status_code == 422
    assert 'href="#make_agreement-terms">Enter 1 to 20 terms' in empty.text
    note(worker, planned, "make_agreement", agency="Housing", terms="No contact with the household\nHome by ten")
    (agreement,) = case_of(force, planned).agreements
    number = str(agreement.number)
    unsigned = note(worker, planned, "sign_agreement", agreement=number, on="soon", signed_by="P. Person")
    assert f'href="#sign_agreement-{number}-on">Enter the day' in unsigned.text
    note(worker, planned, "sign_agreement", agreement=number, on=TODAY.isoformat(), signed_by="P. Person")
    said = words_of(note(worker, planned, "breach", agreement=number, on=TODAY.isoformat(), reason="Seen there today."))
    assert "Signed on" in said
    assert "Seen there today." in said
    assert len(case_of(force, planned).agreements[0].breaches) == 1
    assert note(staff("analyst"), planned, "needs").status_code == 403


def test_missed_weeks_ask_and_a_person_decides(force: Service, staff: Staff, planned: str) -> None:
    """Three missed weeks ask on board and case; kept with a reason, the question rests and the person stays."""
    worker = staff("programme_staff")
    for week in (1, 2, 3):
        step = {"user": "a.worker", "person_id": planned, "step": "engage", "reason": REASON, "week": week}
        assert force.post("/v1/cycle", {**step, "engaged": False}).status_code == 200
    board = words_of(worker.get("/programme"))
    assert "Remove or keep?" in board
    assert "Missed 3 weeks in a row and 3 in all; the toolkit asks from 3 in a row" in board
    assert "A person decides" in words_of(open_case(worker, planned))
    note(worker, planned, "keep", reason="In hospital until Friday.")
    assert "Remove or keep?" not in words_of(worker.get("/programme"))
    assert case_of(force, planned).state.value == "planned"


def test_the_same_by_a_program(force: Service, planned: str) -> None:
    """A contact is noted; what an act needs and does not take is said; a question that is not asked is refused."""
    asked = {"user": "k.worker", "reason": REASON, "person_id": planned}
    done = force.post("/v1/programme", {**asked, "act": "contact", "how": "visit", "reached": False})
    assert done.status_code == 200, done.text
    assert done.json()["offered"] == ["housing_with_agreement"]
    assert "this act needs it" in force.post("/v1/programme", {**asked, "act": "contact", "how": "visit"}).text
    assert "this act does not take it" in force.post("/v1/programme", {**asked, "act": "keep", "needs": []}).text
    refused = force.post("/v1/programme", {**asked, "act": "keep"})
    assert refused.status_code == 409
    assert "does not ask whether to remove" in refused.text


def test_the_same_by_hand(
    force: Service, planned: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command writes what the page writes; the caseload asks the question."""
    monkeypatch.delenv("MATAC_TOOLKIT", raising=False)
    who = ["--ledger", force.ledger, "--actor", "k.worker", "--reason", REASON]

    def ended(*words: str) -> str:
        with pytest.raises(SystemExit) as end:
            main(["cycle", *words])
        assert end.value.code == 0
        return capsys.readouterr().out

    assert "Offered for mental_health: mental_health_referral" in ended(
        "needs", planned, *who, "--need", "mental_health"
    )
    ended("contact", planned, *who, "--how", "phone", "--reached")
    ended("agree", planned, *who, "--term", "No contact with the household", "--agency", "Housing")
    number = str(case_of(force, planned).agreements[-1].number)
    ended("sign", planned, *who, "--agreement", number, "--signed-by", "P. Person")
    ended("breach", planned, *who, "--agreement", number)
    with Ledger.open(force.ledger) as ledger:
        Cycle(ledger).engage(planned, week=4, engaged=False, actor="a.worker", reason=REASON)
    assert "Missed 4 weeks in a row" in ended("caseload", "--ledger", force.ledger)
    ended("keep", planned, *who)
    assert "Missed 4 weeks" not in ended("caseload", "--ledger", force.ledger)
    case = case_of(force, planned)
    assert case.needs == ("mental_health",)
    assert len(case.agreements[-1].breaches) == 1
