"""Whether the rows tested differ in kind from the rows fitted on, by their features alone.

A model that tells the two apart (a classifier two-sample test, Lopez-Paz and Oquab 2017) says how much. Nothing of the
outcomes tested is looked at, so that what it finds may decide between models.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matac_ml.evaluation import auc
from training.fit import fit_booster
from training.folds import Folds
from training.recipe import SERVABLE, Booster
from training.rows import sample_by_person, split_people, together

_ROWS = 15_000
_QUICK = Booster(rounds=60, leaves=6, depth=4, learning_rate=0.1, min_leaf=30, l2=5.0, feature_share=1.0, row_share=1.0)
#: From this AUC on the rows differ in kind.
_DIFFER = 0.8
#: Rows of each kind below which nothing is said.
_FEWEST = 200
#: Where rows differ in kind: a sum of effects goes beyond anything that it saw, a mean of rows that were seen does not.
CAREFUL = ("additive", "lightgbm_monotone", "lightgbm_free", "elastic_net")


@dataclass(frozen=True)
class Shift:
    """How well the rows tested can be told from those fitted on.

    Attributes
    ----------
    told_apart : float
        AUC; one half when they are alike.
    column : str
        The feature that tells them apart most.
    """

    told_apart: float = 0.5
    column: str = ""

    @property
    def differs(self) -> bool:
        """Whether the rows differ in kind."""
        return self.told_apart >= _DIFFER

    @property
    def order(self) -> tuple[str, ...]:
        """The order in which contenders that are as good within noise are taken."""
        return CAREFUL if self.differs else SERVABLE

    @property
    def warning(self) -> tuple[str, ...]:
        """What a reader must know of it."""
        if not self.differs:
            return ()
        return (
            f"The rows tested differ in kind from those fitted on: their features alone tell the two apart with an AUC "
            f"of {self.told_apart:.2f}, {self.column} above all. What was learnt may not hold for them. Of contenders "
            "that are as good within noise, one that averages rows it saw is chosen before one that adds up effects.",
        )


def shift_of(parts: Sequence[Folds], *, seed: int) -> Shift:
    """Fit a quick model that tells rows tested from rows fitted on, on half of the people, and try it on the others.

    Of folds, which are tested in turn, nothing is said: their rows are all of one kind.
    """
    (folds,) = parts if len(parts) == 1 else (None,)
    if folds is None or min(len(folds.fit), len(folds.test)) < _FEWEST:
        return Shift()
    fitted, tested = (sample_by_person(rows, _ROWS, seed=seed).with_codes() for rows in (folds.fit, folds.test))
    kinds = [replace(fitted, y=np.zeros(len(fitted))), replace(tested, y=np.ones(len(tested)))]
    half, other = split_people(together(kinds), 0.5, seed=seed)
    scorer = fit_booster(half, _QUICK, seed=seed, monotone=False)
    gain = scorer.booster.feature_importance("gain")
    return Shift(auc(other.y, scorer.log_odds(other.X)), half.names[int(np.argmax(gain))])
