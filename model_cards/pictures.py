"""The pictures of the papers, as data URIs: the same facts give the same bytes."""

from collections.abc import Sequence

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib.figure import Figure

from matac_ml.facts import ContenderFacts, RunFacts
from matac_ml.page import COLOURS, MARKERS, Picture
from matac_ml.page import embedded as _picture


def calibration(shown: Sequence[ContenderFacts]) -> Picture:
    """Observed share against predicted probability."""
    figure = Figure(figsize=(6, 5))
    axes = figure.subplots()
    top = max((max(p.predicted, p.high) for one in shown for p in one.calibration), default=1.0)
    end = min(1.0, top + 0.02)
    axes.plot([0, end], [0, end], color="0.6", lw=1, ls="--", label="as good as its word")
    for i, one in enumerate(shown):
        x, y = [p.predicted for p in one.calibration], [p.observed for p in one.calibration]
        reach = [
            [max(0, p.observed - p.low) for p in one.calibration],
            [max(0, p.high - p.observed) for p in one.calibration],
        ]
        axes.errorbar(x, y, yerr=reach, color=COLOURS[i], marker=MARKERS[i], ms=4, lw=1.2, label=one.label)
    axes.set(xlim=(0, end), ylim=(0, end), xlabel="Predicted probability", ylabel="Share whose outcome was recorded")
    axes.legend(fontsize=8, frameon=False)
    names = " and ".join(one.label for one in shown)
    return _picture(
        figure, f"Calibration of {names} on the test dates: points on the dashed line are as good as their word."
    )


def precision_over_time(shown: Sequence[ContenderFacts], *, k: int) -> Picture:
    """Precision at k of every test date."""
    figure = Figure(figsize=(6.5, 3.2))
    axes = figure.subplots()
    for i, one in enumerate(shown):
        days = sorted(one.by_cycle)
        axes.plot(
            np.array(days, dtype="datetime64[D]"),
            [one.by_cycle[d] for d in days],
            color=COLOURS[i],
            marker=MARKERS[i],
            ms=4,
            lw=1.2,
            label=one.label,
        )
    axes.set_ylim(0, 1.02)
    axes.set_ylabel(f"Precision at {k}")
    axes.tick_params(axis="x", labelsize=8, rotation=30)
    axes.legend(fontsize=8, frameon=False)
    return _picture(figure, f"Share of the first {k} places whose outcome was recorded, on each test date.")


def contenders(facts: RunFacts, measure: str, title: str) -> Picture:
    """One measure of every contender with its interval."""
    shown = [one for one in facts.contenders if one.measures[measure].value is not None]
    figure = Figure(figsize=(6.5, 0.42 * len(shown) + 1))
    axes = figure.subplots()
    for row, one in enumerate(reversed(shown)):
        found = one.measures[measure]
        colour = COLOURS[1] if one.name == facts.chosen else COLOURS[0]
        if found.low is not None and found.high is not None:
            axes.plot([found.low, found.high], [row, row], color=colour, lw=2)
        axes.plot([found.value or 0.0], [row], marker="s" if one.name == facts.chosen else "o", color=colour)
    axes.set_yticks(range(len(shown)), [one.label for one in reversed(shown)], fontsize=8)
    axes.set_xlabel(f"{title}, 95 % interval", fontsize=8)
    return _picture(figure, f"{title} of every contender; the square is the one in the bundle.")


def group_shares(lines: Sequence[tuple[str, float, float, float]], title: str) -> Picture:
    """A share of each group with its interval: ``(group, value, low, high)``."""
    figure = Figure(figsize=(6.5, 0.36 * max(1, len(lines)) + 1))
    axes = figure.subplots()
    for row, (_, value, low, high) in enumerate(reversed(lines)):
        axes.plot([low, high], [row, row], color=COLOURS[0], lw=2)
        axes.plot([value], [row], marker="o", color=COLOURS[0])
    axes.set_yticks(range(len(lines)), [line[0] for line in reversed(lines)], fontsize=8)
    axes.set_xlabel(f"{title}, 95 % interval", fontsize=8)
    said = "; ".join(f"{name} {value:.3f}" for name, value, _, _ in lines)
    return _picture(figure, f"{title} by group: {said}.")
