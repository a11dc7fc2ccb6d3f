"""What every measure asks of its arrays, said once."""

from typing import Any

import numpy as np
import numpy.typing as npt

from matac_ml.errors import UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def outcome_and_score(outcome: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float arrays of one length.

    Raises
    ------
    UsageError
        When one holds no numbers, lengths differ, an outcome is neither 0 nor 1, or a score is not finite.
    """
    y, s = _numbers(outcome, "outcome"), _numbers(score, "score")
    faults: list[str] = []
    if y.ndim != 1 or y.shape != s.shape:
        faults.append(f"outcome and score must be two lists of one length, got shapes {y.shape} and {s.shape}")
    if not np.isin(y, (0.0, 1.0)).all():
        faults.append(f"outcome must hold only 0 and 1, got {int((~np.isin(y, (0.0, 1.0))).sum())} other values")
    if not np.isfinite(s).all():
        faults.append(f"score must be finite, got {int((~np.isfinite(s)).sum())} missing or infinite values")
    if faults:
        raise UsageError("These rows cannot be measured.", faults=faults)
    return y, s


def outcome_and_probability(outcome: npt.ArrayLike, probability: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float arrays of one length.

    Raises
    ------
    UsageError
        As :func:`outcome_and_score`, and when a probability is below 0 or above 1.
    """
    y, p = outcome_and_score(outcome, probability)
    outside = int(((p < 0) | (p > 1)).sum())
    if outside:
        raise UsageError(f"probability must be between 0 and 1, got {outside:,} of {p.size:,} values outside")
    return y, p


def _numbers(values: npt.ArrayLike, what: str) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{what} must be one number a row, and holds something else") from error


def codes_of(values: Any) -> tuple[Ints, int]:
    """Return whole-number codes 0..n-1 in order of first appearance by value, and n."""
    _, codes = np.unique(np.asarray(values), return_inverse=True)
    return codes.astype(np.int64).reshape(-1), int(codes.max(initial=-1)) + 1
