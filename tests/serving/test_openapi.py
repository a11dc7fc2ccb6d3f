"""What the description promises is what the service does, for input that nobody thought of."""

from pathlib import Path

from matac_ml.casework import Ledger
from matac_ml.casework.steps import MOST_WEEKS
from serving.endpoints.openapi import build_openapi
from serving.routes import ROUTES
from tests.proving import at_least
from tests.serving.fuzzing import fuzz
from tests.serving.running import WHY, Service


def test_a_thousand_made_up_requests_find_no_fault(service: Service, tmp_path: Path) -> None:
    """All checks of schemathesis: no 5xx, no undocumented status, no answer that breaks its schema; the chain holds."""
    fuzzed = fuzz(service, tmp_path, examples=at_least(1, 8), seed=11)
    # Some of the requests turn the model off or on; the service is the whole room's.
    on = {"user": WHY["user"], "matrix_only": False, "reason": "The fuzzing has ended."}
    assert service.post("/v1/matrix-only", on).json()["mode"]["mode"] == "matrix_and_model"
    assert fuzzed.passed, fuzzed.text[-6000:]
    assert fuzzed.cases >= 500, fuzzed.text[-2000:]
    with Ledger.open(service.ledger) as ledger:
        ledger.verify()


def test_every_address_but_our_own_forms_is_described() -> None:
    """The description has each address with an answer for success and every error it gives."""
    paths = build_openapi(ROUTES, access_is_on=True)["paths"]
    for endpoint in ROUTES:
        if not endpoint.described:
            continue
        answers = paths[endpoint.path][endpoint.method.lower()]["responses"]
        assert {"200", "405", "500"} <= set(answers)
        assert {str(code.status) for code in endpoint.every_error} <= set(answers)


def test_bounds_of_numbers_are_described() -> None:
    """A number that may be absent has its least and most value in the description, as one that must be there has."""
    schemas = build_openapi(ROUTES, access_is_on=True)["components"]["schemas"]
    for model, field, least, most in (("CycleRequest", "week", 1, MOST_WEEKS), ("IncidentRow", "outcome_code", 0, 22)):
        number = schemas[model]["properties"][field]["anyOf"][0]
        assert (number.get("minimum"), number.get("maximum")) == (least, most)
