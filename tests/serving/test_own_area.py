"""Where the board has set it, an account's area limits whom it sees: on every page, and at every address."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from matac_ml import clock
from matac_ml.casework import Ledger
from tests.serving.casework_pages import REASON, TERMS
from tests.serving.running import WHY, Service, running
from tests.serving.signed_in import Person, choose_role, path_of

HERE, THERE = "Area A", "Area B"
STEP = {"user": "a.program", "reason": REASON}


@pytest.fixture(scope="module")
def limited(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose board has set that an area limits."""
    with running(made_up, tmp_path_factory.mktemp("areas"), MATAC_TOOLKIT="", MATAC_AREAS="own") as started:
        yield started


@pytest.fixture(scope="module")
def people(limited: Service) -> dict[str, str]:
    """The first of the list of each of two areas, referred, and known to a meeting of the whole force."""
    found = {}
    for area in (HERE, THERE):
        answer = limited.post("/v1/rank", {**WHY, "user": "a.program", "k": 3, "area": area})
        found[area] = answer.json()["people"][0]["person_id"]
        refer = {**STEP, "step": "refer", "person_id": found[area], "basis": "crime", "share": "plan"}
        assert limited.post("/v1/cycle", refer).status_code == 200
    there = [{"name": "a.chair", "agency": "Police"}]
    opened = {**STEP, "act": "open", "name": "All", "day": clock.today().isoformat(), "attended": there}
    assert limited.post("/v1/meeting", opened).status_code == 200
    for number, area in enumerate((None, HERE, THERE), 1):
        drawn = limited.post("/v1/lists/draw", {**WHY, "user": "a.program", "area": area})
        assert drawn.json()["summary"]["number"] == number
    return found


@pytest.fixture(scope="module")
def chair(limited: Service, people: dict[str, str]) -> Iterator[Person]:
    """A chair of one area."""
    person = choose_role(limited.url, "chair", user="area.chair", agency="Police", area=HERE)
    yield person
    person.close()


def on_main(answer: httpx.Response) -> str:
    """What a page shows in its main part."""
    return answer.text.partition("<main")[2]


OPENED = (
    "/",
    "/drawn",
    "/people",
    "/victims",
    "/challenges",
    "/cases",
    "/judging",
    "/meetings",
    "/programme",
    "/refer",
)


def test_no_page_names_somebody_of_another_area(chair: Person, people: dict[str, str]) -> None:
    """Whoever is of the account's area is there; of another area nobody, neither a choice nor a count by name."""
    pages = {path: on_main(chair.get(path)) for path in OPENED}
    chair.get("/meetings")
    meeting = re.search(r'href="(/meetings/M-[0-9a-f]{32})"', pages["/meetings"])
    assert meeting is not None
    pages["agenda"] = on_main(chair.get(meeting[1]))
    pages["minutes"] = on_main(chair.get(meeting[1].replace("meetings", "minutes")))
    pages["many"] = on_main(chair.post("/many-victims"))
    pages["register"] = on_main(chair.post("/victims"))
    for name, shown in pages.items():
        assert people[THERE] not in shown, name
        assert THERE not in shown, name
    for name in ("/cases", "/judging"):
        assert people[HERE] in pages[name], name
    assert f">{HERE}<" in pages["register"]


def test_no_form_reaches_somebody_of_another_area(chair: Person, people: dict[str, str], limited: Service) -> None:
    """Each is refused, says why or that nobody is there, and is on record under the person."""
    chair.get("/cases")
    there = people[THERE]
    forms = {
        "/case": {"person_id": there},
        "/person": {"person_id": there},
        "/victims/open": {"person_id": there},
        "/refer": {"person_id": there, "reason": REASON, "by": "analysis", **TERMS},
        "/list": {"k": "5"},
        "/drawn": {"places": "5"},
        "/drawn/open": {"number": "1"},
        "/drawn/rebuild": {"number": "3"},
    }
    for path, fields in forms.items():
        answer = chair.post(path, **fields)
        assert answer.status_code in (403, 404, 422), path
        assert there not in re.sub(r'value="[^"]*"', "", on_main(answer)), path
    with Ledger.open(limited.ledger) as ledger:
        refused = [
            entry.personal.payload["asked"] for entry in ledger.entries(kind="refused", subject=there) if entry.personal
        ]
    assert {"open_case", "refer"} <= {*refused}
    assert path_of(chair.post("/list", k="5", area=HERE)).startswith("/lists/L-")
    assert path_of(chair.post("/drawn/open", number="2")) == "/drawn/2"


def test_a_form_decides_about_nobody_of_another_area(chair: Person, people: dict[str, str], limited: Service) -> None:
    """Neither a judgement nor a note of a meeting, however the form was made."""
    page = chair.get("/judging")
    assert people[THERE] not in page.text
    said = {"who-0": people[THERE], "what-0": "judge", "outcome-0": "accept", "why-0": REASON}
    assert "your account is for the area" in chair.post("/judging", **said).text.lower()
    address = re.search(r'href="/meetings/(M-[0-9a-f]{32})"', chair.get("/meetings").text)
    assert address is not None
    chair.get(f"/meetings/{address[1]}")
    noted = chair.post("/meetings/act", meeting=address[1], act="conflict", person=people[THERE], reason=REASON)
    assert "Your account is for another area" in noted.text
    with Ledger.open(limited.ledger) as ledger:
        kinds = [entry.kind for entry in ledger.entries(subject=people[THERE])]
    assert not {"first_judgement", "conflict_declared"} & {*kinds}


def test_whoever_names_no_area_and_every_partner_is_not_limited(limited: Service, people: dict[str, str]) -> None:
    """The whole force is whole; to a partner the refusal would tell of police records."""
    whole = choose_role(limited.url, "analyst", user="whole.force", agency="Police")
    assert people[THERE] in whole.get("/cases").text
    whole.close()
    partner = choose_role(limited.url, "partner", user="a.partner", agency="Housing", area=HERE)
    partner.get("/refer")
    sent = partner.post("/refer", person_id=people[THERE], reason=REASON, **TERMS)
    assert "The referral is recorded" in sent.text
    assert people[THERE] in partner.get("/cases").text
    partner.close()
