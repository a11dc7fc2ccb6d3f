"""Keys and tokens stop working when they are taken away, and nobody becomes somebody else by a name."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import RSAKey

from matac_ml.apikeys import make_key
from matac_ml.casework import Ledger, NewEntry
from matac_ml.errors import UsageError
from matac_ml.roles import ServiceRole
from matac_ml.yamltext import yaml_text
from serving.access.credentials import KEEP_SECONDS as KEEP_FILE
from serving.access.credentials import Access, KeyFile
from serving.access.oidc import FRESH_SECONDS, KEEP_SECONDS, RETRY_SECONDS, OidcTokens
from serving.access.principal import Principal
from serving.errors import ServiceError
from serving.settings import OidcSettings
from tests.serving.running import WHY, Service, running, write_keys
from tests.serving.test_faults import eventually

ISSUER = "https://login.force.example/realms/police"
FIRST, SECOND = (RSAKey.generate_key(2048, {"kid": name}) for name in ("first", "second"))
ANALYST, AUDITOR = make_key(), make_key()


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def token(key: RSAKey = FIRST, **claims: Any) -> str:
    """A token of the provider, good unless a claim says otherwise; a claim of None is left out."""
    now = int(time.time())
    told = {"iss": ISSUER, "aud": "matac-ml", "sub": "an.analyst", "roles": ["analyst"], "iat": now, "exp": now + 600}
    told = {name: value for name, value in (told | claims).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, told, key)


def publish(file: Path, *keys: RSAKey) -> None:
    """Write the provider's public keys."""
    file.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))


def reader(file: Path, clock: Callable[[], float] = time.monotonic, **more: Any) -> OidcTokens:
    """A reader of the provider's tokens."""
    settings = OidcSettings(issuer=ISSUER, audience="matac-ml", jwks=file, role_claim="roles", user_claim="sub")
    return OidcTokens(settings, monotonic=clock, **more)


def accepted(read: Callable[[str], Principal], credential: str) -> bool:
    """Whether a credential opens the service."""
    try:
        read(credential)
    except ServiceError as refused:
        if refused.code.name != "no_identity":
            raise
        return False
    return True


def test_a_key_withdrawn_from_the_provider_is_refused_within_a_minute(tmp_path: Path) -> None:
    """Tokens of a withdrawn key work while the keys are fresh, and no longer; the new key works at once."""
    file, clock = tmp_path / "jwks.json", Clock()
    publish(file, FIRST)
    tokens = reader(file, clock)
    old, new = token(FIRST), token(SECOND)
    assert accepted(tokens, old)
    publish(file, SECOND)
    assert accepted(tokens, old)
    clock.seconds += RETRY_SECONDS
    assert accepted(tokens, new)
    assert not accepted(tokens, old)
    publish(file, FIRST)
    clock.seconds += FRESH_SECONDS
    assert accepted(tokens, old)
    assert not accepted(tokens, new)
    assert FRESH_SECONDS + RETRY_SECONDS <= 60


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"keys": 7}', "not JSON"])
def test_without_the_provider_its_keys_count_for_five_minutes(tmp_path: Path, content: str | None) -> None:
    """When the keys cannot be read any more, those known before count for a stated time and then none does."""
    file, clock = tmp_path / "jwks.json", Clock()
    publish(file, FIRST)
    tokens, good = reader(file, clock), token()
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    clock.seconds += FRESH_SECONDS
    assert accepted(tokens, good)
    clock.seconds += KEEP_SECONDS
    assert not accepted(tokens, good)
    publish(file, FIRST)
    clock.seconds += RETRY_SECONDS
    assert accepted(tokens, good)


NOW = int(time.time())
LIVES: dict[str, dict[str, Any]] = {
    "a hundred years": {"exp": NOW + 100 * 365 * 86_400},
    "a day and a minute": {"iat": NOW - 60, "exp": NOW + 86_400},
    "no end": {"exp": None},
    "no beginning": {"iat": None},
    "an end before its beginning": {"iat": NOW + 20, "exp": NOW + 10},
    "an infinite end": {"exp": float("inf")},
    "an end that is no number": {"exp": float("nan")},
    "an end in words": {"exp": "tomorrow"},
    "a beginning in words": {"iat": "yesterday"},
    "a beginning to come": {"iat": NOW + 3_600, "exp": NOW + 7_200},
    "not yet": {"nbf": NOW + 3_600},
}


@pytest.mark.parametrize("name", LIVES)
def test_a_token_lives_a_day_at_most(tmp_path: Path, name: str) -> None:
    """A token says when it was issued and when it ends, and no more than a day lies between."""
    publish(tmp_path / "jwks.json", FIRST)
    assert not accepted(reader(tmp_path / "jwks.json"), token(**LIVES[name]))


def test_the_longest_life_is_a_setting(tmp_path: Path) -> None:
    """Two hours are refused where one is allowed, and taken where two are."""
    publish(tmp_path / "jwks.json", FIRST)
    two_hours = token(iat=NOW - 60, exp=NOW + 7_100)
    taken = [accepted(reader(tmp_path / "jwks.json", most_hours=hours), two_hours) for hours in (1, 2)]
    assert taken == [False, True]


@pytest.mark.parametrize(
    "name", ["", " ", "\u3164", "\u200b", "an.\u200banalyst", "a\u00a0b", "a\nb", "x" * 81, None, 7]
)
def test_a_token_names_its_user_with_letters_that_can_be_seen(tmp_path: Path, name: object) -> None:
    """A user who is invisible, or looks like another, is nobody."""
    publish(tmp_path / "jwks.json", FIRST)
    assert not accepted(reader(tmp_path / "jwks.json"), token(sub=name))


def test_a_key_taken_out_of_its_file_is_refused(tmp_path: Path) -> None:
    """Also when the file keeps its size and its time; while it cannot be read the keys count for a minute only."""
    file, clock = write_keys(tmp_path, ServiceRole.ANALYST, ServiceRole.AUDITOR, keys=(ANALYST, AUDITOR)), Clock()
    access = Access(KeyFile(file, monotonic=clock).keys, None, is_on=True)
    both = file.read_text()

    def works(key: str) -> bool:
        clock.seconds += KEEP_FILE / 2
        return accepted(access.recognise, f"Bearer {key}")

    assert works(ANALYST)
    file.write_text(yaml_text(yaml.safe_load(both)[1:]))
    assert not works(ANALYST)
    assert works(AUDITOR)
    file.write_text("- name: half an ed")
    assert works(AUDITOR)
    assert not works(AUDITOR)
    file.write_text(both)
    assert works(ANALYST)
    file.unlink()
    assert works(ANALYST)
    assert not works(ANALYST)


@pytest.mark.parametrize("name", ["", " ", "a b", "\u3164", "key:one", "an\u200banalyst", "a#b", "a\n"])
def test_a_key_has_a_name_that_can_be_seen(tmp_path: Path, name: str) -> None:
    """The name of a key is plain letters and digits: it can be mistaken for no token and no other key."""
    file = tmp_path / "keys.yaml"
    file.write_text(yaml.safe_dump([{"name": name, "role": "analyst", "sha256": "0" * 64}]))
    with pytest.raises(UsageError, match="key file"):
        KeyFile(file)


@pytest.fixture(scope="module")
def guarded(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Two workers with access on: a key named like somebody whose tokens the provider may also issue."""
    folder = tmp_path_factory.mktemp("access")
    publish(folder / "jwks.json", FIRST)
    keys = write_keys(folder, ServiceRole.ANALYST, ServiceRole.AUDITOR, keys=(ANALYST, AUDITOR))
    told = {"MATAC_OIDC_ISSUER": ISSUER, "MATAC_OIDC_AUDIENCE": "matac-ml", "MATAC_WORKERS": "2"}
    told |= {"MATAC_OIDC_JWKS": str(folder / "jwks.json"), "MATAC_KEYS_FILE": str(keys)}
    with running(made_up, folder, **told) as service:
        yield service


def ask(service: Service, path: str, credential: str, **body: Any) -> httpx.Response:
    """One request with a credential."""
    told = {**WHY, "user": "analyst", **body}
    return service.post(path, told, headers={"Authorization": f"Bearer {credential}"})


def test_a_token_named_like_a_key_is_somebody_else(guarded: Service) -> None:
    """What the key "analyst" was given, a token of a user "analyst" is not; the ledger tells the two apart."""
    mine = token(sub="analyst")
    person = ask(guarded, "/v1/rank", ANALYST, k=1).json()["people"][0]["person_id"]
    given = {}
    for credential in (ANALYST, mine):
        answer = ask(guarded, "/v1/score", credential, nominations=[{"person_id": person}])
        given[credential] = answer.json()["scores"][0]["nomination_id"]
    for asking in (ANALYST, mine):
        for nomination, owner in ((given[ANALYST], ANALYST), (given[mine], mine)):
            status = ask(guarded, "/v1/explanation", asking, nomination_id=nomination).status_code
            assert status == (200 if asking == owner else 404)
    with Ledger.open(guarded.ledger) as ledger:
        callers = {entry.personal.payload["caller"] for entry in ledger.entries(kind="consultation") if entry.personal}
    assert callers == {"key:analyst", f"oidc:{ISSUER}#analyst"}


def test_entries_from_before_origins_were_kept_can_be_read(guarded: Service) -> None:
    """An entry with a bare name is a key's and an auditor's to read, and never a token's."""
    person = ask(guarded, "/v1/rank", ANALYST, k=1).json()["people"][0]["person_id"]
    ask(guarded, "/v1/score", ANALYST, nominations=[{"person_id": person}])
    with Ledger.open(guarded.ledger) as ledger:
        last = [entry for entry in ledger.entries(kind="consultation") if entry.personal][-1]
        assert last.personal is not None
        old, payload = f"N-{'a' * 32}", {**last.personal.payload, "nomination_id": f"N-{'a' * 32}", "caller": "analyst"}
        ledger.append(
            NewEntry("consultation", "analyst", "audit", WHY["justification"], last.personal.subject, old, payload)
        )
    statuses = [
        ask(guarded, "/v1/explanation", credential, nomination_id=old).status_code
        for credential in (ANALYST, AUDITOR, token(sub="analyst"))
    ]
    assert statuses == [200, 200, 404]


def test_a_key_removed_stops_working_in_every_worker(guarded: Service) -> None:
    """The line is taken out of the file: soon no worker takes the key, and the other key still works."""
    file = guarded.folder / "keys.yaml"
    file.write_text(yaml_text([one for one in yaml.safe_load(file.read_text()) if one["name"] != "analyst"]))

    def refused() -> bool:
        # A new connection each time, so that both workers are asked.
        return {ask(guarded, "/v1/rank", ANALYST, k=1).status_code for _ in range(12)} == {401}

    eventually(refused, seconds=60)
    assert ask(guarded, "/v1/subject-access", AUDITOR, person_id="ghost").status_code == 404


def test_whose_entry_it_was() -> None:
    """Names are told apart by who vouches for them; a bare name of old is a key's."""
    key = Principal("one", ServiceRole.ANALYST, "key")
    person = Principal("one", ServiceRole.ANALYST, f"oidc:{ISSUER}")
    assert (key.id, person.id) == ("key:one", f"oidc:{ISSUER}#one")
    assert [key.was(caller) for caller in ("one", "key:one", person.id)] == [True, True, False]
    assert [person.was(caller) for caller in ("one", "key:one", person.id)] == [False, False, True]
    assert (key.personal, person.personal) == (False, True)
