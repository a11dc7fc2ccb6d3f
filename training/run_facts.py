"""From what a run found to the typed record that every paper is written from."""

from importlib.metadata import version

import numpy as np

from matac_ml import __version__
from matac_ml.bundle import RiskModel, points_of
from matac_ml.facts import (
    AblationStep,
    AuditFacts,
    DataFacts,
    FeatureFacts,
    PolicyFacts,
    RunFacts,
    StressFacts,
    StricterOutcome,
    WorthFacts,
)
from matac_ml.records import Extract
from matac_ml.spec import Family
from training.compare import Comparison
from training.contender_facts import contender_facts
from training.dataset import Dataset
from training.drift import drift, drift_said
from training.gates import judge
from training.recipe import Recipe
from training.report import recipe_text
from training.rows import Rows
from training.sources import RunSources
from training.stability import Stability

LIBRARIES = ("scikit-learn", "lightgbm", "shap", "mlflow", "pandas", "fairlearn", "duckdb", "numpy")
_IMPORTANCE_ROWS = 5_000


def run_facts(
    extract: Extract,
    sources: RunSources,
    dataset: Dataset,
    found: Comparison,
    model: RiskModel,
    *,
    recipe: Recipe,
    audit: AuditFacts | None,
    worth: tuple[WorthFacts, ...],
    idle: tuple[Family, ...],
    ablation: tuple[AblationStep, ...],
    stress: tuple[StressFacts, ...],
    stricter: tuple[StricterOutcome, ...],
    leaks: tuple[str, ...],
    stable: Stability | None = None,
    warnings: tuple[str, ...] = (),
) -> RunFacts:
    """Write down everything that is true of a run; no clock time, no path, nobody's identifier."""
    chosen = found[found.chosen]
    held = drift(chosen.fitted, chosen.score, found.test, recalibrated=recipe.recalibrate)
    return RunFacts(
        name=recipe.name,
        package=__version__,
        libraries={name: version(name) for name in LIBRARIES},
        outcome=sources.outcome.name,
        outcome_text=sources.outcome.sentence,
        data=_data(extract),
        split=dataset.facts,
        policy=PolicyFacts(
            name=sources.policy.name,
            version=sources.policy.version,
            label=sources.policy.label,
            sha256=sources.policy.sha256,
            harm_index=f"{sources.harm.name} {sources.harm.version}",
            capacity=sources.policy.capacity,
        ),
        k=found.k,
        contenders=tuple(contender_facts(contender, found) for contender in found.contenders),
        chosen=found.chosen,
        why=found.why,
        calibration=held,
        features=_features(dataset.folds.fit.keep(model.feature_names), model),
        points=points_of(model),
        left_out_families=tuple(family.value for family in idle),
        stricter=stricter,
        rank_reach=stable.ranks if stable else (),
        worth=worth,
        ablation=ablation,
        stress=stress,
        audit=audit,
        gates=judge(chosen, found, audit, leaks, held=held, stable=stable, settings=recipe.gates),
        warnings=(*drift_said(held, recipe.gates), *leaks, *warnings),
        recipe=recipe_text(recipe),
        recipe_sha256=recipe.sha256,
        resamples=recipe.resamples,
        seed=recipe.seed,
    )


def _data(extract: Extract) -> DataFacts:
    con = extract.connect()
    asked = "SELECT count(*), count(*) FILTER (is_crime), min(occurred_on) FROM incidents"
    incidents, crimes, first = con.execute(asked).fetchone() or (0, 0, None)
    counted = {}
    for table in ("incidents", "involvements", "people", "reclassifications", "custody", "management", "referrals"):
        rows = con.execute(f"SELECT count(*) FROM {table}").fetchone()
        counted[table] = int(rows[0]) if rows else 0
    return DataFacts(
        force=extract.force,
        description=extract.description,
        data_hash=extract.data_hash,
        cut_off=extract.cut_off,
        first_day=first,
        incidents=int(incidents),
        crimes=int(crimes),
        people=counted["people"],
        tables=counted,
    )


def _features(rows: Rows, model: RiskModel) -> tuple[FeatureFacts, ...]:
    few = rows.X[:: max(1, len(rows) // _IMPORTANCE_ROWS)]
    importance = np.abs(model.contributions(few)[0]).mean(axis=0)
    missing = np.isnan(rows.X).mean(axis=0)
    return tuple(
        FeatureFacts(
            name=feature.name,
            family=str(feature.family),
            text=feature.sentence,
            unit=feature.unit,
            direction=feature.direction,
            # To nine places: the last bits of a sum of floats are no fact.
            importance=round(float(importance[i]), 9),
            missing_share=round(float(missing[i]), 9),
        )
        for i, feature in enumerate(model.features)
    )
