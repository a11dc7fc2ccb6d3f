"""Why a declaration cannot be what it says: everything expected, and what came."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from matac_ml.spec.aggregate import LEAST_N, NEEDS_COLUMN, NEEDS_PAIR, OF_PERSON, Aggregate, Family
from matac_ml.spec.columns import COLUMNS, Kind, View
from matac_ml.spec.condition import conditions_for

if TYPE_CHECKING:
    from matac_ml.spec.feature import Feature

NAME = re.compile(r"[a-z][a-z0-9_]{2,79}")


def enum_faults(feature: "Feature", put: Callable[[Any, str, Any], None]) -> list[str]:
    """Turn names into enumeration members; return a fault for each that is none."""
    kinds: dict[str, type[StrEnum]] = {"family": Family, "view": View, "aggregate": Aggregate}
    faults = []
    for name, kind in kinds.items():
        try:
            put(feature, name, kind(getattr(feature, name)))
        except ValueError:
            faults.append(f"{name} must be one of {', '.join(kind)}, got {getattr(feature, name)!r}")
    return faults


def feature_faults(feature: "Feature") -> list[str]:
    """Everything wrong with a feature whose enumerations are right."""
    return [
        *_name_faults(feature),
        *_window_faults(feature),
        *conditions_for(feature.view, (*feature.where, *feature.of)),
        *_column_faults(feature),
        *_aggregate_faults(feature),
    ]


def _name_faults(feature: "Feature") -> list[str]:
    faults = []
    if not NAME.fullmatch(feature.name):
        faults.append(f"name must be 3-80 lower-case letters, digits and underscores, got {feature.name!r}")
    if feature.direction not in (-1, 0, 1):
        faults.append(f"direction must be -1, 0 or 1, got {feature.direction!r}")
    faults += [f"{name} must say something" for name in ("allowed_because", "source") if not getattr(feature, name)]
    return faults


def _window_faults(feature: "Feature") -> list[str]:
    window, against, faults = feature.window_days, feature.against_days, []
    if window is not None and (type(window) is not int or window < 1):
        faults.append(f"window_days must be a whole number of days from 1, or None, got {window!r}")
    elif feature.aggregate is Aggregate.RATIO and (against is None or window is None or against <= window):
        faults.append(f"against_days of a ratio must be longer than window_days, got {against!r} and {window!r}")
    if feature.aggregate is not Aggregate.RATIO and against is not None:
        faults.append(f"against_days is for a ratio, got it for {feature.aggregate}")
    if feature.aggregate in (Aggregate.RATE, Aggregate.LAPLACE, Aggregate.CUSTODY_DAYS) and window is None:
        faults.append(f"{feature.aggregate} needs window_days, got None")
    if feature.aggregate is Aggregate.DAYS_AT_RISK and window is not None:
        faults.append(f"{feature.aggregate} counts from one day and takes no window_days, got {window!r}")
    return faults


def _column_faults(feature: "Feature") -> list[str]:
    if feature.aggregate not in NEEDS_COLUMN:
        return [f"column is not used by {feature.aggregate}, got {feature.column!r}"] if feature.column else []
    column = COLUMNS.get(feature.column or "")
    if column is None or feature.view not in column.views:
        return [f"column must be one of the {feature.view} view, got {feature.column!r}"]
    wanted = (Kind.CODE, Kind.IDENTIFIER) if feature.aggregate is Aggregate.DISTINCT else (Kind.NUMBER,)
    if column.kind not in wanted or column.name == "outcome_code":
        return [f"{feature.aggregate} needs a column that holds {' or '.join(wanted)}, got {column.name!r}"]
    return []


def _aggregate_faults(feature: "Feature") -> list[str]:
    faults = []
    if feature.aggregate in NEEDS_PAIR and feature.view is not View.PAIR:
        faults.append(f"{feature.aggregate} looks at the pair view, got {feature.view}")
    if feature.aggregate is Aggregate.SHARE and not feature.where:
        faults.append("a share needs where: the rows that are counted among those of the window")
    if feature.aggregate is not Aggregate.SHARE and feature.of:
        faults.append(f"of is for a share, got it for {feature.aggregate}")
    changing = [c.column for c in feature.where if c.column in COLUMNS and COLUMNS[c.column].changes]
    if feature.aggregate is Aggregate.NEW and changing:
        # Whether somebody is new is asked of every earlier row, and what those were on the day is not kept.
        faults.append(f"new takes no condition on what can change after it is recorded, got {', '.join(changing)}")
    if feature.aggregate in OF_PERSON and feature.where:
        faults.append(f"{feature.aggregate} takes no where")
    least = LEAST_N.get(feature.aggregate, 1)
    if type(feature.min_n) is not int or feature.min_n < least:
        faults.append(f"min_n of {feature.aggregate} must be at least {least}, got {feature.min_n!r}")
    return faults
