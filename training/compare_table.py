"""``python -m training compare --table``: the same contenders, measures and audit on a table that somebody brings."""

from pathlib import Path

import pandas as pd

from matac_ml.evaluation import nij_scores
from training.compare import Comparison, Progress, compare
from training.leak import suspicions
from training.pictures import calibration_picture, design_picture, measures_picture
from training.recipe import Recipe
from training.report import Picture, Report, Table, figure, write_report
from training.table import Columns, read_table, table_rows
from training.table import Table as Prepared


def compare_table(
    path: Path, columns: Columns, out: Path, *, recipe: Recipe, horizon: int, k: int, progress: Progress
) -> tuple[Comparison, Path]:
    """Compare all contenders on a labelled feature table and write ``comparison.html`` into ``out``.

    Parameters
    ----------
    horizon : int
        Gap between folds, in days or in the time column's own unit.
    k : int
        Places on the list of each time.

    Returns
    -------
    comparison : Comparison
    report : Path
    """
    prepared = table_rows(read_table(path), columns, recipe=recipe, horizon=horizon)
    found = compare(prepared.folds, recipe=prepared.recipe, k=k, progress=progress)
    progress("write the report")
    out.mkdir(parents=True, exist_ok=True)
    return found, write_report(found, _report(path, columns, prepared, found), out / "comparison.html", recipe=recipe)


def _report(path: Path, columns: Columns, prepared: Prepared, found: Comparison) -> Report:
    test, k = prepared.folds.test, found.k
    curves = [(one.label, one.measured.curve) for one in found.contenders if one.name != "base_rate"]
    return Report(
        title=f"Contenders compared on {path.name}",
        summary=(
            f"Outcome {columns.outcome}: {int(test.y.sum()):,} of {len(test):,} test rows ({test.y.mean():.1%}); "
            f"fitted on {len(prepared.folds.refit):,} earlier rows; {k} places on each list."
        ),
        warnings=tuple(
            one.text
            for one in suspicions(
                found,
                prepared.folds,
                {},  # of a table somebody brings nothing says which columns tell of the same thing
                largest_auc=prepared.recipe.gates.largest_auc,
                seed=prepared.recipe.seed,
            )
        ),
        tables=tuple(nij_table(found, prepared.groups[name]) for name in columns.groups),
        pictures=(
            Picture("AUC of every contender with its interval.", measures_picture(found, measure="auc", title="AUC")),
            Picture("Predicted probability against observed share.", calibration_picture(curves)),
            Picture("Which times fit, calibrate and test.", design_picture(prepared.split)),
        ),
        notes=prepared.notes,
    )


def nij_table(found: Comparison, group: pd.Series) -> Table:
    """Brier by group, false positive rates at one half, and accuracy discounted by their difference."""
    rows = []
    for one in found.contenders:
        scores = nij_scores(found.test.y, one.probability, group.to_numpy(dtype=object))
        briers = "; ".join(f"{name} {figure(value)}" for name, value in scores.brier_by_group.items())
        rates = "; ".join(f"{name} {figure(value)}" for name, value in scores.false_positive_rate.items())
        rows.append((one.label, figure(scores.brier), briers, rates, figure(scores.fair_and_accurate)))
    head = ("Contender", "Brier", "Brier by group", "False positive rate at .5", "(1 - Brier)(1 - difference)")
    return Table(f"Scores by {group.name}", head, tuple(rows), "As in the NIJ Recidivism Forecasting Challenge.")
