"""Papers of a meeting by page and over HTTP: recorded before they are shown, and each role gets its own."""

import base64
import io
import re

import openpyxl
import pypdf
import pytest

from matac_ml import clock
from matac_ml.casework import Ledger
from matac_ml.casework.judging import CASE_LOOK
from matac_ml.packs import DISCLOSED
from matac_ml.page import pdf
from matac_ml.roles import Permission, ServiceRole
from tests.serving.casework_pages import Staff, first_listed, refer, words_of
from tests.serving.running import WHY, Service
from tests.serving.signed_in import path_of

MARKED = "OFFICIAL-SENSITIVE. Printed for "


@pytest.fixture(scope="module")
def people(force: Service, staff: Staff) -> list[str]:
    """Three who are referred: by analysis, by Housing, and by Health for the police alone."""
    found = first_listed(force, 3)
    refer(staff("analyst"), found[0])
    refer(staff("partner", "a.housing", agency="Housing"), found[1])
    refer(staff("partner", "a.health", agency="Health"), found[2], share="police")
    return found


@pytest.fixture(scope="module")
def meeting(staff: Staff, people: list[str]) -> str:
    """Name in addresses of a meeting that Housing attends."""
    chair = staff("chair")
    chair.get("/meetings")
    fields = {"name": "June", "area": "", "attended": "A. Chair, Police\nH. Officer, Housing"}
    return path_of(chair.post("/meetings", **fields, day=clock.today().isoformat())).rpartition("/")[2]


def entries(force: Service, kind: str) -> list[tuple[str, dict]]:
    """Whom entries of a kind are about, and what they say."""
    with Ledger.open(force.ledger) as ledger:
        return [(e.personal.subject, dict(e.personal.payload)) for e in ledger.entries(kind=kind) if e.personal]


@pytest.mark.parametrize("role", list(ServiceRole))
def test_every_role_on_the_papers_of_meetings(staff: Staff, meeting: str, people: list[str], role: ServiceRole) -> None:
    """Whoever reads cases sees packs; the chair alone gives a partner its paper; the others see nobody."""
    person = staff(role.value, f"p.{role.value}")
    for path in ("/packs", f"/papers/meeting/{meeting}"):
        answer = person.get(path)
        assert (answer.status_code == 200) is (Permission.READ_CASES in role.permissions), path
        assert answer.status_code == 200 or not any(who in answer.text for who in people)
    answer = person.post("/packs", meeting=meeting, agency="Housing", recipient="H. Officer")
    assert (answer.status_code == 200) is (Permission.CHAIR in role.permissions)
    assert answer.status_code == 200 or not any(who in answer.text for who in people)


def test_a_pack_is_on_record_before_it_is_shown_once_a_session(
    force: Service, staff: Staff, meeting: str, people: list[str]
) -> None:
    """Everybody in it; in the paper's own frame, marked, without script; Reload and another form record nothing."""
    reader = staff("safeguarding_lead", "reads.packs")
    before = len(entries(force, CASE_LOOK))
    page = reader.get(f"/papers/meeting/{meeting}")
    assert f"{MARKED}reads.packs, safeguarding lead, on " in page.text
    assert "<script" not in page.text
    assert all(person in page.text for person in people)
    assert page.text.index("also\nrecorded" if "also\nrecorded" in page.text else "recorded") < page.text.index(
        "1. Actions"
    )
    looked = entries(force, CASE_LOOK)[before:]
    assert sorted(person for person, _ in looked) == sorted(people)
    assert all(said == said | {"page": "pack 1", "score_shown": False} for _, said in looked)
    book = reader.get(f"/papers/meeting/{meeting}?as=xlsx")
    assert "attachment" in book.headers["content-disposition"]
    assert "Read first" in openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames
    if pdf.available():
        sheets = pypdf.PdfReader(io.BytesIO(reader.get(f"/papers/meeting/{meeting}?as=pdf").content)).pages
        assert all(MARKED in sheet.extract_text() for sheet in sheets)
    assert len(entries(force, CASE_LOOK)) == before + len(people)


def test_a_partner_is_given_what_the_terms_let_out_and_each_disclosure_is_kept(
    force: Service, staff: Staff, meeting: str, people: list[str]
) -> None:
    """Those of analysis and Housing for the meeting; not Health's, which is for the police alone."""
    chair = staff("chair", "gives.papers")
    page = chair.get("/packs")
    assert "Never disclosed: police records" in words_of(page)
    assert "Enter the name of whoever receives it" in chair.post("/packs", meeting=meeting, agency="Housing").text
    before = len(entries(force, DISCLOSED))
    given = chair.post("/packs", meeting=meeting, agency="Housing", recipient="H. Officer")
    assert path_of(given).startswith("/papers/partner/D-")
    assert [person in given.text for person in people] == [True, True, False]
    assert given.text.index("Read this first") < given.text.index(people[0])
    assert chair.get(path_of(given)).status_code == 200
    kept = entries(force, DISCLOSED)[before:]
    assert sorted(person for person, _ in kept) == sorted(people[:2])
    assert {(said["agency"], said["recipient"], said["rule"]) for _, said in kept} == {("Housing", "H. Officer", "1")}
    other = staff("chair", "another.chair")
    assert path_of(other.get(path_of(given))) == "/packs"
    assert "That paper is not open here" in other.get("/packs?closed=1").text


def test_a_profile_is_of_a_score_that_is_on_record(force: Service, staff: Staff, people: list[str]) -> None:
    """Two sheets beside the person's page; nobody else's session opens it."""
    analyst = staff("analyst", "prints.profiles")
    analyst.get("/people")
    person = analyst.post("/person", person_id=people[0])
    link = re.search(r'href="(/papers/profile/N-[0-9a-f]{32})"', person.text)
    assert link is not None
    page = analyst.get(link[1])
    assert f"Subject profile of {people[0]}" in page.text
    assert "Where the person stands" in page.text
    assert "Referred by analysis" in page.text
    assert path_of(staff("analyst", "another.analyst").get(link[1])).startswith("/people/N-")


def test_the_same_over_http(force: Service, people: list[str], meeting: str) -> None:
    """A pack, a profile and a partner's paper; what does not belong together is refused in words."""
    pack = force.post("/v1/pack", {**WHY, "paper": "meeting", "meeting": "June", "form": "md"}).json()
    assert next(iter(pack)) == "also_victims"
    assert pack["content"].startswith("# Pack of meeting June")
    assert set(pack["also_victims"]) <= set(people)
    assert len(pack["ledger"]["entries"]) == len(people)
    asked = {"paper": "partner", "meeting": "June", "agency": "Housing", "recipient": "H. Officer"}
    partner = force.post("/v1/pack", {**WHY, **asked, "form": "xlsx"}).json()
    assert base64.b64decode(partner["content"])[:2] == b"PK"
    assert entries(force, DISCLOSED)[-1][1]["sha256"] == partner["sha256"]
    profile = force.post("/v1/pack", {**WHY, "paper": "profile", "person_id": people[0], "form": "html"}).json()
    assert f"Subject profile of {people[0]}" in profile["content"]
    for body, status, said in (
        ({"paper": "meeting", "meeting": "none"}, 404, "no meeting of this name was opened"),
        ({"paper": "meeting", "meeting": "June", "agency": "Housing"}, 409, "this paper does not take it"),
        ({"paper": "profile"}, 409, "this paper needs it"),
        ({"paper": "profile", "person_id": "nobody"}, 404, "holds nobody with this identifier"),
    ):
        answer = force.post("/v1/pack", {**WHY, **body})
        assert answer.status_code == status, answer.text
        assert said in answer.text
