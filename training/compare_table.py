"""``matac-ml compare --table``: the same contenders, measures and audit on a table that somebody brings."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from matac_ml.errors import UsageError
from matac_ml.evaluation import FEWEST_PEOPLE
from matac_ml.fairness.performance import step
from matac_ml.page import Picture
from matac_ml.tablefile import TableFile, read_table
from training.compare import Comparison, Progress, compare_parts
from training.folder import one_at_a_time
from training.leak import suspicions
from training.pictures import calibration_picture, design_picture, measures_picture
from training.recipe import Recipe, load_recipe
from training.report import Report, write_report
from training.rows import Rows, together
from training.search import search
from training.table import LabelledTable, TableColumns, table_rows
from training.table_files import PREDICTIONS, RESULTS, write_predictions, write_results
from training.table_groups import group_lines, nij_table, results_by_group
from training.table_settings import suited
from training.table_shift import shift_of
from training.table_times import EPOCH
from training.worth import WORTHS, Worth, worth_line, worth_of, worth_picture, worth_tables

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
    recipe: Recipe
    warnings: tuple[str, ...]
    groups: tuple[str, ...]
    notes: tuple[str, ...]
    report: Path
    worth: Worth


def compare_table(
    path: Path,
    columns: TableColumns,
    out: Path,
    *,
    recipe: Recipe | None = None,
    horizon: int,
    k: int | None,
    progress: Progress,
    pictures: bool = True,
    worths: Sequence[float] = WORTHS,
) -> ComparedTable:
    """Compare all contenders on a labelled feature table.

    ``out`` gets ``comparison.html``, ``predictions.parquet`` and ``results.json``.

    Parameters
    ----------
    recipe : Recipe, optional
        What it sets holds; whatever it does not set suits the size of the table.
    horizon : int
        Gap between folds, in days or in the time column's own unit.
    k : int or None
        Places on the list of each time; None takes one in twenty rows of a list, and at least ten.
    worths : sequence of float
        How many people named in vain one outcome found is worth.
    pictures : bool
        Whether the report has pictures; every figure in them also stands in its tables.

    Raises
    ------
    UsageError
        When the table cannot be compared on, ``out`` holds a training run, or another command is writing into it.
    """
    held = read_table(path)
    asked = () if recipe is None else recipe.model_fields_set
    prepared = table_rows(held, columns, recipe=recipe or load_recipe()[0], horizon=horizon)
    chosen, about = suited(prepared.recipe, prepared.parts[0].fit, asked=asked)
    prepared = replace(prepared, recipe=chosen, notes=(*prepared.notes, about))
    with one_at_a_time(out):
        if (out / "bundle").exists():
            raise UsageError(
                f"{out.name} holds a training run, whose report would be overwritten. Name another folder."
            )
        done = _compared(held, prepared, columns, out, k=k, worths=worths, progress=progress)
        progress("write the report, predictions.parquet and results.json")
        _write(done, held, prepared, columns, pictures=pictures)
    return done


def _compared(
    held: TableFile,
    prepared: LabelledTable,
    columns: TableColumns,
    out: Path,
    *,
    k: int | None,
    worths: Sequence[float],
    progress: Progress,
) -> ComparedTable:
    parts = prepared.parts
    recipe = prepared.recipe
    made_of = f"{held.sha256}{recipe.sha256}{columns}{prepared.split}{parts[0].fit.names}"
    chosen = search(
        parts[0].fit,
        recipe=recipe,
        horizon_days=prepared.split.horizon_days if prepared.split else 0,
        study_file=out / "search.db",
        key=hashlib.sha256(made_of.encode()).hexdigest()[:32],
        progress=progress,
    )
    places, about = _capacity(together([folds.test for folds in parts]), k)
    shift = shift_of(parts, seed=chosen.seed)
    found = compare_parts(parts, recipe=chosen, k=places, order=shift.order, progress=progress)
    found = _named(found, columns)
    # One indicator a category: its number would hide that an indicator is left out.
    looked_at = replace(found, test=found.test.with_indicators())
    of_one = parts[0].keep(looked_at.test.names)
    leaks = suspicions(looked_at, of_one, {}, largest_auc=chosen.gates.largest_auc, seed=chosen.seed)
    worth = worth_of(found, worths, resamples=chosen.resamples, seed=chosen.seed)
    return ComparedTable(
        found,
        chosen,
        warnings=(*prepared.first, *leaks, *shift.warning, *prepared.warnings, *_too_few(found)),
        groups=tuple(line for name in columns.groups for line in group_lines(found, prepared.groups[name])),
        notes=(worth_line(worth), about, *prepared.notes, *_left_out(chosen, found)),
        report=out / "comparison.html",
        worth=worth,
    )


def _write(
    done: ComparedTable, held: TableFile, prepared: LabelledTable, columns: TableColumns, *, pictures: bool
) -> None:
    """Write the report, every prediction, and every figure."""
    found, out = done.found, done.report.parent
    worth = done.worth
    report = _report(held.name, columns, prepared, done, worth, pictures=pictures)
    write_report(found, report, done.report, recipe=done.recipe, only=USED)
    write_predictions(
        out / PREDICTIONS,
        found,
        identifiers=held.frame[columns.person].iloc[prepared.tested],
        times=prepared.times.of(prepared.tested),
    )
    folds = [{name: _size(rows) for name, rows in folds.named.items()} for folds in prepared.parts]
    write_results(
        out / RESULTS,
        found,
        {
            "table": held.name,
            "sha256": held.sha256,
            "columns": asdict(columns),
            "features": found.test.names,
            "folds": folds,
            "worth": asdict(worth),
            "warnings": done.warnings,
            "notes": done.notes,
            "recipe": {name: value for name, value in done.recipe.model_dump(mode="json").items() if name in USED},
            "groups": {name: results_by_group(found, prepared.groups[name]) for name in columns.groups},
        },
    )


def _size(rows: Rows) -> dict[str, int]:
    return {"rows": len(rows), "people": len(np.unique(rows.person)), "outcomes": int(rows.y.sum())}


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
    name: str, columns: TableColumns, prepared: LabelledTable, done: ComparedTable, worth: Worth, *, pictures: bool
) -> Report:
    test, found = done.found.test, done.found
    fitted = len(prepared.parts[0].fit)
    earlier = "earlier rows" if prepared.split else "other rows" if len(prepared.parts) == 1 else "rows of other folds"
    return Report(
        title=f"Contenders compared on {name}",
        summary=(
            f"Outcome {columns.outcome}: {int(test.y.sum()):,} of {len(test):,} test rows ({test.y.mean():.1%}); "
            f"fitted on {fitted:,} {earlier}; {_places(found.k)} on each list."
        ),
        warnings=done.warnings,
        tables=(
            *worth_tables(found, worth),
            *(nij_table(found, prepared.groups[name]) for name in columns.groups),
        ),
        pictures=(worth_picture(worth), *_pictures(prepared, found)) if pictures else (),
        notes=done.notes,
    )


def _pictures(prepared: LabelledTable, found: Comparison) -> tuple[Picture, ...]:
    zero = EPOCH if prepared.times.numbered else None
    shown = (measures_picture(found, measure="auc", title="AUC"), calibration_picture(found))
    return shown if prepared.split is None else (*shown, design_picture(prepared.split, zero=zero))
