"""A whole release, made in no time: a linear and a booster bundle of three features, with papers and gates."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import lightgbm
import numpy as np

from features import CATALOGUE, OUTCOMES
from matac_ml.bundle import (
    BoosterScorer,
    CurveScorer,
    IntervalTable,
    LinearScorer,
    LogisticCalibration,
    PairGrid,
    RiskModel,
    StepCurve,
    ThinFileRule,
    save_bundle,
)
from matac_ml.bundle.limits import FORMAT
from matac_ml.facts import GateFacts, GateStanding
from matac_ml.gates import GATES, Waiver
from matac_ml.manifest import MANIFEST, manifest_of
from matac_ml.release import GATES_FILE, PAPERS, seal_papers, write_gates
from matac_ml.rfg import load_policy

#: What each paper of a made-up release holds.
TEXTS = {
    "model-card.html": b"<!doctype html><p>A model card.</p>",
    "model-card.md": b"# A model card\n",
    "model-card.pdf": b"%PDF-1.7\n",
    "atrs.json": b'{"name": "made up"}\n',
    "bias-table.csv": b"group,rows\nall,1000\n",
}


def linear_model(features: int = 3) -> RiskModel:
    """A linear model of the first features of the catalogue."""
    many = tuple(0.5 for _ in range(features))
    none = tuple(0.0 for _ in range(features))
    scorer = LinearScorer(none, tuple(False for _ in many), none, tuple(1.0 for _ in many), many, none, none, -2.0)
    policy, chosen = load_policy(), CATALOGUE[:features]
    return RiskModel(
        features=chosen,
        outcome=OUTCOMES[0],
        policy=policy,
        harm=policy.harm_index,
        scorer=scorer,
        calibration=LogisticCalibration(0.9, -0.1),
        intervals=IntervalTable((-3.0, -1.0, 1.0), (0.5, 0.2, 0.4), (0.6, 0.3, 0.5)),
        thin=ThinFileRule(chosen[0].name, 2.0, 0.5),
        typical={feature.name: 1.0 for feature in chosen},
        seen_range={feature.name: (0.0, 900.0) for feature in chosen},
        name="made-up",
    )


def booster_model() -> RiskModel:
    """The same with four small trees, some of which set what is missing apart."""
    rng = np.random.default_rng(1)
    X = rng.poisson(2.0, (400, 3)).astype(float)
    X[rng.random(X.shape) < 0.3] = np.nan
    y = (np.nan_to_num(X[:, 0], nan=4.0) + rng.normal(size=400) > 3).astype(float)
    settings = {"objective": "binary", "num_leaves": 4, "min_data_in_leaf": 20, "seed": 1, "num_threads": 1}
    booster = lightgbm.train({**settings, "verbosity": -1}, lightgbm.Dataset(X, y), num_boost_round=4)
    return replace(linear_model(), scorer=BoosterScorer(booster.model_to_string()))


def curve_model() -> RiskModel:
    """The same with three step curves; the last feature moves nobody."""
    curves = (StepCurve((0.0, 2.5), (-0.5, 0.25, 1.0), -0.75), StepCurve((30.0,), (0.5, -0.25), 0.125), StepCurve())
    return replace(linear_model(), scorer=CurveScorer(-2.0, curves))


def pair_model() -> RiskModel:
    """The same curves with a grid of the first two features."""
    model = curve_model()
    points = ((0.5, -0.5, 0.25), (-1.0, 1.0, -0.125), (0.0, 0.75, -0.75))
    grid = PairGrid((0, 1), ((0.5,), (10.0,)), points)
    assert isinstance(model.scorer, CurveScorer)
    return replace(model, scorer=replace(model.scorer, pairs=(grid,)))


def passed(name: str, standing: GateStanding = GateStanding.PASSED) -> GateFacts:
    """A gate of this name."""
    return GateFacts(name=name, title=name.replace("_", " ").capitalize(), standing=standing, text="As measured")


def all_passed(*, but: Iterable[str] = (), standing: GateStanding = GateStanding.NOT_PASSED) -> tuple[GateFacts, ...]:
    """Every gate, passed except some."""
    return tuple(passed(name, standing if name in but else GateStanding.PASSED) for name in GATES)


def make_papers(folder: Path, bundle: str, waivers: Iterable[Waiver] = ()) -> Path:
    """Write the made-up papers of a bundle, sealed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TEXTS.items():
        (folder / name).write_bytes(text)
    seal_papers(folder, [folder / name for name in TEXTS], bundle=bundle, waivers=waivers)
    return folder


def make_release(
    folder: Path,
    model: RiskModel | None = None,
    gates: Iterable[GateFacts] | None = None,
    waivers: Iterable[Waiver] = (),
) -> Path:
    """Write bundle, papers with the waivers that they show, and gates, and return the bundle's folder."""
    bundle = save_bundle(model or linear_model(), folder / "bundle")
    make_papers(folder / PAPERS, bundle, waivers)
    write_gates(folder / GATES_FILE, all_passed() if gates is None else gates, bundle=bundle)
    return folder / "bundle"


def rewrite(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file of a bundle and write its manifest anew, as somebody would who knows the format."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST}
    files[name] = change(files.get(name, b""))
    (folder / name).write_bytes(files[name])
    (folder / MANIFEST).write_bytes(manifest_of(files, version=FORMAT))
