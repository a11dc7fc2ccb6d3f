"""The pictures of the papers, as data URIs, each with the table that says the same: equal facts give equal bytes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib.figure import Figure as Drawing

from matac_ml.facts import PointsFacts, RunFacts
from matac_ml.page import COLOURS, MARKERS, Picture
from model_cards.figures import counted, day, figure
from model_cards.performance import Performance


class Chart(NamedTuple):
    """A picture, and the rows of the table that says the same."""

    picture: Picture
    rows: tuple[tuple[str, ...], ...]


def calibration(shown: Sequence[Performance]) -> Chart | None:
    """Recorded share against predicted probability; None where no point is printed."""
    curves = [
        (performance.facts.label, performance.facts.calibration)
        for performance in shown
        if performance.facts.calibration
    ]
    if not any(points for _, points in curves):
        return None
    drawing = Drawing(figsize=(6, 4.2))
    axes = drawing.subplots()
    top = max(max(p.predicted, p.high) for _, points in curves for p in points)
    end = min(1.0, top + 0.02)
    axes.plot([0, end], [0, end], color="0.6", lw=1, ls="--", label="predicted = recorded")
    for i, (label, points) in enumerate(curves):
        x, y = [p.predicted for p in points], [p.observed for p in points]
        reach = [[max(0, p.observed - p.low) for p in points], [max(0, p.high - p.observed) for p in points]]
        axes.errorbar(x, y, yerr=reach, color=COLOURS[i], marker=MARKERS[i], ms=4, lw=1.2, label=label)
    axes.set(xlim=(0, end), ylim=(0, end), xlabel="Predicted probability", ylabel="Share with the outcome recorded")
    axes.legend(fontsize=8, frameon=False)
    names = " and ".join(label for label, _ in curves)
    alt = (
        f"Calibration of {names} on the test dates. "
        "Where a point is on the dashed line, as much was recorded as was predicted."
    )
    rows = tuple(
        (label, counted(p.rows), figure(p.predicted), f"{figure(p.observed)} ({figure(p.low)} to {figure(p.high)})")
        for label, points in curves
        for p in points
    )
    return Chart(Picture.drawn(drawing, alt), rows)


def precision_over_time(shown: Sequence[Performance], *, k: int) -> Chart | None:
    """Precision at k over the test dates, some lists taken together; None where there are too few."""
    lines = [(performance.facts.label, performance.over_time) for performance in shown if performance.over_time]
    if not lines:
        return None
    drawing = Drawing(figsize=(6.5, 2.8))
    axes = drawing.subplots()
    for i, (label, points) in enumerate(lines):
        middle = [np.datetime64(p.first) + (np.datetime64(p.last) - np.datetime64(p.first)) // 2 for p in points]
        values = [p.precision for p in points]
        axes.plot(middle, values, color=COLOURS[i], marker=MARKERS[i], ms=5, lw=1.2, ls=("-", "--")[i % 2], label=label)
    # One tick a block of lists: a locator of its own would repeat days or invent months without a list.
    most = max((points for _, points in lines), key=len)
    axes.set_xticks(
        [np.datetime64(p.first) + (np.datetime64(p.last) - np.datetime64(p.first)) // 2 for p in most],
        [f"{p.first:%d %b %Y}\nto {p.last:%d %b %Y}" for p in most],
        fontsize=8,
    )
    axes.margins(x=0.15)
    axes.set_ylim(0, 1.05)
    axes.set_ylabel(f"Precision at {k}", fontsize=8)
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    said = "; ".join(f"{label}: " + ", ".join(f"{p.precision:.2f}" for p in points) for label, points in lines)
    alt = f"Share of the first {k} places whose outcome was recorded, over time. {said}."
    rows = tuple(
        (label, f"{day(p.first)} to {day(p.last)}", f"{p.lists}", f"{p.places}", figure(p.precision, places=2))
        for label, points in lines
        for p in points
    )
    return Chart(Picture.drawn(drawing, alt), rows)


def curves(points: PointsFacts) -> Picture:
    """Every curve of a model, on one scale of points."""
    rows = -(-len(points.curves) // 3)
    drawing = Drawing(figsize=(7.5, 1.7 * rows))
    panels = list(drawing.subplots(rows, 3, sharey=True, squeeze=False).flat)
    for axes, curve in zip(panels, points.curves, strict=False):
        first, last = curve.edges[:1] or (0.0,), curve.edges[-1:] or (0.0,)
        beyond = 0.08 * (last[0] - first[0]) or 1.0
        ends = (first[0] - beyond, *curve.edges, last[0] + beyond)
        axes.stairs(curve.points, ends, baseline=None, color=COLOURS[0], lw=1.5)
        axes.axhline(0, color="0.7", lw=0.8)
        axes.set_title(curve.feature, fontsize=7)
        axes.tick_params(labelsize=6)
    for axes in panels[len(points.curves) :]:
        axes.set_axis_off()
    drawing.tight_layout()
    moves = "; ".join(f"{c.feature} {min(c.points):+.2f} to {max(c.points):+.2f}" for c in points.curves)
    return Picture.drawn(drawing, f"Points by the value of each feature, in log-odds: {moves}.")


def contenders(facts: RunFacts, measure: str, title: str) -> Picture:
    """One measure of every contender with its interval."""
    shown = [contender for contender in facts.contenders if contender.measures[measure].value is not None]
    drawing = Drawing(figsize=(6.5, 0.36 * len(shown) + 0.9))
    axes = drawing.subplots()
    for row, contender in enumerate(reversed(shown)):
        found = contender.measures[measure]
        colour = COLOURS[1] if contender.name == facts.chosen else COLOURS[0]
        if found.low is not None and found.high is not None:
            axes.plot([found.low, found.high], [row, row], color=colour, lw=2)
        axes.plot([found.value or 0.0], [row], marker="s" if contender.name == facts.chosen else "o", color=colour)
    axes.set_yticks(range(len(shown)), [performance.label for performance in reversed(shown)], fontsize=8)
    axes.set_xlabel(f"{title}, 95 % interval", fontsize=8)
    said = "; ".join(f"{performance.label} {figure(performance.measures[measure].value)}" for performance in shown)
    return Picture.drawn(drawing, f"{title} of every contender: {said}.")


def group_shares(
    lines: Sequence[tuple[str, Mapping[str, tuple[float, float, float]]]], title: str, *, groups: Sequence[str]
) -> Picture:
    """A share of each group with its interval, one mark an instrument.

    Parameters
    ----------
    lines : sequence of (label, {group: (value, low, high)})
    groups : sequence of str
        From top to bottom.
    """
    drawing = Drawing(figsize=(6.5, 0.42 * max(1, len(groups)) + 1.1))
    axes = drawing.subplots()
    place = {name: len(groups) - 1 - i for i, name in enumerate(groups)}
    for i, (label, values) in enumerate(lines):
        shift = 0.14 * (len(lines) - 1 - 2 * i) / max(1, len(lines) - 1) if len(lines) > 1 else 0.0
        for n, (name, (value, low, high)) in enumerate(values.items()):
            at = place[name] + shift
            axes.plot([low, high], [at, at], color=COLOURS[i], lw=2)
            axes.plot([value], [at], ls="", marker=MARKERS[i], ms=5, color=COLOURS[i], label=label if n == 0 else None)
    axes.set_yticks(range(len(groups)), list(reversed(groups)), fontsize=8)
    axes.set_ylim(-0.6, len(groups) - 0.4)
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlabel(f"{title}, 95 % interval", fontsize=8)
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    said = ". ".join(
        f"{label}: " + "; ".join(f"{name} {value:.1f}" for name, (value, _, _) in values.items())
        for label, values in lines
    )
    return Picture.drawn(drawing, f"{title} by group. {said}.")
