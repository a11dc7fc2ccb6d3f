"""A refusal that could tell something about a person is in the ledger before it is sent, whatever was asked."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from matac_ml.casework import Entry, Ledger, NewEntry
from serving.endpoints import ENDPOINTS
from serving.requests import UserRequest
from tests.serving.running import WHY, Service
from tests.serving.signed_in import choose_role
from tests.serving.test_force import partner

STEP = {"user": "s.officer", "reason": "Agreed at the November meeting."}


@pytest.fixture(scope="module")
def known(service: Service) -> list[str]:
    """Three people of the extract."""
    return [one["person_id"] for one in service.post("/v1/rank", {**WHY, "k": 3}).json()["people"]]


#: What is asked -> (path, body with KNOWN in the place of somebody of the extract, status, who is on record).
REFUSED: dict[str, tuple[str, dict[str, Any], int, list[str]]] = {
    "one unknown among known people": (
        "/v1/score",
        {**WHY, "nominations": [{"person_id": "KNOWN"}, {"person_id": "KNOWN2"}, {"person_id": "ghost"}]},
        404,
        ["KNOWN", "KNOWN2", "ghost"],
    ),
    "one unknown person": ("/v1/score", {**WHY, "nominations": [{"person_id": "ghost"}]}, 404, ["ghost"]),
    "records of a known person": ("/v1/score", {**WHY, "nominations": [partner("KNOWN")]}, 409, ["KNOWN"]),
    "a known person on a day to come": (
        "/v1/score",
        {**WHY, "nominations": [{"person_id": "KNOWN"}], "as_of": "2099-01-01"},
        409,
        ["KNOWN"],
    ),
    "the future of an unknown person": ("/v1/forward", {**WHY, "person_id": "ghost"}, 404, ["ghost"]),
    "incidents of an unknown person": ("/v1/incidents", {**WHY, "person_id": "ghost"}, 404, ["ghost"]),
    "incidents on a day to come": (
        "/v1/incidents",
        {**WHY, "person_id": "KNOWN", "as_of": "2099-01-01"},
        409,
        ["KNOWN"],
    ),
    "everything about an unknown person": ("/v1/subject-access", {**WHY, "person_id": "ghost-2"}, 404, ["ghost-2"]),
    "an explanation that never was": ("/v1/explanation", {**WHY, "nomination_id": f"N-{'0' * 32}"}, 404, [""]),
    "an area without people": ("/v1/rank", {**WHY, "k": 1, "area": "nowhere"}, 404, [""]),
    "a step that does not follow": ("/v1/cycle", {**STEP, "step": "complete", "person_id": "KNOWN"}, 409, ["KNOWN"]),
    "a step that lacks something": ("/v1/cycle", {**STEP, "step": "engage", "person_id": "KNOWN"}, 409, ["KNOWN"]),
    "an exit of nobody": ("/v1/cycle", {**STEP, "step": "exit", "person_id": "ghost", "score": 1}, 409, ["ghost"]),
    "a cohort of people nobody accepted": (
        "/v1/cohort",
        {**STEP, "name": "M1", "proposed": ["KNOWN", "ghost"]},
        409,
        ["KNOWN", "ghost"],
    ),
    "a cohort with overrides nobody accepted": (
        "/v1/cohort",
        {
            **STEP,
            "name": "M2",
            "proposed": ["KNOWN", "KNOWN2"],
            "leave_off": [{"person_id": "KNOWN", "reason": "The victim asked us not to."}],
            "put_on": [{"person_id": "KNOWN3", "reason": "Much has happened since."}],
        },
        409,
        ["KNOWN", "KNOWN2", "KNOWN3"],
    ),
}


def filled(value: Any, known: list[str]) -> Any:
    """The body with people of the extract in it."""
    names = {"KNOWN": known[0], "KNOWN2": known[1], "KNOWN3": known[2]}
    if isinstance(value, dict):
        return {key: filled(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, known) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def written(service: Service, ask: Callable[[], httpx.Response]) -> tuple[httpx.Response, list[Entry]]:
    """An answer, and the entries that were in the ledger when it had arrived and not before it was asked for."""
    with Ledger.open(service.ledger) as ledger:
        before = ledger.verify().entries
        answer = ask()
        return answer, list(ledger.entries(after=before))


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_that_tells_something_is_on_record(service: Service, known: list[str], name: str) -> None:
    """Everybody named in the request has an entry: who asked, why, and that it was refused."""
    path, body, status, people = REFUSED[name]
    body = filled(body, known)
    answer, entries = written(service, lambda: service.post(path, body))
    assert answer.status_code == status, answer.text
    assert [entry.kind for entry in entries] == ["refused"] * len(people)
    assert [entry.personal.subject for entry in entries if entry.personal] == filled(people, known)
    for entry in entries:
        assert entry.personal is not None
        assert entry.actor == body["user"]
        assert entry.personal.justification == body.get("justification", body.get("reason"))
        assert entry.personal.payload["refused"] == answer.json()["code"]
        assert entry.personal.payload["caller"] == "this machine"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/person", {"person_id": "ghost"}),
        ("/again", {"nomination_id": f"N-{'0' * 32}"}),
        ("/list", {"k": "3", "area": "nowhere"}),
    ],
)
def test_a_page_refuses_on_record_too(service: Service, path: str, form: dict[str, str]) -> None:
    """The pages go the same way: their refusals are in the ledger as well."""
    person = choose_role(service.url)
    answer, entries = written(service, lambda: person.post(path, **form))
    assert answer.status_code == 404
    assert [entry.kind for entry in entries] == ["refused"]
    assert entries[0].personal is not None
    assert entries[0].personal.payload["caller"] == "made-up:an.analyst"


def test_what_is_refused_before_it_is_understood_says_the_same_of_everybody(service: Service, known: list[str]) -> None:
    """A request that breaks the schema is refused in the same words about a known and an unknown person, unrecorded."""
    answers = []
    for person in (known[0], "ghost"):
        body = {**WHY, "justification": "short", "nominations": [{"person_id": person}]}
        answer, entries = written(service, lambda body=body: service.post("/v1/score", body))  # type: ignore[misc]
        assert entries == []
        answers.append(answer.json())
    assert answers[0] == answers[1]


def test_a_refusal_is_part_of_what_is_said_to_a_subject(service: Service) -> None:
    """Somebody who was asked about in vain is told so: the entry is found under the identifier that was asked."""
    ask = {**WHY, "person_id": "asked-in-vain"}
    assert service.post("/v1/subject-access", ask).status_code == 404
    assert service.post("/v1/cycle", {**STEP, "step": "complete", "person_id": "asked-in-vain"}).status_code == 409
    said = service.post("/v1/subject-access", ask).json()
    assert (said["times_looked_at"], said["times_refused"], said["cycle_steps"]) == (0, 2, 0)
    assert "No score of this person has been looked at." in said["text"]
    assert "Asked about and refused 2 times; nothing was shown and nothing was done:" in said["text"]
    assert "a text like this one was asked for (matac nomination) and refused." in said["text"]
    assert "a step of the MATAC cycle was asked for (matac cycle) and refused." in said["text"]


def test_what_somebody_wrote_into_the_ledger_keeps_nothing_from_a_subject(service: Service) -> None:
    """Entries that hold no explanation or no step are named as such, and everything else is told."""
    with Ledger.open(service.ledger) as ledger:
        ledger.append_many(
            [
                NewEntry("consultation", "a", subject="meddled-with", payload={"caller": "x", "explanation": "{}"}),
                NewEntry("consultation", "a", subject="meddled-with", payload={}),
                NewEntry("referral", "a", subject="meddled-with", payload={"on": 3}),
                NewEntry("refused", "a", subject="meddled-with", payload={"asked": ["score"]}),
            ]
        )
    said = service.post("/v1/subject-access", {**WHY, "person_id": "meddled-with"})
    assert said.status_code == 200, said.text
    assert "What it said cannot be read: the ledger must be verified." in said.json()["text"]
    assert "referral, which cannot be read; verify the ledger" in said.json()["text"]
    assert "something was asked for and refused." in said.json()["text"]


def test_every_answer_about_people_goes_through_the_one_rule() -> None:
    """Each JSON body is a request that the rule records, and each request with a person in it names that person."""
    models = [endpoint.request for endpoint in ENDPOINTS if endpoint.request is not None]
    assert all(issubclass(model, UserRequest) for model in models)
    naming = [one for one in models if {"person_id", "nominations", "proposed"} & set(one.model_fields)]
    assert len(naming) >= 6
    assert all(one.people is not UserRequest.people for one in naming)
