"""How often the audit calls equal groups different, one measure at a time, where groups differ in everything else."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from tqdm import tqdm

from benchmarks import Table
from matac_ml.fairness.attributes import Audited
from matac_ml.fairness.instrument import Instrument, measure_instrument

NAME = "levels"
PEOPLE, PERMUTATIONS, LEVEL = 5_000, 200, 0.05
#: How often the outcome is recorded, in the group and among everybody else.
BASE_RATES = ((0.04, 0.4), (0.05, 0.3), (0.1, 0.4), (0.3, 0.1), (0.2, 0.2))
SIZES = (50, 200, 1000)
#: Equal in both groups by construction; share, precision and mean score truly differ where base rates do.
EQUAL = (
    "false_negative_rate", "false_positive_rate", "calibration_in_the_large", "calibration_error", "auc",
    "calibration_slope",
)  # fmt: skip
#: By how much the group's scores are lowered, where a difference is real.
LOWERED = 0.5
#: False alarms accepted in one cell, of 200 worlds, and in all of them together.
MOST_OF_A_CELL, MOST_OF_ALL = 22 / 200, 0.055

Floats = npt.NDArray[np.float64]


def run(prove: bool) -> tuple[Table, Table]:
    """False alarms over the grid, and how often a real difference is seen."""
    worlds = 200 if prove else 10
    alarms = _grid(worlds, lowered=0.0)
    seen = _grid(max(10, worlds // 4), lowered=LOWERED)
    return _alarms(alarms, worlds), _power(seen)


Grid = dict[tuple[str, tuple[float, float], int], list[bool]]


def _grid(worlds: int, *, lowered: float) -> Grid:
    """By measure, base rates and size of the group: whether each world's p-value is below the level."""
    found: Grid = defaultdict(list)
    cells = [(rates, size, world) for rates in BASE_RATES for size in SIZES for world in range(worlds)]
    for rates, size, world in tqdm(cells, desc="worlds"):
        for measure, p in p_values(rates, size, lowered=lowered, seed=world):
            found[measure, rates, size].append(p < LEVEL)
    return found


def p_values(rates: tuple[float, float], size: int, *, lowered: float, seed: int) -> Iterator[tuple[str, float]]:
    """P-values of one world, by measure.

    The score is normal around the outcome, the same in both groups, and the probability is its true one in each group.
    """
    rng = np.random.default_rng([seed, size, round(1000 * rates[0])])
    inside = np.arange(PEOPLE) < size
    base = np.where(inside, *rates)
    y = (rng.random(PEOPLE) < base).astype(np.float64)
    score = rng.normal(size=PEOPLE) + y
    # Two normal curves of deviation 1 around 0 and 1: the log-odds of the outcome rise by score - 1/2.
    probability = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + score - 0.5 + lowered * inside)))
    score = score - lowered * inside
    audited = Audited.of(
        np.arange(PEOPLE), pd.DataFrame({"group": np.where(inside, "group", "others")}), resamples=2,
        permutations=PERMUTATIONS, seed=seed,
    )  # fmt: skip
    chosen = (score >= 1).astype(np.float64)
    rows = Instrument("rates", "Rates", score)
    calibrated = Instrument("model", "Model", probability, probability)
    for instrument in (rows, calibrated):
        names = [name for name in EQUAL if name.startswith("calibration") == (instrument is calibrated)]
        found = measure_instrument(instrument, audited, outcome=y, chosen=chosen, only=names)
        yield from ((test.measure.name, test.p_value()) for test in found.tests[0] if test.testable)


def _alarms(grid: Grid, worlds: int) -> Table:
    rows: list[tuple[str | float, ...]] = []
    missed = []
    for measure in EQUAL:
        for rates in BASE_RATES:
            shares = [_share(grid[measure, rates, size]) for size in SIZES]
            rows.append((measure.replace("_", " "), f"{rates[0]:g} and {rates[1]:g}", *shares))
            missed += [
                f"{measure} with {rates} and {size} people: at most {MOST_OF_A_CELL:.0%}, got {share:.1%}"
                for size, share in zip(SIZES, shares, strict=True)
                if len(grid[measure, rates, size]) >= 200 and share > MOST_OF_A_CELL
            ]
    pooled = float(np.mean([alarm for alarms in grid.values() for alarm in alarms]))
    rows.append(("all of them", "", *(["", ""]), pooled))
    if worlds >= 200 and pooled > MOST_OF_ALL:
        missed.append(f"pooled: at most {MOST_OF_ALL:.1%}, got {pooled:.2%}")
    return Table(
        f"False alarms at level {LEVEL:g}: share of {worlds} worlds in which equal groups are called different",
        ("measure", "base rates", *(f"{size:,} of {PEOPLE:,}" for size in SIZES)),
        tuple(rows),
        (
            "One comparison at a time, before the correction for all comparisons of an audit. The score is normal "
            "around the outcome and the threshold is 1, the same in both groups; the probability is the true one.",
            "NaN: the group has too few rows below the line to be compared.",
        ),
        tuple(missed),
    )


def _power(grid: Grid) -> Table:
    rows = [
        (measure.replace("_", " "), f"{rates[0]:g} and {rates[1]:g}",
         *(_share(grid[measure, rates, size]) for size in SIZES))
        for measure in EQUAL if measure != "auc" for rates in BASE_RATES
    ]  # fmt: skip
    return Table(
        f"Power: share of worlds in which a group is called different whose scores are {LOWERED:g} lower, and whose "
        "log-odds are that much too high",
        ("measure", "base rates", *(f"{size:,} of {PEOPLE:,}" for size in SIZES)),
        tuple(rows),
    )  # fmt: skip


def _share(alarms: list[bool]) -> float:
    return float(np.mean(alarms)) if alarms else float("nan")
