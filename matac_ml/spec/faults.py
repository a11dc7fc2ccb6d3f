"""Why a declaration is not valid: everything expected, and what came."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_]{2,79}")


def enum_faults(declared: Any, kinds: Iterable[tuple[str, type[StrEnum]]], put: Callable[..., None]) -> list[str]:
    """Turn names into enumeration members; return a fault for each that is none."""
    faults = []
    for name, kind in kinds:
        try:
            put(declared, name, kind(getattr(declared, name)))
        except ValueError:
            faults.append(f"{name} must be one of {', '.join(kind)}, got {getattr(declared, name)!r}")
    return faults


def name_faults(name: str) -> list[str]:
    """Faults of a name."""
    if NAME.fullmatch(name):
        return []
    return [f"name must be 3-80 lower-case letters, digits and underscores, got {name!r}"]


def days_faults(field: str, days: int | None, *, or_none: bool = False) -> list[str]:
    """Faults of a number of days."""
    if (or_none and days is None) or (type(days) is int and days >= 1):
        return []
    return [f"{field} must be a whole number of days from 1{', or None' if or_none else ''}, got {days!r}"]
