"""Whether the interval of a probability holds, and whether the gate sees a drift: on forces whose truth is known.

Each force has an additive model of its own, fitted on early dates, calibrated a horizon later and asked a horizon after
that. The true mean of people with a score is that of people with the nearest scores in all the other forces together:
nobody in it was fitted or calibrated on. Features are counted straight from the incidents that reached the record.
"""

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks import Table
from matac_ml.bundle import IntervalTable
from matac_ml.facts import GateStanding
from matac_ml.synthetic import ForceTruth, Plant, make_force
from training.contenders import Fitted, fit_contender
from training.drift import calibration_gate, drift
from training.recipe import Recipe
from training.rows import Bools, Floats, Rows

NAME = "intervals"
YEARS, INCIDENTS, HORIZON = 9, 14_000, 365
#: As the shipped recipe: dates every 28 days, six to test on, four to calibrate on, a horizon between.
EVERY, TEST, CALIBRATE, AT_MOST = 28, 6, 4, 48
DRIFT = Plant(drift=0.7)
WINDOWS = (90, 182, 365, 730, 1095)
NAMES = ("days_since_last", *(f"incidents_{days}d" for days in WINDOWS), "days_since_first")
DIRECTIONS = (-1, *(1 for _ in WINDOWS), 0)
RECIPE = Recipe(name="intervals", thin={"feature": "incidents_1095d"})
#: Share of all people of other forces whose scores are nearest.
NEAR = 0.005


@dataclass(frozen=True)
class Force:
    """One force with its model.

    Attributes
    ----------
    test : Rows
    truth : ndarray, shape (test rows,)
        The probability that each person was drawn with.
    drifted : Rows
        The same dates of the same force, where less was recorded lately.
    """

    fitted: Fitted
    test: Rows
    truth: Floats
    drifted: Rows


def run(prove: bool) -> tuple[Table, Table]:
    """Coverage of the intervals; refusals of the gate."""
    forces = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in tqdm(range(1, (40 if prove else 4) + 1), desc="forces", leave=False):
            forces.append(force(Path(folder), seed))
    return _coverage(forces), _gate(forces)


def force(folder: Path, seed: int) -> Force:
    """Make up a force, fit and calibrate."""
    plain = make_force(folder / f"{seed}", incidents=INCIDENTS, years=YEARS, seed=seed)
    fit, calibrate, test = dates(plain.days)
    fitted_on, _ = rows(plain, fit)
    calibrated_on, _ = rows(plain, calibrate)
    fitted = fit_contender("additive", fitted_on, calibrated_on, recipe=RECIPE, seed=1)
    tested, truth = rows(plain, test)
    thinner = make_force(folder / f"{seed}-drift", incidents=INCIDENTS, years=YEARS, seed=seed, plant=DRIFT)
    return Force(fitted, tested, truth, rows(thinner, test)[0])


def dates(days: int) -> tuple[list[int], list[int], list[int]]:
    """Days to fit, calibrate and test on, counted from the first day of the force."""
    every = [days - HORIZON - EVERY * back for back in range(AT_MOST)][::-1]
    test = every[-TEST:]
    before = [day for day in every if day + HORIZON <= test[0]]
    calibrate = before[-CALIBRATE:]
    return [day for day in before if day + HORIZON <= calibrate[0]], calibrate, test


def rows(truth: ForceTruth, days: list[int]) -> tuple[Rows, Floats]:
    """Features and labels of everybody on record on some days, and the true probabilities."""
    happened = truth.incidents[truth.incidents["in_record"]]
    person, day, known = (happened[name].to_numpy(np.int64) for name in ("person", "day", "known_day"))
    parts = []
    for cycle, today in enumerate(days):
        seen = (known < today) & (day >= today - WINDOWS[-1])
        people, code = np.unique(person[seen], return_inverse=True)
        ago, n = today - day[seen], len(people)
        last, first = np.full(n, np.inf), np.zeros(n)
        np.minimum.at(last, code, ago)
        np.maximum.at(first, code, ago)
        counts = [np.bincount(code[ago <= window], minlength=n) for window in WINDOWS]
        asked = truth.hazard(truth.first_day + timedelta(days=today), horizon_days=HORIZON)
        y, p = asked["recorded"].to_numpy(), asked["probability"].to_numpy()
        parts.append((np.column_stack([last, *counts, first]), y, p, people, np.full(n, cycle)))
    X, y, p, people, at = (np.concatenate(part) for part in zip(*parts, strict=True))
    none = np.zeros(len(y))
    start = tuple(truth.first_day + timedelta(days=today) for today in days)
    made = Rows(NAMES, DIRECTIONS, start, X.astype(np.float64), y, people, people, at, none, none, none, none)
    return made, p


def near_means(score: Floats, truth: Floats, asked: Floats) -> Floats:
    """Mean truth of the people whose scores are nearest to each asked, those of the very score all among them."""
    order = np.argsort(score, kind="stable")
    ordered, sums = score[order], np.concatenate([[0.0], np.cumsum(truth[order])])
    low, high = (np.searchsorted(ordered, asked, side=side) for side in ("left", "right"))
    reach = np.maximum(high - low, round(NEAR * len(score))) / 2
    start = np.clip(np.floor((low + high) / 2 - reach), 0, len(score) - 1).astype(np.int64)
    end = np.clip(np.ceil((low + high) / 2 + reach), start + 1, len(score)).astype(np.int64)
    return np.asarray((sums[end] - sums[start]) / (end - start))


def held(forces: list[Force], place: int) -> Bools:
    """Whether the interval of each test row of a force holds the true mean of people with that score elsewhere."""
    mine = forces[place]
    others = [other for n, other in enumerate(forces) if n != place]
    elsewhere = np.concatenate([mine.fitted.raw(other.test) for other in others])
    raw, line = mine.fitted.raw(mine.test), mine.fitted.calibration
    mean = near_means(elsewhere, np.concatenate([other.truth for other in others]), raw)
    below, above = (mine.fitted.intervals or IntervalTable()).at(raw)
    true = np.log(mean / (1 - mean))
    return np.asarray((line.log_odds(raw) - below <= true) & (true <= line.log_odds(raw) + above))


def _coverage(forces: list[Force]) -> Table:
    """Coverage pooled, by tenth of the score, and by whether one incident is on record."""
    inside = [held(forces, place) for place in range(len(forces))]
    tenths = [np.argsort(np.argsort(f.fitted.raw(f.test), kind="stable")) * 10 // len(f.test) for f in forces]
    one = [f.test.X[:, NAMES.index("incidents_1095d")] < 2 for f in forces]
    every, tenth, single = np.concatenate(inside), np.concatenate(tenths), np.concatenate(one)
    groups = [("everybody", np.ones(len(every), dtype=np.bool_))]
    groups += [(f"tenth {n + 1} of the score", tenth == n) for n in range(10)]
    groups += [("one incident on record", single), ("two or more", ~single)]
    found = [(name, float(every[which].mean())) for name, which in groups]
    rows = [(name, int(which.sum()), share) for (name, share), (_, which) in zip(found, groups, strict=True)]
    missed = [f"everybody in 93 to 97 of 100: {found[0][1]:.1%}"] if not 0.93 <= found[0][1] <= 0.97 else []
    missed += [f"{name} in at least 90: {share:.1%}" for name, share in found[1:11] if share < 0.9]
    return Table(
        f"How often the interval holds the true mean of people with that score, over {len(forces)} forces",
        ("of whom", "test rows", "share that it holds"),
        tuple(rows),
        (
            f"{INCIDENTS:,} incidents over {YEARS} years each; an additive model of {len(NAMES)} features, a year "
            "ahead. Asked: everybody in 93 to 97 of 100, each tenth in at least 90.",
            f"The lowest share of one force is {min(float(i.mean()) for i in inside):.0%}: its rows err together.",
        ),
        tuple(missed),
    )


def _gate(forces: list[Force]) -> Table:
    """How often the gate refuses, and what it saw."""
    rows, shares = [], []
    for name, tests in (("nothing planted", [f.test for f in forces]), ("drift of .7", [f.drifted for f in forces])):
        seen = [
            drift(f.fitted, f.fitted.raw(test), test, recalibrated=False) for f, test in zip(forces, tests, strict=True)
        ]
        stands = [calibration_gate(one, RECIPE.gates).standing for one in seen]
        shares.append(stands.count(GateStanding.NOT_PASSED) / len(stands))
        shifts, slopes = ([getattr(one, name).value or 0.0 for one in seen] for name in ("shift", "slope"))
        rows.append((name, shares[-1], float(np.mean(shifts)), float(np.std(shifts)), float(np.mean(slopes))))
    missed = [f"refused in most forces with drift: {shares[1]:.0%}"] if shares[1] <= 0.5 else []
    missed += [f"refused in at most 5 % without: {shares[0]:.1%}"] if shares[0] > 0.05 else []
    return Table(
        f"How often the calibration gate refuses, of {len(forces)} forces",
        ("planted", "refused", "shift (log-odds)", "its spread", "slope"),
        tuple(rows),
        ("With the recipe's own tolerances. Asked: most with drift, at most 5 % without.",),
        tuple(missed),
    )
