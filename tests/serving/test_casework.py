"""The cycle over HTTP: the same steps, the same ledger, and a clear refusal of a step that does not follow."""

from matac_ml.casework import Ledger
from tests.serving.running import Service

STAFF = {"user": "s.officer", "reason": "Agreed at the November meeting."}


def step(service: Service, name: str, person: str = "HTTP1", **more: object) -> tuple[int, dict[str, object]]:
    """Status and answer of one step."""
    answer = service.post("/v1/cycle", {**STAFF, "step": name, "person_id": person, **more})
    return answer.status_code, dict(answer.json())


def test_from_referral_to_exit_over_http(service: Service) -> None:
    """Every step is answered with the state and its entry; the exit says what a fall does not show."""
    assert step(service, "refer", source="housing", score=70)[1]["state"] == "referred"
    assert step(service, "accept")[1]["state"] == "accepted"
    taken = service.post("/v1/cohort", {**STAFF, "name": "2025-06", "proposed": ["HTTP1"]})
    assert taken.status_code == 200, taken.text
    assert taken.json()["members"] == ["HTTP1"]
    assert step(service, "plan", interventions=["key_worker"], starts="2025-06-02")[1]["state"] == "planned"
    assert step(service, "engage", week=1)[0] == 200
    assert step(service, "complete")[1]["state"] == "completed"
    status, answer = step(service, "exit", score=41)
    assert status == 200
    assert "no evidence that the programme worked" in str(answer["note"])
    with Ledger.open(service.ledger) as ledger:
        kinds = [entry.kind for entry in ledger.entries(subject="HTTP1")]
        assert kinds == ["referral", "judgement_accepted", "cohort_member", "plan", "engagement", "completion", "exit"]


def test_a_step_that_does_not_follow_is_refused(service: Service) -> None:
    """An exit of somebody who was never referred is a conflict, says what it follows, and writes nothing."""
    status, answer = step(service, "exit", "HTTP2", score=3)
    assert status == 409
    assert "follows completed" in str(answer)
    status, answer = step(service, "plan", "HTTP2", interventions=["key_worker"])
    assert status in (409, 422)
    with Ledger.open(service.ledger) as ledger:
        assert list(ledger.entries(subject="HTTP2")) == []
