"""All contenders on one split: fitted, calibrated, measured on the same rows with the same draws of people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from matac_ml.errors import RecipeError
from matac_ml.evaluation import (
    FoldRows,
    Interval,
    Measured,
    PersonBootstrap,
    difference,
    measure,
)
from training.choice import Judged, choose, in_one, judge_contender
from training.contenders import Fitted, distinct, fit_contender
from training.folds import Folds
from training.parallel import parallel
from training.recipe import SERVABLE, Recipe
from training.rows import Floats, Rows, together

#: Called with the name of what starts and the share of the work done.
Progress = Callable[[str], None]


def silent(_: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class ComparedContender:
    """One contender on the test fold.

    Attributes
    ----------
    score : ndarray, shape (n,)
        Decides the order on the list.
    probability : ndarray, shape (n,)
        Calibrated.
    against_matrix : mapping of measure to Interval
        This contender minus the matrix, paired; empty for the matrix itself or without one.
    """

    fitted: Fitted
    score: Floats
    probability: Floats
    measured: Measured
    against_matrix: dict[str, Interval]

    @property
    def name(self) -> str:
        """Name in the recipe."""
        return self.fitted.name

    @property
    def label(self) -> str:
        """What a reader is told it is."""
        return self.fitted.label


@dataclass(frozen=True)
class Comparison:
    """Every contender, in the order of the recipe, with the test rows they were measured on.

    Attributes
    ----------
    chosen : str
        The contender that goes into the bundle, chosen without looking at the test fold.
    why : str
        The reason, for a reader.
    """

    contenders: tuple[ComparedContender, ...]
    test: Rows
    k: int
    chosen: str
    why: str

    def __getitem__(self, name: str) -> ComparedContender:
        return next(contender for contender in self.contenders if contender.name == name)

    def __contains__(self, name: str) -> bool:
        return any(contender.name == name for contender in self.contenders)


def fold_rows(rows: Rows, *, k: int, base_rate: float) -> FoldRows:
    """The test rows as the measures want them."""
    return FoldRows(rows.y, rows.harm, rows.new_victims, rows.person, rows.cycle, k, base_rate)


def compare(folds: Folds, *, recipe: Recipe, k: int, progress: Progress = silent) -> Comparison:
    """Fit every contender of the recipe and measure all of them on the test fold.

    Raises
    ------
    RecipeError
        When a fold holds only one outcome, so that nothing can be learnt or measured.
    """
    return compare_parts((folds,), recipe=recipe, k=k, progress=progress)


def compare_parts(
    parts: Sequence[Folds],
    *,
    recipe: Recipe,
    k: int,
    order: Sequence[str] = SERVABLE,
    progress: Progress = silent,
) -> Comparison:
    """Do the same where each part tests other rows; all rows tested are measured together.

    Parameters
    ----------
    order : sequence of str
        As for :func:`training.choice.choose`.

    Raises
    ------
    RecipeError
        As :func:`compare`.
    """
    for folds in parts:
        _both_outcomes(folds)
    recipe = distinct(recipe, parts[0].fit.directions)
    # A recipe names the simplest first; what takes longest is begun first, so that no core waits for it at the end.
    begun: tuple[str, ...] = tuple(reversed(recipe.contenders))
    done = parallel(partial(_scored, name, parts, recipe, progress) for name in begun)
    scored = dict(zip(begun, done, strict=True))
    chosen, why = choose(
        {name: found.judged for name, found in scored.items() if found.judged}, recipe=recipe, order=order
    )
    test = together([folds.test for folds in parts])
    draws = PersonBootstrap(test.person, resamples=recipe.resamples, seed=recipe.seed)
    rows = fold_rows(test, k=k, base_rate=float(np.mean([folds.calibrated_on.y.mean() for folds in parts])))
    found: list[ComparedContender] = []
    for name in recipe.contenders:
        progress(f"measure {name}")
        one = scored[name]
        measured = measure(rows, one.score, one.probability, draws=draws)
        found.append(ComparedContender(one.fitted, one.score, one.probability, measured, {}))
    return Comparison(_against_matrix(found), test, k, chosen, why)


@dataclass(frozen=True)
class _Scored:
    """A contender fitted, with scores and calibrated probabilities of the test rows, and how it was judged before."""

    fitted: Fitted
    score: Floats
    probability: Floats
    judged: Judged | None


def _scored(name: str, parts: Sequence[Folds], recipe: Recipe, progress: Progress) -> _Scored:
    progress(f"fit: {name}")
    fitted = [
        fit_contender(name, part.fit, part.calibrate, recipe=recipe, seed=recipe.seed, newest=part.newest)
        for part in parts
    ]
    raw = [contender.raw(part.test) for contender, part in zip(fitted, parts, strict=True)]
    probability = np.concatenate([contender.calibrated(score) for contender, score in zip(fitted, raw, strict=True)])
    judged = None
    if recipe.serve == "auto" and name in SERVABLE:
        each = zip(fitted, parts, strict=True)
        judged = in_one([judge_contender(contender, part, recipe=recipe) for contender, part in each])
    return _Scored(fitted[0], _one_scale(name, raw, probability), probability, judged)


def _one_scale(name: str, raw: Sequence[Floats], probability: Floats) -> Floats:
    """Scores of models of several parts, by which rows of all parts can be put in one order."""
    if len(raw) == 1:
        return raw[0]
    if name == "base_rate":  # says the same of everybody, whatever the share of outcomes in a part
        return np.zeros_like(probability)
    return np.concatenate(raw) if name in ("matrix", "last_incident") else probability


def _against_matrix(found: list[ComparedContender]) -> tuple[ComparedContender, ...]:
    matrix = next((contender for contender in found if contender.name == "matrix"), None)
    if matrix is None:
        return tuple(found)
    return tuple(
        contender
        if contender is matrix
        else replace(contender, against_matrix=difference(contender.measured, matrix.measured))
        for contender in found
    )


def _both_outcomes(folds: Folds) -> None:
    faults = [
        f"{name}: {len(rows):,} rows, {int(rows.y.sum()):,} with the outcome"
        for name, rows in folds.named.items()
        if not len(rows) or rows.y.min() == rows.y.max()
    ] or [f"fit: {fault}" for fault in folds.too_few_people]
    if faults:
        raise RecipeError("Every fold must hold rows with and without the outcome.", faults=faults)
