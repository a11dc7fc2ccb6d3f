"""Settings that suit the size of a table: those of the shipped recipe were chosen for a hundred thousand rows."""

from collections.abc import Collection

import lightgbm
import numpy as np
from sklearn.model_selection import GroupKFold

from training.fit import booster_data, booster_parameters
from training.recipe import Booster, Recipe
from training.rows import Rows, sample_by_person

#: Features below which a tree may look at most of them.
_FEW_FEATURES = 10
#: The search for the number of rounds: rows at most, groups of people, and rounds without a lower loss.
_ROWS, _FOLDS, _PATIENCE, _MOST_ROUNDS = 30_000, 3, 30, 600


def suited(recipe: Recipe, rows: Rows, *, asked: Collection[str]) -> tuple[Recipe, str]:
    """The recipe with settings for so many rows and features, and what was done in a sentence.

    Leaves and penalties shrink with the rows, so that a table of hundreds can be learnt from at all. The penalty of the
    linear model falls with the square root of the rows (Negahban et al. 2012): at 40,000 rows and 70 features it is
    the shipped one.

    Parameters
    ----------
    asked : collection of str
        Settings that somebody chose (``booster``, ``additive``, ``linear``), which stay as they are.
    """
    n, p = len(rows), len(rows.with_indicators().names)
    changed: dict[str, object] = {}
    said = []
    if "additive" not in asked:
        least = int(np.clip(n // 100, 5, recipe.additive.min_leaf))
        changed["additive"] = recipe.additive.model_copy(update={"min_leaf": least})
    if "linear" not in asked:
        penalty = round(max(recipe.linear.penalty, 0.05 * float(np.sqrt(np.log(p + 1) / n))), 5)
        changed["linear"] = recipe.linear.model_copy(update={"penalty": penalty})
    if "booster" not in asked and not recipe.search.trials:
        booster = _booster(rows, recipe)
        changed["booster"] = booster
        said.append(f"boosters have {booster.rounds} rounds, the best number on people left out in turn")
    if not changed:
        return recipe, "All settings are those of the recipe given."
    said = [f"The settings of {', '.join(changed)} suit {n:,} rows of {p:,} features", *said]
    return recipe.model_copy(update=changed), "; ".join(said) + "."


def _booster(rows: Rows, recipe: Recipe) -> Booster:
    """Small trees, with as many rounds as lower the loss of people left out."""
    few = sample_by_person(rows.with_codes(), _ROWS, seed=recipe.seed)
    n, features = len(few), len(few.names)
    settings = Booster(
        rounds=_MOST_ROUNDS,
        leaves=6,
        depth=6,
        learning_rate=0.05,
        min_leaf=int(np.clip(n // 100, 5, 100)),
        l2=1.0,
        feature_share=1.0 if features < _FEW_FEATURES else 0.5,
        row_share=1.0,
    )
    folds = min(_FOLDS, len(np.unique(few.person)))
    if folds < 2:
        return settings.model_copy(update={"rounds": _PATIENCE})
    found = lightgbm.cv(
        booster_parameters(settings, seed=recipe.seed) | {"metric": "binary_logloss"},
        booster_data(few),
        num_boost_round=_MOST_ROUNDS,
        folds=list(GroupKFold(folds).split(few.X, groups=few.person)),
        callbacks=[lightgbm.early_stopping(_PATIENCE, verbose=False)],
    )
    return settings.model_copy(update={"rounds": max(10, len(found["valid binary_logloss-mean"]))})
