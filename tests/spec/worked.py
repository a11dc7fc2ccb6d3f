"""Worked points, read from the file that a policy officer can read too."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

from matac_ml.rfg.names import CRIMES, GRAVITY, NON_CRIMES, RECENCY, VICTIMS, ComponentName

FILE = Path(__file__).parent / "matrix.yaml"
_COLUMN = {"r": RECENCY, "c": CRIMES, "n": NON_CRIMES, "g": GRAVITY, "v": VICTIMS}


@dataclass(frozen=True)
class WorkedPerson:
    """What is on record of somebody made up, and every point it must give."""

    who: str
    given: Mapping[str, float | None]
    points: Mapping[ComponentName, int]
    total: int

    @property
    def values(self) -> dict[str, float | None]:
        """What is given, by the names of the features that measure it."""
        nothing = self.given["r"] is None
        return {_COLUMN[k]: None if v is None or (k == "g" and nothing) else float(v) for k, v in self.given.items()}


@dataclass(frozen=True)
class Worked:
    """One policy: rows of value and points by component, and people."""

    components: Mapping[ComponentName, tuple[tuple[Decimal, int], ...]]
    people: tuple[WorkedPerson, ...]


@cache
def worked_points() -> dict[str, Worked]:
    """Everything in the file, by name of the policy."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: _worked(entry) for name, entry in raw.items()}


def _worked(entry: dict) -> Worked:  # type: ignore[type-arg]
    return Worked(
        components={
            ComponentName(name): tuple((Decimal(str(row["value"])), int(row["points"])) for row in rows)
            for name, rows in entry["components"].items()
        },
        people=tuple(
            WorkedPerson(
                one["who"], one["given"], {ComponentName(k): v for k, v in one["points"].items()}, one["total"]
            )
            for one in entry["people"]
        ),
    )
