"""Which contender goes into the bundle: judged on later dates than it was fitted on, before the test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matac_ml.bundle.scoring import probability
from matac_ml.evaluation import clustered_error
from training.contenders import Fitted, scores_of
from training.fit import fit_calibration, log_losses
from training.folds import Folds, groups_of_people
from training.recipe import SERVABLE, Recipe
from training.rows import Floats, Ints, Rows

#: Groups of people, each judged by fits of the others, where no dates are late enough to judge: a whole fit each.
_GROUPS = 3


@dataclass(frozen=True)
class Judged:
    """What one contender lost on rows that it had not seen.

    Attributes
    ----------
    loss : ndarray, shape (n,)
        Log-loss of each row, by the line that suits the contender's scores of these rows best.
    person : ndarray of int, shape (n,)
    where : str
        Which rows these are, for a reader.
    """

    loss: Floats
    person: Ints
    where: str


def judge_contender(fitted: Fitted, folds: Folds, *, recipe: Recipe) -> Judged:
    """Judge a contender on the calibration set; without one, on the newest dates fitted on, by a model of earlier ones.

    The people of these dates may be known from earlier ones, as they are when a model is used. Where too little was
    closed before them to fit on, people are judged by models of the earlier dates of other people, which choose their
    features anew. Of the newest dates themselves a model learns what will not be so later: judged on dates that they
    had been fitted on, trees were better than curves on two made-up forces, and worse on the dates of the test. Level
    and slope are those of the rows judged, for every contender alike: they are set when the model is calibrated. With
    the line of the model that is served, which is not the one judged, contenders whose scores are drawn together by
    averaging lost more for that alone.
    """
    dated = None if folds.later else folds.in_time()
    if folds.later:
        where, on, raw = "on the calibration set", folds.calibrated_on, fitted.unseen
    elif dated is None:
        on, fitted_on = folds.calibrated_on, folds.before_newest()
        where = "on people left out of the fit in turn"
        where += ", by fits of earlier dates" if len(fitted_on) < len(folds.fit) else ""
        raw = _by_other_people(fitted.name, folds, fitted_on, recipe)
    else:
        where = "on the newest dates before the test, by fits of earlier ones"
        earlier, on = dated
        raw = scores_of(fitted.name, earlier, recipe, recipe.seed).raw(on)
    line = fit_calibration(raw, on.y)
    return Judged(log_losses(on.y, probability(line.log_odds(raw))), on.person, where)


def _by_other_people(name: str, folds: Folds, fitted_on: Rows, recipe: Recipe) -> Floats:
    """Scores of the rows calibrated on, each by a fit that the person helped with nothing, features least of all."""
    on = folds.calibrated_on
    group, raw = groups_of_people(folds.fit, seed=recipe.seed, groups=_GROUPS), np.empty(len(on))
    for left_out in np.unique(group):
        people = folds.fit.person[group == left_out]
        held = np.isin(on.person, people)
        if held.any():
            others = fitted_on.take(~np.isin(fitted_on.person, people))
            raw[held] = scores_of(name, others, recipe, recipe.seed).raw(on.take(held))
    return raw


def in_one(parts: Sequence[Judged]) -> Judged:
    """What one contender lost over several parts of a table."""
    loss, person = (np.concatenate([getattr(part, name) for part in parts]) for name in ("loss", "person"))
    return Judged(loss, person, parts[0].where)


def choose(judged: Mapping[str, Judged], *, recipe: Recipe, order: Sequence[str] = SERVABLE) -> tuple[str, str]:
    """Choose the preferred model unless another is better than it beyond noise, and say why.

    Noise is one standard error of the paired difference of log-losses, clustered by person. Where others are better
    than the preferred one beyond noise, the first of these is taken that is within noise of the best. The outcomes of
    the test fold are not looked at.

    Parameters
    ----------
    judged : mapping of contender to Judged
        Of those that a bundle can carry, on the same rows.
    order : sequence of str
        The preferred first; the simplest when left out.
    """
    if recipe.serve != "auto":
        return recipe.serve, "named in the recipe"
    names = [name for name in order if name in judged]
    best = min(names, key=lambda name: float(judged[name].loss.mean()))
    where, what = judged[best].where, "simpler than" if order is SERVABLE else "preferred to"
    preferred = names[0]
    if preferred == best:
        return best, f"the lowest loss {where}"
    better = [name for name in names if not _is_within_noise(judged[preferred], judged[name])]
    name = next((name for name in better or names if _is_within_noise(judged[name], judged[best])), best)
    if name == best:
        return best, f"the lowest loss {where}"
    gap, noise = _gap(judged[name], judged[best])
    return name, f"{what} {best} and within noise of it {where} (log-loss {gap:+.5f}, one standard error {noise:.5f})"


def _gap(worse: Judged, better: Judged) -> tuple[float, float]:
    """How much more one contender loses than another, and the standard error of that."""
    gap = worse.loss - better.loss
    return float(gap.mean()), clustered_error(gap, worse.person)


def _is_within_noise(worse: Judged, better: Judged) -> bool:
    gap, noise = _gap(worse, better)
    return gap <= noise
