"""Hostile inputs: each a documented refusal in the one shape, with nothing leaked and nothing done."""

import hmac
import json
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from matac_ml.apikeys import ApiKey, hash_key, make_key
from matac_ml.casework import Ledger
from matac_ml.roles import Permission, ServiceRole, titles, who_may
from serving.access.personal import PERSONAL_STEPS
from serving.routes import ROUTES
from tests.serving.running import WHY, Service, running
from tests.serving.signed_in import WORK, Person, path_of

KEYS = {role: make_key() for role in ServiceRole}
EXPIRED = make_key()


@pytest.fixture(scope="module")
def guarded(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service with access on: a key of every role, one expired key, and a provider's public key on disk."""
    folder = tmp_path_factory.mktemp("guarded")
    lines = [
        ApiKey(
            name=role.value, role=role, sha256=hash_key(key), agency="Housing" if role is ServiceRole.PARTNER else ""
        )
        for role, key in KEYS.items()
    ]
    lines.append(ApiKey(name="old", role=ServiceRole.ANALYST, sha256=hash_key(EXPIRED), expires_on="2020-01-01"))
    (folder / "keys.yaml").write_text(json.dumps([line.model_dump(mode="json") for line in lines]))
    (folder / "jwks.json").write_text(json.dumps({"keys": [PROVIDER.as_dict(private=False)]}))
    told = {
        "MATAC_KEYS_FILE": str(folder / "keys.yaml"),
        "MATAC_OIDC_ISSUER": ISSUER,
        "MATAC_OIDC_AUDIENCE": "matac-ml",
        "MATAC_OIDC_JWKS": str(folder / "jwks.json"),
    }
    with running(made_up, folder, **told) as started:
        yield started


@pytest.fixture(scope="module", autouse=True)
def trickle(guarded: Service) -> Iterator[socket.socket]:
    """A connection with a body that does not end, opened before every other test of this file."""
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=20) as wire:
        head = f"POST /v1/score HTTP/1.1\r\nHost: localhost\r\n{KEY}\r\nContent-Type: application/json\r\n"
        wire.sendall(f"{head}Content-Length: 100\r\nConnection: close\r\n\r\n{{".encode())
        assert httpx.get(f"{guarded.url}/livez", timeout=9).status_code == 200
        yield wire


PROVIDER = RSAKey.generate_key(2048, parameters={"kid": "one"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "one"})
ISSUER = "https://login.force.example"


def token(key: RSAKey = PROVIDER, **claims: Any) -> str:
    """A token of the provider, unless told otherwise."""
    now = int(time.time())
    told = {"iss": ISSUER, "aud": "matac-ml", "sub": "an.analyst", "roles": ["analyst"], "iat": now, "exp": now + 60}
    return jwt.encode({"alg": "RS256", "kid": "one"}, {**told, **claims}, key)


def body(*nominations: dict[str, Any], **more: Any) -> bytes:
    """A score request about somebody known, unless told otherwise."""
    return json.dumps({**WHY, "nominations": list(nominations) or [{"person_id": "P00000018"}], **more}).encode()


def with_rows(incident: dict[str, Any]) -> bytes:
    """A partner's referral with one odd incident."""
    row = {"incident_id": "R1", "occurred_on": "2024-11-02", "recorded_on": "2024-11-03", "is_crime": True, **incident}
    link = {"incident_id": "R1", "person_id": "GP-1", "role": "suspect"}
    return body({"person_id": "GP-1", "records": {"incidents": [row], "involvements": [link]}})


GOOD = body()
HUGE = body({"person_id": "P" * 2_000_000})
DEEP = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
NONE_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbi5hbmFseXN0In0."

#: What was sent, and what a careless program would show of itself.
LEAKS = ("DROP TABLE", "<script", "{{7", "etc/passwd", "PPPPPPPP", "somebody.else", "Traceback", "site-packages")
#: name -> (expected status, body of /v1/score)
BODIES: dict[str, tuple[int, bytes]] = {
    "huge": (413, HUGE),
    "deep": (400, DEEP),
    "deep arrays": (400, b"[" * 100_000),
    "not a number": (400, GOOD.replace(b'"P00000018"', b"NaN")),
    "infinity": (400, GOOD.replace(b'"P00000018"', b"-Infinity")),
    "more than a double holds": (400, GOOD.replace(b'"P00000018"', b"1e999")),
    "control characters in JSON": (400, GOOD.replace(b"P00000018", b"P\x00\x01")),
    "control characters in an id": (422, body({"person_id": "P\u0000\u001b[2J"})),
    "line breaks in a justification": (422, body(justification="The meeting.\r\nX-Admin: 1")),
    "a name that only looks like another": (422, body(user="an.ana\u200blyst")),
    "writing that runs backwards": (422, body(justification="The meeting \u202eof nobody at all.")),
    "half a surrogate pair": (400, GOOD.replace(b"P00000018", b"\\ud800")),
    "not UTF-8": (400, GOOD.replace(b"P00000018", b"\xff\xfe")),
    "a byte-order mark": (400, b"\xef\xbb\xbf" + GOOD),
    "two values": (400, GOOD + GOOD),
    "nothing": (400, b""),
    "null": (422, b"null"),
    "SQL in an id": (404, body({"person_id": "P1'; DROP TABLE ledger_chain;--"})),
    "HTML in an id": (404, body({"person_id": "<script>alert(1)</script>"})),
    "a template in an id": (404, body({"person_id": "{{7*7}}${7*7}"})),
    "a path in an id": (404, body({"person_id": "../../../../etc/passwd"})),
    "an id of 300 characters": (422, body({"person_id": "P" * 300})),
    "a year 9999": (422, body(as_of="9999-12-31")),
    "a day that is none": (422, body(as_of="2023-02-30")),
    "a day as a number": (422, body(as_of=20230101)),
    "a day after the extract": (409, body(as_of="2099-01-01")),
    "an incident in 9999": (422, with_rows({"occurred_on": "9999-12-31", "recorded_on": "9999-12-31"})),
    "recorded before it happened": (409, with_rows({"recorded_on": "2001-01-01"})),
    "duplicate keys": (400, GOOD.replace(b'"purpose"', b'"user": "somebody.else", "purpose"', 1)),
    "a key nobody asked for": (422, body(is_admin=True)),
    "wrong types": (422, body(nominations="P00000018")),
    "a yes as a number": (422, with_rows({"is_crime": 1})),
    "201 nominations": (422, body(*[{"person_id": "P00000018"}] * 201)),
    "no purpose": (422, body(purpose="curiosity")),
    "no justification": (422, body(justification="because")),
}


def entries(service: Service) -> int:
    """How many entries the ledger has."""
    with Ledger.open(service.ledger) as ledger:
        return ledger.verify().entries


def refused(service: Service, answer: httpx.Response, status: int, before: int) -> None:
    """The status that is documented, in the one shape, without what was sent; no entry but of a refusal."""
    assert answer.status_code == status, answer.text
    said = answer.json()
    assert set(said) == {"code", "message", "field", "what_to_do", "faults"}
    assert said["faults"]
    for piece in LEAKS:
        assert piece not in answer.text
    with Ledger.open(service.ledger) as ledger:
        kinds = [entry.kind for entry in ledger.entries(after=before)]
    # What depends on the records held says something about a person, and is on the record.
    assert kinds == (["refused"] if status in (404, 409) else [])


@pytest.mark.parametrize("name", BODIES)
def test_hostile_bodies(guarded: Service, name: str) -> None:
    """Each is refused with its documented status; nothing is written and nothing of it comes back."""
    status, sent = BODIES[name]
    before = entries(guarded)
    headers = {"Authorization": f"Bearer {KEYS[ServiceRole.ANALYST]}", "Content-Type": "application/json"}
    answer = httpx.post(f"{guarded.url}/v1/score", content=sent, headers=headers, timeout=30)
    refused(guarded, answer, status, before)


def signed_with_the_public_key() -> str:
    """A token that calls the provider's public key a shared secret, and signs with it."""
    head, claims, _ = token().split(".")
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
    signed = hmac.digest(PROVIDER.as_pem(private=False), f"{head}.{claims}".encode(), "sha256")
    return f"{head}.{claims}.{urlsafe_b64encode(signed).rstrip(b'=').decode()}"


def nested_token() -> str:
    """A token whose head is an array in an array in an array."""
    return f"{urlsafe_b64encode(b'[' * 5_000).rstrip(b'=').decode()}.W10.W10"


#: name -> (expected status, Authorization header)
def credentials() -> dict[str, tuple[int, str | None]]:
    """Every odd credential with the status it must get; made when asked for, because a token lives for a minute."""
    return {
        "nobody": (401, ""),
        "a key never made": (401, f"Bearer {make_key()}"),
        "an expired key": (401, f"Bearer {EXPIRED}"),
        "a token without signature": (401, f"Bearer {NONE_TOKEN}"),
        "a token signed by a stranger": (401, f"Bearer {token(STRANGER)}"),
        "a token signed with the public key as a secret": (401, f"Bearer {signed_with_the_public_key()}"),
        "a token replayed after its end": (401, f"Bearer {token(exp=int(time.time()) - 120)}"),
        "a token of another service": (401, f"Bearer {token(aud='payroll')}"),
        "a token of another provider": (401, f"Bearer {token(iss='https://login.elsewhere.example')}"),
        "a token that nests until Python gives up": (401, f"Bearer {nested_token()}"),
        "a token that holds no object": (401, "Bearer W10.W10.W10"),
        "a password outside ASCII": (401, "Basic \xe9\xe9"),
        "a token with two roles": (403, f"Bearer {token(roles=['analyst', 'auditor'])}"),
        "a token that speaks for somebody else": (403, f"Bearer {token(sub='somebody.entirely')}"),
        "the board": (403, f"Bearer {KEYS[ServiceRole.BOARD]}"),
        "a data scientist": (403, f"Bearer {KEYS[ServiceRole.DATA_SCIENTIST]}"),
        "an administrator": (403, f"Bearer {KEYS[ServiceRole.ADMINISTRATOR]}"),
    }


@pytest.mark.parametrize("name", credentials())
def test_hostile_credentials(guarded: Service, name: str) -> None:
    """Forged, replayed, foreign and insufficient credentials are refused before anything is read."""
    status, credential = credentials()[name]
    before = entries(guarded)
    headers = {"Content-Type": b"application/json"}
    headers |= {"Authorization": credential.encode("latin-1")} if credential else {}
    answer = httpx.post(f"{guarded.url}/v1/score", content=GOOD, headers=headers)
    refused(guarded, answer, status, before)


@pytest.mark.parametrize(
    ("name", "line", "status"),
    [
        ("climbing out", "GET /v1/papers/../../../etc/passwd HTTP/1.1", 404),
        ("climbing out, encoded", "GET /v1/papers/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1", 404),
        ("climbing out of the style", "GET /static/..%2f..%2fservice.py HTTP/1.1", 404),
        ("another method", "DELETE /v1/score HTTP/1.1", 405),
        ("an address of BentoML's that we do not offer", "GET /docs.json/../ HTTP/1.1", 404),
        ("a doubled slash", "POST //v1/score HTTP/1.1", 404),
    ],
)
def test_hostile_paths(guarded: Service, name: str, line: str, status: int) -> None:
    """Paths as they are written on the wire: none climbs out, none slips past the gate."""
    before = entries(guarded)
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as wire:
        key = KEYS[ServiceRole.AUDITOR]
        wire.sendall(f"{line}\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: wire.recv(65_536), b"")).decode()
    assert answer.split(" ", 2)[1] == str(status), answer
    assert "root:" not in answer
    assert entries(guarded) == before


KEY = f"Authorization: Bearer {KEYS[ServiceRole.ANALYST]}"
STRANGE_HEADS: dict[str, tuple[int, str]] = {
    "two identities": (403, f"{KEY}\r\nAuthorization: Bearer {KEYS[ServiceRole.AUDITOR]}"),
    "two hosts": (400, f"{KEY}\r\nHost: elsewhere.example"),
    "two media types": (403, f"{KEY}\r\nContent-Type: text/plain"),
    "an origin that is no address": (403, f"{KEY}\r\nOrigin: http://["),
    "an origin without a name": (403, f"{KEY}\r\nOrigin: null"),
    "a length in another script": (400, f"{KEY}\r\nContent-Length: \xb2"),
    "two lengths": (400, f"{KEY}\r\nContent-Length: 5"),
    "a length and pieces": (400, f"{KEY}\r\nTransfer-Encoding: chunked"),
}


@pytest.mark.parametrize("name", STRANGE_HEADS)
def test_hostile_heads(guarded: Service, name: str) -> None:
    """Headers that two readers could read differently are refused, by the gate or by the server before it."""
    status, more = STRANGE_HEADS[name]
    before = entries(guarded)
    head = f"POST /v1/score HTTP/1.1\r\nHost: localhost\r\n{more}\r\nContent-Type: application/json\r\n"
    sent = f"{head}Content-Length: {len(GOOD)}\r\nConnection: close\r\n\r\n".encode("latin-1") + GOOD
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as wire:
        wire.sendall(sent)
        answer = b"".join(iter(lambda: wire.recv(65_536), b"")).decode()
    assert answer.split(" ", 2)[1] == str(status), answer
    assert entries(guarded) == before


@pytest.fixture(scope="module")
def signed_in(guarded: Service) -> dict[ServiceRole, Person]:
    """Somebody of every role, signed in to the pages with the role's key."""
    people = {}
    for role, key in KEYS.items():
        person = people[role] = Person(guarded.url)
        person.get("/sign-in")
        if path_of(person.post("/sign-in", user="an.analyst", key=key)) == "/purpose":
            person.post("/purpose", **WORK, to="/")
    return people


def test_what_is_answered_is_kept_by_nobody_on_the_way(guarded: Service, signed_in: dict[ServiceRole, Person]) -> None:
    """Lists, people, papers, refusals: none may be stored by a browser or a proxy."""
    mine, analyst = {"Authorization": f"Bearer {token()}"}, signed_in[ServiceRole.ANALYST]
    listed = analyst.post("/list", k="3")
    gone = httpx.post(f"{guarded.url}/v1/score", content=b"{}", headers=mine)
    for answer in (listed, gone, analyst.get("/"), Person(guarded.url).get("/"), httpx.get(f"{guarded.url}/v1/model")):
        assert answer.headers["cache-control"] == "no-store"


def test_what_somebody_types_stays_text(signed_in: dict[ServiceRole, Person]) -> None:
    """A justification that is markup comes back on the page as the letters it is made of."""
    analyst = signed_in[ServiceRole.ANALYST]
    typed = "<img src=x onerror=alert(1)> \"' {{7*7}} for the meeting"
    page = analyst.post("/purpose", purpose="matac_nomination", justification=typed, to="/")
    assert page.status_code == 200
    assert "<img src=x" not in page.text
    assert "49 for the meeting" not in page.text
    assert "&lt;img src=x" in page.text
    analyst.post("/purpose", **WORK, to="/")


def test_every_role_on_every_page_and_address(guarded: Service, signed_in: dict[ServiceRole, Person]) -> None:
    """Whoever may is let in, and whoever may not is told which role may; nobody else gets further."""
    for role, person in signed_in.items():
        for endpoint in ROUTES:
            path = endpoint.path.replace("{name}", "N-" + "0" * 32)
            if endpoint.permission is Permission.ANYBODY:
                continue
            if endpoint.page:
                sent = {"csrf": person.csrf} if endpoint.method == "POST" else None
                answer = person.http.request(endpoint.method, path, data=sent, follow_redirects=False)
            else:
                bearer = {"Authorization": f"Bearer {KEYS[role]}", "Content-Type": "application/json"}
                body = b"{}" if endpoint.method == "POST" else None
                answer = httpx.request(
                    endpoint.method, f"{guarded.url}{path}", content=body, headers=bearer, timeout=30
                )
            allowed = endpoint.permission in role.permissions
            where = f"{role.value} at {endpoint.address}: {answer.status_code}"
            assert (answer.status_code != 403) == allowed, where
            assert answer.status_code != 401, where
            if not allowed:
                assert f"this is for the role {titles(who_may(endpoint.permission))}" in answer.text.lower(), where
                assert ("<h1>You may not do this</h1>" in answer.text) == endpoint.page, where


#: What each role may open, in short: a change of it is a decision, and shows here.
MAY = {
    "analyst": "lists people cases papers",
    "specialist": "cases papers",
    "chair": "lists people cases papers",
    "safeguarding_lead": "lists people cases papers",
    "programme_staff": "cases papers",
    "partner": "cases papers",
    "board": "papers",
    "auditor": "people cases papers metrics",
    "data_scientist": "papers metrics",
    "administrator": "papers metrics switch",
}
#: Steps of the cycle that each role may take.
STEPS = {
    "refer": "analyst chair",
    "release": "safeguarding_lead",
    "accept": "specialist chair",
    "decline": "specialist chair safeguarding_lead",
    "settle_accept": "specialist chair",
    "settle_decline": "specialist chair",
    "plan": "chair programme_staff",
    "engage": "chair programme_staff",
    "remove": "chair programme_staff",
    "withdraw": "chair programme_staff",
    "complete": "chair programme_staff",
    "end_early": "chair programme_staff",
    "exit": "analyst chair programme_staff",
}


def test_what_each_role_may_is_what_was_decided() -> None:
    """No role looks at people, or turns the model off, by accident."""
    asked = {
        "lists": Permission.SCORE,
        "people": Permission.EXPLAIN_AGAIN,
        "cases": Permission.OPEN_CASES,
        "papers": Permission.READ_PAPERS,
        "metrics": Permission.READ_METRICS,
        "switch": Permission.ADMINISTER,
    }
    found = {
        role.value: " ".join(word for word, permission in asked.items() if permission in role.permissions)
        for role in ServiceRole
    }
    assert found == MAY


def test_a_step_of_the_cycle_is_refused_to_every_other_role(guarded: Service) -> None:
    """On record, and with the roles that take it; whoever may take it is refused for where the person stands.

    Each by the provider; with a key nobody judges, settles or releases.
    """
    for step, who in STEPS.items():
        for role, key in KEYS.items():
            sent = {"user": "a", "reason": "Agreed at the meeting.", "step": step, "person_id": "GHOST"}
            given = {"interventions": ["x"], "starts": "2025-01-01"} if step == "plan" else {}
            given = {"week": 1, "engaged": True} if step == "engage" else given
            by_key, named = ({"Authorization": f"Bearer {word}"} for word in (key, token(sub="a", roles=[role.value])))
            answer = httpx.post(f"{guarded.url}/v1/cycle", json={**sent, **given}, headers=named, timeout=30)
            where = f"{role.value}, {step}: {answer.text}"
            assert (answer.status_code == 403) == (role.value not in who.split()), where
            keyed = httpx.post(f"{guarded.url}/v1/cycle", json={**sent, **given}, headers=by_key, timeout=30)
            assert keyed.status_code == (403 if step in PERSONAL_STEPS else answer.status_code), where
            if answer.status_code == 403 and Permission.TAKE_STEPS in role.permissions:
                assert "this step is taken by the role" in answer.text, where


def test_other_peoples_nomination_ids(guarded: Service, signed_in: dict[ServiceRole, Person]) -> None:
    """What one analyst was given, another with a valid token of their own is not; an auditor is."""
    mine = {"Authorization": f"Bearer {token()}"}
    people = httpx.post(f"{guarded.url}/v1/rank", json={**WHY, "k": 1}, headers=mine).json()["people"]
    asked = {**WHY, "nominations": [{"person_id": people[0]["person_id"]}]}
    given = httpx.post(f"{guarded.url}/v1/score", json=asked, headers=mine).json()
    again = {**WHY, "nomination_id": given["scores"][0]["nomination_id"]}
    assert httpx.post(f"{guarded.url}/v1/explanation", json=again, headers=mine).status_code == 200
    others = {"Authorization": f"Bearer {token(sub='another.analyst')}"}
    refusal = httpx.post(f"{guarded.url}/v1/explanation", json={**again, "user": "another.analyst"}, headers=others)
    assert refusal.status_code == 404
    key = {"Authorization": f"Bearer {KEYS[ServiceRole.ANALYST]}"}
    assert httpx.post(f"{guarded.url}/v1/explanation", json=again, headers=key).status_code == 404
    auditor = {"Authorization": f"Bearer {KEYS[ServiceRole.AUDITOR]}"}
    assert httpx.post(f"{guarded.url}/v1/explanation", json=again, headers=auditor).status_code == 200
    # The page of an explanation names the people in its incidents: to the analyst alone, as /v1/incidents does.
    analyst, reading = signed_in[ServiceRole.ANALYST], signed_in[ServiceRole.AUDITOR]
    assert analyst.post("/again", nomination_id=again["nomination_id"]).status_code == 404
    page = reading.post("/again", nomination_id=again["nomination_id"])
    assert page.status_code == 200
    assert "The people in them are not named" in page.text


def test_a_page_of_another_site_cannot_speak_through_a_browser(service: Service) -> None:
    """With access off, a form of another site, another host name and a proxy are refused."""
    before = entries(service)
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "elsewhere.example"},
        {"X-Forwarded-For": "10.0.0.1"},
    ):
        sent = {**headers, "Content-Type": "application/json"}
        answer = httpx.post(f"{service.url}/v1/score", content=GOOD, headers=sent)
        refused(service, answer, 403, before)


def test_with_access_on_an_unapproved_model_says_nothing(guarded: Service) -> None:
    """The bundle of the fixture has no papers or gates that anybody could have approved: the matrix alone answers."""
    mine = {"Authorization": f"Bearer {token()}"}
    answer = httpx.post(f"{guarded.url}/v1/rank", json={**WHY, "k": 1}, headers=mine).json()
    assert answer["mode"]["mode"] == "matrix_only"
    assert "no release that could be approved" in answer["mode"]["reason"]


def test_a_body_that_trickles_is_given_up(trickle: socket.socket) -> None:
    """Others are answered meanwhile, by all of the tests above; after ten seconds the connection is told 408."""
    assert trickle.recv(65_536).split(b" ", 2)[1] == b"408"
