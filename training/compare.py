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
    TemporalSplit,
    clustered_error,
    difference,
    measure,
)
from training.contenders import Fitted, distinct, fit_contender
from training.parallel import parallel
from training.recipe import SERVABLE, Recipe
from training.rows import Floats, Rows, split_people, together

#: Called with the name of what starts and the share of the work done.
Progress = Callable[[str], None]


#: Share of the people who are kept out of the fit to calibrate on, where no later dates are left for it.
KEPT_OUT = 0.25


def silent(_: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Folds:
    """The rows of one origin. What is served is fitted on ``fit`` and calibrated on ``calibrate``.

    Attributes
    ----------
    calibrate : Rows
        Rows of later dates; or, where the history is too short, of people kept out of the fit, on the same dates.
    later : bool
        Whether the dates of ``calibrate`` are later than those of ``fit`` by a horizon: only then is it called a
        calibration set.
    """

    fit: Rows
    calibrate: Rows
    test: Rows
    later: bool

    @classmethod
    def of(cls, rows: Rows, split: TemporalSplit, *, seed: int) -> "Folds":
        """Cut the rows of all dates into folds."""
        test = rows.on(split.test)
        if split.calibrate:
            return cls(rows.on(split.fit), rows.on(split.calibrate), test, later=True)
        fit, kept_out = split_people(rows.on(split.fit), KEPT_OUT, seed=seed)
        return cls(fit, kept_out, test, later=False)

    def keep(self, names: tuple[str, ...]) -> "Folds":
        """The rows with only the named features."""
        return replace(self, fit=self.fit.keep(names), calibrate=self.calibrate.keep(names), test=self.test.keep(names))


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
        As for :func:`choose`.

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
    chosen, why = choose([scored[name][0] for name in recipe.contenders], recipe=recipe, order=order)
    test = together([folds.test for folds in parts])
    draws = PersonBootstrap(test.person, resamples=recipe.resamples, seed=recipe.seed)
    rows = fold_rows(test, k=k, base_rate=float(np.mean([folds.calibrate.y.mean() for folds in parts])))
    found: list[ComparedContender] = []
    for name in recipe.contenders:
        progress(f"measure {name}")
        fitted, score, probability = scored[name]
        found.append(ComparedContender(fitted, score, probability, measure(rows, score, probability, draws=draws), {}))
    return Comparison(_against_matrix(found), test, k, chosen, why)


def _scored(name: str, parts: Sequence[Folds], recipe: Recipe, progress: Progress) -> tuple[Fitted, Floats, Floats]:
    """A contender fitted, with its scores and its calibrated probabilities of the test rows."""
    progress(f"fit: {name}")
    fitted = [
        fit_contender(name, folds.fit, folds.calibrate, recipe=recipe, seed=recipe.seed, later=folds.later)
        for folds in parts
    ]
    raw = [contender.raw(folds.test) for contender, folds in zip(fitted, parts, strict=True)]
    probability = np.concatenate([contender.calibrated(score) for contender, score in zip(fitted, raw, strict=True)])
    if len(parts) == 1:
        return fitted[0], raw[0], probability
    whole = replace(
        fitted[0],
        held_out_loss=np.concatenate([contender.held_out_loss for contender in fitted]),
        held_out_person=np.concatenate([contender.held_out_person for contender in fitted]),
    )
    return whole, _one_scale(name, raw, probability), probability


def _one_scale(name: str, raw: Sequence[Floats], probability: Floats) -> Floats:
    """Scores of models of several parts, by which rows of all parts can be put in one order."""
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
    named = {"fit": folds.fit, "calibrate": folds.calibrate, "test": folds.test}
    faults = [
        f"{name}: {len(rows):,} rows, {int(rows.y.sum()):,} with the outcome"
        for name, rows in named.items()
        if not len(rows) or rows.y.min() == rows.y.max()
    ]
    if faults:
        raise RecipeError("Every fold must hold rows with and without the outcome.", faults=faults)


def choose(fitted: Sequence[Fitted], *, recipe: Recipe, order: Sequence[str] = SERVABLE) -> tuple[str, str]:
    """Choose the simplest model whose loss on the calibration set is within noise of the best.

    Where there is no later set, the losses are of people kept out of the fit. Noise is one standard error of the paired
    difference of log-losses, clustered by person. The outcomes of the test fold are not looked at.

    Parameters
    ----------
    order : sequence of str
        Which of those within noise is taken first; the simplest when left out.
    """
    if recipe.serve != "auto":
        return recipe.serve, "named in the recipe"
    servable = {contender.name: contender for contender in fitted if contender.name in SERVABLE}
    losses = {name: contender.held_out_loss for name, contender in servable.items()}
    best = min(losses, key=lambda name: float(losses[name].mean()))
    where = "on the calibration set" if servable[best].later else "on people kept out of the fit"
    for name in (name for name in order if name in losses):
        gap = losses[name] - losses[best]
        noise = clustered_error(gap, servable[name].held_out_person)
        if float(gap.mean()) <= noise:
            reason = (
                f"the lowest loss {where}"
                if name == best
                else (
                    f"{'simpler than' if order is SERVABLE else 'preferred to'} {best} and within noise of it {where} "
                    f"(log-loss {gap.mean():+.5f}, one standard error {noise:.5f})"
                )
            )
            return name, reason
    return best, f"the lowest loss {where}"
