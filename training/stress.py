"""How much a list owes to choices that nobody can be sure of: the outcome's definition, missing records, seeds, draws.

Quick models are fitted on few rows, alike for every choice, so that the lists can be set side by side; measures of the
run's own contenders stand elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from matac_ml.asof import outcome_matrix
from matac_ml.bundle import Scorer
from matac_ml.evaluation import PersonBootstrap, auc, percentile_interval, places
from matac_ml.fact import Estimate, estimates
from matac_ml.facts import StressFacts
from matac_ml.records import Extract
from matac_ml.spec import Clock, Outcome, OutcomeKind
from training.compare import Progress, silent
from training.dataset import Dataset
from training.fit import fit_booster, fit_elastic_net
from training.recipe import Booster, Linear, Recipe
from training.rows import Floats, Ints, Rows, sample_by_person
from training.sources import Sources

#: Rows that a quick model is fitted on.
_BOOSTED, _LINEAR = 15_000, 8_000
_QUICK = Booster(rounds=80, leaves=8, depth=4, learning_rate=0.08, min_leaf=40)
_SEEDS, _DRAWS, _RESAMPLES = 5, 8, 100
#: Planted under-recording: this share of people loses this share of its outcomes, drawn at random.
_PEOPLE, _LOST = 0.3, 0.5


@dataclass(frozen=True)
class _Lists:
    """Rows to fit and test on, and the quick model's list under the outcome predicted."""

    fit: Rows
    test: Rows
    k: int
    seed: int
    listed: Floats


def stress(
    extract: Extract, sources: Sources, dataset: Dataset, *, recipe: Recipe, k: int, progress: Progress = silent
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
    fit = sample_by_person(folds.refit, _BOOSTED, seed=recipe.seed)
    quick = fit_booster(fit, _QUICK, seed=recipe.seed, monotone=True)
    listed = _listed(quick.log_odds(folds.test.X), folds.test.cycle, k)
    held = _Lists(fit, folds.test, k, recipe.seed, listed)
    base = _fact("as predicted", sources.outcome.sentence, held, fit.y, folds.test.y)
    return (
        base,
        *_definitions(extract, sources, dataset, held, recipe=recipe),
        _missing_records(held),
        _seeds(held),
        _draws(held),
    )


def _listed(score: Floats, cycle: Ints, k: int) -> Floats:
    """Each row's share of a place on its list."""
    chosen = np.zeros(len(score))
    for one in np.unique(cycle):
        chosen[cycle == one] = places(score[cycle == one], k)
    return chosen


def _stays(one: Floats, other: Floats) -> float:
    return float(np.minimum(one, other).sum() / max(1.0, one.sum()))


def _fact(name: str, text: str, held: _Lists, fit_y: Floats, test_y: Floats) -> StressFacts:
    """Fit on one labelling of the rows, measure on another, and see who stays on the list."""
    fit, test = replace(held.fit, y=fit_y), held.test
    boosted = fit_booster(fit, _QUICK, seed=held.seed, monotone=True)
    few = sample_by_person(fit, _LINEAR, seed=held.seed)
    scorers: dict[str, Scorer] = {"lightgbm_monotone": boosted}
    if 0 < few.y.sum() < len(few):
        scorers["elastic_net"] = fit_elastic_net(few, Linear())
    scores = {"matrix": test.matrix} | {name: scorer.log_odds(test.X) for name, scorer in scorers.items()}
    draws = PersonBootstrap(test.person, resamples=_RESAMPLES, seed=held.seed)
    return StressFacts(
        name=name,
        text=text,
        measures={one: _measured(test_y, score, held, draws) for one, score in scores.items()},
        top_list_overlap=_stays(held.listed, _listed(scores["lightgbm_monotone"], test.cycle, held.k)),
    )


def _measured(y: Floats, score: Floats, held: _Lists, draws: PersonBootstrap) -> dict[str, Estimate]:
    chosen = _listed(score, held.test.cycle, held.k)
    top = draws.captured(y[:, None], score, held.test.cycle, k=held.k)
    return estimates(
        {
            "auc": percentile_interval(auc(y, score), draws.ranking(y, score)[0]),
            "precision_at_k": percentile_interval(float(chosen @ y / chosen.sum()), top[:, 0] / top[:, 1]),
        }
    )


def other_outcomes(sources: Sources) -> tuple[Outcome, ...]:
    """Yes-or-no outcomes of the recipe's file no longer than the one predicted, and that one on the other clock."""
    main = sources.outcome
    other = Clock.RECORDED if main.clock is Clock.HAPPENED else Clock.HAPPENED
    turned = replace(main, name=f"{main.name}_by_day_{other.value}", clock=other)
    listed = (
        one
        for one in sources.outcomes
        if one.name != main.name and one.kind is not OutcomeKind.HARM_DAYS and one.horizon_days <= main.horizon_days
    )
    return (*listed, turned)


def _definitions(
    extract: Extract, sources: Sources, dataset: Dataset, held: _Lists, *, recipe: Recipe
) -> Iterator[StressFacts]:
    outcomes = other_outcomes(sources)
    dates = [*dataset.split.refit, *dataset.split.test]
    found = outcome_matrix(extract, outcomes, dates, harm=sources.harm, lookback_days=recipe.lookback_days)
    indexed = found.set_index(["person_id", "as_of"])
    fitted, tested = (_labels(indexed, dataset, rows) for rows in (held.fit, held.test))
    for one in outcomes:
        fit_y, test_y = fitted[one.name], tested[one.name]
        if 0 < fit_y.sum() < len(fit_y) and 0 < test_y.sum() < len(test_y):
            counted = {Clock.RECORDED: " (whenever it happened)", Clock.HAPPENED: ""}[one.clock]
            yield _fact(one.name, f"{one.sentence} within {one.horizon_days} days{counted}", held, fit_y, test_y)


def _labels(found: pd.DataFrame, dataset: Dataset, rows: Rows) -> dict[str, Floats]:
    people, days = np.array(dataset.people, dtype=object), pd.to_datetime(list(rows.dates))
    keys = pd.MultiIndex.from_arrays([people[rows.person], days[rows.cycle]])
    values = found.reindex(keys)
    return {str(name): (values[name].fillna(0).to_numpy() > 0).astype(np.float64) for name in found.columns}


def _missing_records(held: _Lists) -> StressFacts:
    """Take outcomes from the rows fitted on, at random among some of the people; the test keeps all of them."""
    rng = np.random.default_rng(held.seed)
    theirs = rng.random(int(held.fit.person.max()) + 1)[held.fit.person] < _PEOPLE
    lost = theirs & (rng.random(len(held.fit)) < _LOST)
    text = f"{_LOST:.0%} of the outcomes of {_PEOPLE:.0%} of the people, drawn at random, are not recorded when fitting"
    return _fact("planted under-recording", text, held, np.where(lost, 0.0, held.fit.y), held.test.y)


def _refits(held: _Lists) -> Iterator[Floats]:
    """Scores of models fitted on people drawn again, with replacement."""
    people, place = np.unique(held.fit.person, return_inverse=True)
    for draw in range(_DRAWS):
        rng = np.random.default_rng((held.seed, draw))
        times = np.bincount(rng.integers(len(people), size=len(people)), minlength=len(people))[place]
        rows = held.fit.take(np.repeat(np.arange(len(held.fit)), times))
        yield fit_booster(rows, _QUICK, seed=held.seed, monotone=True).log_odds(held.test.X)


def _seeds(held: _Lists) -> StressFacts:
    stay = [
        _stays(held.listed, _listed(scorer.log_odds(held.test.X), held.test.cycle, held.k))
        for scorer in (fit_booster(held.fit, _QUICK, seed=held.seed + s, monotone=True) for s in range(1, _SEEDS + 1))
    ]
    return StressFacts(
        name="other seeds",
        text=f"The same rows and settings, {_SEEDS} other seeds; the share of the list that stays, on average",
        measures={},
        top_list_overlap=float(np.mean(stay)),
    )


def _draws(held: _Lists) -> StressFacts:
    """How far the place at the cut line moves when other people had been learnt from."""
    scores = list(_refits(held))
    ranks, stay = [], [_stays(held.listed, _listed(score, held.test.cycle, held.k)) for score in scores]
    for one in np.unique(held.test.cycle):
        inside = np.flatnonzero(held.test.cycle == one)
        last = inside[held.listed[inside] > 0]
        places_of = np.stack([_ranks(score[inside]) for score in scores])
        ranks.append(places_of[:, np.isin(inside, last)])
    moved = np.concatenate([part.ravel() for part in ranks])
    low, high = (round(float(edge)) for edge in np.quantile(moved, (0.05, 0.95)))
    return StressFacts(
        name="other people learnt from",
        text=(
            f"Fitted {_DRAWS} times on people drawn again: whoever holds one of the {held.k} places stands, in nine of "
            f"ten refits, between place {low:,} and place {high:,}; the share of the list that stays, on average"
        ),
        measures={},
        top_list_overlap=float(np.mean(stay)),
    )


def _ranks(score: Floats) -> Floats:
    """Place of every row, 1 the first; ties share the mean place."""
    return np.asarray(rankdata(-score), dtype=np.float64)
