"""One person's points line by line: the arithmetic that a reader can redo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from matac_ml.rfg.names import CRIMES, MEASURED_BY, NON_CRIMES, VALUE_OF, ComponentName
from matac_ml.rfg.points import score_columns
from matac_ml.rfg.policy import Component, Policy

_WORDING = {
    ComponentName.RECENCY: "Days since the latest incident",
    ComponentName.FREQUENCY: "Incidents",
    ComponentName.GRAVITY: "Harm recorded",
    ComponentName.VICTIMS: "Different victims",
}


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
