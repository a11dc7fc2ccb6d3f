"""Which contender goes into the bundle: judged on later dates than it was fitted on, before the test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from matac_ml.evaluation import clustered_error
from training.contenders import Fitted, scores_of
from training.fit import log_losses
from training.folds import Folds
from training.recipe import SERVABLE, Recipe
from training.rows import Floats, Ints


@dataclass(frozen=True)
class Judged:
    """What one contender lost on rows that it had not seen.

    Attributes
    ----------
    loss : ndarray, shape (n,)
        Log-loss of each row, by the contender's own calibration line.
    person : ndarray of int, shape (n,)
    where : str
        Which rows these are, for a reader.
    """

    loss: Floats
    person: Ints
    where: str


def judge_contender(fitted: Fitted, folds: Folds, *, recipe: Recipe) -> Judged:
    """Judge a contender on the calibration set; without one, on the newest dates fitted on, by a model of earlier ones.

    The people of these dates may be known from earlier ones, as they are when a model is used, and a level that moved
    from date to date counts, as it does then. Where no date was closed before another, people are judged by the models
    of other people that calibrate.
    """
    dated = None if folds.later else folds.in_time()
    if dated is None:
        where = "on the calibration set" if folds.later else "on people left out of the fit in turn"
        on, raw = folds.calibrated_on, fitted.unseen
    else:
        where = "on the newest dates before the test, by fits of earlier ones"
        earlier, on = dated
        raw = scores_of(fitted.name, earlier, recipe, recipe.seed).raw(on)
    return Judged(log_losses(on.y, fitted.calibrated(raw)), on.person, where)


def in_one(parts: Sequence[Judged]) -> Judged:
    """What one contender lost over several parts of a table."""
    loss, person = (np.concatenate([getattr(part, name) for part in parts]) for name in ("loss", "person"))
    return Judged(loss, person, parts[0].where)


def choose(judged: Mapping[str, Judged], *, recipe: Recipe, order: Sequence[str] = SERVABLE) -> tuple[str, str]:
    """Choose the simplest model whose loss is within noise of the best, and say why.

    Noise is one standard error of the paired difference of log-losses, clustered by person. The outcomes of the test
    fold are not looked at.

    Parameters
    ----------
    judged : mapping of contender to Judged
        Of those that a bundle can carry, on the same rows.
    order : sequence of str
        Which of those within noise is taken first; the simplest when left out.
    """
    if recipe.serve != "auto":
        return recipe.serve, "named in the recipe"
    best = min(judged, key=lambda name: float(judged[name].loss.mean()))
    where = judged[best].where
    for name in takewhile(lambda name: name != best, (name for name in order if name in judged)):
        gap = judged[name].loss - judged[best].loss
        noise = clustered_error(gap, judged[name].person)
        if float(gap.mean()) <= noise:
            what = "simpler than" if order is SERVABLE else "preferred to"
            return name, (
                f"{what} {best} and within noise of it {where} "
                f"(log-loss {gap.mean():+.5f}, one standard error {noise:.5f})"
            )
    return best, f"the lowest loss {where}"
