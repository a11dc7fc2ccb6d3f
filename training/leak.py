"""Too good to be true: signs that a feature saw the future.

Published models of this kind reach an AUC of .65 to .76 on real force data. A higher one than the recipe's limit, or a
single feature that ranks nearly as well as the whole model, is more often a leak than a discovery.
"""

from dataclasses import dataclass

import numpy as np

from matac_ml.evaluation import auc
from training.compare import Comparison
from training.rows import Rows, sample_by_person

#: A feature alone that reaches this share of the best model's lead over chance is suspected.
NEARLY_AS_GOOD = 0.92
#: Rows on which single features are looked at.
_ROWS = 40_000


@dataclass(frozen=True)
class Suspicion:
    """One sign of a leak, in words for the first page of every paper."""

    feature: str | None
    auc: float
    text: str


def single_feature_aucs(rows: Rows, *, seed: int) -> dict[str, float]:
    """AUC of each feature on its own, whichever way it points; a missing value counts as the lowest.

    Returns
    -------
    dict
        Highest first; each at least one half.
    """
    few = sample_by_person(rows, _ROWS, seed=seed)
    found = {}
    for name, column in zip(few.names, few.X.T, strict=True):
        present = column[~np.isnan(column)]
        filled = np.where(np.isnan(column), present.min() - 1 if present.size else 0.0, column)
        alone = auc(few.y, filled)
        found[name] = max(alone, 1 - alone)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def suspicions(comparison: Comparison, *, largest_auc: float, seed: int) -> tuple[Suspicion, ...]:
    """Return every sign of a leak; an empty tuple says only that none of these signs was seen."""
    best = max(comparison.contenders, key=lambda one: np.nan_to_num(one.measured.values["auc"].value))
    reached = best.measured.values["auc"].value
    found = []
    if reached > largest_auc:
        found.append(
            Suspicion(
                None,
                reached,
                f"A leak is suspected: {best.label} reaches an AUC of {reached:.3f}, above the {largest_auc:g} beyond "
                "which a feature that saw the future is likelier than a good model.",
            )
        )
    for name, alone in single_feature_aucs(comparison.test, seed=seed).items():
        lead = (alone - 0.5) / max(1e-9, reached - 0.5)
        if alone > largest_auc or (alone > 0.7 and lead > NEARLY_AS_GOOD):
            found.append(
                Suspicion(
                    name,
                    alone,
                    f"A leak is suspected: {name} alone reaches an AUC of {alone:.3f}, {lead:.0%} of what the best "
                    "contender adds over chance. Check when its source is known.",
                )
            )
    return tuple(found)
