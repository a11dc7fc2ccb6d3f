"""Points of everybody at once, exact: whole numbers from values in whole hundredths."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.rfg.names import CRIMES, NON_CRIMES, VALUE_OF, ComponentName
from matac_ml.rfg.policy import Component, PerUnit, Policy, Scale

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: Values are compared in hundredths, in which harm days and weights are exact.
_HUNDREDTHS = 100
_NOTHING = np.iinfo(np.int64).min


def score_matrix(policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Give everybody's points.

    Parameters
    ----------
    policy : Policy
    frame : DataFrame
        One row a person, with the columns of :attr:`Policy.features`; NaN is nothing on record.

    Returns
    -------
    DataFrame
        On the index of ``frame``: ``points_<component>`` (weight and cap applied), ``total`` and ``band``. Points are
        whole numbers; the components add up to the total.

    Raises
    ------
    UsageError
        When a column is missing.
    """
    missing = [feature.name for feature in policy.features if feature.name not in frame]
    if missing:
        raise UsageError(f"The matrix needs the columns {', '.join(missing)}; derive the policy's features first.")
    points, total, bands = score_columns(policy, {f.name: frame[f.name].to_numpy(np.float64) for f in policy.features})
    named = {f"points_{name}": given for name, given in points.items()}
    return pd.DataFrame({**named, "total": total, "band": bands}, index=frame.index)


def order_columns(policy: Policy) -> list[str]:
    """Columns of :func:`score_matrix` that put people in order, highest first: the total, then the rule for ties."""
    return ["total", *(f"points_{name}" for name in policy.ties)]


def place_scores(policy: Policy, scored: pd.DataFrame) -> Floats:
    """One number a person whose order is that of the list: the total, and below one point the rule for ties.

    Parameters
    ----------
    scored : DataFrame
        From :func:`score_matrix`, of one list.

    Returns
    -------
    ndarray of float, shape (n,)
        The total itself where the policy has no rule for ties; otherwise at least the total and less than one more.
        Equal for people whom the rule leaves equal, who therefore share places.
    """
    total = scored["total"].to_numpy(np.float64)
    if not policy.ties or scored.empty:
        return total
    within = scored[order_columns(policy)[1:]].to_numpy(np.int64)
    _, standing = np.unique(within, axis=0, return_inverse=True)  # rows in lexicographic order
    return total + standing / (int(standing.max()) + 1)


def score_columns(
    policy: Policy, columns: Mapping[str, Floats]
) -> tuple[dict[ComponentName, Ints], Ints, npt.NDArray[np.object_]]:
    """The same on bare columns: points by component, totals and bands."""
    points = {
        name: component_points(name, component, measured(name, component, columns))
        for name, component in policy.components.items()
    }
    if policy.eligibility.crimes_at_least:
        enough = columns[CRIMES] >= policy.eligibility.crimes_at_least
        points = {name: np.where(enough, mine, 0) for name, mine in points.items()}
    total: Ints = np.stack(list(points.values())).sum(axis=0, dtype=np.int64)
    return points, total, _bands(policy, total)


def measured(name: ComponentName, component: Component, columns: Mapping[str, Floats]) -> Ints:
    """The value of a component in hundredths, shape ``(n,)``; the smallest integer where nothing is on record."""
    if name is ComponentName.FREQUENCY:
        weight = int(component.non_crime_weight * _HUNDREDTHS)
        crimes, others = (np.nan_to_num(columns[column]) for column in (CRIMES, NON_CRIMES))
        counted: Ints = np.rint(crimes).astype(np.int64) * _HUNDREDTHS + np.rint(others).astype(np.int64) * weight
        return counted
    values = columns[VALUE_OF[name]]
    found: Ints = np.where(np.isnan(values), _NOTHING, np.rint(np.nan_to_num(values) * _HUNDREDTHS).astype(np.int64))
    return found


def component_points(name: ComponentName, component: Component, value: Ints) -> Ints:
    """Points for values in hundredths, capped and weighted."""
    found = _per_unit(component.per_unit, value) if component.per_unit else _banded(name, component, value)
    if component.at_most is not None:
        found = np.minimum(found, component.at_most)
    return np.where(value == _NOTHING, 0, found) * component.weight


def _banded(name: ComponentName, component: Component, value: Ints) -> Ints:
    edges = [int(band.edge * _HUNDREDTHS) for band in component.bands]
    points = [band.points for band in component.bands]
    if name is ComponentName.RECENCY:
        return np.array([*points, 0], dtype=np.int64)[np.searchsorted(edges, value, side="left")]
    return np.array([0, *points], dtype=np.int64)[np.searchsorted(edges, value, side="right")]


def _per_unit(rule: PerUnit, value: Ints) -> Ints:
    every = int(rule.every * _HUNDREDTHS)
    if rule.scale is Scale.RAW:
        return np.maximum(value, 0) // every * rule.points
    logged = np.log1p(np.maximum(value, 0) / _HUNDREDTHS)
    # A value that reaches a step exactly must get it whatever the last bit of the logarithm is.
    return np.floor(logged * _HUNDREDTHS / every + 1e-9).astype(np.int64) * rule.points


def _bands(policy: Policy, total: Ints) -> npt.NDArray[np.object_]:
    starts = [band.at_least for band in policy.entry.score_bands]
    names = np.array([band.name for band in policy.entry.score_bands], dtype=object)
    return names[np.maximum(np.searchsorted(starts, total, side="right") - 1, 0)]


def is_eligible(policy: Policy, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whom the policy ranks.

    Parameters
    ----------
    frame : DataFrame
        As from :func:`matac_ml.asof.eligibility_frame`.

    Returns
    -------
    ndarray of bool, shape (n,)
        Somebody whose age is not known is ranked: a missing birth date must not take anybody off a list.
    """
    age = frame["age_years"].to_numpy(np.float64)
    eligible = np.isnan(age) | (age >= policy.eligibility.minimum_age)
    for flag in policy.eligibility.leave_out:
        eligible &= ~frame[flag].to_numpy(dtype=bool)
    return np.asarray(eligible, dtype=np.bool_)
