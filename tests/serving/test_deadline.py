"""An act that a request asked for is done and said to be done, or neither, also when the request runs out of time."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

import matac_ml.casework.ledger as ledger_module
from serving.access.credentials import Access
from serving.deployment.runtime import Runtime
from serving.endpoints import casework as casework_module
from serving.errors import respond
from serving.routes import endpoints_at
from serving.server import gate as gate_module
from serving.server.gate import Gate
from serving.settings import ServiceSettings

STAFF = {"user": "s.officer", "reason": "Agreed at the November meeting."}
REFER = ("/v1/cycle", {**STAFF, "step": "refer", "person_id": "LATE1", "source": "housing", "not_recorded": True})
COHORT = ("/v1/cohort", {**STAFF, "name": "2025-11", "proposed": ["LATE1"]})
SWITCH = ("/v1/matrix-only", {**STAFF, "matrix_only": True})
ACTS = [REFER, COHORT, SWITCH]
#: Seconds that a request has here, that slow work takes, and that work which was let go on has to be done.
SECONDS, SLOW, AFTER = 0.5, 1.5, 0.5


@pytest.fixture
def runtime(settings: ServiceSettings) -> Iterator[Runtime]:
    """A worker's runtime without a model."""
    started = Runtime(replace(settings, bundle=None))
    started.ledger.start()
    started.watcher.start()
    yield started
    started.stop()


def ask(
    runtime: Runtime,
    path: str,
    body: dict[str, Any],
    *,
    cancelled_after: float | None = None,
    answered: threading.Event | None = None,
) -> httpx.Response:
    """One request through the gate, given up as a stop does; the work that it left behind in threads has ended too."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        sent = await Request(scope, receive).json()
        (endpoint,) = endpoints_at(scope["path"])
        assert endpoint.request is not None
        await (await respond(endpoint.call(runtime, endpoint.request.model_validate(sent))))(scope, receive, send)

    gate = Gate(app, Access(lambda: (), None, is_on=False), body_limit=10_000, requests_per_minute=0)

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=gate, client=("127.0.0.1", 4321))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as session:
            asking = asyncio.create_task(session.post(path, json=body))
            if cancelled_after is not None:
                asyncio.get_running_loop().call_later(cancelled_after, asking.cancel)
            answer = await asking
            if answered is not None:
                answered.set()
            return answer

    return asyncio.run(send())  # waits for threads


def later(work: Callable[..., Any], answered: threading.Event | None = None) -> Callable[..., Any]:
    """The same work, so slow that the request's time is over, or the request answered, before it begins."""

    def slow(*given: Any, **named: Any) -> Any:
        if answered is None:
            time.sleep(SLOW)
        else:
            assert answered.wait(60)
        return work(*given, **named)

    return slow


def kinds(runtime: Runtime) -> list[str]:
    """Every entry of the ledger."""
    return [entry.kind for entry in runtime.ledger.ledger.entries()]


def prepare(runtime: Runtime, path: str) -> None:
    """What an act needs to be possible."""
    if path == COHORT[0]:
        assert ask(runtime, *REFER).status_code == 200
        assert ask(runtime, REFER[0], {**STAFF, "step": "accept", "person_id": "LATE1"}).status_code == 200


@pytest.mark.parametrize(("path", "body"), ACTS)
def test_an_act_that_was_answered_as_too_late_is_never_written(
    runtime: Runtime, path: str, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time ran out before writing began: 504 says that nothing was done, and nothing is done afterwards."""
    prepare(runtime, path)
    before, answered = kinds(runtime), threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(gate_module, "REQUEST_SECONDS", SECONDS)
        if path == SWITCH[0]:
            patch.setattr(runtime.ledger, "_waiting", later(runtime.ledger._waiting, answered))
        else:
            patch.setattr(casework_module, "Cycle", later(casework_module.Cycle, answered))
        answer = ask(runtime, path, body, answered=answered)
        assert (answer.status_code, answer.json()["code"]) == (504, "too_long")
        assert "no step was taken" in answer.json()["message"]
        time.sleep(AFTER)
    assert kinds(runtime) == before
    assert not runtime.settings.matrix_only_file.exists()
    assert ask(runtime, path, body).status_code == 200, "it can be asked for again"


@pytest.mark.parametrize(("path", "body"), ACTS)
def test_a_stop_that_gives_a_request_up_says_so_and_nothing_is_written(
    runtime: Runtime, path: str, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes longer than a stop may is given up: 503 with a time to ask again, not a fault of the service."""
    prepare(runtime, path)
    before, answered = kinds(runtime), threading.Event()
    with monkeypatch.context() as patch:
        if path == SWITCH[0]:
            patch.setattr(runtime.ledger, "_waiting", later(runtime.ledger._waiting, answered))
        else:
            patch.setattr(casework_module, "Cycle", later(casework_module.Cycle, answered))
        answer = ask(runtime, path, body, cancelled_after=SECONDS, answered=answered)
        assert (answer.status_code, answer.json()["code"]) == (503, "stopping")
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"
        time.sleep(AFTER)
    assert kinds(runtime) == before
    assert not runtime.settings.matrix_only_file.exists()


@pytest.mark.parametrize(("path", "body"), ACTS)
def test_an_act_that_is_being_written_is_answered_however_late(
    runtime: Runtime, path: str, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time ran out while the entry was written: the answer waits for it and names it."""
    prepare(runtime, path)
    before = kinds(runtime)
    monkeypatch.setattr(ledger_module, "add", later(ledger_module.add))
    monkeypatch.setattr(gate_module, "REQUEST_SECONDS", SECONDS)
    answer = ask(runtime, path, body)
    assert answer.status_code == 200, answer.text
    assert len(kinds(runtime)) > len(before)
    assert kinds(runtime)[len(before)] in ("referral", "cohort", "matrix_only")
    assert runtime.settings.matrix_only_file.exists() == (path == SWITCH[0])
