"""``Feature``: one fact about a person as of a day, declared once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from matac_ml.errors import DeclarationError
from matac_ml.spec.aggregates import Aggregate, AggregateDefinition, definition
from matac_ml.spec.columns import View
from matac_ml.spec.condition import Condition, conditions_for, is_true
from matac_ml.spec.family import Family
from matac_ml.spec.faults import days_faults, enum_faults, name_faults
from matac_ml.wording import sentence_with

_ENUMERATIONS = (("family", Family), ("view", View), ("aggregate", Aggregate))
_DOMESTIC = is_true("domestic")


@lru_cache(maxsize=4096)
def _with_domestic(named: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return named if any(c.column == "domestic" for c in named) else (*named, _DOMESTIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One fact about a person as of a day.

    Rows are those of the view that were known strictly before the as-of day and happened in the window before it. Only
    domestic incidents count, unless ``where`` names the column ``domestic``.

    Parameters
    ----------
    name : str
        Lower case, digits and underscores; the column of the matrix.
    family : Family
    view : View
    aggregate : Aggregate
    window_days : int or None
        Rows that happened in ``[t - window_days, t)``; None is the whole look-back.
    where : tuple of Condition
        All must hold.
    column : str, optional
        What is summed, ranked, fitted or told apart.
    of : tuple of Condition
        For a share: what the rows are a share of.
    against_days : int, optional
        For a ratio: the longer window.
    min_n : int
        Fewer rows than this give missing, never zero. 0 takes the aggregate's default.
    unit, sentence, missing : str, optional
        Written for you when left out. ``sentence`` holds ``{value}`` once; ``missing`` says what a missing value means
        and is empty when the value is never missing.
    direction : int
        1 when policy expects more to mean more concern, -1 less, 0 either: the monotone constraint.
    allowed_because : str
        Why the fact may be used.
    source : str
        Where the idea comes from.

    Raises
    ------
    DeclarationError
        Listing everything that is not valid.
    """

    name: str
    family: Family
    view: View
    aggregate: Aggregate
    window_days: int | None
    direction: int
    allowed_because: str
    source: str
    where: tuple[Condition, ...] = ()
    column: str | None = None
    of: tuple[Condition, ...] = ()
    against_days: int | None = None
    min_n: int = 0
    unit: str = ""
    sentence: str = ""
    missing: str = ""

    def __post_init__(self) -> None:
        put = object.__setattr__
        faults = enum_faults(self, _ENUMERATIONS, put)
        if not faults:
            put(self, "where", tuple(self.where))
            put(self, "of", tuple(self.of))
            put(self, "min_n", self.min_n or self.definition.default_n)
            put(self, "unit", self.unit or self.definition.unit(self))
            faults = [*self._own_faults(), *self.definition.faults(self)]
        if not faults:
            put(self, "missing", self.missing or self.definition.missing(self))
            put(self, "sentence", self.sentence or self.definition.sentence(self))
            if self.sentence.count("{value}") != 1:
                faults = [f"sentence must hold {{value}} once, got {self.sentence!r}"]
        if faults:
            raise DeclarationError(f"The declaration of feature {self.name!r} is not valid.", faults=faults)

    def _own_faults(self) -> list[str]:
        faults = name_faults(self.name)
        if self.direction not in (-1, 0, 1):
            faults.append(f"direction must be -1, 0 or 1, got {self.direction!r}")
        faults += [f"{name} must say something" for name in ("allowed_because", "source") if not getattr(self, name)]
        faults += days_faults("window_days", self.window_days, or_none=True)
        return [*faults, *conditions_for(self.view, (*self.where, *self.of))]

    @property
    def definition(self) -> AggregateDefinition:
        """What is computed and said of the aggregate."""
        return definition(self.aggregate)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """``where``, ``of``, and that the incident is domestic unless one of them names the column."""
        return _with_domestic((*self.where, *self.of))

    @property
    def base_conditions(self) -> tuple[Condition, ...]:
        """What the denominator of a share must meet: the conditions without ``where``."""
        named = any(c.column == "domestic" for c in (*self.where, *self.of))
        return self.of if named else (*self.of, _DOMESTIC)

    def say(self, value: float | None) -> str:
        """The sentence with a value in it; with None or NaN, what missing means."""
        if value is None or math.isnan(value):
            return self.missing
        return sentence_with(self.sentence, value, self.unit)

    def to_dict(self) -> dict[str, Any]:
        """The declaration as JSON values; :meth:`from_dict` gives an equal feature."""
        raw = {field.name: getattr(self, field.name) for field in fields(self)}
        raw |= {name: [c.to_dict() for c in raw[name]] for name in ("where", "of")}
        return raw | {name: raw[name].value for name in ("family", "view", "aggregate")}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Feature":
        """Rebuild a feature.

        Raises
        ------
        DeclarationError
            When a field is unknown or missing, or the declaration is not valid.
        """
        known = {field.name for field in fields(cls)}
        faults = [f"unknown field {name!r}" for name in sorted(set(raw) - known)]
        faults += [f"missing field {name!r}" for name in sorted({"name", "family", "view", "aggregate"} - set(raw))]
        if faults:
            raise DeclarationError("A feature cannot be read.", faults=faults)
        given = dict(raw)
        for name in ("where", "of"):
            given[name] = tuple(Condition.from_dict(c) for c in raw.get(name, ()))
        try:
            return cls(**given)
        except TypeError as error:
            raise DeclarationError(f"A feature cannot be read: {error}") from None
