"""What the service does with a release: it serves what was approved, byte for byte, and says why when it does not."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matac_ml.approval.standing import Approval
from matac_ml.bundle import load_bundle
from matac_ml.facts import GateStanding, WaivedGate
from matac_ml.manifest import MANIFEST
from matac_ml.release import seal_papers, write_gates
from matac_ml.rfg import load_policy
from serving.deployment.active import ActiveDeployment, load_deployment
from serving.deployment.watcher import DeploymentWatcher
from serving.endpoints.paper import read_paper
from serving.errors import ServiceError
from serving.ledger.writer import LedgerWriter
from serving.settings import ServiceSettings
from tests.bundle.made_up import TEXTS, all_passed, make_papers, rewrite
from tests.serving.running import running
from tests.serving.test_force import approved_now, put_release

MODEL_CARD = "model-card.html"


@pytest.fixture(scope="module")
def release(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a whole release; never changed by a test."""
    folder = tmp_path_factory.mktemp("release")
    return put_release(
        ServiceSettings(made_up / "extract", made_up / "bundle", "default", "", None, None, folder), folder
    )


@pytest.fixture(scope="module")
def loaded(made_up: Path, release: Path) -> ActiveDeployment:
    """The release in force with access off, for its extract."""
    return load_deployment(_settings(made_up, release, access=False), frozenset())


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    """The bundle of a copy of the release."""
    return shutil.copytree(release.parent, tmp_path / "copy") / "bundle"


def _settings(made_up: Path, bundle: Path, *, access: bool = True) -> ServiceSettings:
    keys = bundle.parent / "keys.yaml" if access else None
    return ServiceSettings(made_up / "extract", bundle, "default", "", keys, None, bundle.parent / "matrix-only")


def in_force(made_up: Path, bundle: Path, approvals: frozenset[Approval], loaded: ActiveDeployment) -> ActiveDeployment:
    """The release as a service with access on loads it."""
    return load_deployment(_settings(made_up, bundle), approvals, earlier=loaded)


def _link(bundle: Path) -> None:
    paper = bundle.parent / "papers" / MODEL_CARD
    shutil.move(paper, bundle.parent / "elsewhere.html")
    paper.symlink_to(bundle.parent / "elsewhere.html")


def _reword(bundle: Path) -> None:
    """The papers say something else, and their manifest agrees."""
    papers = bundle.parent / "papers"
    (papers / MODEL_CARD).write_bytes(b"<!doctype html><p>A better model card.</p>")
    seal_papers(papers, [papers / name for name in TEXTS], bundle=load_bundle(bundle).hash)


def _regate(bundle: Path) -> None:
    gates = all_passed(but=["no_leak"], standing=GateStanding.NOT_JUDGED)
    write_gates(bundle.parent / "gates.json", gates, bundle=load_bundle(bundle).hash)


def _paper(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda bundle: (bundle.parent / "papers" / name).write_bytes(content)


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a sentence added to a paper": (_paper(MODEL_CARD, b"<!doctype html><p>A model card. Perfect.</p>"), "fail their"),
    "a letter of the same length": (_paper(MODEL_CARD, b"<!doctype html><p>A model cart.</p>"), "fail their own"),
    "a paper is a link": (_link, "fail their own checks"),
    "a paper too many": (_paper("jane-doe.html", b"<p>"), "fail their own checks"),
    "a paper gone": (lambda bundle: (bundle.parent / "papers" / "atrs.json").unlink(), "fail their own checks"),
    "no papers": (lambda bundle: shutil.rmtree(bundle.parent / "papers"), "fail their own checks"),
    "no manifest of papers": (lambda bundle: (bundle.parent / "papers" / MANIFEST).unlink(), "fail their own checks"),
    "papers of another bundle": (lambda bundle: make_papers(bundle.parent / "papers", "0" * 64), "fail their own"),
    "no gates": (lambda bundle: (bundle.parent / "gates.json").unlink(), "fail their own checks"),
    "gates are a link": (
        lambda bundle: (
            shutil.move(bundle.parent / "gates.json", bundle.parent / "g"),
            (bundle.parent / "gates.json").symlink_to(bundle.parent / "g"),
        ),
        "fail their own checks",
    ),
    "a gate less": (
        lambda bundle: (bundle.parent / "gates.json").write_text(
            (bundle.parent / "gates.json").read_text().replace("no_leak", "no_lead")
        ),
        "fail their own checks",
    ),
    "reworded, with a manifest that agrees": (_reword, "another release: papers on disk differ"),
    "gates judged anew": (_regate, "another release: gates on disk differ"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_release_that_is_not_the_approved_one_is_not_in_force(
    made_up: Path, copy: Path, loaded: ActiveDeployment, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Approved as it was, then changed on disk: the matrix alone, no paper, and the reason; the log names nobody."""
    approvals = approved_now(copy)
    assert in_force(made_up, copy, approvals, loaded).mode.mode == "matrix_and_model"
    do, said = CHANGES[change]
    do(copy)
    deployment = in_force(made_up, copy, approvals, loaded)
    assert deployment.mode.mode == "matrix_only"
    assert said in deployment.mode.reason
    assert not deployment.papers.files
    assert said in deployment.papers.reason or "fail their own checks" in deployment.papers.reason
    assert deployment.approval_text == "Not approved."
    assert "jane" not in caplog.text


def test_the_approved_release_is_served_with_what_was_waived(
    made_up: Path, copy: Path, loaded: ActiveDeployment
) -> None:
    """Model, papers and the words of the approval are in force together."""
    (held,) = approved_now(copy)
    gate = WaivedGate(gate="no_leak", title="No leak suspected", reason="A made-up force.")
    waived = replace(held, until=date(2027, 4, 1), waivers=(gate,))
    deployment = in_force(made_up, copy, frozenset({waived}), loaded)
    assert (deployment.mode.mode, dict(deployment.papers.files)) == ("matrix_and_model", dict(sorted(TEXTS.items())))
    said = "Approved until 1 April 2027 with waivers: No leak suspected (A made-up force.)."
    assert deployment.approval_text == said
    assert deployment.context.versions.model_approved
    assert deployment.context.versions.model_waivers == deployment.mode.waivers == (gate,)


def test_an_approval_of_an_earlier_version_is_told_apart_from_none(
    made_up: Path, copy: Path, loaded: ActiveDeployment
) -> None:
    """It names the bundle alone: the matrix answers, and the reason says which step to take."""
    (held,) = approved_now(copy)
    deployment = in_force(made_up, copy, frozenset({Approval(held.bundle)}), loaded)
    assert deployment.mode.mode == "matrix_only"
    assert "written by an earlier version" in deployment.mode.reason
    assert "matac-ml approve" in deployment.mode.reason


def _other_policy(bundle: Path) -> None:
    """A policy of another capacity comes with the bundle, and the manifest agrees; papers and gates are of it."""
    rewrite(bundle, "policy.yaml", lambda text: re.sub(rb"(?m)^capacity: .*$", b"capacity: 3", text))
    name = load_bundle(bundle).hash
    make_papers(bundle.parent / "papers", name)
    write_gates(bundle.parent / "gates.json", all_passed(), bundle=name)


def test_points_are_those_of_a_policy_that_somebody_decided_for(
    made_up: Path, copy: Path, loaded: ActiveDeployment
) -> None:
    """With access on, the policy of a bundle counts when the bundle was approved, and otherwise the service's own."""
    own = load_policy("default").sha256
    earlier = next(iter(approved_now(copy)))
    _other_policy(copy)
    of_bundle = load_bundle(copy).policy.sha256
    assert of_bundle != own
    for approvals in (frozenset(), frozenset({earlier}), frozenset({Approval(load_bundle(copy).hash)})):
        deployment = in_force(made_up, copy, approvals, loaded)
        assert (deployment.mode.mode, deployment.context.policy.sha256) == ("matrix_only", own)
        assert "MATAC_POLICY" in deployment.mode.reason
    approved = approved_now(copy)
    assert in_force(made_up, copy, approved, loaded).context.policy.sha256 == of_bundle
    _reword(copy)
    reworded = in_force(made_up, copy, approved, loaded)
    assert (reworded.mode.mode, reworded.context.policy.sha256) == ("matrix_only", of_bundle)
    assert "MATAC_POLICY" not in reworded.mode.reason
    (copy.parent / "matrix-only").write_text("The board asked for it.\n")
    assert in_force(made_up, copy, approved, loaded).context.policy.sha256 == of_bundle
    on_this_machine = load_deployment(_settings(made_up, copy, access=False), frozenset(), earlier=loaded)
    assert on_this_machine.context.policy.sha256 == of_bundle


def test_the_bytes_that_were_checked_are_the_bytes_that_are_served(
    made_up: Path, copy: Path, loaded: ActiveDeployment
) -> None:
    """A paper changed after it was loaded is served as it was approved; the watcher then sees the change."""
    settings = _settings(made_up, copy)
    ledger = LedgerWriter("sqlite://")
    watcher = DeploymentWatcher(settings, ledger)
    watcher._deployment = in_force(made_up, copy, approved_now(copy), loaded)  # as if it had been started
    seen = watcher._fingerprint()
    assert seen == watcher._fingerprint()
    _paper(MODEL_CARD, b"<p>Not what was approved.</p>")(copy)
    assert read_paper(watcher.deployment, MODEL_CARD) == TEXTS[MODEL_CARD]
    assert watcher._fingerprint() != seen
    (copy.parent / "gates.json").write_text("{}")
    assert len({seen, watcher._fingerprint()}) == 2


@pytest.mark.parametrize(
    ("name", "status"),
    [("model-card.html", 409), ("manifest.json", 404), ("../gates.json", 404), ("Jane Doe.html", 404), ("", 404)],
)
def test_a_paper_that_is_not_in_force_is_refused_with_the_reason(
    made_up: Path, copy: Path, loaded: ActiveDeployment, name: str, status: int
) -> None:
    """A name that could be a paper's gets the reason and the step; what could not be one is simply not there."""
    ledger = LedgerWriter("sqlite://")
    watcher = DeploymentWatcher(_settings(made_up, copy), ledger)
    watcher._deployment = in_force(made_up, copy, frozenset(), loaded)
    with pytest.raises(ServiceError) as refused:
        read_paper(watcher.deployment, name)
    assert refused.value.code.status == status
    if status == 409:
        assert "holds no approval" in refused.value.answer().message
        assert "have this release approved" in refused.value.answer().what_to_do


def test_papers_are_served_as_what_they_are(made_up: Path, release: Path, tmp_path: Path) -> None:
    """Page, text, table, record and PDF, each with its own type, and nothing else of the folder."""
    kinds = {
        "model-card.html": "text/html; charset=utf-8",
        "model-card.md": "text/markdown; charset=utf-8",
        "bias-table.csv": "text/csv; charset=utf-8",
        "atrs.json": "application/json",
        "model-card.pdf": "application/pdf",
    }
    with running(made_up, tmp_path, bundle=release) as service:
        assert service.get("/v1/papers").json()["papers"] == sorted(TEXTS)
        for name, media in kinds.items():
            answer = service.get(f"/v1/papers/{name}")
            assert (answer.status_code, answer.content) == (200, TEXTS[name])
            assert answer.headers["content-type"] == media
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert service.get("/v1/papers/manifest.json").status_code == 404
        in_force = service.get("/v1/model").json()
        assert (len(in_force["release"]), in_force["approval"]) == (64, "Not approved.")
