"""``matac-ml compare --table``: the same contenders, measures and audit on a table that somebody brings."""

import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.evaluation import FEWEST_PEOPLE, NijScores, nij_scores
from matac_ml.fairness.performance import coarse, step
from matac_ml.page import Picture, Table
from matac_ml.tablefile import read_table
from training.compare import ComparedContender, Comparison, Progress, compare
from training.folder import one_at_a_time
from training.leak import suspicions
from training.pictures import calibration_picture, design_picture, measures_picture
from training.recipe import Recipe
from training.report import Report, figure, write_report
from training.rows import Rows
from training.search import search
from training.table import LabelledTable, TableColumns, table_rows
from training.table_times import EPOCH

#: The choices of a recipe that a comparison on a table looks at; the others are not printed.
USED = (
    "name", "linear_rows", "contenders", "serve", "additive", "booster", "linear", "search", "resamples", "seed",
    "gates",
)  # fmt: skip
#: Where no capacity is given: one place for so many rows of a list, and at least so many places.
_ROWS_A_PLACE, _LEAST_PLACES = 20, 10
#: Printed precision in wider steps than this is said; so many places, over all lists, are printed in no wider ones.
_WIDE, _PLACES_IN_ALL = 0.05, 60


@dataclass(frozen=True)
class ComparedTable:
    """What a comparison on a table found.

    Attributes
    ----------
    warnings, groups, notes : tuple of str
        The same as in the report; of groups only the contender chosen and the score that was brought.
    """

    found: Comparison
    warnings: tuple[str, ...]
    groups: tuple[str, ...]
    notes: tuple[str, ...]
    report: Path


def compare_table(
    path: Path,
    columns: TableColumns,
    out: Path,
    *,
    recipe: Recipe,
    horizon: int,
    k: int | None,
    progress: Progress,
    pictures: bool = True,
) -> ComparedTable:
    """Compare all contenders on a labelled feature table and write ``comparison.html`` into ``out``.

    Parameters
    ----------
    horizon : int
        Gap between folds, in days or in the time column's own unit.
    k : int or None
        Places on the list of each time; None takes one in twenty rows of a list, and at least ten.
    pictures : bool
        Whether the report has pictures; every figure in them also stands in its tables.

    Raises
    ------
    UsageError
        When the table cannot be compared on, ``out`` holds a training run, or another command is writing into it.
    """
    held = read_table(path)
    prepared = table_rows(held, columns, recipe=recipe, horizon=horizon)
    with one_at_a_time(out):
        if (out / "bundle").exists():
            raise UsageError(
                f"{out.name} holds a training run, whose report would be overwritten. Name another folder."
            )
        return _compared(path.name, held.sha256, prepared, columns, out, k=k, progress=progress, pictures=pictures)


def _compared(
    name: str,
    table_hash: str,
    prepared: LabelledTable,
    columns: TableColumns,
    out: Path,
    *,
    k: int | None,
    progress: Progress,
    pictures: bool,
) -> ComparedTable:
    places, about = _capacity(prepared.folds.test, k)
    made_of = f"{table_hash}{prepared.recipe.sha256}{prepared.split}{prepared.folds.fit.names}"
    chosen = search(
        prepared.folds.fit,
        recipe=prepared.recipe,
        horizon_days=prepared.split.horizon_days,
        study_file=out / "search.db",
        key=hashlib.sha256(made_of.encode()).hexdigest()[:32],
        progress=progress,
    )
    found = _named(compare(prepared.folds, recipe=chosen, k=places, progress=progress), columns)
    leaks = suspicions(found, prepared.folds, {}, largest_auc=chosen.gates.largest_auc, seed=chosen.seed)
    warnings = (*leaks, *prepared.warnings, *_too_few(found))
    notes = (about, *prepared.notes, *_left_out(chosen, found))
    progress("write the report")
    report = _report(name, columns, prepared, found, warnings, notes, pictures=pictures)
    write_report(found, report, out / "comparison.html", recipe=chosen, only=USED)
    lines = tuple(line for name in columns.groups for line in group_lines(found, prepared.groups[name]))
    return ComparedTable(found, warnings, lines, notes, out / "comparison.html")


def _capacity(test: Rows, k: int | None) -> tuple[int, str]:
    """Places on each list, and where the number comes from."""
    sizes = np.unique(test.cycle, return_counts=True)[1]
    shortest = int(sizes.min())
    rows = "1 row" if shortest == 1 else f"{shortest:,} rows"
    over = f" The shortest list has only {rows}: everybody on it has a place."
    if k is not None:
        return k, f"{_places(k)} on each list, as --capacity says.{over if k >= shortest else ''}"
    share = math.ceil(float(np.median(sizes)) / _ROWS_A_PLACE)
    wanted = max(_LEAST_PLACES, share, math.ceil(_PLACES_IN_ALL / len(sizes)))
    places = max(1, min(wanted, shortest // 2))
    return places, (
        f"{_places(places)} on each list: --capacity was not given, so it is one in {_ROWS_A_PLACE} rows of a list, "
        f"but at least {_LEAST_PLACES}, at least {_PLACES_IN_ALL} on all test lists together, and at most half of the "
        f"shortest list.{over if places >= shortest else ''}"
    )


def _places(k: int) -> str:
    return "1 place" if k == 1 else f"{k:,} places"


def _too_few(found: Comparison) -> tuple[str, ...]:
    """Say when so few places or people are compared that little can be told."""
    places, people, said = found.k * len(np.unique(found.test.cycle)), len(np.unique(found.test.person)), []
    if step(places) > _WIDE:
        said.append(
            f"Precision and recall at {found.k:,} are printed in steps of {step(places):g}: finer ones of {places:,} "
            "places would tell of single people. A larger --capacity gives finer steps."
        )
    if people < FEWEST_PEOPLE:
        said.append(
            f"The test rows are about {people} {'person' if people == 1 else 'people'}: no figure has an interval, "
            f"because fewer than {FEWEST_PEOPLE} people say nothing of others."
        )
    return tuple(said)


def _named(found: Comparison, columns: TableColumns) -> Comparison:
    """Call what stands where the matrix and the simple rule do by the names of the table's own columns."""
    # Without a direction the booster that policy directs is the free one.
    own = {"matrix": columns.score or "", "last_incident": f"{columns.recency} alone"}
    own |= dict.fromkeys(("lightgbm_monotone", "lightgbm_free"), "LightGBM")
    renamed = tuple(
        replace(contender, fitted=replace(contender.fitted, label=own.get(contender.name, contender.label)))
        for contender in found.contenders
    )
    return replace(found, contenders=renamed)


def _left_out(recipe: Recipe, found: Comparison) -> list[str]:
    fitted = {contender.name for contender in found.contenders}
    dropped = [name for name in recipe.contenders if name not in fitted]
    return [f"{name} was not fitted: without policy directions it is the same LightGBM." for name in dropped]


def _report(
    name: str,
    columns: TableColumns,
    prepared: LabelledTable,
    found: Comparison,
    warnings: tuple[str, ...],
    notes: tuple[str, ...],
    *,
    pictures: bool,
) -> Report:
    test, k = prepared.folds.test, found.k
    return Report(
        title=f"Contenders compared on {name}",
        summary=(
            f"Outcome {columns.outcome}: {int(test.y.sum()):,} of {len(test):,} test rows ({test.y.mean():.1%}); "
            f"fitted on {len(prepared.folds.fit):,} earlier rows; {_places(k)} on each list."
        ),
        warnings=warnings,
        tables=tuple(nij_table(found, prepared.groups[name]) for name in columns.groups),
        pictures=_pictures(prepared, found) if pictures else (),
        notes=notes,
    )


def _pictures(prepared: LabelledTable, found: Comparison) -> tuple[Picture, ...]:
    zero = EPOCH if prepared.times.numbered else None
    return (
        measures_picture(found, measure="auc", title="AUC"),
        calibration_picture(found),
        design_picture(prepared.split, zero=zero),
    )


def nij_table(found: Comparison, group: pd.Series) -> Table:
    """Brier by group, false positive rates at one half, and accuracy discounted by their difference."""
    rows = []
    for contender in found.contenders:
        scores = _nij(found, contender, group)
        briers, rates = _by_group(scores)
        rows.append((contender.label, figure(scores.brier, digits=4), briers, rates, figure(scores.fair_and_accurate)))
    head = ("Contender", "Brier", "Brier by group", "False positive rate at .5", "(1 - Brier)(1 - difference)")
    text = (
        "After the NIJ Recidivism Forecasting Challenge, which compared two races within each sex; here the largest "
        "and the smallest rate of all groups are compared. Rates are printed in steps that at least three counts "
        "share; groups of fewer than 30 rows are left out."
    )
    return Table(f"Scores by {group.name}", head, tuple(rows), frozenset({1, 4}), note=text)


def group_lines(found: Comparison, group: pd.Series) -> tuple[str, ...]:
    """The same of the contender chosen, and of the score that was brought, in a line each for the terminal."""
    shown = [contender for contender in found.contenders if contender.name in (found.chosen, "matrix")]
    lines = []
    for contender in shown:
        briers, rates = _by_group(_nij(found, contender, group))
        said = f"Brier {briers}; false positive rate at .5: {rates}" if briers else "no group has 30 rows"
        lines.append(f"By {group.name}, {contender.label}: {said}")
    return tuple(lines)


def _nij(found: Comparison, contender: ComparedContender, group: pd.Series) -> NijScores:
    """The scores, their rates as coarse as may be printed."""
    names = group.to_numpy(dtype=object)
    scores = nij_scores(found.test.y, contender.probability, names)
    quiet = {name: int(((names == name) & (found.test.y == 0)).sum()) for name in scores.false_positive_rate}
    rates = {name: coarse(rate, quiet[name]) for name, rate in scores.false_positive_rate.items()}
    spread = max(rates.values()) - min(rates.values()) if len(rates) > 1 else math.nan
    return replace(scores, false_positive_rate=rates, fair_and_accurate=(1 - scores.brier) * (1 - spread))


def _by_group(scores: NijScores) -> tuple[str, str]:
    briers = "; ".join(f"{name} {figure(value, digits=4)}" for name, value in scores.brier_by_group.items())
    rates = "; ".join(f"{name} {figure(value)}" for name, value in scores.false_positive_rate.items())
    return briers, rates or "too few rows without the outcome"
