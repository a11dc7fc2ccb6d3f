"""AUC and calibration slope within each group: no ratios of sums, so their errors come from influence functions.

Both clusters are people: what one person's rows add to the estimate is summed before it is squared.
"""

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation import log_odds

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Rows of either outcome below which a group has neither an area nor a slope.
ENOUGH = 30


def auc_by_group(outcome: Floats, score: Floats, person: Ints, code: Ints, groups: int) -> tuple[Floats, Floats]:
    """AUC of every group and its standard error, each of shape ``(groups,)``; NaN where a group is too small.

    Parameters
    ----------
    person : ndarray of int, shape (n,)
    code : ndarray of int, shape (people,)
        Everybody's group.

    Notes
    -----
    The error is that of DeLong and others (1988, Biometrics 44:837-845) for clustered rows (Obuchowski 1997,
    Biometrics 53:567-578).
    """
    g = code[person]
    order = np.lexsort((score, g))
    y, s, g, who = outcome[order], score[order], g[order], person[order]
    new = np.append(True, (np.diff(s) != 0) | (np.diff(g) != 0))
    level = np.cumsum(new) - 1
    of_level = g[new]
    yes, no = np.bincount(level, weights=y), np.bincount(level, weights=1 - y)
    positives = np.bincount(g, weights=y, minlength=groups)
    negatives = np.bincount(g, weights=1 - y, minlength=groups)
    below_no = np.cumsum(no) - no - (np.cumsum(negatives) - negatives)[of_level]
    below_yes = np.cumsum(yes) - yes - (np.cumsum(positives) - positives)[of_level]
    with np.errstate(invalid="ignore", divide="ignore"):
        beaten = (below_no + no / 2) / negatives[of_level]
        beaten_by = (positives[of_level] - below_yes - yes / 2) / positives[of_level]
        area = np.bincount(of_level, weights=yes * np.nan_to_num(beaten), minlength=groups) / positives
        moved = np.where(y == 1, (beaten[level] - area[g]) / positives[g], (beaten_by[level] - area[g]) / negatives[g])
    error = _clustered(np.nan_to_num(moved), who, code, groups)
    small = (positives < ENOUGH) | (negatives < ENOUGH)
    return np.where(small, np.nan, area), np.where(small, np.nan, error)


def slope_by_group(
    outcome: Floats, probability: Floats, person: Ints, code: Ints, groups: int
) -> tuple[Floats, Floats]:
    """Calibration slope of every group and its standard error, each of shape ``(groups,)``; NaN where too small.

    The slope of the outcome's log-odds on the probability's, by maximum likelihood; 1 is ideal, below 1 the
    probabilities are too extreme. The error is the sandwich over people.
    """
    x, g = log_odds(probability), code[person]

    def total(value: Floats) -> Floats:
        return np.bincount(g, weights=value, minlength=groups).astype(np.float64)

    positives, rows = total(outcome), total(np.ones_like(outcome))
    a, b = np.zeros(groups), np.ones(groups)
    with np.errstate(all="ignore"):
        for _ in range(25):
            p = 1 / (1 + np.exp(-(a[g] + b[g] * x)))
            w, r = p * (1 - p), outcome - p
            w0, w1, w2, r0, r1 = total(w), total(w * x), total(w * x * x), total(r), total(r * x)
            det = w0 * w2 - w1 * w1
            move = np.clip((w2 * r0 - w1 * r1) / det, -2, 2), np.clip((w0 * r1 - w1 * r0) / det, -2, 2)
            a, b = a + np.nan_to_num(move[0]), b + np.nan_to_num(move[1])
            if np.abs(np.nan_to_num(move)).max() < 1e-9:
                break
        moved = r * (w0[g] * x - w1[g]) / det[g]
    error = _clustered(np.nan_to_num(moved), person, code, groups)
    small = (positives < ENOUGH) | (rows - positives < ENOUGH) | ~np.isfinite(b) | (det < 1e-9) | (np.abs(b) > 20)
    return np.where(small, np.nan, b), np.where(small, np.nan, error)


def _clustered(moved: Floats, person: Ints, code: Ints, groups: int) -> Floats:
    """Standard error of each group from what each row adds to its estimate, summed by person first."""
    each = np.bincount(person, weights=moved, minlength=len(code))
    people = np.bincount(code[np.bincount(person, minlength=len(code)) > 0], minlength=groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.sqrt(np.bincount(code, weights=each**2, minlength=groups) * people / (people - 1))
    return found
