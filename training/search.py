"""Search for the booster's settings with Optuna, on inner temporal folds only: no test row is ever seen.

The study is kept in SQLite and goes on where it stopped. Among settings that are as good within noise, the cheapest to
explain wins: one explanation costs about rounds x leaves x depth squared.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from sqlalchemy.exc import SQLAlchemyError

from matac_ml.bundle.scoring import probability
from matac_ml.database import sqlite_url
from matac_ml.errors import UsageError
from matac_ml.evaluation import clustered_error
from matac_ml.evaluation.splits import closed_before
from training.compare import Progress, silent
from training.fit import fit_booster, log_losses
from training.recipe import Booster, Recipe
from training.rows import Floats, Rows, sample_by_person

#: Rows a trial is fitted on; enough to tell settings apart, few enough for seconds a trial.
ROWS = 30_000


def inner_folds(rows: Rows, *, horizon_days: int, folds: int = 2) -> list[tuple[Rows, Rows]]:
    """Return pairs of earlier and later rows with a gap of one horizon between, the newest first.

    Falls back to leaving people out when the history is too short for a gap.
    """
    present = [rows.dates[c] for c in np.unique(rows.cycle)]
    found: list[tuple[Rows, Rows]] = []
    block = max(1, len(present) // (folds + 2))
    for back in range(folds):
        later = present[len(present) - (back + 1) * block : len(present) - back * block]
        earlier = closed_before(present, later[0], horizon_days=horizon_days) if later else ()
        if earlier and later:
            found.append((rows.on(earlier), rows.on(later)))
    if found:
        return found
    held = rows.person % 3 == 0
    return [(rows.take(~held), rows.take(held))]


def losses(settings: Booster, folds: list[tuple[Rows, Rows]], *, seed: int) -> Floats:
    """Log-loss of every later row under a monotone booster fitted on the earlier ones."""
    parts = []
    for earlier, later in ((first.with_codes(), second.with_codes()) for first, second in folds):
        p = probability(fit_booster(earlier, settings, seed=seed, monotone=True).log_odds(later.X))
        parts.append(log_losses(later.y, p))
    return np.concatenate(parts)


def search(
    rows: Rows, *, recipe: Recipe, horizon_days: int, study_file: Path, key: str, progress: Progress = silent
) -> Recipe:
    """The recipe with the settings found within its budget of trials and seconds; as it is when it asks for none.

    A run whose time was over before its trials cannot be repeated byte for byte.

    Parameters
    ----------
    rows : Rows
        Rows whose outcomes were known before the test.
    study_file : Path
        SQLite file of the study; trials already in it count.
    key : str
        Names the study: data and recipe, so that another run's trials are not taken for this one's.

    Raises
    ------
    UsageError
        When the study cannot be read or written.
    """
    if not recipe.search.trials:
        return recipe
    folds = [
        (sample_by_person(a, ROWS, seed=recipe.seed), sample_by_person(b, ROWS, seed=recipe.seed))
        for a, b in inner_folds(rows, horizon_days=horizon_days)
    ]
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study_file.parent.mkdir(parents=True, exist_ok=True)
    with _kept_in(study_file):
        study = _study(study_file, key, recipe)
    started = time.monotonic()

    def objective(trial: optuna.Trial) -> float:
        left = recipe.search.seconds - (time.monotonic() - started)
        progress(f"search: trial {trial.number + 1} of {recipe.search.trials}, {max(0.0, left):.0f} s left")
        settings = recipe.booster.model_copy(update={name: suggest(trial, name) for name, suggest in _SPACE.items()})
        return float(losses(settings, folds, seed=recipe.seed).mean())

    remaining = recipe.search.trials - len(_finished(study))
    if remaining > 0:
        with _kept_in(study_file):
            study.optimize(objective, n_trials=remaining, timeout=recipe.search.seconds)
    spent = time.monotonic() - started
    done = _finished(study)
    settings, why = _cheapest_within_noise(done, folds, recipe)
    progress(f"search: {len(done)} trials in {spent:.0f} s; {why}")
    return recipe.model_copy(update={"booster": settings})


def _study(study_file: Path, key: str, recipe: Recipe) -> optuna.Study:
    study = optuna.create_study(
        study_name=key,
        storage=sqlite_url(study_file),
        load_if_exists=True,
        sampler=optuna.samplers.TPESampler(seed=recipe.seed, n_startup_trials=8),
    )
    if not study.trials:
        study.enqueue_trial(recipe.booster.model_dump(include=set(_SPACE)), skip_if_exists=True)
    return study


@contextmanager
def _kept_in(study_file: Path) -> Iterator[None]:
    """Say plainly that the study's file cannot be used: it is something else, or there is no room."""
    try:
        yield
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        raise UsageError(
            f"{study_file} must be a search that was begun here, in a folder with room, and cannot be used. "
            "Move it away, or name another folder with --out."
        ) from error


def _finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    return [trial for trial in study.trials if trial.state == optuna.trial.TrialState.COMPLETE]


#: Shallow trees only: deeper ones cost 7-20 times more to explain and score no better on tables like these.
_SPACE: dict[str, Callable[[optuna.Trial, str], Any]] = {
    "rounds": lambda trial, name: trial.suggest_int(name, 50, 400, step=50),
    "leaves": lambda trial, name: trial.suggest_int(name, 4, 31),
    "depth": lambda trial, name: trial.suggest_int(name, 2, 7),
    "learning_rate": lambda trial, name: trial.suggest_float(name, 0.02, 0.2, log=True),
    "min_leaf": lambda trial, name: trial.suggest_int(name, 20, 400, log=True),
    "l2": lambda trial, name: trial.suggest_float(name, 0.1, 200.0, log=True),
    "feature_share": lambda trial, name: trial.suggest_float(name, 0.2, 1.0),
    "row_share": lambda trial, name: trial.suggest_float(name, 0.5, 1.0),
}


def explanation_cost(settings: Booster) -> float:
    """Relative cost of one explanation: rounds x leaves x depth squared."""
    return float(settings.rounds * min(settings.leaves, 2**settings.depth) * settings.depth**2)


def _cheapest_within_noise(
    done: list[optuna.trial.FrozenTrial], folds: list[tuple[Rows, Rows]], recipe: Recipe, *, looked_at: int = 5
) -> tuple[Booster, str]:
    """Take the cheapest of the best trials within one standard error, clustered by person, of the lowest loss."""
    if not done:
        return recipe.booster, "the recipe's own settings: no trial finished"
    ordered = sorted(done, key=lambda trial: float(trial.value if trial.value is not None else np.inf))[:looked_at]
    tried = [recipe.booster.model_copy(update=trial.params) for trial in ordered]
    best = losses(tried[0], folds, seed=recipe.seed)
    person = np.concatenate([later.person for _, later in folds])
    for settings in sorted(tried, key=explanation_cost):
        if settings == tried[0]:
            return settings, "the lowest loss, and none of the next best is cheaper to explain"
        gap = losses(settings, folds, seed=recipe.seed) - best
        if float(gap.mean()) <= clustered_error(gap, person):
            ratio = explanation_cost(tried[0]) / explanation_cost(settings)
            return settings, f"within noise of the lowest loss and {ratio:.1f} times cheaper to explain"
    return tried[0], "the lowest loss"
