"""An approval as the service takes it: asked for, decided by somebody else, with conditions, until a day, withdrawn."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from matac_ml.apikeys import make_key
from matac_ml.approval.standing import Approval
from matac_ml.bundle import load_bundle
from matac_ml.clock import set_clock, today
from matac_ml.gates import GATES, Waiver
from matac_ml.release import write_gates
from matac_ml.roles import ServiceRole
from serving.deployment.active import ActiveDeployment, load_deployment
from serving.deployment.watcher import DeploymentWatcher
from serving.ledger.writer import LedgerWriter
from serving.settings import ServiceSettings
from tests.approval.decided import CHOICES, REASON, approve_release, release_around
from tests.bundle.made_up import all_passed, make_papers
from tests.serving.running import WHY, Service, running, write_keys
from tests.serving.signed_in import Person

ROLES = (ServiceRole.DATA_SCIENTIST, ServiceRole.BOARD, ServiceRole.ANALYST, ServiceRole.PARTNER)
WAIVED = Waiver("no_leak", "The force is made up.")
LINES = [choice.model_dump() for choice in CHOICES]


def waived_release(made_up: Path, folder: Path) -> Path:
    """The bundle of a release one gate of which does not hold, and whose papers ask for its waiver."""
    bundle = shutil.copytree(made_up / "bundle", folder / "release" / "bundle")
    name = load_bundle(bundle).hash
    make_papers(folder / "release" / "papers", name, [WAIVED])
    write_gates(folder / "release" / "gates.json", all_passed(but=["no_leak"]), bundle=name)
    return bundle


def settings_of(made_up: Path, bundle: Path) -> ServiceSettings:
    """A worker with access on."""
    keys, switch = bundle.parent / "keys.yaml", bundle.parent / "matrix-only"
    return ServiceSettings(made_up / "extract", bundle, "default", "", keys, None, switch)


@pytest.fixture(scope="module")
def loaded(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> ActiveDeployment:
    """What is in force before anything is approved: for its extract."""
    bundle = waived_release(made_up, tmp_path_factory.mktemp("loaded"))
    return load_deployment(settings_of(made_up, bundle), frozenset())


@pytest.mark.parametrize("gate", GATES)
def test_each_gate_alone_keeps_the_model_from_scoring(
    made_up: Path, tmp_path: Path, loaded: ActiveDeployment, gate: str
) -> None:
    """An approval that somebody wrote into the ledger without its waiver does not count; the reason says so."""
    bundle = waived_release(made_up, tmp_path)
    name = load_bundle(bundle).hash
    make_papers(bundle.parent / "papers", name)
    write_gates(bundle.parent / "gates.json", all_passed(but=[gate]), bundle=name)
    hashes = release_around(bundle).hashes
    forged = Approval(hashes.bundle, hashes, date.max, requested_by="A. Analyst", approved_by="The board")
    deployment = load_deployment(settings_of(made_up, bundle), frozenset({forged}), earlier=loaded)
    assert deployment.mode.mode == "matrix_only"
    assert gate in deployment.mode.reason
    assert deployment.approval_text == "Not approved."


def test_an_approval_that_ends_takes_the_model_away_at_once(
    made_up: Path, tmp_path: Path, loaded: ActiveDeployment
) -> None:
    """The last day passes in a worker that goes on running: whoever asks next is answered by the matrix alone."""
    bundle, address = waived_release(made_up, tmp_path), f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger, last = LedgerWriter(address), datetime(2027, 1, 15, tzinfo=UTC)
    ledger.start()
    with set_clock(last - timedelta(days=9)):
        approve_release(bundle, address, until=last.date())
        watcher = DeploymentWatcher(settings_of(made_up, bundle), ledger)
        watcher._deployment = loaded  # as if it had been started before
        watcher.reload()
        before = watcher.deployment
    with set_clock(last + timedelta(hours=23, minutes=59)):
        assert watcher.deployment is before
        assert before.mode.mode == "matrix_and_model"
    with set_clock(last + timedelta(days=1)):
        after = watcher.deployment
        assert after.mode.mode == "matrix_only"
        assert "its approval ended on 15 January 2027" in after.mode.reason
        assert after.context.model is None
        assert not after.papers.files
        assert after.context.policy.sha256 == before.context.policy.sha256
        assert watcher.deployment is after
    ledger.stop()


@dataclass
class Force:
    """A running service with access on, a key of each role, and the release on its disk."""

    service: Service
    keys: dict[ServiceRole, str]
    release: str

    def ask(self, role: ServiceRole, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """One request with the key of a role."""
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        url = f"{self.service.url}{path}"
        return httpx.request("POST" if body else "GET", url, json=body, headers=headers, timeout=60)

    def act(self, role: ServiceRole, act: str, user: str, **more: Any) -> httpx.Response:
        """One act of an approval."""
        body = {"user": user, "reason": REASON, "act": act, "release": self.release, **more}
        return self.ask(role, "/v1/approval", body)

    def sign_in(self, role: ServiceRole, user: str) -> Person:
        """Somebody at the pages, with the key of a role."""
        person = Person(self.service.url)
        person.get("/sign-in")
        person.post("/sign-in", user=user, key=self.keys[role])
        return person


@pytest.fixture(scope="module")
def approving(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Force]:
    """The service, on a release that nobody has asked for yet."""
    folder = tmp_path_factory.mktemp("approving")
    bundle = waived_release(made_up, folder)
    keys = [make_key() for _ in ROLES]
    file = write_keys(folder, *ROLES, keys=keys)
    with running(made_up, folder, bundle=bundle, MATAC_KEYS_FILE=str(file)) as service:
        yield Force(service, dict(zip(ROLES, keys, strict=True)), release_around(bundle).hash)


def until() -> str:
    """A month from today."""
    return (today() + timedelta(days=30)).isoformat()


def test_from_a_request_to_scores_and_back(approving: Force) -> None:
    """Asked for and granted by two people, every answer that scores shows the waiver; once withdrawn none scores."""
    board, scientist = ServiceRole.BOARD, ServiceRole.DATA_SCIENTIST
    assert approving.act(board, "request", "The board", choices=LINES).status_code == 403
    assert approving.act(scientist, "request", "A. Analyst", choices=LINES[:1]).status_code == 409
    assert approving.act(scientist, "request", "A. Analyst", choices=LINES).status_code == 200
    assert approving.act(scientist, "grant", "The board", until=until()).status_code == 403
    own = approving.act(board, "grant", "a. analyst", until=until())
    assert (own.status_code, "another person must decide" in own.text) == (409, True)
    waiting = approving.ask(board, "/v1/approvals").json()
    assert [one["requested_by"] for one in waiting["requests"]] == ["A. Analyst"]
    assert waiting["requests"][0]["waivers"][0]["gate"] == "no_leak"
    assert approving.ask(ServiceRole.ANALYST, "/v1/model").json()["mode"]["mode"] == "matrix_only"
    naming = _somebody(approving)
    named = approving.act(board, "grant", "The board", until=until(), conditions=[f"Not for {naming} in Area A."])
    assert (named.status_code, naming in named.text) == (409, False)
    granted = approving.act(board, "grant", "The board", until=until(), conditions=["Looked at again in May."])
    assert granted.status_code == 200, granted.text
    _waivers_are_in_every_answer(approving)
    _waivers_are_on_every_page(approving)
    assert approving.act(board, "withdraw", "A. Member").status_code == 200
    answer = approving.ask(ServiceRole.ANALYST, "/v1/rank", {**WHY, "k": 3}).json()
    assert answer["mode"]["mode"] == "matrix_only"
    assert {one["model_probability"] for one in answer["people"]} == {None}
    assert approving.ask(board, "/v1/approvals").json()["approvals"] == []


def _somebody(approving: Force) -> str:
    """An identifier of the records."""
    ranked = approving.ask(ServiceRole.ANALYST, "/v1/rank", {**WHY, "k": 1}).json()
    return str(ranked["people"][0]["person_id"])


def _waivers_are_in_every_answer(approving: Force) -> None:
    waived = [{"gate": "no_leak", "title": "No leak", "reason": WAIVED.reason}]
    analyst = ServiceRole.ANALYST
    ranked = approving.ask(analyst, "/v1/rank", {**WHY, "k": 3}).json()
    person = ranked["people"][0]["person_id"]
    assert ranked["people"][0]["model_probability"] is not None
    scored = approving.ask(analyst, "/v1/score", {**WHY, "nominations": [{"person_id": person}]}).json()
    forward = approving.ask(analyst, "/v1/forward", {**WHY, "person_id": person}).json()
    drawn = approving.ask(analyst, "/v1/lists/draw", {**WHY, "places": 3}).json()
    for answer in (ranked, scored, forward, drawn, approving.ask(analyst, "/v1/model").json()):
        assert answer["mode"]["waivers"] == waived
    score = scored["scores"][0]["score"]
    assert score["versions"]["model_waivers"] == waived
    assert any(caution["kind"] == "waived" and WAIVED.reason in caution["text"] for caution in score["cautions"])


def _waivers_are_on_every_page(approving: Force) -> None:
    person = approving.sign_in(ServiceRole.ANALYST, "an.analyst")
    person.post("/purpose", purpose=WHY["purpose"], justification=WHY["justification"], to="/")
    for path in ("/", "/drawn", "/people", "/papers", "/board", "/versions"):
        page = person.get(path)
        assert page.status_code == 200, path
        assert "No leak (waived: The force is made up)" in page.text, path
    person.close()


def test_the_boards_page_decides(approving: Force) -> None:
    """It shows what is asked for, refuses whoever asked, takes nothing for granted, and records what was decided."""
    assert approving.act(ServiceRole.DATA_SCIENTIST, "request", "A. Analyst", choices=LINES).status_code == 200
    asker = approving.sign_in(ServiceRole.BOARD, "A Analyst")
    decision = {"release": approving.release, "reason": REASON, "until": until()}
    page = asker.get("/board")
    for said in ("asked for by A. Analyst", "The steering group", "A waiver is asked for: No leak", "Model card"):
        assert said in page.text
    refused = asker.post("/board/decide", act="grant", **decision)
    assert (refused.status_code, "Whoever asks" in refused.text or "another person" in refused.text) == (409, True)
    member = approving.sign_in(ServiceRole.BOARD, "A. Member")
    assert "Model card" in member.get("/board").text
    assert member.get("/board/papers/model-card.html").text == "<!doctype html><p>A model card.</p>"
    assert member.get("/board/papers/manifest.json").status_code == 404
    member.get("/board")
    assert "hoose whether you approve" in member.post("/board/decide", **decision).text
    no_day = member.post("/board/decide", act="grant", **{**decision, "until": ""})
    assert (no_day.status_code, 'href="#until"' in no_day.text) == (409, True)
    done = member.post("/board/decide", act="grant", **decision, conditions="Looked at again in May.\n\nNot in Area A.")
    assert "Approved until" in done.text
    assert "Looked at again in May.; Not in Area A." in re.sub(r"\s+", " ", done.text)
    assert "The matrix alone" in member.post("/board/withdraw", release=approving.release, reason=REASON).text
    assert "Withdrawn" in member.get("/inventory").text
    assert f",{REASON}," in member.get("/inventory/table").text
    (line,) = approving.ask(ServiceRole.BOARD, "/v1/inventory").json()["versions"]
    assert (line["release"], line["state"], line["who"]) == (approving.release, "withdrawn", "A. Member")
    partner = approving.sign_in(ServiceRole.PARTNER, "a.partner")
    assert {partner.get(path).status_code for path in ("/board", "/inventory", "/inventory/table")} == {403}
    for one in (asker, member, partner):
        one.close()
