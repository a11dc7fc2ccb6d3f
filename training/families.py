"""Families that add nothing are left out before anything is fitted for the comparison: no reason is ever hidden."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matac_ml.evaluation import clustered_error
from matac_ml.spec import Family, Feature
from training.compare import Progress, silent
from training.dataset import Dataset
from training.recipe import Recipe
from training.rows import Rows, sample_by_person
from training.search import ROWS, inner_folds, losses
from training.sources import RunSources

#: Families that must earn their place; the others are the matrix's own components.
CANDIDATES = (Family.CONTEXT, Family.ESCALATION)


def without_idle_families(
    dataset: Dataset, sources: RunSources, *, recipe: Recipe, progress: Progress = silent
) -> tuple[Dataset, RunSources, tuple[Family, ...]]:
    """Leave out the families that add nothing, and say which.

    A family adds nothing when a booster without it loses no more than noise on later rows, before the test; noise is
    one standard error of the paired difference of log-losses, clustered by person.
    """
    progress("see which families add something")
    folds = [
        (sample_by_person(earlier, ROWS, seed=recipe.seed), sample_by_person(later, ROWS, seed=recipe.seed))
        for earlier, later in inner_folds(dataset.folds.fit, horizon_days=dataset.split.horizon_days)
    ]
    person = np.concatenate([later.person for _, later in folds])
    kept, left_out = sources.features, []
    best = _losses(folds, kept, recipe)
    for family in CANDIDATES:
        fewer = tuple(f for f in kept if f.family != family or f.name == recipe.thin.feature)
        if not fewer or len(fewer) == len(kept):
            continue
        without = _losses(folds, fewer, recipe)
        if (without - best).mean() <= clustered_error(without - best, person):
            kept, best = fewer, without
            left_out.append(family)
    names = tuple(feature.name for feature in kept)
    return replace(dataset, folds=dataset.folds.keep(names)), replace(sources, features=kept), tuple(left_out)


def _losses(folds: Sequence[tuple[Rows, Rows]], features: Sequence[Feature], recipe: Recipe) -> np.ndarray:
    names = tuple(feature.name for feature in features)
    return losses(recipe.booster, [(a.keep(names), b.keep(names)) for a, b in folds], seed=recipe.seed)
