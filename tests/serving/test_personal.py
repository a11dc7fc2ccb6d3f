"""Where a provider is set, an access key judges, settles and releases nothing: one person could judge as two."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from matac_ml.apikeys import make_key
from matac_ml.roles import ServiceRole
from serving.access.personal import PERSONAL_STEPS, why_not_personal
from serving.access.principal import CALLER, Principal
from serving.deployment.runtime import Runtime
from serving.endpoints import cycle
from serving.errors import NOT_ALLOWED, ServiceError
from serving.settings import OidcSettings, ServiceSettings
from tests.serving.casework_pages import REASON, words_of
from tests.serving.running import Service, running, write_keys
from tests.serving.signed_in import WORK, Person
from tests.serving.test_access import publish

OIDC = OidcSettings("https://id.example", "matac-ml", None, "roles", "sub")
BY_KEY = Principal("a.key", ServiceRole.CHAIR, "key")
BY_PROVIDER = Principal("a.chair", ServiceRole.CHAIR, "oidc:https://id.example")
KEY = make_key()


@pytest.mark.parametrize("step", sorted(PERSONAL_STEPS - {"release"}))
def test_a_key_takes_no_such_step_where_a_provider_is_set(settings: ServiceSettings, step: str) -> None:
    """Refused before anything is looked at; without a provider, or with a name of the provider's, it is not."""
    asked = cycle.CycleRequest(step=step, person_id="P1", user="a.chair", reason=REASON)  # type: ignore[arg-type]

    def refused(caller: Principal, oidc: OidcSettings | None) -> ServiceError:
        mark = CALLER.set(caller)
        try:
            with pytest.raises(ServiceError) as found:
                asyncio.run(cycle.step(Runtime(replace(settings, oidc=oidc)), asked))
        finally:
            CALLER.reset(mark)
        return found.value

    error = refused(BY_KEY, OIDC)
    assert error.code is NOT_ALLOWED
    assert "signed in with their own account" in str(error.faults)
    assert refused(BY_PROVIDER, OIDC).code is not NOT_ALLOWED
    assert refused(BY_KEY, None).code is not NOT_ALLOWED


def test_a_plan_needs_no_name_of_the_provider(settings: ServiceSettings) -> None:
    """Only where two people must be two."""
    mark = CALLER.set(BY_KEY)
    try:
        known = replace(settings, oidc=OIDC)
        assert why_not_personal(known)
        assert not cycle.why_not_taken("plan", known)
    finally:
        CALLER.reset(mark)


@pytest.fixture(scope="module")
def guarded(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a provider whose keys are in a file, and a key of a chair, who signs in with it."""
    folder = tmp_path_factory.mktemp("guarded")
    publish(folder / "jwks.json", RSAKey.generate_key(2048, {"kid": "one"}))
    told = {"MATAC_OIDC_ISSUER": OIDC.issuer, "MATAC_OIDC_AUDIENCE": "matac-ml"}
    told |= {"MATAC_OIDC_JWKS": str(folder / "jwks.json")}
    told |= {"MATAC_KEYS_FILE": str(write_keys(folder, ServiceRole.CHAIR, keys=(KEY,)))}
    with running(made_up, folder, **told) as service:
        yield service


def test_the_page_says_so_and_takes_no_judgement(guarded: Service) -> None:
    """Said on the page before anybody tries; a form sent all the same is refused."""
    chair = Person(guarded.url)
    chair.get("/sign-in")
    chair.post("/sign-in", user="a.chair", key=KEY)
    chair.post("/purpose", **WORK, to="/")
    page = chair.get("/judging")
    assert "You cannot judge or settle here: this is decided by somebody who has signed in" in words_of(page)
    row = {"who-0": "P1", "what-0": "judge", "outcome-0": "accept", "why-0": REASON}
    answer = chair.post("/judging", **row)
    assert answer.status_code == 403
    assert "with their own account" in words_of(answer)
    chair.close()
