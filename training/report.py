"""The comparison as one HTML file: self-contained, no script, no network."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matac_ml.evaluation import BY_NAME, MEASURES, Interval, turnover
from matac_ml.facts import Estimate
from matac_ml.fairness.performance import (
    CapacityCells,
    PrintedCount,
    capacity_cells,
    coarse_estimate,
    coarse_recall,
    threshold_cells,
)
from matac_ml.outfile import write_text
from matac_ml.page import Picture, Table, as_html, write_prose
from matac_ml.yamltext import yaml_text
from training.compare import ComparedContender, Comparison
from training.contenders import LABELS
from training.recipe import Recipe

_TEMPLATE = Path(__file__).parent / "templates" / "comparison.md"


@dataclass(frozen=True)
class Report:
    """What the report says besides the measures."""

    title: str
    summary: str
    warnings: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()


def figure(value: float, *, signed: bool = False, digits: int = 3) -> str:
    """A measure to so many decimal places; a dash where it could not be measured."""
    if not np.isfinite(value):
        return "–"
    return f"{value:{'+' if signed else ''}.{digits}f}"


def between(found: Interval, *, signed: bool = False, digits: int = 3) -> str:
    """An interval in words."""
    if not (np.isfinite(found.low) and np.isfinite(found.high)):
        return ""
    return f"{figure(found.low, signed=signed, digits=digits)} to {figure(found.high, signed=signed, digits=digits)}"


def with_interval(found: Interval, *, signed: bool = False, digits: int = 3) -> str:
    """A measure with its interval, where it has one."""
    value, reach = figure(found.value, signed=signed, digits=digits), between(found, signed=signed, digits=digits)
    return f"{value} ({reach})" if reach else value


def baseline(comparison: Comparison) -> str:
    """What the contenders are compared with, in a sentence: the matrix, or the score that somebody brought."""
    label = comparison["matrix"].label
    return "the matrix" if label == LABELS["matrix"] else label


def verdicts(comparison: Comparison, *, bundle: bool = True) -> tuple[str, ...]:
    """Say plainly what the chosen model adds to the matrix, and where it adds nothing that can be told from chance."""
    chosen = comparison[comparison.chosen].label
    lines = [f"{'Chosen for the bundle' if bundle else 'Chosen'}: {chosen}, {comparison.why}."]
    if "matrix" not in comparison:
        return tuple(lines)
    other = baseline(comparison)
    found = comparison[comparison.chosen].against_matrix
    for name, title in (("precision_at_k", f"precision at {comparison.k}"), ("auc", "AUC"), ("brier", "Brier score")):
        gap, better = found[name], -1 if name == "brier" else 1
        if not np.isfinite(gap.low):
            continue
        if not gap.excludes_zero:
            said = f"no difference from {other} can be told from chance"
        else:
            said = "the model is better" if gap.value * better > 0 else f"{other} is better"
        gap, digits = _published_difference(comparison, comparison[comparison.chosen], name), BY_NAME[name].decimals
        by = figure(gap.value, signed=True, digits=digits)
        lines.append(f"By {title}, {said} (difference {by}, {between(gap, signed=True, digits=digits)}).")
    return tuple(lines)


def confusion_table(comparison: Comparison) -> Table:
    """Every confusion matrix, at the capacity of the list and at one half, through disclosure control."""
    rows = []
    for contender in comparison.contenders:
        rows.append((contender.label, contender.measured.at_capacity.rule, *_capacity_row(contender)))
        half = contender.measured.at_half
        cells = threshold_cells(half.true_positive, half.false_positive, half.false_negative, half.true_negative)
        tp, fp, fn, tn = cells
        rates = (_share(tp, fp), _share(tp, fn), _share(fp, tn))
        rows.append((contender.label, half.rule, *(cell.text for cell in cells), *rates))
    cells_head = ("True positive", "False positive", "False negative", "True negative")
    head = ("Contender", "Chosen by", *cells_head, "Precision", "Recall", "False positive rate")
    return Table("Confusion matrices", head, tuple(rows), frozenset(range(2, len(head))), note=_ABOUT_COUNTS)


_ABOUT_COUNTS = """
Counts below ten are hidden and others rounded to five; the rates of a row follow from its printed counts, or its counts
from the printed precision, so that no hidden count can be worked out. MLflow has exact figures.
"""


def _capacity_row(contender: ComparedContender) -> tuple[str, ...]:
    cells = _at_capacity(contender)
    counts = (cells.true_positive, cells.false_positive, cells.false_negative, cells.true_negative)
    rates = (cells.precision, cells.recall, cells.false_positive_rate)
    return (*(cell.text for cell in counts), *("–" if rate is None else figure(rate) for rate in rates))


def _at_capacity(contender: ComparedContender) -> CapacityCells:
    matrix = contender.measured.at_capacity
    places = matrix.true_positive + matrix.false_positive
    outcomes = matrix.true_positive + matrix.false_negative
    return capacity_cells(matrix.true_positive, places, outcomes, matrix.rows)


def _share(part: PrintedCount, rest: PrintedCount) -> str:
    if part.value is None or rest.value is None:
        return "hidden"
    return figure(part.value / (part.value + rest.value)) if part.value + rest.value else "–"


def _published(contender: ComparedContender, measure: str) -> Interval:
    """A measure as a report may print it: in wide steps where a small count is behind it."""
    found, matrix = contender.measured.values[measure], contender.measured.at_capacity
    places = matrix.true_positive + matrix.false_positive
    if not BY_NAME[measure].small_counts or not places:
        return found
    exact = Estimate.of(found)
    if measure != "recall_at_k":
        return as_interval(coarse_estimate(exact, places))
    outcomes = matrix.true_positive + matrix.false_negative
    return as_interval(coarse_recall(exact, _at_capacity(contender), places=places, outcomes=outcomes))


def _published_difference(comparison: Comparison, contender: ComparedContender, measure: str) -> Interval:
    """The same of a difference to the matrix."""
    gap = contender.against_matrix[measure]
    if not BY_NAME[measure].small_counts:
        return gap
    value = _published(contender, measure).value - _published(comparison["matrix"], measure).value
    if measure == "recall_at_k":
        return Interval(value, float("nan"), float("nan"))
    matrix = contender.measured.at_capacity
    wide = as_interval(coarse_estimate(Estimate.of(gap), matrix.true_positive + matrix.false_positive))
    return Interval(value, wide.low, wide.high)


def as_interval(estimate: Estimate) -> Interval:
    """An estimate with NaN for what could not be measured."""
    return Interval(*(float("nan") if end is None else end for end in (estimate.value, estimate.low, estimate.high)))


def write_report(
    comparison: Comparison, report: Report, path: Path, *, recipe: Recipe, only: Collection[str] | None = None
) -> Path:
    """Write the report and return its path.

    Parameters
    ----------
    only : collection of str, optional
        The choices of the recipe that were used; all of them when left out. Then the comparison is of a table, and
        nothing goes into a bundle.
    """
    contenders = comparison.contenders
    shown = [
        m for m in MEASURES if any(np.isfinite(contender.measured.values[m.name].value) for contender in contenders)
    ]
    names = [measure.name for measure in shown]
    page = write_prose(
        _TEMPLATE,
        {
            "report": report,
            "verdicts": verdicts(comparison, bundle=only is None),
            "bundle": only is None,
            "measures": [measure.title for measure in shown],
            "contenders": [_line(comparison, contender, names) for contender in contenders],
            "chosen": [i for i, contender in enumerate(contenders) if contender.name == comparison.chosen],
            "baseline": baseline(comparison) if "matrix" in comparison else "",
            "differences": [
                _difference(comparison, contender, names) for contender in contenders if contender.against_matrix
            ],
            "tables": (confusion_table(comparison), *report.tables),
            "recipe": recipe,
            "recipe_text": recipe_text(recipe, only=only),
        },
    )
    write_text(path, as_html(page))
    return path


def recipe_text(recipe: Recipe, *, only: Collection[str] | None = None) -> str:
    """The recipe as YAML, in the order of its fields; those of ``only``, when it is given."""
    held = recipe.model_dump(mode="json")
    return yaml_text({name: value for name, value in held.items() if only is None or name in only})


def _line(comparison: Comparison, contender: ComparedContender, shown: Sequence[str]) -> tuple[str, ...]:
    """One contender: its measures, ties at the cut line, and how much of the list changes from date to date."""
    changes = turnover(contender.score, comparison.test.person, comparison.test.cycle, k=comparison.k)
    cells = _cells({name: _published(contender, name) for name in shown})
    return (contender.label, *cells, f"{contender.measured.tied_at_cut:.1f}", figure(changes))


def _difference(comparison: Comparison, contender: ComparedContender, shown: Sequence[str]) -> tuple[str, ...]:
    """One contender minus the matrix."""
    found = {name: _published_difference(comparison, contender, name) for name in shown}
    return (contender.label, *_cells(found, signed=True))


def _cells(found: Mapping[str, Interval], *, signed: bool = False) -> list[str]:
    return [with_interval(interval, signed=signed, digits=BY_NAME[name].decimals) for name, interval in found.items()]


def contender_lines(comparison: Comparison) -> tuple[str, ...]:
    """Every contender in one line for the terminal, with the figures of the report."""
    shown = {"precision_at_k": f"precision at {comparison.k}", "auc": "AUC", "brier": "Brier"}
    wide = max(len(contender.label) for contender in comparison.contenders) + 2
    lines = ["".join((f"{'contender':<{wide}}", *(f"{head:>18}" for head in shown.values())))]
    for contender in comparison.contenders:
        values = [figure(_published(contender, name).value, digits=BY_NAME[name].decimals) for name in shown]
        lines.append("".join((f"{contender.label:<{wide}}", *(f"{value:>18}" for value in values))))
    return tuple(lines)
