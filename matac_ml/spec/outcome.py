"""``Outcome``: what is recorded of a person after the as-of day, declared once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from matac_ml.errors import DeclarationError
from matac_ml.spec.columns import View
from matac_ml.spec.condition import Condition, conditions_for, is_true
from matac_ml.spec.faults import days_faults, enum_faults, name_faults


class OutcomeKind(StrEnum):
    """What is asked of the rows that became known in ``[t, t + horizon)``, see :class:`Clock`.

    ``record``: 1 when there is any, else 0. ``new_victim``: 1 when one names a victim not known as this person's before
    ``t``, else 0. ``harm_days``: the sum of their harm in days.
    """

    RECORD = "record"
    NEW_VICTIM = "new_victim"
    HARM_DAYS = "harm_days"


class Clock(StrEnum):
    """Which day of a row must fall in the horizon.

    ``happened``: what happens from ``t`` on, known by the end. ``recorded``: what becomes known in the horizon,
    whenever it happened, so that a report of long ago counts too.
    """

    HAPPENED = "happened"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What may be recorded within a horizon.

    Parameters
    ----------
    name : str
    kind : OutcomeKind
    horizon_days : int
        Rows must be known before ``t + horizon_days``. When that day passes the cut-off, the value is censored.
    where : tuple of Condition
        All must hold, as known when the horizon closes; domestic incidents only unless it names ``domestic``.
    sentence : str
        What is predicted, in plain English.
    clock : Clock
        Whether rows must also have happened on or after ``t``; they must unless told otherwise.
    """

    name: str
    kind: OutcomeKind
    horizon_days: int
    sentence: str
    where: tuple[Condition, ...] = ()
    clock: Clock = Clock.HAPPENED

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", tuple(self.where))
        faults = name_faults(self.name)
        faults += enum_faults(self, (("kind", OutcomeKind), ("clock", Clock)), object.__setattr__)
        faults += days_faults("horizon_days", self.horizon_days)
        if not self.sentence:
            faults.append("sentence must say what is predicted")
        faults += conditions_for(self.view, self.where)
        if faults:
            raise DeclarationError(f"The declaration of outcome {self.name!r} is not valid.", faults=faults)

    @property
    def view(self) -> View:
        """The view the outcome looks at."""
        return View.PAIR if self.kind == OutcomeKind.NEW_VICTIM else View.SUSPECT

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it happens or does not, so that it has a probability; days of harm are counted."""
        return self.kind is not OutcomeKind.HARM_DAYS

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """``where``, and that the incident is domestic unless it names the column."""
        return self.where if any(c.column == "domestic" for c in self.where) else (*self.where, is_true("domestic"))

    def to_dict(self) -> dict[str, Any]:
        """The declaration as JSON values."""
        raw = {field.name: getattr(self, field.name) for field in fields(self)}
        return raw | {"kind": self.kind.value, "clock": self.clock.value, "where": [c.to_dict() for c in self.where]}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Outcome":
        """Rebuild an outcome; raises DeclarationError when it is not valid."""
        try:
            return cls(**{**raw, "where": tuple(Condition.from_dict(c) for c in raw.get("where", ()))})
        except TypeError as error:
            raise DeclarationError(f"An outcome cannot be read: {error}") from None
