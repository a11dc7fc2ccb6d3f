"""Nothing reaches the service that is not one well-formed request of a caller who may make it."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from matac_ml.apikeys import ApiKey, hash_key, make_key
from matac_ml.roles import ServiceRole
from serving.access.credentials import Access
from serving.server.gate import Gate

KEY = make_key()
KEYS = (ApiKey(name="tasking-system", role=ServiceRole.ANALYST, sha256=hash_key(KEY)),)
ASK = {
    "user": "an analyst",
    "purpose": "matac_nomination",
    "justification": "The November meeting.",
    "nominations": [{"person_id": "P1"}],
}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body that reached it."""
    request = Request(scope, receive)
    body = await request.json() if scope["method"] == "POST" else None
    await JSONResponse({"reached": body})(scope, receive, send)


def ask(
    method: str = "POST",
    path: str = "/v1/score",
    *,
    keys: tuple[ApiKey, ...] | None = None,
    client: str = "127.0.0.1",
    body_limit: int = 10_000,
    per_minute: float = 0,
    times: int = 1,
    **how: Any,
) -> httpx.Response:
    """One request through the gate; the last answer of several."""
    gate = Gate(
        echo,
        Access(lambda: keys or (), None, is_on=keys is not None),
        body_limit=body_limit,
        requests_per_minute=per_minute,
    )

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=gate, client=(client, 4321))
        async with httpx.AsyncClient(transport=transport, base_url=how.pop("base", "http://localhost")) as session:
            return [await session.request(method, path, **how) for _ in range(times)][-1]

    return asyncio.run(send())


def test_lets_a_documented_request_through_unchanged() -> None:
    """What arrives behind the gate is what was sent."""
    answer = ask(json=ASK)
    assert answer.status_code == 200
    assert answer.json() == {"reached": ASK}


def test_lists_every_faulty_row_at_once() -> None:
    """Two bad nominations, a missing justification and an unknown key are four faults in one answer."""
    bad = {**ASK, "nominations": [{"person_id": ""}, {"person_id": "P1"}, {"person_id": 7}], "colour": "red"}
    del bad["justification"]
    answer = ask(json=bad)
    assert answer.status_code == 422
    fields = {fault["field"] for fault in answer.json()["faults"]}
    assert fields == {"nominations.0.person_id", "nominations.2.person_id", "justification", "colour"}
    assert all(fault["what_to_do"] for fault in answer.json()["faults"])


@pytest.mark.parametrize(
    ("status", "code", "how"),
    [
        (415, "not_json", {"content": b"a=1", "headers": {"content-type": "multipart/form-data; boundary=x"}}),
        (413, "too_large", {"json": ASK, "body_limit": 50}),
        (404, "no_route", {"path": "/v1/../etc/passwd", "json": ASK}),
        (404, "no_route", {"path": "/v1/scores", "json": ASK}),
        (405, "wrong_method", {"method": "DELETE"}),
        (403, "not_allowed", {"json": ASK, "client": "10.1.2.3"}),
        (403, "not_allowed", {"json": ASK, "base": "http://evil.example"}),
        (403, "not_allowed", {"json": ASK, "headers": {"x-forwarded-for": "10.1.2.3"}}),
        (403, "not_allowed", {"json": ASK, "headers": {"x-forwarded-host": "matac.force.example"}}),
        (403, "not_allowed", {"json": ASK, "headers": {"x-forwarded-proto": "https"}}),
        (403, "not_allowed", {"json": ASK, "headers": {"via": "1.1 proxy"}}),
        (403, "not_allowed", {"json": ASK, "headers": {"true-client-ip": "10.1.2.3"}}),
        (403, "not_allowed", {"json": ASK, "headers": {"cf-connecting-ip": ""}}),
        (403, "not_allowed", {"json": ASK, "headers": {"origin": "http://evil.example"}}),
        (403, "not_allowed", {"json": ASK, "headers": {"sec-fetch-site": "cross-site"}}),
        (429, "too_many", {"json": ASK, "per_minute": 6, "times": 2}),
        (401, "no_identity", {"json": ASK, "keys": KEYS}),
        (401, "no_identity", {"json": ASK, "keys": KEYS, "headers": {"authorization": f"Bearer {make_key()}"}}),
        (401, "no_identity", {"json": ASK, "keys": (), "headers": {"authorization": f"Bearer {KEY}"}}),
        (
            403,
            "not_allowed",
            {"method": "GET", "path": "/metrics", "keys": KEYS, "headers": {"authorization": f"Bearer {KEY}"}},
        ),
    ],
)
def test_refuses_with_a_documented_error(status: int, code: str, how: dict[str, Any]) -> None:
    """Each refusal has its status, its code, what to do, and the security headers."""
    answer = ask(**how)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["what_to_do"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers


def test_a_key_opens_what_its_role_allows() -> None:
    """An analyst's key scores; as a browser's password, which every page could make it send, it opens nothing."""
    assert ask(json=ASK, keys=KEYS, headers={"authorization": f"Bearer {KEY}"}).status_code == 200
    assert ask(json=ASK, keys=KEYS, auth=("anything", KEY)).status_code == 401


def test_an_expired_key_opens_nothing() -> None:
    """The day after its last day a key is as unknown as any other."""
    expired = (KEYS[0].model_copy(update={"expires_on": date(2020, 1, 1)}),)
    assert ask(json=ASK, keys=expired, headers={"authorization": f"Bearer {KEY}"}).status_code == 401
