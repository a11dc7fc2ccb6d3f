"""One group's share of incidents held, beside that of everybody else."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from matac_ml.fairness.chance import permuted_sums, rate_columns, studentised

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShareHeld:
    """What two lists say of one group.

    Attributes
    ----------
    people, incidents, held : int
        Of the group: people, incidents that partners know, and those of them that the police held before.
    share, others : float
        Share held in the group, and among everybody else.
    ratio, ratio_low, ratio_high : float
        The one share over the other, with its 95 % interval; NaN where either is 0.
    p_value : float
        One-sided: how often groups made by chance would have a share so far below that of others.
    cancelling_odds : float
        The odds ratio of referral that would cancel the finding: if partners referred incidents that the police hold
        this many times as readily among others as in the group, beside incidents that the police do not hold, then
        the shares would differ as they do with equal recording. Above 1 where less of the group is held.
    """

    people: int
    incidents: int
    held: int
    share: float
    others: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p_value: float
    cancelling_odds: float


def compare_shares(
    held: Floats, incidents: Floats, inside: Bools, *, permutations: int = 2000, seed: int = 0
) -> ShareHeld:
    """Compare the share of a group's incidents that the police held with everybody else's.

    Parameters
    ----------
    held, incidents : ndarray, shape (people,)
        Incidents of each person that the police held before the referral, and all that partners know; at least one.
    inside : ndarray of bool, shape (people,)
        Who is in the group; somebody must be and somebody must not.
    """
    return compare_each(held, incidents, np.where(inside, 0, 1), 2, permutations=permutations, seed=seed)[0]


def compare_each(
    held: Floats, incidents: Floats, group: Ints, groups: int, *, permutations: int = 2000, seed: int = 0
) -> tuple[ShareHeld, ...]:
    """Compare each of some groups with everybody else, as :func:`compare_shares` does.

    Parameters
    ----------
    group : ndarray of int, shape (people,)
        Each person's group, from 0 to below ``groups``; at least two have somebody in them.

    Notes
    -----
    People are moved among the groups, and differences are divided by their own standard errors, so that people with
    several incidents count once and others may vary more or less (see :mod:`matac_ml.fairness.chance`).
    """
    columns = rate_columns(held, incidents)
    everybody = columns.sum(axis=0)
    found = _distances(np.array([columns[group == g].sum(axis=0) for g in range(groups)]), everybody)
    moved = permuted_sums(columns, [group], [groups], permutations=permutations, seed=seed)
    reached = sum((_distances(sums, everybody) <= found + 1e-4).sum(axis=0) for (sums,) in moved)
    p_values = (1 + np.asarray(reached)) / (1 + permutations)
    return tuple(_share(held, incidents, group == g, float(p_values[g])) for g in range(groups))


def _share(held: Floats, incidents: Floats, inside: Bools, p_value: float) -> ShareHeld:
    share, others = (float(held[who].sum() / incidents[who].sum()) for who in (inside, ~inside))
    ratio, low, high = _ratio(held, incidents, inside, share / others if others else np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.divide(others * (1 - share), share * (1 - others))
    return ShareHeld(
        people=int(inside.sum()), incidents=round(incidents[inside].sum()), held=round(held[inside].sum()),
        share=share, others=others, ratio=ratio, ratio_low=low, ratio_high=high, p_value=p_value,
        cancelling_odds=float(odds),
    )  # fmt: skip


def _distances(sums: Floats, everybody: Floats) -> Floats:
    """Each group's difference from everybody in its own standard errors; 0 where nothing varies."""
    difference, error = studentised(sums, everybody)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(difference / error)


def _ratio(held: Floats, incidents: Floats, inside: Bools, ratio: float) -> tuple[float, float, float]:
    """The ratio of shares and its interval: normal in the logarithm, what each person adds squared together."""
    if not np.isfinite(ratio) or ratio <= 0:
        return np.nan, np.nan, np.nan
    variance = 0.0
    for who in (inside, ~inside):
        share = held[who].sum() / incidents[who].sum()
        people = int(who.sum())
        beyond = held[who] - share * incidents[who]
        variance += float((beyond**2).sum()) / held[who].sum() ** 2 * people / max(1, people - 1)
    reach = float(norm.ppf(0.975)) * np.sqrt(variance)
    return ratio, float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))
