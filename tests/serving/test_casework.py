"""The cycle over HTTP: the same steps, the same ledger, and a clear refusal of a step that does not follow."""

import asyncio
import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matac_ml.casework import Ledger
from matac_ml.wording import day
from serving.deployment.runtime import Runtime
from serving.endpoints.cycle import CycleRequest
from serving.endpoints.cycle import step as take_step
from serving.errors import ServiceError
from serving.settings import ServiceSettings
from tests.serving.running import WHY, Service

STAFF = {"user": "s.officer", "reason": "Agreed at the November meeting."}
TODAY = date.today().isoformat()
#: Somebody whom the made-up records do not hold.
BY_AGENCY = {"source": "housing", "not_recorded": True}


def step(service: Service, name: str, person: str = "HTTP1", **more: object) -> tuple[int, dict[str, object]]:
    """Status and answer of one step."""
    answer = service.post("/v1/cycle", {**STAFF, "step": name, "person_id": person, **more})
    return answer.status_code, dict(answer.json())


@pytest.fixture(scope="module")
def merged(made_up: Path) -> list[tuple[str, str]]:
    """Identifiers that were given up, each with the one that stays, of people recorded as suspects."""
    with (made_up / "extract" / "involvements.csv").open(encoding="utf-8") as file:
        suspects = {row["person_id"] for row in csv.DictReader(file) if row["role"] == "suspect"}
    with (made_up / "extract" / "merges.csv").open(encoding="utf-8") as file:
        rows = [(row["person_id"], row["merged_into"]) for row in csv.DictReader(file)]
    return [(old, stays) for old, stays in rows if old in suspects or stays in suspects]


def test_from_referral_to_exit_over_http(service: Service) -> None:
    """Every step is answered with the state and its entry; the exit says what a fall does not show."""
    assert step(service, "refer", **BY_AGENCY, score=70)[1]["state"] == "referred"
    assert step(service, "accept")[1]["state"] == "accepted"
    taken = service.post("/v1/cohort", {**STAFF, "name": "2025-06", "proposed": ["HTTP1"]})
    assert taken.status_code == 200, taken.text
    assert taken.json()["members"] == ["HTTP1"]
    assert step(service, "plan", interventions=["key_worker"], starts=TODAY)[1]["state"] == "planned"
    assert step(service, "engage", week=1, engaged=True)[0] == 200
    status, answer = step(service, "complete")
    assert (status, "of 17 weeks ends on" in str(answer)) == (409, True)
    assert step(service, "end_early")[1]["state"] == "ended early"
    status, answer = step(service, "exit", score=41)
    assert status == 200
    assert "no evidence that the programme worked" in str(answer["note"])
    with Ledger.open(service.ledger) as ledger:
        entries = list(ledger.entries(subject="HTTP1"))
    assert [entry.kind for entry in entries] == [
        "referral", "judgement_accepted", "cohort_proposed", "cohort_member",
        "plan", "engagement", "refused", "early_end", "exit",
    ]  # fmt: skip
    assert all(entry.personal and entry.personal.payload["caller"] == "this machine" for entry in entries)


@pytest.mark.parametrize(
    ("more", "why"),
    [({}, "check it for a typing error"), ({"source": "housing"}, "check it for a typing error"),
     ({"not_recorded": True}, "must be named as the source")],
)  # fmt: skip
def test_a_typing_error_refers_nobody_over_http(service: Service, more: dict[str, object], why: str) -> None:
    """Whoever the extract does not hold is referred by an agency that says so, or not at all."""
    status, answer = step(service, "refer", "HTTP-TYPO", **more)
    assert status == 409
    assert why in str(answer)


def test_a_step_that_does_not_follow_is_refused(service: Service) -> None:
    """An exit of somebody never referred is a conflict and says what it follows; only the refusal is written."""
    status, answer = step(service, "exit", "HTTP2", score=3)
    assert status == 409
    assert "follows completed" in str(answer)
    with Ledger.open(service.ledger) as ledger:
        assert [entry.kind for entry in ledger.entries(subject="HTTP2")] == ["refused"]


@pytest.mark.parametrize(
    ("name", "sent", "fields"),
    [
        ("engage", {}, {"week", "engaged"}),
        ("plan", {"week": 3}, {"interventions", "starts", "week"}),
        ("accept", {"score": 70}, {"score"}),
    ],
)
def test_what_a_step_needs_is_never_guessed(
    name: str, sent: dict[str, object], fields: set[str], service: Service
) -> None:
    """A week or an answer left out is not week 1 and yes, and a field that would be left unread is refused."""
    status, answer = step(service, name, "HTTP3", **sent)
    assert status == 409
    assert {fault["field"] for fault in answer["faults"]} == fields  # type: ignore[index, attr-defined]


def test_overrides_say_which_way(service: Service) -> None:
    """Left off beyond the places is not put on; a person named twice on the list is refused."""
    people = ["HTTP4", "HTTP5"]
    for person in people:
        step(service, "refer", person, **BY_AGENCY)
        step(service, "accept", person)
    asked = {**STAFF, "name": "2025-07", "proposed": [people[0], people[0]]}
    assert "the same person" in service.post("/v1/cohort", asked).text
    why = {"person_id": people[1], "reason": "The victim asked us not to."}
    taken = service.post("/v1/cohort", {**asked, "proposed": people, "leave_off": [why]})
    assert taken.json()["members"] == people[:1], taken.text


def test_a_score_left_out_is_worked_out_and_a_given_up_identity_is_one_person(
    service: Service, merged: list[tuple[str, str]]
) -> None:
    """Referred by the identifier given up: the points of the service's own answer, under the one that stays."""
    old, stays = merged[0]
    scored = service.post("/v1/score", {**WHY, "nominations": [{"person_id": old}]}).json()["scores"][0]["score"]
    status, answer = step(service, "refer", old)
    assert status == 200
    assert (answer["person_id"], answer["score"]) == (stays, scored["matrix"]["total"])
    assert answer["also_victim"] in (True, False)
    assert step(service, "accept", stays)[1]["state"] == "accepted"
    with Ledger.open(service.ledger) as ledger:
        assert list(ledger.entries(subject=old)) == []
        referral = next(iter(ledger.entries(subject=stays, kind="referral")))
    assert referral.personal is not None
    assert referral.personal.payload["score"]["policy_sha256"] == service.get("/v1/model").json()["policy_sha256"]


@pytest.fixture(scope="module")
def victims(made_up: Path) -> list[str]:
    """People recorded as victims and never as suspects."""
    with (made_up / "extract" / "involvements.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (made_up / "extract" / "merges.csv").open(encoding="utf-8") as file:
        merged = {one for row in csv.DictReader(file) for one in (row["person_id"], row["merged_into"])}
    others = {row["person_id"] for row in rows if row["role"] != "victim"} | merged
    return sorted({row["person_id"] for row in rows} - others)


def test_a_victim_is_held_over_http_until_a_person_releases_the_hold(service: Service, victims: list[str]) -> None:
    """Refused on police records alone; held for a partner, shown as held, and selected only after a release."""
    person = victims[0]
    status, answer = step(service, "refer", person)
    assert (status, "police records alone refer no victim" in str(answer)) == (409, True)
    status, answer = step(service, "refer", person, source="housing")
    assert (status, answer["state"], answer["score"]) == (200, "on a safeguarding hold", None)
    assert answer["also_victim"] is False, "a victim only is no dual role"
    assert step(service, "accept", person)[0] == 409
    cohort = {**STAFF, "name": "held", "proposed": [person]}
    assert service.post("/v1/cohort", cohort).status_code == 409
    assert step(service, "release", person)[1]["state"] == "referred"
    assert step(service, "accept", person)[1]["state"] == "accepted"
    assert service.post("/v1/cohort", cohort).status_code == 200


def test_a_victim_exits_over_http_without_points(service: Service, victims: list[str]) -> None:
    """No score is worked out of somebody who is recorded as a suspect in no incident, and none is taken."""
    person = victims[1]
    for name, more in (("refer", {"source": "housing"}), ("release", {}), ("accept", {}), ("withdraw", {})):
        assert step(service, name, person, **more)[0] == 200
    status, answer = step(service, "exit", person, score=12)
    assert (status, "recorded as a victim only has no score" in str(answer)) == (409, True)
    status, answer = step(service, "exit", person)
    assert (status, answer["state"], answer["score"]) == (200, "exited", None)
    assert "there is no exit score" in str(answer["note"])


def test_a_disruption_plan_follows_a_removal_over_http(service: Service) -> None:
    """A programme of four weeks is removed from, and disruption is planned."""
    for name, more in (("refer", BY_AGENCY), ("accept", {})):
        assert step(service, name, "HTTP-R", **more)[0] == 200
    assert service.post("/v1/cohort", {**STAFF, "name": "r", "proposed": ["HTTP-R"]}).status_code == 200
    assert step(service, "plan", "HTTP-R", interventions=["key_worker"], starts=TODAY, weeks=4)[0] == 200
    assert step(service, "engage", "HTTP-R", week=5, engaged=True)[0] == 409
    assert step(service, "remove", "HTTP-R")[0] == 200
    assert step(service, "plan", "HTTP-R", interventions=["key_worker"], starts=TODAY)[0] == 409
    status, answer = step(service, "plan", "HTTP-R", interventions=["active_disruption"], starts=TODAY)
    assert (status, answer["state"]) == (200, "under a disruption plan")


def test_an_exit_of_old_records_is_refused_over_http(service: Service, merged: list[tuple[str, str]]) -> None:
    """The extract in force ended long before today: the exit asks for newer records or for points of today."""
    _, stays = merged[2]
    for name, more in (("refer", {"source": "housing"}), ("accept", {}), ("withdraw", {})):
        assert step(service, name, stays, **more)[0] == 200
    status, answer = step(service, "exit", stays)
    assert (status, "more than 28 days before the exit" in str(answer)) == (409, True)
    assert step(service, "exit", stays, score=12)[0] == 200


def test_a_subject_is_told_of_looks_and_of_decisions_each_as_what_it_is(
    service: Service, merged: list[tuple[str, str]]
) -> None:
    """By either identifier: looks are counted as looks, and a step comes with its day, who took it, and why."""
    old, stays = merged[1]

    def asked(person: str) -> dict[str, object]:
        answer = service.post("/v1/subject-access", {**WHY, "purpose": "subject_access", "person_id": person})
        return dict(answer.json())

    before = asked(old)
    service.post("/v1/forward", {**WHY, "person_id": old})
    step(service, "refer", old, source="housing", reason="Three calls of neighbours in a month.")
    after = asked(stays)
    assert after["times_looked_at"] == int(str(before["times_looked_at"])) + 2
    assert after["cycle_steps"] == int(str(before["cycle_steps"])) + 1
    assert f"{day(date.today())}, referred by housing with" in str(after["text"])
    assert "By s.officer: Three calls of neighbours in a month." in str(after["text"])
    assert "referral, for" not in str(after["text"])


def test_whoever_the_extract_knows_can_be_referred_however_it_spells_them(
    settings: ServiceSettings, tmp_path: Path
) -> None:
    """An identifier of signs is taken as the extract has it, with its points; one unknown to it is refused."""
    folder = tmp_path / "extract"
    folder.mkdir()
    person = "_Ä/#12 (b)"
    (folder / "incidents.csv").write_text(
        "incident_id,occurred_on,recorded_on,is_crime,offence_code\nI1,2025-01-03,2025-01-03,true,10501\n"
    )
    (folder / "involvements.csv").write_text(f"incident_id,person_id,role\nI1,{person},suspect\nI1,V1,victim\n")
    (folder / "people.csv").write_text(f"person_id,birth_date\n{person},1985-05-05\nV1,1985-05-05\n")
    runtime = Runtime(replace(settings, extract=folder, bundle=None))
    runtime.ledger.start()
    runtime.watcher.start()

    def refer(who: str) -> int | None:
        asked = CycleRequest.model_validate({**STAFF, "step": "refer", "person_id": who})
        return asyncio.run(take_step(runtime, asked)).score

    try:
        assert (refer(person) or 0) > 0
        with pytest.raises(ServiceError, match="conflict"):
            refer("_Ä/#13")
    finally:
        runtime.stop()


def test_a_cohort_says_whether_its_order_is_a_list_that_was_given(service: Service) -> None:
    """Taken from a list by its name, the order must be the list's; without a name it is the caller's, and says so."""
    listed = service.post("/v1/rank", {**WHY, "k": 40}).json()
    people = [one["person_id"] for one in listed["people"]][-3:]
    for person in people:
        step(service, "refer", person)
        step(service, "accept", person)
    asked = {**STAFF, "name": "2025-08", "proposed": people[::-1], "list_id": listed["list_id"]}
    for wrong in (
        asked,
        {**asked, "proposed": [*people, "HTTP1"]},
        {**asked, "proposed": people, "list_id": f"L-{'0' * 32}"},
    ):
        refused = service.post("/v1/cohort", wrong)
        assert (refused.status_code, refused.json()["field"]) == (409, "proposed")
    assert service.post("/v1/cohort", {**asked, "proposed": people[:2]}).status_code == 200
    own = {**STAFF, "name": "2025-09", "proposed": people[2:]}
    assert service.post("/v1/cohort", own).status_code == 200
    with Ledger.open(service.ledger) as ledger:
        orders = {
            one.personal.reference: one.personal.payload["order"]
            for one in ledger.entries(kind="cohort")
            if one.personal and one.personal.reference in ("2025-08", "2025-09")
        }
    assert orders == {"2025-08": f"of list {listed['list_id']}", "2025-09": "supplied by whoever took the cohort"}
