"""Write the generated parts of docs/made-up-force.md: ``python -m tests.synthetic.write_page``."""

import re
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from matac_ml.synthetic import ForceTruth, make_force
from tests.synthetic.published_figures import calibration_table, measure_all

DOCS = Path(__file__).parents[2] / "docs"
SEED = 1
INK, FAINT = "#1d3557", "#c2410c"


def write_page(docs: Path = DOCS) -> None:
    """Write the calibration table between its marks, and both pictures."""
    page = docs / "made-up-force.md"
    table = calibration_table(measure_all(seed=SEED))
    text = page.read_text(encoding="utf-8")
    pattern = re.compile(r"(<!-- calibration -->\n).*?(<!-- /calibration -->)", re.DOTALL)
    page.write_text(pattern.sub(lambda found: found[1] + table + found[2], text), encoding="utf-8")
    (docs / "pictures").mkdir(exist_ok=True)
    matplotlib.rcParams.update({"svg.hashsalt": "made-up force", "svg.fonttype": "none", "font.size": 10})
    with TemporaryDirectory() as folder:
        truth = make_force(Path(folder) / "force", incidents=40_000, years=3, seed=SEED)
        _draw_rate(truth, docs / "pictures/made-up-rate.svg")
        _draw_probability(truth, docs / "pictures/made-up-probability.svg")


def _draw_rate(truth: ForceTruth, path: Path) -> None:
    """The rate of one person with seven incidents, day by day."""
    rows = truth.incidents
    sizes = rows.groupby("person")["day"].agg(["size", "min", "max"])
    spread = sizes[(sizes["size"] == 7) & (sizes["min"] < 200) & (sizes["max"] > 800)]
    mine = rows[rows["person"] == spread.index[0]].sort_values("day")
    hazard = truth.hazard_settings
    days = np.arange(truth.days, dtype=float)
    gap = days[:, None] - mine["day"].to_numpy()[None, :]
    kernel = hazard.fast_share / hazard.fast_days * np.exp(-gap / hazard.fast_days)
    kernel += (1 - hazard.fast_share) / hazard.slow_days * np.exp(-gap / hazard.slow_days)
    rate = (np.where(gap >= 0, kernel, 0) * mine["jump"].to_numpy()).sum(axis=1) * 365.25
    figure, axes = plt.subplots(figsize=(7.5, 2.6), layout="constrained")
    axes.plot(days / 365.25, rate, color=INK, linewidth=1.4)
    axes.plot(
        mine["day"] / 365.25, np.zeros(len(mine)), "|", color=FAINT, markersize=14, markeredgewidth=2, clip_on=False
    )
    axes.set(
        xlabel="years (marks: incidents)", ylabel="incidents a year", xlim=(0, truth.days / 365.25), ylim=(0, None)
    )
    _save(figure, path)


def _draw_probability(truth: ForceTruth, path: Path) -> None:
    """Twenty equal groups of people by true probability: expected beside recorded share."""
    frame = truth.hazard(truth.cut_off - timedelta(days=181), horizon_days=182)
    group = pd.qcut(frame["probability"].rank(method="first"), 20, labels=False)
    means = frame.groupby(group)[["probability", "recorded"]].mean()
    error = 1.96 * np.sqrt(means["probability"] * (1 - means["probability"]) / (len(frame) / 20))
    figure, axes = plt.subplots(figsize=(4.6, 3.6), layout="constrained")
    axes.plot([0, 0.6], [0, 0.6], color="#999999", linewidth=1)
    axes.errorbar(means["probability"], means["recorded"], yerr=error, fmt="o", color=INK, markersize=4, linewidth=1)
    axes.set(xlabel="true probability of a new record in 182 days", ylabel="share with one")
    _save(figure, path)


def _save(figure: "plt.Figure", path: Path) -> None:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    write_page()
