"""Features whose effect has another sign under a stricter outcome: they may follow who is looked at, not who does harm.

A record needs somebody who looked, asked or reported. A crime, a report from outside the police and a charge each need
more than that. A feature that goes with more records, and with fewer of the stricter kind, may have learnt where
records come from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from matac_ml.asof import outcome_table
from matac_ml.evaluation import sums_by_code
from matac_ml.facts import OpposedFeature, RunFacts, StricterOutcome
from matac_ml.fairness.labels import stricter_outcomes
from matac_ml.records import Extract
from model_cards.feature_names import named
from training.dataset import Dataset
from training.definitions import labels_of
from training.design import LinearDesign
from training.recipe import Recipe
from training.rows import Floats, Ints, Rows, sample_by_person
from training.sources import RunSources

#: Rows that effects are estimated on, and how many of each kind there must be for an estimate.
_ROWS, _FEWEST = 40_000, 100
#: How often at most a feature is named, over all features and outcomes of a run, whose effects are not opposed.
_LEVEL = 0.05
#: Decides between columns that say the same, and next to nothing else: it weighs as much as four rows.
_RIDGE = 1.0


def under_stricter_outcomes(
    extract: Extract, sources: RunSources, dataset: Dataset, names: Sequence[str], *, recipe: Recipe
) -> tuple[StricterOutcome, ...]:
    """Compare the effects of a model's features on the outcome predicted with those on stricter ones.

    Parameters
    ----------
    names : sequence of str
        The features of the model. Nothing is learnt from the test rows.
    """
    rows = sample_by_person(dataset.folds.fit, _ROWS, seed=recipe.seed).keep(tuple(names))
    predicted = sources.outcome
    stricter = [
        replace(predicted, name=each.name, sentence=each.sentence, where=(*predicted.where, *each.where))
        for each in stricter_outcomes(predicted.horizon_days)
        if not set(each.where) <= set(predicted.where)
    ]
    days = sorted({rows.dates[cycle] for cycle in np.unique(rows.cycle)})
    known = outcome_table(extract, stricter, days, harm=sources.harm, lookback_days=recipe.lookback_days)
    happened = labels_of(known, dataset, rows)
    labels = {outcome.name: (outcome.sentence, happened[outcome.name]) for outcome in stricter}
    return opposed_effects(rows, labels)


def opposed_effects(rows: Rows, labels: Mapping[str, tuple[str, Floats]]) -> tuple[StricterOutcome, ...]:
    """Name the features whose effect is above 0 on one outcome and below 0 on the other, both beyond chance.

    An effect is the coefficient in a logistic model of all the features together, each on one straight line after
    ``log(1 + x)`` where its tail is long. Errors are clustered by person. Both signs must be beyond chance at a level
    of 5 % divided by the number of comparisons, which holds the level of all of them together.

    Parameters
    ----------
    rows : Rows
        ``rows.y`` is the outcome predicted.
    labels : mapping of name to (text, ndarray of {0, 1}, shape (n,))
        The stricter outcomes.
    """
    Z = LinearDesign.of(rows).matrix
    effect, error = _effects(Z, rows.y, rows.person)
    critical = float(norm.isf(_LEVEL / max(1, len(rows.names) * len(labels))))
    found = []
    for outcome, (text, y) in labels.items():
        if min(y.sum(), len(y) - y.sum()) < _FEWEST:
            found.append(StricterOutcome(name=outcome, text=text, judged=False))
            continue
        other, its_error = _effects(Z, y, rows.person)
        opposed = (effect * other < 0) & (np.minimum(np.abs(effect / error), np.abs(other / its_error)) > critical)
        found.append(
            StricterOutcome(
                name=outcome,
                text=text,
                judged=True,
                opposed=tuple(
                    OpposedFeature(
                        feature=name,
                        predicted=round(float(effect[i]), 2),
                        stricter=round(float(other[i]), 2),
                    )
                    for i, name in enumerate(rows.names)
                    if opposed[i]
                ),
            )
        )
    return tuple(found)


def _effects(Z: Floats, y: Floats, person: Ints) -> tuple[Floats, Floats]:
    """Coefficients of a logistic model and their errors, by the sandwich of sums by person (Liang and Zeger 1986)."""
    # Many features that nearly say the same: Newton needs few steps where a quasi-Newton method takes hundreds.
    model = LogisticRegression(C=1 / _RIDGE, tol=1e-8, solver="newton-cholesky").fit(Z, y)
    p = model.predict_proba(Z)[:, 1]
    with_one = np.column_stack([Z, np.ones(len(Z))])
    bread = np.linalg.pinv(with_one.T @ (with_one * (p * (1 - p))[:, None]) + _RIDGE * np.eye(with_one.shape[1]))
    by_person = sums_by_code(with_one * (y - p)[:, None], person, int(person.max()) + 1)
    return model.coef_[0], np.sqrt(np.diag(bread @ (by_person.T @ by_person) @ bread))[:-1]


def opposed_warnings(facts: RunFacts) -> tuple[str, ...]:
    """Say which features have opposite effects, one sentence for each stricter outcome; empty when none has."""
    names = {feature.name: named(feature) for feature in facts.features}
    return tuple(
        f"Under the stricter outcome “{outcome.text}” these features of the model have the opposite effect, with the "
        f"others held equal: {'; '.join(names[opposed.feature] for opposed in outcome.opposed)}. They may follow what "
        "comes to be recorded rather than what people do."
        for outcome in facts.stricter
        if outcome.opposed
    )
