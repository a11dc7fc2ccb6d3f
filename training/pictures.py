"""Pictures of a run: small, greyscale-legible, never the only place where a fact stands."""

from datetime import date, timedelta

import matplotlib
import numpy as np

from matac_ml.evaluation import TemporalSplit
from matac_ml.facts import MitigationFacts
from matac_ml.page import COLOURS, MARKERS, Picture
from training.compare import Comparison

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.figure import Figure


def finished(figure: Figure, alt: str) -> Picture:
    """Draw a figure of pyplot and let it go; two runs of one recipe give the same bytes."""
    picture = Picture.drawn(figure, alt)
    plt.close(figure)
    return picture


def calibration_picture(comparison: Comparison) -> Picture:
    """Observed share against predicted probability, one line a contender, with Wilson's 95 % intervals.

    The base rate is left out: it is one point.
    """
    shown = [contender for contender in comparison.contenders if contender.name != "base_rate"]
    curves = [(contender.label, contender.measured.curve) for contender in shown]
    figure, axes = plt.subplots(figsize=(6, 5.2))
    top = max((max(p.predicted, p.observed) for _, curve in curves for p in curve), default=1.0)
    end = min(1.0, top * 1.15 + 0.02)
    axes.plot([0, end], [0, end], color="0.6", lw=1, ls="--", label="predicted = recorded")
    for i, (label, curve) in enumerate(curves):
        x, y = [p.predicted for p in curve], [p.observed for p in curve]
        reach = [[max(0.0, p.observed - p.low) for p in curve], [max(0.0, p.high - p.observed) for p in curve]]
        axes.errorbar(x, y, yerr=reach, color=COLOURS[i % 7], marker=MARKERS[i % 7], ms=4, lw=1.2, label=label)
    axes.set(xlim=(0, end), ylim=(0, end), xlabel="Predicted probability", ylabel="Share whose outcome was recorded")
    axes.legend(fontsize=8, frameon=False)
    axes.set_title("Calibration on the test dates", fontsize=10)
    return finished(figure, "Predicted probability against observed share.")


def design_picture(split: TemporalSplit, *, zero: date | None = None) -> Picture:
    """The temporal design: which dates fit, calibrate and test, each with its horizon, and the gaps between.

    Parameters
    ----------
    zero : date, optional
        Where times are whole numbers: the day that stands for 0.
    """

    def at(day: date) -> date | int:
        return day if zero is None else (day - zero).days

    figure, axes = plt.subplots(figsize=(8, 2.6))
    kinds = (("fit", split.fit), ("gap", split.gap), ("calibrate", split.calibrate), ("test", split.test))
    for row, (kind, dates) in enumerate(reversed(kinds)):
        for day in dates:
            colour = "0.75" if kind == "gap" else COLOURS[3 - row]
            if kind != "gap":
                end = day + timedelta(days=split.horizon_days)
                axes.plot([at(day), at(end)], [row, row], color=colour, lw=4, alpha=0.25)
            axes.plot([at(day)], [row], marker="x" if kind == "gap" else "o", color=colour, ms=5)
    names = ["test", "calibrate", "left out (gap)", "fit"]
    axes.set_yticks(range(4), names, fontsize=8)
    axes.set_ylim(-0.6, 3.6)
    axes.tick_params(axis="x", labelsize=8)
    times, unit = ("As-of dates", "days") if zero is None else ("Times", "units")
    axes.set_title(
        f"{times} (dots) and the {split.horizon_days} {unit} in which outcomes are counted (bars)", fontsize=9
    )
    return finished(figure, f"Which {'dates' if zero is None else 'times'} fit, calibrate and test.")


def measures_picture(comparison: Comparison, *, measure: str, title: str) -> Picture:
    """One measure of every contender with its 95 % interval."""
    shown = [contender for contender in comparison.contenders if np.isfinite(contender.measured.values[measure].value)]
    figure, axes = plt.subplots(figsize=(6.5, 0.42 * len(shown) + 1))
    for row, contender in enumerate(reversed(shown)):
        found = contender.measured.values[measure]
        colour = COLOURS[1] if contender.name == comparison.chosen else COLOURS[0]
        axes.plot([found.low, found.high], [row, row], color=colour, lw=2)
        axes.plot([found.value], [row], marker="o", color=colour)
    axes.set_yticks(range(len(shown)), [performance.label for performance in reversed(shown)], fontsize=8)
    axes.set_xlabel(f"{title} (95 % interval, people resampled)", fontsize=8)
    axes.tick_params(axis="x", labelsize=8)
    return finished(figure, f"{title} of every contender with its interval.")


def tradeoff_picture(mitigation: MitigationFacts) -> Picture:
    """Harm captured against the gap between groups, one point a contender; those that lessen the gap are ringed."""
    figure, axes = plt.subplots(figsize=(6.5, 4.4))
    points = [(contender, contender.long_gap or contender.gap) for contender in mitigation.contenders]
    for i, (tradeoff, gap) in enumerate(points):
        if gap.gap is None or tradeoff.harm.value is None:
            continue
        low, high = tradeoff.harm.low or tradeoff.harm.value, tradeoff.harm.high or tradeoff.harm.value
        axes.plot([gap.gap, gap.gap], [low, high], color=COLOURS[i % 7], lw=1)
        axes.plot(
            [gap.gap], [tradeoff.harm.value], marker=MARKERS[i % 7], color=COLOURS[i % 7], ls="", label=tradeoff.label
        )
        if tradeoff.mitigates:
            axes.plot([gap.gap], [tradeoff.harm.value], marker="o", ms=13, mfc="none", color=COLOURS[i % 7], ls="")
    axes.set_xlabel(f"Largest minus smallest share on lists ten times as long: {mitigation.title}", fontsize=8)
    axes.set_ylabel("Share of the harm recorded afterwards\nthat the real list captures (95 % interval)", fontsize=8)
    axes.legend(fontsize=7, frameon=False)
    return finished(figure, "Harm captured against the gap between groups; ringed: fitted to lessen the gap.")
