"""Too good to be true: signs that a feature saw the future.

Published models of this kind reach an AUC of .65 to .76 on real force data. A higher one than the recipe's limit, or a
single feature that ranks nearly as well as the whole model, is more often a leak than a discovery. So is one recorded
column without which the rest is much worse: the columns of a record tell much the same story, and in published studies
the officer's grade, for one, adds almost nothing to history (Grogger et al. 2021; Turner et al. 2022). A grade that was
overwritten with hindsight adds much.
"""

from collections.abc import Mapping

import numpy as np

from matac_ml.evaluation import PersonBootstrap, auc, percentile_interval
from matac_ml.evaluation.discrimination import auc_of
from matac_ml.spec import Feature, Outcome
from training.compare import Comparison, Folds
from training.fit import fit_booster
from training.recipe import Booster
from training.rows import Floats, Rows, sample_by_person

#: A feature alone that reaches this share of the best model's lead over chance is suspected.
NEARLY_AS_GOOD = 0.92
#: A column without which the AUC falls by more than this is suspected, when the interval of the fall is above 0.
MUCH = 0.03
#: Rows on which single features are looked at, and on which models without a column are fitted.
_ROWS, _FITTED = 40_000, 15_000
_QUICK = Booster(rounds=60, leaves=8, depth=4, learning_rate=0.1, min_leaf=40, feature_share=1.0, row_share=1.0)
_RESAMPLES = 100


def by_column(features: tuple[Feature, ...], outcome: Outcome) -> dict[str, tuple[str, ...]]:
    """Recorded column -> names of the features that look at it.

    Columns that the outcome itself is defined by are left out: they must tell much.
    """
    asked = {condition.column for condition in outcome.conditions}
    found: dict[str, list[str]] = {}
    for feature in features:
        named = {condition.column for condition in (*feature.where, *feature.of)} | {feature.column or ""}
        for column in sorted(named - asked - {"", "domestic"}):
            found.setdefault(column, []).append(feature.name)
    return {column: tuple(names) for column, names in sorted(found.items())}


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


def suspicions(
    comparison: Comparison, folds: Folds, columns: Mapping[str, tuple[str, ...]], *, largest_auc: float, seed: int
) -> tuple[str, ...]:
    """Say every sign of a leak, for the first page of every paper; none says only that none of these was seen.

    Parameters
    ----------
    columns : mapping of column to names of features
        What is left out together, see :func:`by_column`.
    """
    best = max(comparison.contenders, key=lambda contender: np.nan_to_num(contender.measured.values["auc"].value))
    reached = best.measured.values["auc"].value
    found = []
    if reached > largest_auc:
        found.append(
            f"A leak is suspected: {best.label} reaches an AUC of {reached:.3f}, above the {largest_auc:g} beyond "
            "which a feature that saw the future is likelier than a good model."
        )
    for name, alone in single_feature_aucs(comparison.test, seed=seed).items():
        lead = (alone - 0.5) / max(1e-9, reached - 0.5)
        if alone > largest_auc or (alone > 0.7 and lead > NEARLY_AS_GOOD):
            found.append(
                f"A leak is suspected: {name} alone reaches an AUC of {alone:.3f}, {lead:.0%} of what the best "
                "contender adds over chance. Check when its source is known."
            )
    return (*found, *_decisive(folds, columns, seed=seed))


def _decisive(folds: Folds, columns: Mapping[str, tuple[str, ...]], *, seed: int) -> tuple[str, ...]:
    """Columns without which a quick model is much worse."""
    fitted = sample_by_person(folds.fit, _FITTED, seed=seed)
    test = sample_by_person(folds.test, _ROWS, seed=seed)
    whole = _scores(fitted, test, fitted.names, seed)
    reached, draws = auc(test.y, whole), None
    found = []
    for column, names in columns.items():
        rest = tuple(name for name in fitted.names if name not in names)
        if not rest:
            continue
        without = _scores(fitted, test, rest, seed)
        fall = reached - auc(test.y, without)
        if fall <= MUCH:
            continue
        draws = draws or PersonBootstrap(test.person, resamples=_RESAMPLES, seed=seed)
        drawn = np.subtract(*(draws.ranked(test.y, score, (auc_of,))[0] for score in (whole, without)))
        if percentile_interval(fall, drawn).low > 0:
            found.append(
                f"A leak is suspected: without what is recorded as {column} ({len(names)} features) the AUC falls by "
                f"{fall:.3f}, from {reached:.3f}. No one column tells so much. Check that it is never changed after it "
                "is first recorded."
            )
    return tuple(found)


def _scores(fitted: Rows, test: Rows, names: tuple[str, ...], seed: int) -> Floats:
    scorer = fit_booster(fitted.keep(names), _QUICK, seed=seed, monotone=False)
    return scorer.log_odds(test.keep(names).X)
