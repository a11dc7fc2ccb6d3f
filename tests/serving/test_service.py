"""A real service, asked over HTTP: its answers, its ledger, its pages, and the same numbers as the batch."""

import csv
import html
import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matac_ml.casework import Ledger
from matac_ml.cli import main
from matac_ml.client import MatacClient, RefusedError
from matac_ml.records import read_extract
from matac_ml.rfg import load_policy
from matac_ml.serial import registers
from tests.docs.commands import python_blocks
from tests.serving.running import ROOT, WHY, Service
from tests.serving.signed_in import Person


def score(service: Service, *people: str) -> dict[str, Any]:
    """The answer to a score request about people of the extract."""
    answer = service.post("/v1/score", {**WHY, "nominations": [{"person_id": one} for one in people]})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture(scope="module")
def top(service: Service) -> list[str]:
    """The first twelve people of the list."""
    answer = service.post("/v1/rank", {**WHY, "k": 12})
    assert answer.status_code == 200, answer.text
    return [person["person_id"] for person in answer.json()["people"]]


def test_the_score_over_http_is_the_score_of_the_batch(
    service: Service, top: list[str], made_up: Path, tmp_path: Path
) -> None:
    """The same person, day, bundle and extract: every number is equal, to the last digit of JSON."""
    out = tmp_path / "scores.json"
    people = [word for one in top for word in ("--person", one)]
    with pytest.raises(SystemExit) as ended:
        main(["score", str(made_up / "extract"), str(out), "--bundle", str(made_up / "bundle"), *people])
    assert ended.value.code == 0
    batch = {found["person_id"]: _beside_approval(found) for found in json.loads(out.read_text())}
    for given in score(service, *top)["scores"]:
        assert _beside_approval(given["score"]) == batch[given["score"]["person_id"]]


def _beside_approval(score: dict[str, Any]) -> dict[str, Any]:
    """A score without the caution about approval: only the service reads a ledger."""
    return score | {"cautions": [caution for caution in score["cautions"] if caution["kind"] != "not_approved"]}


def test_every_look_is_in_the_ledger_when_its_answer_arrives(service: Service, top: list[str]) -> None:
    """The entries an answer names hold who, for what, why, whom and what was said; the chain verifies with its head."""
    answer = score(service, *top[:3])
    with Ledger.open(service.ledger) as ledger:
        numbers = answer["ledger"]["entries"]
        entries = list(ledger.entries(after=numbers[0] - 1))[:3]
        assert [entry.number for entry in entries] == numbers
        for entry, given in zip(entries, answer["scores"], strict=True):
            assert (entry.kind, entry.actor, entry.purpose) == ("consultation", WHY["user"], WHY["purpose"])
            assert entry.personal is not None
            assert entry.personal.justification == WHY["justification"]
            assert entry.personal.subject == given["score"]["person_id"]
            assert json.loads(entry.personal.payload["explanation"]) == given["score"]
        ledger.verify(head=answer["ledger"]["head"])


def test_an_explanation_comes_again_as_it_was_and_to_nobody_else(service: Service, top: list[str]) -> None:
    """To whoever got it, equal; under another name, 404, which says no more than for an id that never was."""
    given = score(service, top[0])["scores"][0]
    ask = {**WHY, "nomination_id": given["nomination_id"]}
    again = service.post("/v1/explanation", ask)
    assert again.json()["score"] == given["score"]
    others = service.post("/v1/explanation", {**ask, "user": "somebody.else"})
    never = service.post("/v1/explanation", {**ask, "nomination_id": f"N-{'0' * 32}"})
    assert others.status_code == never.status_code == 404
    assert others.json() == never.json()


def test_forward_and_subject_access(service: Service, top: list[str]) -> None:
    """The look ahead has four days; the plain text names the incidents and says how often the person was looked at."""
    forward = service.post("/v1/forward", {**WHY, "person_id": top[0]}).json()
    assert [point["days"] for point in forward["points"]] == [0, 28, 90, 182]
    given = score(service, top[0])["scores"][0]["score"]
    said = service.post("/v1/subject-access", {**WHY, "person_id": top[0]}).json()
    assert said["times_looked_at"] >= 2
    assert all(point["incident_id"] in said["text"] for point in given["timeline"])
    assert f"{given['matrix']['total']} points" in said["text"]


def test_a_dual_role_comes_first_in_every_answer_about_a_person(service: Service) -> None:
    """The list's line, the look ahead and the plain text of somebody also recorded as a victim all say it first."""
    listed = service.post("/v1/rank", {**WHY, "k": 200}).json()["people"]
    both = next(one for one in listed if one["also_victim"])
    forward, said = (
        service.post(f"/v1/{what}", {**WHY, "person_id": both["person_id"]}).json()
        for what in ("forward", "subject-access")
    )
    for answer in (both, forward, said):
        assert next(iter(answer.items())) == ("also_victim", True)
    assert said["text"].index("Recorded as victim in") < said["text"].index("Recorded as suspect or offender in")


def test_a_list_says_how_many_it_was_cut_from_and_who_ties_at_the_cut(service: Service, analyst: Person) -> None:
    """An area's list is of the area; whoever is equal at the last place is shown as tied, on the page too."""
    listed = service.post("/v1/rank", {**WHY, "k": 200}).json()
    assert listed["of"] > len(listed["people"]) >= 200 - listed["places_for_tied"]
    totals = [one["matrix_total"] for one in listed["people"]]
    k = next(i for i in range(1, 150) if totals[i - 1] == totals[i])
    cut = service.post("/v1/rank", {**WHY, "k": k}).json()
    equal = [one for one in cut["people"] if one["tied_at_cut"]]
    assert len(equal) == cut["tied_at_cut"] == totals.count(totals[k]) > cut["places_for_tied"] > 0
    assert {(one["matrix_total"], one["rank"], one["tied_with"]) for one in equal} == {
        (totals[k], totals.index(totals[k]) + 1, len(equal) - 1)
    }
    page = analyst.post("/list", k=str(k)).text
    places = f"{cut['places_for_tied']} places" if cut["places_for_tied"] > 1 else "place"
    assert f"{len(equal)} people are equal for the last {places}." in page
    assert page.count(">Tied at the cut</span>") == page.count(f">{equal[0]['rank']}=</td>") == len(equal)
    areas = {one["area"] for one in listed["people"] if one["area"]}
    of = [service.post("/v1/rank", {**WHY, "k": 1, "area": area}).json()["of"] for area in areas]
    assert 0 < max(of) < listed["of"]
    assert sum(of) <= listed["of"]


def test_a_list_is_as_long_as_the_policy_says_unless_told(service: Service, analyst: Person) -> None:
    """The same on the page and over HTTP; what each look said is told to whoever asks for what was said."""
    listed = service.post("/v1/rank", dict(WHY)).json()
    capacity = load_policy().capacity
    assert len(listed["people"]) - listed["tied_at_cut"] + listed["places_for_tied"] == capacity
    page = analyst.post("/list").text
    assert page.count('name="person_id"') == len(listed["people"])
    first = listed["people"][0]
    asked = {**WHY, "purpose": "subject_access", "person_id": first["person_id"]}
    text = service.post("/v1/subject-access", asked).json()["text"]
    assert f"It said: rank 1, {first['matrix_total']} points." in text


def test_the_printed_example_of_the_client_runs(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/service.md as it stands, with the address of this service: it prints the points of each component."""
    (printed,) = python_blocks(ROOT / "docs" / "service.md")
    first = service.post("/v1/rank", {**WHY, "k": 1}).json()["people"][0]
    told = printed.replace("http://127.0.0.1:3000", service.url).replace("P00000001", first["person_id"])
    assert told != printed
    exec(compile(told, "docs/service.md", "exec"), {})
    lines = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert {name: int(points) for name, points in lines.items()} == first["points"]


def test_a_line_of_a_list_says_what_its_points_are_made_of_and_who_is_serial(
    service: Service, made_up: Path, analyst: Person
) -> None:
    """Components add up to the total; registers are those of ``matac-ml serial``; the page says both, victims first."""
    answer = service.post("/v1/rank", {**WHY, "k": 200}).json()
    extract, policy = read_extract(made_up / "extract"), load_policy()
    drawn = registers(extract, policy.serial_rule, extract.cut_off + timedelta(days=1))
    on = {name: {one.person_id for one in getattr(drawn, f"{name}s")} for name in ("perpetrator", "victim")}
    assert any(one["serial_perpetrator"] for one in answer["people"])
    assert not all(one["serial_perpetrator"] for one in answer["people"])
    page = analyst.post("/list", k="200").text
    rows = dict(zip((one["person_id"] for one in answer["people"]), page.split("<tr")[2:], strict=True))
    for one in answer["people"]:
        assert sum(one["points"].values()) == one["matrix_total"]
        for name, members in on.items():
            assert one[f"serial_{name}"] == (one["person_id"] in members)
        row = rows[one["person_id"]]
        assert f">{one['person_id']}</button>" in row
        assert f"<strong>{one['matrix_total']}</strong>" in row
        points = ", ".join(f"{name} {value}" for name, value in one["points"].items())
        assert f'aria-label="{points}"' in row
        assert (">serial</span>" in row, ">Serial victim<" in row) == (one["serial_perpetrator"], one["serial_victim"])
        assert (">Also a victim<" in row) == one["also_victim"]
    dual = sum(one["also_victim"] for one in answer["people"])
    assert f"{dual} people on this list are also recorded as victims." in page.partition("<table")[0]


def only_victim(folder: Path) -> str:
    """The person recorded as a victim most often among those who are suspects in no incident."""
    with (folder / "extract" / "involvements.csv").open(encoding="utf-8") as file:
        rows = [(row["person_id"], row["role"]) for row in csv.DictReader(file)]
    suspects = {person for person, role in rows if role != "victim"}
    (found, _), *_ = Counter(person for person, _ in rows if person not in suspects).most_common(1)
    return found


def test_a_person_recorded_only_as_a_victim_has_no_score_at_any_address(
    service: Service, made_up: Path, top: list[str], analyst: Person
) -> None:
    """Score, look ahead, incidents, the same again, subject access and the pages say what to do, and give no number."""
    person = only_victim(made_up)
    answer = score(service, person, top[0])
    (victim, suspect), note = answer["scores"], answer["ledger"]
    assert (victim["score"], suspect["not_scored"]) == (None, None)
    said = victim["not_scored"]
    assert (said["kind"], said["person_id"], suspect["score"]["person_id"]) == ("victim_only", person, top[0])
    assert len(note["entries"]) == 2
    forward, incidents = (
        service.post(f"/v1/{at}", {**WHY, "person_id": person}).json() for at in ("forward", "incidents")
    )
    assert (forward["points"], forward["text"]) == ([], said["text"])
    for other in (forward, incidents):
        assert (other["also_victim"], other["not_scored"]["text"]) == (False, said["text"])
    assert {line["role"] for line in incidents["incidents"]} == {"victim"}
    ask = {**WHY, "nomination_id": victim["nomination_id"]}
    again = service.post("/v1/explanation", ask).json()
    assert (again["score"], again["not_scored"]) == (None, said)
    access = service.post("/v1/subject-access", {**WHY, "person_id": person}).json()
    assert access["also_victim"] is False
    assert "points" not in access["text"]
    pages = [analyst.post("/person", person_id=person), analyst.post("/again", nomination_id=ask["nomination_id"])]
    for page in (answer.text for answer in pages):
        main = html.unescape(page.partition("<main")[2].partition("</main>")[0])
        assert "Recorded only as a victim" in main
        assert all(step in main for step in said["what_to_do"])
        assert all(one["incident_id"] in main for one in said["incidents"])
        assert [word for word in ("Matrix", "Model", "also", "Harm days", " place ") if word in main] == []


def test_pages_print_words_where_records_hold_codes(made_up: Path, top: list[str], analyst: Person) -> None:
    """No code of a record, such as ex_partner or no_injury, is printed on a list or a person's page."""
    everybody = [*top[:8], only_victim(made_up)]
    pages = [analyst.post("/person", person_id=one).text for one in everybody]
    pages.append(analyst.post("/list", k="20").text)
    for page in pages:
        shown = re.sub(r"<code>.*?</code>|<[^>]*>", " ", page.partition("<main")[2])
        assert re.findall(r"\b[a-z]+_[a-z0-9_]+\b", shown) == []


def test_the_incidents_can_be_had_with_the_people_in_them(service: Service, top: list[str], analyst: Person) -> None:
    """As JSON, in the ledger, and on the person's page: each incident with its victims and the name of its code."""
    answer = service.post("/v1/incidents", {**WHY, "person_id": top[0]}).json()
    given = score(service, top[0])["scores"][0]["score"]
    assert [line["incident_id"] for line in answer["incidents"]] == [one["incident_id"] for one in given["timeline"]]
    with Ledger.open(service.ledger) as ledger:
        (entry,) = [one for one in ledger.entries(kind="incident_table") if one.number in answer["ledger"]["entries"]]
    assert entry.personal is not None
    assert entry.personal.subject == top[0]
    page = analyst.post("/person", person_id=top[0]).text
    table = page.partition('<table class="incidents stack">')[2].partition("</table>")[0]
    rows = {row.partition("</code>")[0].rpartition(">")[2]: row for row in table.split("<tr")[2:]}
    assert list(rows) == [line["incident_id"] for line in answer["incidents"]]
    for line in answer["incidents"]:
        assert all(other["person_id"] in rows[line["incident_id"]] for other in line["others"])
        assert not line["is_crime"] or line["offence_name"] in rows[line["incident_id"]]
    refused = service.post("/v1/incidents", {**WHY, "person_id": top[0], "as_of": "2100-01-01"})
    assert (refused.status_code, refused.json()["field"]) == (409, "as_of")


def test_the_typed_client_reads_every_answer(service: Service, top: list[str]) -> None:
    """Each method gives a checked model, and a refusal says what to do."""
    why = {"purpose": WHY["purpose"], "justification": WHY["justification"]}
    with MatacClient(service.url, user=WHY["user"]) as client:
        assert client.model().people_ranked > 100
        given = client.score([top[0]], **why).scores[0]
        assert client.explanation(given.nomination_id, **why).score == given.score
        assert client.rank(k=3, **why).people[0].person_id == top[0]
        assert client.forward(top[0], **why).points
        assert client.incidents(top[0], **why).incidents
        assert client.subject_access(top[0], justification=why["justification"]).text
        with pytest.raises(RefusedError, match="Check the identifier") as refused:
            client.score(["nobody"], **why)
        assert refused.value.status == 404


def test_bentomls_own_client_works(service: Service, top: list[str]) -> None:
    """``bentoml.SyncHTTPClient`` finds the addresses and gives the same answer."""
    import bentoml

    with bentoml.SyncHTTPClient(service.url) as client:
        answer = client.score({**WHY, "nominations": [{"person_id": top[0]}]})
    shape = answer if isinstance(answer, dict) else answer.model_dump(mode="json")
    assert shape["scores"][0]["score"]["matrix"] == score(service, top[0])["scores"][0]["score"]["matrix"]


def test_the_system_addresses_answer(service: Service) -> None:
    """Alive, ready, counted, described."""
    for path in ("/livez", "/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/schema.json", "/v1/model"):
        assert service.get(path).status_code == 200, path
    assert "bentoml_service_request_total" in service.get("/metrics").text
    listed = service.get("/v1/papers").json()
    assert listed["papers"] == []
    assert re.fullmatch("[0-9a-f]{64}", listed["ledger_head"])
    assert service.get("/v1/papers/..%2f..%2fservice.log").status_code == 404
