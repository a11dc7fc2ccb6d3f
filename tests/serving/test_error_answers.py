"""Errors in their one shape: the status of each, every fault, and nothing that a caller wrote."""

import json
from datetime import date

import pytest
from pydantic import ValidationError

from serving import errors
from serving.errors import Code, ServiceError, faults_of
from serving.rows import Asked, Day

STATUSES = {
    "bad_http": 400, "bad_json": 400, "not_json": 415,
    "no_identity": 401, "not_allowed": 403, "unknown": 404, "no_route": 404, "wrong_method": 405,
    "too_slow": 408, "conflict": 409, "not_in_force": 409, "too_large": 413, "invalid": 422, "too_many": 429,
    "fault": 500, "no_ledger": 503, "not_ready": 503, "stopping": 503, "too_long": 504,
}  # fmt: skip


def test_every_error_has_the_status_that_http_gives_it() -> None:
    """Clients decide by it whether to mend a request, to wait, or to tell somebody."""
    declared = {code.name: code.status for code in vars(errors).values() if isinstance(code, Code)}
    assert declared == STATUSES


def test_every_fault_is_answered_and_the_first_is_repeated_at_the_top() -> None:
    """Without one, the code's own message."""
    body = json.loads(bytes(ServiceError(errors.INVALID, faults=[("a", "one"), ("b", "two")]).response().body))
    assert (body["field"], body["message"]) == ("a", "one")
    assert [(fault["field"], fault["message"]) for fault in body["faults"]] == [("a", "one"), ("b", "two")]
    bare = ServiceError(errors.TOO_MANY, headers={"Retry-After": "3"}).response()
    assert (bare.status_code, bare.headers["Retry-After"]) == (429, "3")
    assert json.loads(bytes(bare.body))["message"] == errors.TOO_MANY.message


class Number(Asked):
    """A request with one number."""

    number: int


@pytest.mark.parametrize("given", [{"number": "5"}, {"number": float("nan")}, {"number": 1, "other": 2}, {}])
def test_a_request_is_taken_at_its_word(given: dict[str, object]) -> None:
    """A text is no number, and what was not asked for is a mistake of the sender."""
    with pytest.raises(ValidationError):
        Number.model_validate(given)


class OnADay(Asked):
    """A request with one day."""

    day: Day


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [("1899-12-31", False), ("1900-01-01", True), ("2100-12-31", True), ("2101-01-01", False)],
)
def test_a_day_lies_between_1900_and_2100(day: str, is_taken: bool) -> None:
    """The first and the last day of that time are taken; the days beside them are typing errors."""
    if is_taken:
        assert OnADay.model_validate({"day": day}).day == date.fromisoformat(day)
    else:
        with pytest.raises(ValidationError, match="1900-01-01 and 2100-12-31"):
            OnADay.model_validate({"day": day})


def test_a_field_is_named_by_sixty_characters_that_can_be_printed() -> None:
    """Whatever a caller calls a key: it goes back in an answer, and no further than its start."""
    with pytest.raises(ValidationError) as caught:
        Number.model_validate({"number": 1, "\u202eé\n" + "x" * 100: 2})
    ((field, _),) = faults_of(caught.value)
    assert field == "x" * 57
