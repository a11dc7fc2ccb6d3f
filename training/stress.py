"""How much a list owes to choices that nobody can be sure of: the outcome's definition, missing records, seeds, draws.

Quick models are fitted on few rows, alike for every choice, so that the lists can be set side by side; measures of the
run's own contenders stand elsewhere.
"""

from collections.abc import Iterator

import numpy as np
from scipy.stats import rankdata

from matac_ml.asof import outcome_table
from matac_ml.facts import StressFacts
from matac_ml.records import Extract
from matac_ml.spec import Clock
from matac_ml.wording import span
from training.compare import Progress, silent
from training.dataset import Dataset
from training.definitions import labels_of, other_outcomes
from training.quick import ROWS, QuickReference, boosted, stressed
from training.recipe import Recipe
from training.rows import Floats, sample_by_person
from training.sources import RunSources
from training.under_recording import under_recorded

_SEEDS, _DRAWS = 5, 8


def stress(
    extract: Extract, sources: RunSources, dataset: Dataset, *, recipe: Recipe, k: int, progress: Progress = silent
) -> tuple[StressFacts, ...]:
    """Fit the contenders under other definitions, with records missing, other seeds and other draws of people.

    Returns
    -------
    tuple of StressFacts
        First the outcome predicted itself; ``top_list_overlap`` is the share of its first ``k`` places
        a list that stays.
    """
    progress("stress the list: other outcomes, missing records, seeds")
    folds = dataset.folds
    fit = sample_by_person(folds.fit, ROWS, seed=recipe.seed)
    reference = QuickReference.of(fit, folds.test, k=k, seed=recipe.seed)
    return (
        stressed("as predicted", sources.outcome.sentence, reference, fit_y=fit.y, test_y=folds.test.y),
        *_definitions(extract, sources, dataset, reference, recipe=recipe),
        *under_recorded(extract, dataset, reference, recipe=recipe),
        _seeds(reference),
        _draws(reference),
    )


def _definitions(
    extract: Extract, sources: RunSources, dataset: Dataset, reference: QuickReference, *, recipe: Recipe
) -> Iterator[StressFacts]:
    outcomes = other_outcomes(sources)
    dates = [*dataset.split.dates]
    found = outcome_table(extract, outcomes, dates, harm=sources.harm, lookback_days=recipe.lookback_days)
    fitted, tested = (labels_of(found, dataset, rows) for rows in (reference.fit, reference.test))
    for outcome in outcomes:
        fit_y, test_y = fitted[outcome.name], tested[outcome.name]
        if 0 < fit_y.sum() < len(fit_y) and 0 < test_y.sum() < len(test_y):
            counted = {Clock.RECORDED: " (whenever it happened)", Clock.HAPPENED: ""}[outcome.clock]
            text = f"{outcome.sentence} within {span(outcome.horizon_days)}{counted}"
            yield stressed(outcome.name, text, reference, fit_y=fit_y, test_y=test_y)


def _refits(reference: QuickReference) -> Iterator[Floats]:
    """Scores of models fitted on people drawn again, with replacement."""
    people, place = np.unique(reference.fit.person, return_inverse=True)
    for draw in range(_DRAWS):
        rng = np.random.default_rng((reference.seed, draw))
        times = np.bincount(rng.integers(len(people), size=len(people)), minlength=len(people))[place]
        rows = reference.fit.take(np.repeat(np.arange(len(reference.fit)), times))
        yield boosted(rows, reference.test, seed=reference.seed)


def _seeds(reference: QuickReference) -> StressFacts:
    stay = [
        reference.stays(boosted(reference.fit, reference.test, seed=reference.seed + s)) for s in range(1, _SEEDS + 1)
    ]
    return StressFacts(
        name="other seeds",
        text=f"The same rows and settings, {_SEEDS} other seeds; the share of the list that stays, on average",
        measures={},
        top_list_overlap=float(np.mean(stay)),
    )


def _draws(reference: QuickReference) -> StressFacts:
    """How far the place at the cut line moves when other people had been learnt from."""
    scores = list(_refits(reference))
    ranks, stay = [], [reference.stays(score) for score in scores]
    for cycle in np.unique(reference.test.cycle):
        inside = np.flatnonzero(reference.test.cycle == cycle)
        last = inside[reference.listed[inside] > 0]
        places_of = np.stack([_ranks(score[inside]) for score in scores])
        ranks.append(places_of[:, np.isin(inside, last)])
    moved = np.concatenate([part.ravel() for part in ranks])
    low, high = (round(float(edge)) for edge in np.quantile(moved, (0.05, 0.95)))
    return StressFacts(
        name="other people learnt from",
        text=(
            f"Fitted {_DRAWS} times on people drawn again: "
            f"whoever holds one of the {reference.k} places stands, in nine of ten refits, between place {low:,} and "
            f"place {high:,}; the share of the list that stays, on average"
        ),
        measures={},
        top_list_overlap=float(np.mean(stay)),
    )


def _ranks(score: Floats) -> Floats:
    """Place of every row, 1 the first; ties share the mean place."""
    return np.asarray(rankdata(-score), dtype=np.float64)
