"""Points of everybody at once, and one person's line by line: the arithmetic that a reader can redo.

They are exact: whole numbers from values in whole hundredths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.rfg.names import CRIMES, MEASURED_BY, NON_CRIMES, VALUE_OF, ComponentName
from matac_ml.rfg.policy import Component, PerUnit, Policy, Scale

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: Values are compared in hundredths, in which harm days and weights are exact.
_HUNDREDTHS = 100
_NOTHING = np.iinfo(np.int64).min
_WORDING = {
    ComponentName.RECENCY: "Days since the latest incident",
    ComponentName.FREQUENCY: "Incidents",
    ComponentName.GRAVITY: "Harm recorded",
    ComponentName.VICTIMS: "Different victims",
}


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


@dataclass(frozen=True)
class PointsLine:
    """One component.

    Attributes
    ----------
    value : Decimal or None
        What was measured, exactly; None when nothing is on record.
    value_text : str
        The value with its unit and how it came about.
    band : str
        The band it falls in, in words.
    points : int
        With cap and weight.
    measured_by : tuple of str
        Features behind the line, from which the incidents come.
    """

    component: ComponentName
    wording: str
    value: Decimal | None
    value_text: str
    band: str
    points: int
    measured_by: tuple[str, ...]


@dataclass(frozen=True)
class PointsSheet:
    """Every line, and their sum."""

    lines: tuple[PointsLine, ...]
    total: int
    band: str


def points_sheet(policy: Policy, values: Mapping[str, float | None]) -> PointsSheet:
    """Print the arithmetic of one person's points.

    Parameters
    ----------
    values : mapping of str to float or None
        The policy's features; None is nothing on record.
    """
    return points_sheets(policy, [values])[0]


def points_sheets(policy: Policy, people: Sequence[Mapping[str, float | None]]) -> tuple[PointsSheet, ...]:
    """Print the arithmetic of several people's points, in their order; a list costs little more than one person."""
    columns = {
        feature.name: np.array(
            [np.nan if v is None else v for v in (values[feature.name] for values in people)], dtype=np.float64
        )
        for feature in policy.features
    }
    points, totals, bands = score_columns(policy, columns)
    return tuple(
        PointsSheet(
            tuple(
                _line(policy, name, component, values, int(points[name][i]))
                for name, component in policy.components.items()
            ),
            int(totals[i]),
            str(bands[i]),
        )
        for i, values in enumerate(people)
    )


def _line(
    policy: Policy, name: ComponentName, component: Component, values: Mapping[str, float | None], points: int
) -> PointsLine:
    too_few = policy.eligibility.crimes_at_least and (values[CRIMES] or 0) < policy.eligibility.crimes_at_least
    value = _value(name, component, values)
    band = describe_band(name, component, value)
    if too_few:
        band = f"fewer than {policy.eligibility.crimes_at_least} crimes: no points"
    return PointsLine(
        component=name,
        wording=_WORDING[name],
        value=value,
        value_text=_shown(name, component, value, values),
        band=band,
        points=points,
        measured_by=MEASURED_BY[name],
    )


def _exact(value: float | None) -> Decimal | None:
    return None if value is None or value != value else Decimal(round(value * 100)) / 100


def _value(name: ComponentName, component: Component, values: Mapping[str, float | None]) -> Decimal | None:
    if name is ComponentName.FREQUENCY:
        crimes, others = _exact(values[CRIMES]) or Decimal(0), _exact(values[NON_CRIMES]) or Decimal(0)
        return crimes + others * component.non_crime_weight
    return _exact(values[VALUE_OF[name]])


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _shown(name: ComponentName, component: Component, value: Decimal | None, values: Mapping[str, float | None]) -> str:
    if value is None:
        return "nothing on record"
    if name is ComponentName.FREQUENCY:
        crimes, others = int(values[CRIMES] or 0), int(values[NON_CRIMES] or 0)
        counted = f"{crimes} crime{'' if crimes == 1 else 's'} + {others} not {'a crime' if others == 1 else 'crimes'}"
        if component.non_crime_weight == 1:
            return f"{_plain(value)} ({counted})"
        return f"{_plain(value)} ({counted} x {_plain(component.non_crime_weight)})"
    unit = {"recency": "day", "gravity": "day", "victims": "victim"}[name]
    return f"{_plain(value)} {unit}{'' if value == 1 else 's'}"


def describe_band(name: ComponentName, component: Component, value: Decimal | None) -> str:
    """The band that a value falls in, in words a reader can check against the policy file."""
    if value is None:
        return "nothing on record"
    if component.per_unit is not None:
        scale = "the natural logarithm of 1 + days" if component.per_unit.scale == "log" else "days"
        text = f"{component.per_unit.points} for every {_plain(component.per_unit.every)} of {scale}"
    else:
        text = _banded_text(name, component, value)
    if component.at_most is not None:
        text += f", at most {component.at_most}"
    return text if component.weight == 1 else f"{text}, counted {component.weight} times"


def _banded_text(name: ComponentName, component: Component, value: Decimal) -> str:
    edges = [band.edge for band in component.bands]
    if name is ComponentName.RECENCY:
        lower = Decimal(-1)
        for edge in edges:
            if value <= edge:
                return f"{_plain(lower + 1)} to {_plain(edge)}"
            lower = edge
        return f"more than {_plain(lower)}"
    above = [edge for edge in edges if edge > value]
    below = [edge for edge in edges if edge <= value]
    if not below:
        return f"below {_plain(above[0])}"
    return f"from {_plain(below[-1])}" + (f" to below {_plain(above[0])}" if above else "")
