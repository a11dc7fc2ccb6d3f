"""The comparison as one HTML file: self-contained, no script, no network."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import numpy as np
import yaml

from matac_ml.evaluation import MEASURES, Confusion, Interval
from training.compare import Comparison
from training.recipe import Recipe

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Table:
    """A table of the report, already in words and figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture with the sentence that stands for it where it cannot be seen."""

    alt: str
    png: bytes


@dataclass(frozen=True)
class Report:
    """What the report says besides the measures."""

    title: str
    summary: str
    warnings: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = field(default=())


def figure(value: float, *, signed: bool = False) -> str:
    """A measure to three places; a dash where it could not be measured."""
    if not np.isfinite(value):
        return "–"
    return f"{value:+.3f}" if signed else f"{value:.3f}"


def between(found: Interval, *, signed: bool = False) -> str:
    """An interval in words."""
    if not (np.isfinite(found.low) and np.isfinite(found.high)):
        return ""
    return f"{figure(found.low, signed=signed)} to {figure(found.high, signed=signed)}"


def verdicts(comparison: Comparison) -> tuple[str, ...]:
    """Say plainly what the chosen model adds to the matrix, and where it adds nothing that can be told from chance."""
    lines = [f"Chosen for the bundle: {comparison[comparison.chosen].label}, {comparison.why}."]
    if "matrix" not in comparison:
        return tuple(lines)
    found = comparison[comparison.chosen].against_matrix
    for name, title in (("precision_at_k", f"precision at {comparison.k}"), ("auc", "AUC"), ("brier", "Brier score")):
        gap, better = found[name], -1 if name == "brier" else 1
        if not np.isfinite(gap.low):
            continue
        if not gap.excludes_zero:
            said = "the matrix is as good within its interval"
        else:
            said = "the model is better" if gap.value * better > 0 else "the matrix is better"
        lines.append(f"By {title}, {said} (difference {figure(gap.value, signed=True)}, {between(gap, signed=True)}).")
    return tuple(lines)


def confusion_table(comparison: Comparison) -> Table:
    """Every confusion matrix, at the capacity of the list and at one half."""

    def row(label: str, matrix: Confusion) -> tuple[str, ...]:
        cells = (matrix.true_positive, matrix.false_positive, matrix.false_negative, matrix.true_negative)
        derived = (matrix.precision, matrix.recall, matrix.false_positive_rate)
        return (label, matrix.rule, *(f"{cell:,.10g}" for cell in np.round(cells, 2)), *map(figure, derived))

    rows = [
        row(one.label, m) for one in comparison.contenders for m in (one.measured.at_capacity, one.measured.at_half)
    ]
    head = ("Contender", "Chosen by", "True positive", "False positive", "False negative", "True negative")
    return Table(
        "Confusion matrices",
        (*head, "Precision", "Recall", "False positive rate"),
        tuple(rows),
        "Every derived figure was recomputed from its matrix when this report was written.",
    )


def write_report(comparison: Comparison, report: Report, path: Path, *, recipe: Recipe) -> Path:
    """Write the report and return its path."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True)
    shown = [m for m in MEASURES if any(np.isfinite(o.measured.values[m.name].value) for o in comparison.contenders)]
    rows = [
        {
            "label": one.label,
            "chosen": one.name == comparison.chosen,
            "cells": _cells([one.measured.values[m.name] for m in shown]),
            "tied": f"{one.measured.tied_at_cut:.1f}",
        }
        for one in comparison.contenders
    ]
    differences = [
        {"label": one.label, "cells": _cells([one.against_matrix[m.name] for m in shown], signed=True)}
        for one in comparison.contenders
        if one.against_matrix
    ]
    text = environment.get_template("comparison.html").render(
        title=report.title,
        summary=report.summary,
        verdicts=verdicts(comparison),
        warnings=report.warnings,
        measures=shown,
        rows=rows,
        differences=differences,
        tables=(confusion_table(comparison), *report.tables),
        pictures=[{"alt": p.alt, "data": base64.b64encode(p.png).decode()} for p in report.pictures],
        notes=report.notes,
        resamples=f"{recipe.resamples:,}",
        recipe=recipe_text(recipe),
    )
    path.write_text(text, encoding="utf-8")
    return path


def recipe_text(recipe: Recipe) -> str:
    """The recipe as YAML, in the order of its fields."""
    return str(yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True))


def _cells(found: Sequence[Interval], *, signed: bool = False) -> list[dict[str, str]]:
    return [{"value": figure(one.value, signed=signed), "interval": between(one, signed=signed)} for one in found]
