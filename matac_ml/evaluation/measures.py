"""Every measure of one contender on one test fold, each with its interval, and differences with their own."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matac_ml.evaluation._checks import Floats, Ints
from matac_ml.evaluation.bootstrap import FEWEST_PEOPLE, Interval, PersonBootstrap, percentile_interval
from matac_ml.evaluation.calibration import CalibrationPoint, calibration_curve, calibration_line
from matac_ml.evaluation.confusion import Confusion, check_derived, confusion_at_capacity, confusion_at_threshold
from matac_ml.evaluation.discrimination import auc, average_precision, brier


@dataclass(frozen=True)
class Measure:
    """What a measure is called, and which way is better (0: a target value, see ``ideal``)."""

    name: str
    title: str
    better: int
    ideal: float | None = None


MEASURES = (
    Measure("precision_at_k", "Precision at k", 1),
    Measure("recall_at_k", "Recall at k", 1),
    Measure("harm_at_k", "Share of harm captured at k", 1),
    Measure("new_victims_at_k", "Share of new victims captured at k", 1),
    Measure("auc", "AUC", 1),
    Measure("average_precision", "PR-AUC (average precision)", 1),
    Measure("brier", "Brier score", -1),
    Measure("brier_skill", "Brier skill over the base rate", 1),
    Measure("calibration_slope", "Calibration slope", 0, 1.0),
    Measure("calibration_intercept", "Calibration intercept", 0, 0.0),
)


@dataclass(frozen=True)
class FoldRows:
    """The rows of a test fold, without features.

    Attributes
    ----------
    y, harm, new_victims : ndarray, shape (n,)
        Outcome (0 or 1), harm days and new victims recorded within the horizon.
    person, cycle : ndarray of int, shape (n,)
        One code a person, one a list.
    k : int
        Places on each list.
    base_rate : float
        Share of outcomes known before the test, against which skill is measured.
    """

    y: Floats
    harm: Floats
    new_victims: Floats
    person: Ints
    cycle: Ints
    k: int
    base_rate: float


@dataclass(frozen=True)
class Measured:
    """One contender's measures.

    Attributes
    ----------
    values : mapping of measure to Interval
    replicates : mapping of measure to ndarray, shape (resamples,)
        Kept for paired differences.
    at_capacity, at_half : Confusion
        Published beside the measures and checked against them.
    tied_at_cut : float
        Mean number of rows, over cycles, that share the score at the cut line; 0 when none do.
    """

    values: Mapping[str, Interval]
    replicates: Mapping[str, Floats]
    at_capacity: Confusion
    at_half: Confusion
    curve: tuple[CalibrationPoint, ...]
    tied_at_cut: float


def measure(tested: FoldRows, score: Floats, probability: Floats, *, draws: PersonBootstrap) -> Measured:
    """Measure one contender.

    Parameters
    ----------
    score : ndarray, shape (n,)
        Decides the order; may tie.
    probability : ndarray, shape (n,)
        Calibrated; decides Brier and calibration.
    draws : PersonBootstrap
        Shared by all contenders of the fold, so that differences are paired. Of fewer than :data:`FEWEST_PEOPLE`
        people no measure and no difference has an interval.
    """
    at_k, chosen = confusion_at_capacity(tested.y, score, tested.cycle, k=tested.k)
    slope, shift = calibration_line(tested.y, probability)
    reference = float(((tested.base_rate - tested.y) ** 2).mean())
    error = brier(tested.y, probability)
    points = {
        "precision_at_k": float(chosen @ tested.y / chosen.sum()),
        "recall_at_k": _share(chosen, tested.y),
        "harm_at_k": _share(chosen, tested.harm),
        "new_victims_at_k": _share(chosen, tested.new_victims),
        "auc": auc(tested.y, score),
        "average_precision": average_precision(tested.y, score),
        "brier": error,
        "brier_skill": 1 - error / reference if reference > 0 else float("nan"),
        "calibration_slope": slope,
        "calibration_intercept": shift,
    }
    check_derived(at_k, {"precision": points["precision_at_k"], "recall": points["recall_at_k"]})
    few = draws.people < FEWEST_PEOPLE
    replicates = dict.fromkeys(points, np.full(2, np.nan)) if few else _replicates(tested, score, probability, draws)
    on_line = (chosen > 0) & (chosen < 1)
    return Measured(
        values={name: percentile_interval(value, replicates[name]) for name, value in points.items()},
        replicates=replicates,
        at_capacity=at_k,
        at_half=confusion_at_threshold(tested.y, probability),
        curve=calibration_curve(tested.y, probability),
        tied_at_cut=float(on_line.sum() / max(1, len(np.unique(tested.cycle)))),
    )


def _share(chosen: Floats, value: Floats) -> float:
    total = float(value.sum())
    return float(chosen @ value) / total if total > 0 else float("nan")


def _replicates(tested: FoldRows, score: Floats, probability: Floats, draws: PersonBootstrap) -> dict[str, Floats]:
    captured = np.column_stack([tested.y, tested.harm, tested.new_victims])
    top = draws.captured(captured, score, tested.cycle, k=tested.k)
    squares = [(probability - tested.y) ** 2, (tested.base_rate - tested.y) ** 2, np.ones_like(tested.y)]
    sums = draws.sums(np.column_stack([captured, *squares]))
    area, precision = draws.ranking(tested.y, score)
    slope, shift = draws.calibration_line(tested.y, probability)
    with np.errstate(all="ignore"):
        return {
            "precision_at_k": top[:, 0] / top[:, 3],
            "recall_at_k": top[:, 0] / sums[:, 0],
            "harm_at_k": top[:, 1] / sums[:, 1],
            "new_victims_at_k": top[:, 2] / sums[:, 2],
            "auc": area,
            "average_precision": precision,
            "brier": sums[:, 3] / sums[:, 5],
            "brier_skill": 1 - sums[:, 3] / sums[:, 4],
            "calibration_slope": slope,
            "calibration_intercept": shift,
        }


def difference(one: Measured, other: Measured) -> dict[str, Interval]:
    """Return ``one`` minus ``other`` for every measure, with the interval of the paired difference."""
    return {
        name: percentile_interval(
            one.values[name].value - other.values[name].value, one.replicates[name] - other.replicates[name]
        )
        for name in one.values
    }
