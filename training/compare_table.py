"""``python -m training compare --table``: the same contenders, measures and audit on a table that somebody brings."""

import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.evaluation import nij_scores
from matac_ml.fairness.performance import step
from matac_ml.tablefile import read_table
from training.compare import Comparison, Progress, compare
from training.leak import suspicions
from training.pictures import calibration_picture, design_picture, measures_picture
from training.recipe import Recipe
from training.report import Picture, Report, Table, figure, write_report
from training.rows import Rows
from training.search import search
from training.table import Columns, table_rows
from training.table import Table as Prepared
from training.table_times import EPOCH

#: The choices of a recipe that a comparison on a table looks at; the others are not printed.
USED = ("name", "linear_rows", "contenders", "serve", "booster", "linear", "search", "resamples", "seed", "gates")
#: Where no capacity is given: one place for so many rows of a list, and at least so many places.
_ROWS_A_PLACE, _LEAST_PLACES = 20, 10
#: Printed precision in wider steps than this is said; so many places, over all lists, are printed in no wider ones.
_WIDE, _PLACES_IN_ALL = 0.05, 60


@dataclass(frozen=True)
class ComparedTable:
    """What a comparison on a table found.

    Attributes
    ----------
    warnings, notes : tuple of str
        The same as in the report.
    """

    found: Comparison
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    report: Path


def compare_table(
    path: Path, columns: Columns, out: Path, *, recipe: Recipe, horizon: int, k: int | None, progress: Progress
) -> ComparedTable:
    """Compare all contenders on a labelled feature table and write ``comparison.html`` into ``out``.

    Parameters
    ----------
    horizon : int
        Gap between folds, in days or in the time column's own unit.
    k : int or None
        Places on the list of each time; None takes one in twenty rows of a list, and at least ten.

    Raises
    ------
    UsageError
        When the table cannot be compared on, or ``out`` holds a training run.
    """
    if (out / "bundle").exists():
        raise UsageError(f"{out.name} holds a training run, whose report would be overwritten. Name another folder.")
    held = read_table(path)
    prepared = table_rows(held, columns, recipe=recipe, horizon=horizon)
    out.mkdir(parents=True, exist_ok=True)
    places, about = _capacity(prepared.folds.test, k)
    chosen = _searched(prepared, held.sha256, out, progress)
    found = _named(compare(prepared.folds, recipe=chosen, k=places, progress=progress), columns)
    leaks = suspicions(found, prepared.folds, {}, largest_auc=chosen.gates.largest_auc, seed=chosen.seed)
    warnings = (*(one.text for one in leaks), *prepared.warnings, *_too_few(found))
    notes = (about, *prepared.notes, *_left_out(chosen, found))
    progress("write the report")
    report = _report(path.name, columns, prepared, found, warnings, notes)
    write_report(found, report, out / "comparison.html", recipe=chosen, only=USED)
    return ComparedTable(found, warnings, notes, out / "comparison.html")


def _capacity(test: Rows, k: int | None) -> tuple[int, str]:
    """Places on each list, and where the number comes from."""
    sizes = np.unique(test.cycle, return_counts=True)[1]
    shortest = int(sizes.min())
    if k is not None:
        over = f" The shortest list has only {shortest:,} rows: everybody on it has a place." if k >= shortest else ""
        return k, f"{k:,} places on each list, as --capacity says.{over}"
    share = math.ceil(float(np.median(sizes)) / _ROWS_A_PLACE)
    wanted = max(_LEAST_PLACES, share, math.ceil(_PLACES_IN_ALL / len(sizes)))
    places = max(1, min(wanted, shortest // 2))
    return places, (
        f"{places:,} places on each list: --capacity was not given, so it is one in {_ROWS_A_PLACE} rows of a list, "
        f"but at least {_LEAST_PLACES}, at least {_PLACES_IN_ALL} on all test lists together, and at most half of the "
        "shortest list."
    )


def _too_few(found: Comparison) -> tuple[str, ...]:
    """Say when so few places are compared that precision can only be printed in wide steps."""
    places = found.k * len(np.unique(found.test.cycle))
    if step(places) <= _WIDE:
        return ()
    return (
        f"Precision and recall at {found.k:,} are printed in steps of {step(places):g}: finer ones of {places:,} "
        "places would tell of single people. A larger --capacity gives finer steps.",
    )


def _searched(prepared: Prepared, table_hash: str, out: Path, progress: Progress) -> Recipe:
    """The recipe with the settings that a search found, when it asks for one."""
    recipe = prepared.recipe
    if not recipe.search.trials:
        return recipe
    made_of = f"{table_hash}{recipe.sha256}{prepared.split}{prepared.folds.refit.names}"
    found = search(
        prepared.folds.refit,
        recipe=recipe,
        horizon_days=prepared.split.horizon_days,
        study_file=out / "search.db",
        key=hashlib.sha256(made_of.encode()).hexdigest()[:32],
        progress=progress,
    )
    progress(f"search: {found.trials} trials in {found.seconds:.0f} s; {found.why}")
    return recipe.model_copy(update={"booster": found.settings})


def _named(found: Comparison, columns: Columns) -> Comparison:
    """Call what stands where the matrix and the simple rule do by the names of the table's own columns."""
    # Without a direction the booster that policy directs is the free one.
    own = {"matrix": columns.score or "", "last_incident": f"{columns.recency} alone"}
    own |= dict.fromkeys(("lightgbm_monotone", "lightgbm_free"), "LightGBM")
    renamed = tuple(
        replace(one, fitted=replace(one.fitted, label=own.get(one.name, one.label))) for one in found.contenders
    )
    return replace(found, contenders=renamed)


def _left_out(recipe: Recipe, found: Comparison) -> list[str]:
    fitted = {one.name for one in found.contenders}
    dropped = [name for name in recipe.contenders if name not in fitted]
    return [f"{name} was not fitted: without policy directions it is the same LightGBM." for name in dropped]


def _report(
    name: str,
    columns: Columns,
    prepared: Prepared,
    found: Comparison,
    warnings: tuple[str, ...],
    notes: tuple[str, ...],
) -> Report:
    test, k = prepared.folds.test, found.k
    curves = [(one.label, one.measured.curve) for one in found.contenders if one.name != "base_rate"]
    zero = EPOCH if prepared.times.numbered else None
    return Report(
        title=f"Contenders compared on {name}",
        summary=(
            f"Outcome {columns.outcome}: {int(test.y.sum()):,} of {len(test):,} test rows ({test.y.mean():.1%}); "
            f"fitted on {len(prepared.folds.refit):,} earlier rows; {k} places on each list."
        ),
        warnings=warnings,
        tables=tuple(nij_table(found, prepared.groups[name]) for name in columns.groups),
        pictures=(
            Picture("AUC of every contender with its interval.", measures_picture(found, measure="auc", title="AUC")),
            Picture("Predicted probability against observed share.", calibration_picture(curves)),
            Picture("Which times fit, calibrate and test.", design_picture(prepared.split, zero=zero)),
        ),
        notes=notes,
    )


def nij_table(found: Comparison, group: pd.Series) -> Table:
    """Brier by group, false positive rates at one half, and accuracy discounted by their difference."""
    rows = []
    for one in found.contenders:
        scores = nij_scores(found.test.y, one.probability, group.to_numpy(dtype=object))
        briers = "; ".join(f"{name} {figure(value, digits=4)}" for name, value in scores.brier_by_group.items())
        rates = "; ".join(f"{name} {figure(value)}" for name, value in scores.false_positive_rate.items())
        rows.append((one.label, figure(scores.brier, digits=4), briers, rates, figure(scores.fair_and_accurate)))
    head = ("Contender", "Brier", "Brier by group", "False positive rate at .5", "(1 - Brier)(1 - difference)")
    return Table(f"Scores by {group.name}", head, tuple(rows), "As in the NIJ Recidivism Forecasting Challenge.")
