"""A challenger in the shadow is counted and never shown, and no answer waits for it or fails with it."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matac_ml.api.answers import LedgerNote
from matac_ml.bundle import load_bundle
from matac_ml.errors import UsageError
from serving.deployment import shadow as shadow_module
from serving.deployment.active import ActiveDeployment, load_deployment
from serving.deployment.runtime import Runtime
from serving.deployment.shadow import Pair, Shadow
from serving.deployment.shadow_counts import ShadowCounts, read_counts
from serving.endpoints.score import ScoreRequest, score
from serving.settings import ServiceSettings
from tests.cli.test_commands import ended
from tests.explain.made_up import make_bundle

WHY: dict[str, Any] = {"user": "an analyst", "purpose": "matac_nomination", "justification": "The November meeting."}


@pytest.fixture(scope="module")
def challenger(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another model of the same force."""
    folder = tmp_path_factory.mktemp("challenger") / "bundle"
    make_bundle(made_up / "extract", folder, rounds=20)
    return folder


@pytest.fixture
def runtime(settings: ServiceSettings, challenger: Path) -> Iterator[Runtime]:
    """A worker with a challenger."""
    started = Runtime(replace(settings, shadow=challenger))
    started.start()
    yield started
    started.stop()


def ask(people: list[str]) -> ScoreRequest:
    """A request to score people."""
    return ScoreRequest.model_validate({**WHY, "nominations": [{"person_id": person} for person in people]})


def texts(runtime: Runtime, people: list[str]) -> list[str]:
    """What is said of each person."""
    answer = asyncio.run(score(runtime, ask(people)))
    assert isinstance(answer.ledger, LedgerNote)
    return [named.explained.text for named in answer.scores]


def done(shadow: Shadow) -> None:
    """Wait until everything handed over was looked at."""
    shadow.stop()
    shadow._thread.join(60)
    assert not shadow._thread.is_alive()


def first(deployment: ActiveDeployment, k: int) -> list[str]:
    """People from the top of the matrix's list."""
    return [str(person) for person in deployment.ranking.first(k).people["person_id"]][:k]


def test_the_same_people_are_counted_and_nothing_of_it_is_shown(
    runtime: Runtime, settings: ServiceSettings, challenger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer holds what it holds without a challenger; the file holds counts, and no identifier."""
    people = first(runtime.deployment, 30)
    said = texts(runtime, people)
    done(runtime.shadow)
    plain = Runtime(settings)
    plain.start()
    assert texts(plain, people) == said
    plain.stop()
    hashes = load_bundle(settings.bundle or Path()).hash, load_bundle(challenger).hash
    assert not any(hashes[1] in text for text in said)
    (day,) = read_counts(settings.shadow_counts_file)
    assert (day.champion, day.challenger) == hashes
    assert day.counts["requests"] == 1
    assert day.counts["people"] == len(people)
    for kind in ("place: ", "difference: "):
        assert sum(n for what, n in day.counts.items() if what.startswith(kind)) == len(people)
    held = settings.shadow_counts_file.read_bytes()
    assert not any(person.encode() in held for person in people)
    assert settings.shadow_counts_file.stat().st_mode & 0o077 == 0
    assert ended("shadow", str(settings.shadow_counts_file)) == 0
    assert "1 request about 30 people, 30 compared." in capsys.readouterr().out


def test_disagreement_is_who_has_a_place_and_how_far_apart_the_numbers_are(
    settings: ServiceSettings, challenger: Path
) -> None:
    """Against the two lists and the two probabilities, each looked up by itself."""
    deployment = load_deployment(settings, ())
    pair = Pair.of(deployment, challenger)
    everybody = [str(person) for person in pair.served.people.index]
    found = pair.counts(everybody, pair.as_of)
    assert found["place: only by the one in force"] == len(pair.on_served - pair.on_other) > 0
    assert found["place: only by the challenger"] == len(pair.on_other - pair.on_served) > 0
    assert found["place: both"] == len(pair.on_served & pair.on_other)
    apart = (pair.other.people["probability"] - pair.served.people["probability"]).abs()
    assert found["difference: over 0.1"] == int((apart > 0.1).sum())
    assert found["difference: up to 0.01"] == int((apart <= 0.01).sum())
    assert found["difference: one gives no number"] == int(apart.isna().sum())
    other_day = pair.counts(everybody[:3], pair.as_of - timedelta(days=1))
    assert other_day["not compared: not ranked on this day"] == 3
    assert not any(what.startswith("place") for what in other_day)


@pytest.mark.parametrize("fault", ["it raises", "it is no bundle"])
def test_a_challenger_that_fails_fails_no_answer(
    runtime: Runtime,
    settings: ServiceSettings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    """People are scored as always; that it failed is counted, and the log says what kind of error it was."""
    secret = first(runtime.deployment, 1)[0]

    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"about {secret}")

    if fault == "it raises":
        monkeypatch.setattr(shadow_module, "rank_everybody", broken)
    else:
        monkeypatch.setattr(runtime.shadow, "_bundle", settings.extract)
    for _ in range(3):
        assert len(texts(runtime, [secret])) == 1
    done(runtime.shadow)
    assert sum(day.counts["failed"] for day in read_counts(settings.shadow_counts_file)) == 3
    assert "the challenger failed: " in caplog.text
    assert secret not in caplog.text


def test_a_challenger_that_stands_still_holds_up_nothing(
    settings: ServiceSettings, challenger: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While it works on the first request, others are handed over at once; those beyond the bound are dropped."""
    deployment = load_deployment(settings, ())
    working, go_on = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        working.set()
        go_on.wait(60)
        raise RuntimeError

    most = 20
    monkeypatch.setattr(shadow_module, "MOST_WAITING", most)
    monkeypatch.setattr(Pair, "of", slow)
    kept = ShadowCounts(tmp_path / "counts")
    aside = Shadow(challenger, lambda: deployment, kept)
    aside.start()
    aside.saw(["P1"], deployment.as_of)
    assert working.wait(60)
    for _ in range(most + 25):
        aside.saw(["P1"], deployment.as_of)
    go_on.set()
    aside._thread.join(1)
    while aside._waiting.full():
        aside._thread.join(0.05)
    done(aside)
    counts = [day.counts for day in read_counts(tmp_path / "counts")]
    assert sum(each.get("failed", 0) for each in counts) == most + 1
    assert sum(each.get("dropped", 0) for each in counts) == 25


def test_without_a_challenger_nothing_is_kept(settings: ServiceSettings) -> None:
    """No thread, no file."""
    started = Runtime(settings)
    started.start()
    texts(started, first(started.deployment, 2))
    started.stop()
    assert not settings.shadow_counts_file.exists()
    with pytest.raises(UsageError, match="there is none yet"):
        read_counts(settings.shadow_counts_file)
    other = settings.matrix_only_file.with_name("other.db")
    sqlite3.connect(other).execute("CREATE TABLE t (x)").connection.commit()
    with pytest.raises(UsageError, match="is not the file of"):
        read_counts(other)
