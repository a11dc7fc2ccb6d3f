"""The proxy test: how well the features tell protected groups apart, and which feature does."""

from collections.abc import Mapping, Sequence

import lightgbm
import numpy as np
from scipy.stats import norm
from sklearn.model_selection import StratifiedKFold

from matac_ml.codes import NOT_STATED
from matac_ml.evaluation import auc
from matac_ml.facts import Estimate, ProxyFacts, ProxyGroupFacts, Verdict, finite
from matac_ml.fairness.chance import holm
from matac_ml.fairness.groups import TITLES
from matac_ml.fairness.within import auc_by_group
from training.fairness_context import FairnessContext
from training.recipe import Recipe
from training.rows import Floats, Ints

#: Attributes that nobody may be scored by; each must be hard to read off the features.
TESTED = ("sex", "ethnicity", "age", "deprivation", "area")
#: People on either side of a question below which it is not asked, and people looked at in all.
ENOUGH, MOST = 100, 6_000
_FOLDS, _ROUNDS = 3, 40
_LEVEL = 0.05


def proxy_facts(context: FairnessContext, features: tuple[str, ...], *, recipe: Recipe) -> tuple[ProxyFacts, ...]:
    """Predict every protected group from the features of the model, for people left out of the fit.

    A person stands once, as on the first list; a small booster is fitted for each group against everybody else whose
    group is stated.
    """
    test = context.test.keep(features)
    first = np.unique(context.person, return_index=True)[1]
    few = np.sort(np.random.default_rng(recipe.seed).permutation(first)[:MOST])
    X, people = test.X[few], context.person[few]
    scores = {instrument.label: instrument.score[few] for instrument in context.instruments}
    asked: dict[str, list[tuple[ProxyGroupFacts, float]]] = {}
    for attribute in (name for name in TESTED if name in context.groups):
        of = context.groups[attribute].to_numpy()[people]
        stated = of != NOT_STATED
        groups = sorted(set(of[stated]))
        if len(groups) == 2:  # one question: the other group is its mirror
            groups = groups[:1]
        asked[attribute] = [
            _group(group, (of[stated] == group).astype(np.float64), X[stated], test.names,
                   {label: score[stated] for label, score in scores.items()}, seed=recipe.seed)
            for group in groups
            if ENOUGH <= (of[stated] == group).sum() <= stated.sum() - ENOUGH
        ]  # fmt: skip
    p_values = [_chance(group, error) for found in asked.values() for group, error in found]
    adjusted = iter(holm(p_values))
    # How far above .5 an area must be, in its own errors, to be found four times in five after the correction.
    reach = float(norm.isf(_LEVEL / max(len(p_values), 1)) + norm.ppf(0.8))
    return tuple(
        _attribute(
            attribute,
            [group for group, _ in found],
            told=min((next(adjusted) for _ in found), default=1.0) < _LEVEL,
            detectable=max((min(1.0, 0.5 + reach * error) for _, error in found), default=None),
        )
        for attribute, found in asked.items()
    )


def _group(
    group: str, belongs: Floats, X: Floats, names: tuple[str, ...], scores: Mapping[str, Floats], *, seed: int
) -> tuple[ProxyGroupFacts, float]:
    predicted, gains = _left_out(X, belongs, seed=seed)
    people: Ints = np.arange(len(belongs))
    area, error = (values[0] for values in auc_by_group(belongs, predicted, people, np.zeros(len(people), np.int64), 1))
    strongest = int(gains.argmax())
    alone = auc(belongs, np.nan_to_num(X[:, strongest], nan=-1.0))
    facts = ProxyGroupFacts(
        group=group,
        people=int(belongs.sum()),
        auc=Estimate(value=finite(area), low=finite(max(0.0, area - 1.96 * error)),
                     high=finite(min(1.0, area + 1.96 * error))),
        feature=names[strongest],
        feature_auc=finite(max(alone, 1 - alone)),
        by_score={label: finite(auc(belongs, score)) for label, score in scores.items()},
    )  # fmt: skip
    return facts, float(error)


def _chance(group: ProxyGroupFacts, error: float) -> float:
    """How often chance alone would give so large an area."""
    area = group.auc.value
    return float(norm.sf((area - 0.5) / error)) if area is not None and error > 0 else 1.0


def _left_out(X: Floats, belongs: Floats, *, seed: int) -> tuple[Floats, Floats]:
    """Prediction of every person by a model that did not see them, and the gain of every feature."""
    predicted, gains = np.zeros(len(belongs)), np.zeros(X.shape[1])
    settings = {
        "objective": "binary",
        "num_leaves": 7,
        "learning_rate": 0.1,
        "min_data_in_leaf": 40,
        "max_bin": 31,
        "feature_fraction": 0.7,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    for inside, outside in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(X, belongs):
        data = lightgbm.Dataset(X[inside], label=belongs[inside], params={"max_bin": 31, "verbosity": -1})
        booster = lightgbm.train(settings, data, num_boost_round=_ROUNDS)
        # Ranks within a fold: the folds' own levels differ by chance.
        raw = np.asarray(booster.predict(X[outside], num_threads=1))
        predicted[outside] = raw - np.median(raw)
        gains += booster.feature_importance("gain")
    return predicted, gains


def _attribute(
    attribute: str, groups: Sequence[ProxyGroupFacts], *, told: bool, detectable: float | None
) -> ProxyFacts:
    title = TITLES[attribute]
    if not groups:
        text = f"{title}: not enough evidence; no group has {ENOUGH} people."
        return ProxyFacts(
            attribute=attribute, title=title, auc=Estimate(value=None), verdict=Verdict.NOT_ENOUGH, text=text
        )
    best = max(groups, key=lambda group: group.auc.value or 0.0)
    reach = f"{best.auc.value:.3f} ({best.auc.low:.3f} to {best.auc.high:.3f})"
    text = (
        f"{title}: the features tell {best.group} best, with an AUC of {reach} where .5 is chance; "
        f"{best.feature} does most, alone {best.feature_auc:.3f}. "
    )
    text += (
        "That is more than chance: the features carry some of the attribute."
        if told
        else f"No more than chance explains; an AUC of {detectable:.3f} would have been found four times in five."
    )
    verdict = Verdict.DISPARITY if told else Verdict.NO_DISPARITY
    return ProxyFacts(
        attribute=attribute, title=title, auc=best.auc, group=best.group, feature=best.feature,
        groups=tuple(groups), detectable=detectable, verdict=verdict, text=text,
    )  # fmt: skip
