"""Quick models on few rows, alike for every choice that a list is stressed by, and the lists they give."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from matac_ml.errors import RecipeError
from matac_ml.evaluation import PersonBootstrap, auc, percentile_interval, places_on_lists
from matac_ml.evaluation.discrimination import auc_of
from matac_ml.facts import Estimate, StressFacts, estimates
from training.design import LinearDesign
from training.elastic_net import elastic_net
from training.fit import fit_booster
from training.recipe import Booster, Linear
from training.rows import Floats, Rows

#: Rows that a quick model is fitted on.
ROWS = 15_000
#: All of them named, so that a change of the recipe's defaults moves no stress table.
_SETTINGS = Booster(
    rounds=80, leaves=8, depth=4, learning_rate=0.08, min_leaf=40, l2=50.0, feature_share=0.3, row_share=0.8
)
_RESAMPLES = 100


@dataclass(frozen=True)
class QuickReference:
    """The quick booster on the outcome predicted, its lists, and whatever else is the same under every choice.

    Attributes
    ----------
    fit, test : Rows
    k : int
        Places on each list.
    score : ndarray, shape (rows of the test,)
        Of the quick booster fitted on the outcome predicted.
    listed : ndarray, shape (rows of the test,)
        Each row's share of a place on its list by that score.
    design : LinearDesign
        Of the rows fitted on.
    later : ndarray, shape (rows of the test, columns of the design)
        The test rows as that design sees them.
    """

    fit: Rows
    test: Rows
    k: int
    seed: int
    score: Floats
    listed: Floats
    design: LinearDesign
    later: Floats

    @classmethod
    def of(cls, fit: Rows, test: Rows, *, k: int, seed: int) -> "QuickReference":
        """Fit the first quick booster and draw up its lists; whatever is the same for every label is done once."""
        score = boosted(fit, test, seed=seed)
        design = LinearDesign.of(fit)
        return cls(fit, test, k, seed, score, places_on_lists(score, test.cycle, k), design, design.of_others(test.X))

    def stays(self, score: Floats) -> float:
        """Share of the first list that stays when another score takes the place of the first."""
        other = places_on_lists(score, self.test.cycle, self.k)
        return float(np.minimum(self.listed, other).sum() / max(1.0, self.listed.sum()))


def boosted(fit: Rows, test: Rows, *, seed: int) -> Floats:
    """Log-odds of the test rows by a quick booster."""
    return fit_booster(fit, _SETTINGS, seed=seed, monotone=True).log_odds(test.X)


def stressed(
    name: str,
    text: str,
    reference: QuickReference,
    *,
    fit_y: Floats,
    test_y: Floats,
    change: Callable[[Floats], str] | None = None,
) -> StressFacts:
    """Fit on one labelling of the rows, measure on another, and see who stays on the list.

    Parameters
    ----------
    change : callable, optional
        From the new score of the test rows to what else is to be said of its lists.
    """
    fit, test = replace(reference.fit, y=fit_y), reference.test
    same = np.array_equal(fit_y, reference.fit.y)
    scores = {"matrix": test.matrix}
    scores["lightgbm_monotone"] = reference.score if same else boosted(fit, test, seed=reference.seed)
    if 0 < fit_y.sum() < len(fit):
        with suppress(RecipeError):  # one line of a side table is left out; the run need not end for it
            linear = elastic_net(reference.design.matrix, fit_y, Linear())
            scores["elastic_net"] = reference.later @ linear.slope + linear.intercept
    draws = PersonBootstrap(test.person, resamples=_RESAMPLES, seed=reference.seed)
    return StressFacts(
        name=name,
        text=text,
        measures={contender: _measured(test_y, score, reference, draws) for contender, score in scores.items()},
        top_list_overlap=reference.stays(scores["lightgbm_monotone"]),
        planted=not same and np.array_equal(test_y, test.y),
        change="" if change is None else change(scores["lightgbm_monotone"]),
    )


def _measured(y: Floats, score: Floats, reference: QuickReference, draws: PersonBootstrap) -> dict[str, Estimate]:
    chosen = places_on_lists(score, reference.test.cycle, reference.k)
    top = draws.captured(y[:, None], score, reference.test.cycle, k=reference.k)
    return estimates(
        {
            "auc": percentile_interval(auc(y, score), draws.ranked(y, score, (auc_of,))[0]),
            "precision_at_k": percentile_interval(float(chosen @ y / chosen.sum()), top[:, 0] / top[:, 1]),
        }
    )
