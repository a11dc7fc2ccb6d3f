"""Whether a run can be believed, and what it costs: on made-up forces, where the right answer is known."""

import os
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import Cost, Table, apart, measured, peak_mib
from matac_ml.evaluation import Interval, Measured, PersonBootstrap, auc, difference, measure
from matac_ml.records import read_extract
from matac_ml.synthetic import ForceTruth, make_force
from training.compare import Comparison, compare, fold_rows
from training.dataset import Dataset, build
from training.recipe import SERVABLE, Recipe
from training.rows import Floats
from training.sources import find_sources

NAME = "training"
#: AUC by which the additive model may stay below the best possible, on the same people and days.
NEAR = 0.01
#: AUC and Brier score by which the additive model may stay behind the best contender, and how many curves it may have.
LOSES, MOST_CURVES = (0.0015, 0.0005), 12
#: Share of 95 % intervals that must hold the truth.
COVERED = (0.93, 0.97)
#: Groups that the people of the test fold are cut into.
GROUPS = 100
#: What a run of a force may take on two quiet cores, and hold in memory.
SECONDS, GIB = 360, 6.0
#: A step, and seconds: by the clock and of the processor.
Mark = tuple[str, float, float]
HALF_YEAR: dict[str, Any] = {"outcome": "new_record_182d", "ablation": False, "resamples": 200}


def run(prove: bool) -> tuple[Table, ...]:
    """How near to the best possible, whether intervals cover, and a force's time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = _force(folder / "force", incidents=150_000 if prove else 40_000)
        recipe = Recipe(name="half a year", **HALF_YEAR)
        dataset, found = _compared(truth, recipe)
        best = _true_probability(truth, dataset)
        tables = [_near(dataset, found, best), _coverage(dataset, found, repeats=4 if prove else 1)]
        tables.append(_additive(folder, forces=5 if prove else 1, incidents=40_000 if prove else 12_000))
        tables.append(_scale(folder, incidents=150_000 if prove else 30_000, bound=prove))
        return tuple(tables)


def _force(folder: Path, *, incidents: int, years: int = 4, **more: Any) -> ForceTruth:
    return make_force(folder, incidents=incidents, years=years, seed=11, **more)


def _compared(truth: ForceTruth, recipe: Recipe) -> tuple[Dataset, Comparison]:
    sources = find_sources(recipe, Path())
    dataset = build(read_extract(truth.extract), sources, recipe=recipe)
    return dataset, compare(dataset.folds, recipe=recipe, k=sources.policy.capacity)


def _true_probability(truth: ForceTruth, dataset: Dataset) -> Floats:
    """The probability that each test row was drawn with; NaN for the few people whose identity is another's."""
    test = dataset.folds.test
    found = np.full(len(test), np.nan)
    people = np.array(dataset.people, dtype=object)[test.person]
    for cycle in np.unique(test.cycle):
        inside = np.flatnonzero(test.cycle == cycle)
        known = truth.hazard(test.dates[cycle], horizon_days=dataset.split.horizon_days).set_index("person_id")
        found[inside] = known["probability"].reindex(pd.Index(people[inside])).to_numpy(dtype=np.float64)
    return found


def _near(dataset: Dataset, found: Comparison, best: Floats) -> Table:
    test, known = dataset.folds.test, ~np.isnan(best)
    y, top = test.y[known], best[known]
    possible, error = auc(y, top), float(((top - y) ** 2).mean())
    rows = []
    for contender in found.contenders:
        area, square = auc(y, contender.score[known]), float(((contender.probability[known] - y) ** 2).mean())
        rows.append(
            (contender.label, f"{area:.4f}", f"{area - possible:+.4f}", f"{square:.4f}", f"{square - error:+.4f}")
        )
    rows.append(("Best possible", f"{possible:.4f}", "", f"{error:.4f}", ""))
    gap = possible - auc(y, found["additive"].score[known])
    return Table(
        "How near to the best possible",
        ("contender", "AUC", "less the best possible", "Brier", "more than the best possible"),
        tuple(rows),
        (
            f"{len(y):,} test rows of {len(np.unique(test.person[known])):,} people, half a year ahead, fitted on "
            f"{len(dataset.folds.fit):,} earlier rows. The best possible orders people by the probability that they "
            "were drawn with.",
            f"Asked: the additive model within {NEAR} of AUC. Measured: {gap:.4f}.",
        ),
        () if gap <= NEAR else (f"the additive model within {NEAR} AUC of the best possible: {gap:.4f} below",),
    )


def _additive(folder: Path, *, forces: int, incidents: int) -> Table:
    """The additive model beside the best contender, and whether it is chosen, on forces of other seeds."""
    rows, missed = [], []
    for seed in range(1, forces + 1):
        truth = make_force(folder / f"additive-{seed}", incidents=incidents, years=5, seed=seed)
        contenders = ("base_rate", "matrix", *SERVABLE)
        dataset, found = _compared(truth, Recipe(name="a year", resamples=20, contenders=contenders))
        y, measures = dataset.folds.test.y, {}
        for contender in found.contenders:
            square = float(((contender.probability - y) ** 2).mean())
            measures[contender.name] = (auc(y, contender.score), square)
        area, square = measures["additive"]
        best, least = max(a for a, _ in measures.values()), min(s for _, s in measures.values())
        curves = len(found["additive"].fitted.scores.features)
        rows.append(
            (seed, curves, f"{area:.4f}", f"{best - area:.4f}", f"{square:.4f}", f"{square - least:.5f}", found.chosen)
        )
        if best - area > LOSES[0] or square - least > LOSES[1] or curves > MOST_CURVES or found.chosen != "additive":
            missed.append(f"force {seed}: {', '.join(map(str, rows[-1][1:]))}")
    return Table(
        "The additive model beside the best contender",
        ("force", "curves", "AUC", "less than the best", "Brier", "more than the best", "chosen"),
        tuple(rows),
        (
            f"{incidents:,} incidents over five years, a year ahead; beside matrix, elastic net and both boosters.",
            f"Asked: within {LOSES[0]} of AUC and {LOSES[1]} of Brier, at most {MOST_CURVES} curves, chosen.",
        ),
        tuple(missed),
    )


def _coverage(dataset: Dataset, found: Comparison, *, repeats: int) -> Table:
    """Cut the people of the test fold into groups; in each, ask whether the interval holds the value of all of them."""
    test, model, matrix = dataset.folds.test, found["lightgbm_monotone"], found["matrix"]
    codes, person = np.unique(test.person, return_inverse=True)
    base = float(dataset.folds.fit.y.mean())

    def asked(rows: Any, *, resamples: int) -> dict[str, Interval]:
        part = test.take(rows)
        draws = PersonBootstrap(part.person, resamples=resamples, seed=1)
        tested = fold_rows(part, k=10, base_rate=base)
        return _asked(*(measure(tested, c.score[rows], c.probability[rows], draws=draws) for c in (model, matrix)))

    truth = asked(np.arange(len(test)), resamples=20)
    held, tried = dict.fromkeys(truth, 0), repeats * GROUPS
    for repeat in range(repeats):
        group = np.random.default_rng(repeat).permutation(len(codes)) % GROUPS
        for number in range(GROUPS):
            for name, interval in asked(np.flatnonzero(group[person] == number), resamples=400).items():
                held[name] += int(interval.low <= truth[name].value <= interval.high)
    low, high = COVERED
    return Table(
        "Whether 95 % intervals hold the truth",
        ("measure", "truth", f"held, of {tried} groups of people", "share"),
        tuple((name, f"{truth[name].value:.4f}", held[name], f"{held[name] / tried:.1%}") for name in truth),
        (
            f"{len(codes):,} people with {len(test):,} rows, cut at random into {GROUPS} groups of "
            f"{len(codes) // GROUPS}, {repeats} times; 400 resamples of the people of a group. The truth is the value "
            "among all of them.",
            f"Asked: {low:.0%} to {high:.0%}. By chance alone the share among {GROUPS} groups moves by "
            f"{1.96 * (0.95 * 0.05 / GROUPS) ** 0.5:.1%} either way.",
        ),
        tuple(
            f"{name} held in {low:.0%} to {high:.0%}: {held[name] / tried:.1%}"
            for name in truth
            if not low <= held[name] / tried <= high
        ),
    )


def _asked(model: Measured, matrix: Measured) -> dict[str, Interval]:
    against = difference(model, matrix)
    named = {"AUC": "auc", "PR-AUC": "average_precision", "Brier score": "brier", "Intercept": "calibration_intercept"}
    return {title: model.values[name] for title, name in named.items()} | {
        "AUC less the matrix's": against["auc"],
        "Brier less the matrix's": against["brier"],
    }


def _scale(folder: Path, *, incidents: int, bound: bool) -> Table:
    _force(folder / "whole", incidents=incidents, years=5)
    cost, peak, steps, rows = apart(_whole_run, folder)
    missed = []
    if bound and cost.wall > SECONDS:
        missed.append(f"within {SECONDS / 60:.0f} minutes of two quiet cores: {cost.wall:.0f} s")
    if bound and peak > GIB * 1024:
        missed.append(f"under {GIB:.0f} GiB: {peak / 1024:.1f}")
    load = os.getloadavg()[0]
    return Table(
        f"A whole run: {incidents:,} incidents, 36 four-weekly dates",
        ("step", "seconds since the step before", "processor seconds"),
        (*steps, ("in all", cost.wall, cost.cpu)),
        (
            f"{rows:,} test rows. Features, 12 trials of search, contenders, ablation, audit, papers, registry; "
            f"most memory {peak:,} MiB. Load of the machine at the end: {load:.1f}; it was shared.",
            f"Asked: {SECONDS} s by the clock on two quiet cores.",
        ),
        tuple(missed),
    )


def _whole_run(folder: Path) -> tuple[Cost, int, tuple[Mark, ...], int]:
    from training.train import train

    marks: list[Mark] = []
    progress = _marking(marks)
    recipe = folder / "scale.yaml"
    recipe.write_text("name: scale\nsearch: {trials: 12, seconds: 900}\n", encoding="utf-8")
    done, cost = measured(lambda: train(folder / "whole", folder / "run", recipe_file=recipe, progress=progress))
    progress("end")
    return cost, peak_mib(), _between(marks), done.facts.split.rows["test"]


def _marking(marks: list[Mark]) -> Callable[[str], None]:
    def mark(step: str) -> None:
        marks.append((step, time.perf_counter(), sum(os.times()[:4])))

    return mark


def _between(marks: list[Mark]) -> tuple[Mark, ...]:
    """Seconds of each step; trials of the search and steps of the ablation together."""
    spent: dict[str, tuple[float, float]] = {}
    for (step, wall, cpu), (_, later, more) in pairwise(marks):
        name = step.split(":")[0].split(" as of")[0]
        before = spent.get(name, (0.0, 0.0))
        spent[name] = (before[0] + later - wall, before[1] + more - cpu)
    return tuple((name, *both) for name, both in spent.items())
