"""A reason and a name are what a reader can see of them."""

from typing import Any

import pytest
from pydantic import ValidationError

from serving.endpoints.cohort import CohortRequest
from serving.endpoints.cycle import CycleRequest
from serving.endpoints.forward import ForwardRequest
from serving.endpoints.matrix_only import MatrixOnlyRequest
from tests.serving.running import Service

WHY = {"user": "an.analyst", "purpose": "audit", "justification": "The November meeting.", "person_id": "P1"}
STEP = {"user": "an.analyst", "reason": "The November meeting.", "step": "accept", "person_id": "P1"}
COHORT = {"user": "an.analyst", "reason": "The November meeting.", "name": "M", "proposed": ["P1"]}
SWITCH = {"user": "an.analyst", "reason": "The November meeting.", "matrix_only": True}
REQUESTS: list[tuple[type[Any], dict[str, Any], str]] = [
    (ForwardRequest, WHY, "justification"),
    (CycleRequest, STEP, "reason"),
    (CohortRequest, COHORT, "reason"),
    (MatrixOnlyRequest, SWITCH, "reason"),
]
NO_REASON = {
    "ten blanks": " " * 10,
    "ten hard blanks": "\u00a0" * 10,
    "ten Hangul fillers": "\u3164" * 10,
    "ten half-width fillers": "\uffa0" * 10,
    "ten joiners": "\u200d" * 12,
    "ten ideographic blanks": "\u3000" * 10,
    "braille blanks": "\u2800" * 10,
    "nine letters and blanks": "a b c d e f g h i" + " " * 20,
    "letters between fillers": "a\u3164b\u3164c\u3164d\u3164e",
    "variation selectors": "\ufe0f" * 12,
    "tags": "\U000e0041" * 12,
}
NO_NAME = {
    "nothing": "",
    "one blank": " ",
    "a hard blank": "\u00a0",
    "a filler": "\u3164",
    "a zero-width blank": "\u200b",
    "a joiner inside": "an\u200danalyst",
    "a hard blank inside": "an\u00a0analyst",
    "blanks around": " an.analyst ",
    "a line break": "an\nanalyst",
    "an override of direction": "an\u202eanalyst",
}


@pytest.mark.parametrize(("model", "good", "field"), REQUESTS)
@pytest.mark.parametrize("name", NO_REASON)
def test_a_reason_nobody_can_see_is_refused(model: type[Any], good: dict[str, Any], field: str, name: str) -> None:
    """Ten characters that can be seen are needed, in every request that gives a reason."""
    model.model_validate(good)
    with pytest.raises(ValidationError, match=field):
        model.model_validate({**good, field: NO_REASON[name]})


@pytest.mark.parametrize(("model", "good", "_"), REQUESTS)
@pytest.mark.parametrize("name", NO_NAME)
def test_a_user_nobody_can_see_is_refused(model: type[Any], good: dict[str, Any], _: str, name: str) -> None:
    """A user has a name that can be seen and that looks like no other."""
    with pytest.raises(ValidationError, match="user"):
        model.model_validate({**good, "user": NO_NAME[name]})


def test_the_service_refuses_both_at_once(service: Service) -> None:
    """Over HTTP both faults come in one answer, in words that say what is needed."""
    answer = service.post("/v1/forward", {**WHY, "user": "\u3164", "justification": "\u3164" * 10})
    assert answer.status_code == 422
    said = {fault["field"]: fault["message"] for fault in answer.json()["faults"]}
    assert set(said) == {"user", "justification"}
    assert "can be seen" in said["user"]
    assert "at least 10 characters" in said["justification"]


def test_a_reason_in_any_script_is_taken() -> None:
    """Letters of every script can be seen, with their accents, and so can signs."""
    for reason in (
        "Соседи звонили трижды.",
        "相談を受けた件について確認する",
        "Dělá to znovu a znovu.",
        "اتصل الجيران ثلاث مرات",
    ):
        assert ForwardRequest.model_validate({**WHY, "justification": reason}).justification == reason
