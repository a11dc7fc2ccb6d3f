"""How the groups of a table fare under every contender, after the NIJ Recidivism Forecasting Challenge."""

import math
from dataclasses import replace

import pandas as pd

from matac_ml.evaluation import NijScores, nij_scores
from matac_ml.fairness.performance import coarse
from matac_ml.page import Table
from training.compare import ComparedContender, Comparison
from training.report import figure


def results_by_group(found: Comparison, group: pd.Series) -> dict[str, dict[str, object]]:
    """Brier and false positive rate of every group under every contender, exactly."""
    names = group.to_numpy(dtype=object)
    scores = {c.name: nij_scores(found.test.y, c.probability, names) for c in found.contenders}
    return {
        name: {
            "brier_by_group": score.brier_by_group,
            "false_positive_rate_at_half": score.false_positive_rate,
            "fair_and_accurate": score.fair_and_accurate,
        }
        for name, score in scores.items()
    }


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
