"""Every form of the casework counts once: sent again, or twice at once, it leads where it led and records nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from matac_ml import clock
from matac_ml.casework import Ledger
from serving.access.sessions import SessionStore
from serving.pages.once import counted_once
from serving.routes import ROUTES
from tests.serving.casework_pages import REASON, TERMS, Staff, first_listed, refer, words_of
from tests.serving.running import Service
from tests.serving.signed_in import path_of

PAGES = Path(__file__).resolve().parents[2] / "serving" / "pages"


def entries(force: Service) -> int:
    """How many entries the ledger has."""
    with Ledger.open(force.ledger) as ledger:
        return sum(1 for _ in ledger.entries())


def test_a_form_sent_again_records_nothing_and_leads_where_it_led(force: Service, staff: Staff) -> None:
    """A referral, whose second would be kept beside the first; changed, it is another form."""
    analyst, who = staff("analyst"), first_listed(force, 1)[0]
    analyst.get("/refer")
    form = {"csrf": analyst.csrf, "once": analyst.once, "person_id": who, "reason": REASON, "by": "analysis", **TERMS}
    first = analyst.http.post("/refer", data=form)
    before = entries(force)
    again = analyst.http.post("/refer", data=form)
    assert "The referral is recorded" in first.text
    assert "The referral is recorded" in again.text
    assert entries(force) == before
    analyst.http.post("/refer", data={**form, "reason": "Another agency has called since."})
    assert entries(force) == before + 1


def test_a_form_sent_twice_at_once_is_recorded_once(force: Service, staff: Staff) -> None:
    """As a double click does: eight at once leave one referral, and all lead to the same page."""
    analyst, who = staff("analyst"), first_listed(force, 2)[1]
    analyst.get("/refer")
    form = {"csrf": analyst.csrf, "once": analyst.once, "person_id": who, "reason": REASON, "by": "analysis", **TERMS}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: analyst.http.post("/refer", data=form), range(8)))
    assert {path_of(answer) for answer in answers} == {"/refer"}
    assert all("The referral is recorded" in answer.text for answer in answers)
    with Ledger.open(force.ledger) as ledger:
        assert len(list(ledger.entries(kind="referral", subject=who))) == 1


def test_a_form_recorded_in_part_is_not_recorded_again(force: Service, staff: Staff) -> None:
    """One judgement of two is written; the same form again says so in place of writing or refusing anything."""
    first, second = first_listed(force, 4)[2:]
    for who in (first, second):
        refer(staff("analyst"), who)
    specialist = staff("specialist")
    page = specialist.get("/judging").text
    rows = {who: row for row, who in re.findall(r'name="who-(\d+)" value="([^"]+)"', page)}
    form = {"csrf": specialist.csrf, "once": specialist.once}
    for who, why in ((first, REASON), (second, "x")):
        row = rows[who]
        form |= {f"who-{row}": who, f"what-{row}": "judge", f"outcome-{row}": "accept", f"why-{row}": why}
    shown = specialist.http.post("/judging", data=form)
    assert shown.status_code == 422
    before = entries(force)
    again = specialist.http.post("/judging", data=form)
    assert again.status_code == 409
    assert "was sent before, and what could be recorded of it was recorded" in words_of(again)
    assert entries(force) == before


def test_a_form_of_which_nothing_came_can_be_sent_again(staff: Staff, force: Service) -> None:
    """Refused, it says the same again, as often as it is sent."""
    chair = staff("chair")
    chair.get("/meetings")
    form = {"csrf": chair.csrf, "once": chair.once, "name": "", "attended": "", "day": clock.today().isoformat()}
    answers = [chair.http.post("/meetings", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert force


def test_a_form_without_a_key_is_refused(staff: Staff, force: Service) -> None:
    """It is none of our pages'."""
    chair = staff("chair")
    chair.get("/cases")
    answer = chair.http.post("/case", data={"csrf": chair.csrf, "person_id": first_listed(force, 1)[0]})
    assert answer.status_code == 422
    assert "open the page again" in words_of(answer)


def test_every_form_of_casework_and_of_drawn_lists_counts_once() -> None:
    """Each POST is wrapped; each form in a template holds token and key by one macro."""
    posts = [route for route in ROUTES if route.page and route.method == "POST" and route.handler is not None]
    ours = [route for route in posts if _file_of(route.handler).parts[-2] in ("casework", "drawn")]
    once = counted_once(lambda *_: None).__code__  # type: ignore[arg-type, return-value]
    assert len(ours) >= 12
    assert [route.address for route in ours if route.handler.__code__ is not once] == []
    files = (file.read_text() for folder in ("casework", "drawn") for file in (PAGES / folder).glob("*.html"))
    forms = [form for text in files for form in re.findall(r'<form method="post"[^>]*>(.{20})', text, flags=re.DOTALL)]
    assert len(forms) >= 12
    assert {"{{ token(csrf" in form for form in forms} == {True}


def _file_of(handler: object) -> Path:
    inner = getattr(handler, "__wrapped__", handler)
    return Path(inner.__code__.co_filename)


def test_a_claim_holds_in_every_worker(tmp_path: Path) -> None:
    """The session's file keeps it: of two workers one has the form, and the other learns where it led."""
    one, other = (SessionStore(tmp_path / "s", idle_seconds=60, most_seconds=60) for _ in range(2))
    session = one.sign_in(one.begin(), {"name": "a", "shown_as": "a", "role": "analyst", "origin": "made-up"})
    assert [store.claim_form(session, "f") for store in (one, other)] == [True, False]
    assert other.form_led_to(session, "f") is None
    one.end_form(session, "f", "/cases")
    assert other.form_led_to(session, "f") == "/cases"
    one.end_form(session, "f", None)
    assert other.claim_form(session, "f")
