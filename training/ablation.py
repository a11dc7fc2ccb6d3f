"""Ablation: what each family adds, in the order matrix, R, F, G, V, escalation, context, on the same test rows."""

from collections.abc import Callable
from functools import partial

from matac_ml.bundle import LogisticCalibration
from matac_ml.bundle.scoring import probability
from matac_ml.evaluation import PersonBootstrap, difference, measure
from matac_ml.facts import AblationStep, estimates
from matac_ml.spec import Family, Feature
from training.compare import Comparison, Progress, fold_rows, silent
from training.fit import fit_booster, fit_calibration
from training.folds import Folds
from training.parallel import parallel
from training.recipe import Recipe
from training.rows import Floats, sample_by_person

#: Rows that a step is fitted on: enough to see a family's worth, few enough for seconds.
_ROWS = 60_000


def ablate(
    folds: Folds, features: tuple[Feature, ...], found: Comparison, *, recipe: Recipe, progress: Progress = silent
) -> tuple[AblationStep, ...]:
    """Fit a monotone booster on ever more families and measure what each adds.

    The first step is compared with the matrix, each other with the one before. A family is supported where the AUC
    rises or the Brier score falls by more than its interval.
    """
    draws = PersonBootstrap(folds.test.person, resamples=recipe.resamples, seed=recipe.seed)
    tested = fold_rows(folds.test, k=found.k, base_rate=float(folds.calibrated_on.y.mean()))
    before = found["matrix"].measured if "matrix" in found else found["base_rate"].measured
    present = [family for family in Family if any(feature.family == family for feature in features)]
    kept = [tuple(f.name for f in features if f.family in present[: place + 1]) for place in range(len(present))]
    done = parallel(
        partial(_fitted, names, folds, recipe, partial(progress, f"ablation: + {family.value}"))
        for family, names in zip(present, kept, strict=True)
    )
    steps: list[AblationStep] = []
    for family, (raw, line) in zip(present, done, strict=True):
        measured = measure(tested, raw, probability(line.log_odds(raw)), draws=draws)
        step = AblationStep(
            step=f"+ {family.value}",
            added=family.value,
            measures=estimates(measured.values),
            gain=estimates(difference(measured, before)),
            supported=False,
        )
        steps.append(step.model_copy(update={"supported": bool(step.improved)}))
        before = measured
    return tuple(steps)


def _fitted(
    names: tuple[str, ...], folds: Folds, recipe: Recipe, begun: Callable[[], None]
) -> tuple[Floats, LogisticCalibration]:
    """Scores of the test rows by a monotone booster on some features, and its calibration line."""
    begun()
    fit, calibrate = folds.for_side_models(seed=recipe.seed)
    few, unseen = sample_by_person(fit, _ROWS, seed=recipe.seed).keep(names), calibrate.keep(names)
    scorer = fit_booster(few, recipe.booster, seed=recipe.seed, monotone=True)
    return scorer.log_odds(folds.test.keep(names).X), fit_calibration(scorer.log_odds(unseen.X), unseen.y)
