"""Too good to be true: signs that a feature saw the future.

Published models of this kind reach an AUC of .65 to .76 on real force data. A higher one than the recipe's limit is
more often a leak than a discovery, whether a whole model reaches it or one feature alone. So is one recorded column
that explains much which nothing else on record explains: the columns of a record tell much the same story, and in
published studies the officer's grade, for one, adds almost nothing to history (Grogger et al. 2021; Turner et al.
2022). A grade that was overwritten with hindsight adds much.

How much only one column explains is the rise in the mean log-loss of a quick model without it, as a share of the loss
of the base rate. It is tested against the most that an honest column is expected to explain, one-sided, with errors
clustered by person and Holm's correction over all columns tried: where none explains more than that, a run has a false
alarm with at most the level's probability. A share of the loss, not a fall of the AUC, because a leak about few people
moves the AUC little and the top of a list much.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
from scipy.stats import norm, rankdata

from matac_ml.evaluation import auc, clustered_error
from matac_ml.fairness.chance import holm
from matac_ml.spec import Feature, Outcome
from training.compare import Comparison
from training.fit import booster_parameters, log_losses
from training.folds import Folds
from training.recipe import Booster
from training.rows import Floats, Rows, sample_by_person

#: What one column alone is expected to explain at most, as a share of the loss of the base rate. In a hundred made-up
#: forces none explained more than .016. Columns of a table that somebody brings may each tell a story of their own.
OF_A_RECORD, OF_A_TABLE = 0.02, 0.15
#: Probability of a false alarm in a whole run where nothing explains more than that.
LEVEL = 0.01
#: Columns that follow from another one: a leak of the one would hide that the other is left out.
_FOLLOWS = {"charged": "outcome_code", "role": "outcome_code", "is_crime": "offence_code", "harm_days": "offence_code"}
#: Features that are tried besides recorded columns: those that a model of all uses most.
_MOST_USED = 6
#: Rank correlation from which two features say the same: one would hide that the other is missed.
_SAME = 0.9
#: Rows on which features are looked at, models without a column fitted, and features correlated.
_ROWS, _FITTED, _CORRELATED = 40_000, 15_000, 4_000
_QUICK = Booster(rounds=60, leaves=8, depth=4, learning_rate=0.1, min_leaf=40, feature_share=1.0, row_share=1.0)


@dataclass(frozen=True)
class LeftOut:
    """What only some features explain.

    Attributes
    ----------
    what : str
        The recorded column or the feature, in words.
    features : tuple of str
        What was left out together.
    share : float
        Rise in the mean log-loss without them, over the loss of the base rate; below 0 where the model gets better.
    p_value : float
        That it is at most what is expected; after Holm's correction.
    """

    what: str
    features: tuple[str, ...]
    share: float
    p_value: float


def by_column(features: tuple[Feature, ...], outcome: Outcome) -> dict[str, tuple[str, ...]]:
    """Recorded column -> names of the features that look at it.

    Charges count as outcomes, and harm as what was classified. Columns that the outcome itself is defined by are left
    out: they must tell much.
    """
    asked = _recorded({condition.column for condition in outcome.conditions})
    found: dict[str, list[str]] = {}
    for feature in features:
        named = {condition.column for condition in (*feature.where, *feature.of)} | {feature.column or ""}
        for column in sorted(_recorded(named) - asked - {"", "domestic"}):
            found.setdefault(column, []).append(feature.name)
    return {column: tuple(names) for column, names in sorted(found.items())}


def _recorded(columns: Iterable[str]) -> set[str]:
    return {_FOLLOWS.get(column, column) for column in columns}


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
        What is left out together, see :func:`by_column`; empty for a table that somebody brings.
    """
    best = max(comparison.contenders, key=lambda contender: np.nan_to_num(contender.measured.values["auc"].value))
    reached = best.measured.values["auc"].value
    found = []
    if round(reached, 3) > largest_auc:
        found.append(
            f"A leak is suspected: {best.label} reaches an AUC of {reached:.3f}, above the {largest_auc:g} beyond "
            "which a feature that saw the future is likelier than a good model."
        )
    found += [
        f"A leak is suspected: {name} alone reaches an AUC of {alone:.3f}, above {largest_auc:g}. Check when its "
        "source is known."
        for name, alone in single_feature_aucs(comparison.test, seed=seed).items()
        if round(alone, 3) > largest_auc
    ]
    most = OF_A_RECORD if columns else OF_A_TABLE
    found += [
        f"A leak is suspected: {left.what} explains {left.share:.1%} of the outcome that nothing else here explains. "
        f"More than {most:.0%} is not expected. Check that it is never changed after it is first recorded."
        for left in explained_alone(folds, columns, most=most, seed=seed)
        if left.p_value < LEVEL
    ]
    return tuple(found)


def explained_alone(
    folds: Folds, columns: Mapping[str, tuple[str, ...]], *, most: float, seed: int
) -> tuple[LeftOut, ...]:
    """What each recorded column explains alone, and each of the features that a model uses most.

    Parameters
    ----------
    most : float
        What is expected at most.

    Returns
    -------
    tuple of LeftOut
        The largest share first.
    """
    fitted = sample_by_person(folds.fit, _FITTED, seed=seed)
    test = sample_by_person(folds.test, _ROWS, seed=seed)
    # The same binned rows for every fit: what is left out is only never split on.
    binned = lightgbm.Dataset(fitted.X, label=fitted.y, params=booster_parameters(_QUICK, seed=seed))
    booster = _fitted(binned, range(len(fitted.names)), seed)
    whole = _losses(booster, test)
    gains = booster.feature_importance("gain")
    order = tuple(fitted.names[i] for i in np.argsort(-gains, kind="stable") if gains[i] > 0)
    base = float(log_losses(test.y, np.full(len(test), fitted.y.mean())).mean())
    found = []
    for what, names in _groups(fitted, columns, order):
        rest = [place for place, name in enumerate(fitted.names) if name not in names]
        if not rest:
            continue
        rise = (_losses(_fitted(binned, rest, seed), test) - whole) / base
        error = clustered_error(rise, test.person)
        beyond = float(rise.mean()) - most
        p = float(norm.sf(beyond / error)) if error > 0 else float(beyond <= 0)
        found.append((what, names, float(rise.mean()), p))
    adjusted = holm([p for *_, p in found])
    done = [LeftOut(what, names, share, p) for (what, names, share, _), p in zip(found, adjusted, strict=True)]
    return tuple(sorted(done, key=lambda left: -left.share))


def _groups(
    rows: Rows, columns: Mapping[str, tuple[str, ...]], order: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Recorded columns; then the features used most, each with those that say the same."""
    seen = set()
    for column, names in columns.items():
        seen.add(names)
        yield f"what is recorded as {column} ({len(names)} {'feature' if len(names) == 1 else 'features'})", names
    same = _alike(rows, order[:_MOST_USED])
    for name in order[:_MOST_USED]:
        if same[name] not in seen:
            seen.add(same[name])
            others = len(same[name]) - 1
            yield name if not others else f"{name} with {others} more that say the same", same[name]


def _alike(rows: Rows, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Each of the named features with all that rank rows as it does, in the order of the columns."""
    few = rows.X[:: max(1, len(rows) // _CORRELATED)]
    # By values alone: shares are missing for the same people, and would all look alike for that.
    middle = [np.median(present) if (present := column[~np.isnan(column)]).size else 0.0 for column in few.T]
    ranks = rankdata(np.where(np.isnan(few), middle, few), axis=0)
    ranks -= ranks.mean(axis=0)
    size = np.sqrt((ranks**2).sum(axis=0))
    found = {}
    for name in names:
        column = rows.names.index(name)
        with np.errstate(all="ignore"):
            alike = np.abs(ranks.T @ ranks[:, column] / (size * size[column])) > _SAME
        alike[column] = True
        found[name] = tuple(other for other, same in zip(rows.names, alike, strict=True) if same)
    return found


def _fitted(binned: lightgbm.Dataset, allowed: Sequence[int], seed: int) -> lightgbm.Booster:
    """A quick model that splits on the allowed columns alone."""
    parameters = booster_parameters(_QUICK, seed=seed) | {"interaction_constraints": [list(allowed)]}
    return lightgbm.train(parameters, binned, num_boost_round=_QUICK.rounds)


def _losses(booster: lightgbm.Booster, test: Rows) -> Floats:
    return log_losses(test.y, np.asarray(booster.predict(test.X, num_threads=1)))
