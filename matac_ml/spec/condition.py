"""A condition: one coded column and the values it must have. Several conditions on a feature must all hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from matac_ml.codes import normalise_offence_code
from matac_ml.errors import DeclarationError
from matac_ml.spec.columns import COLUMNS, View
from matac_ml.vocabulary import Kind, Value


class Op(StrEnum):
    """How a column is compared. An empty value meets no condition, not even ``not_in``."""

    IN = "in"
    NOT_IN = "not_in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Condition:
    """A column, a comparison and its values.

    Parameters
    ----------
    column : str
        A name of :data:`~matac_ml.spec.columns.COLUMNS`.
    op : Op
    values : tuple of bool, int or str
        One value for ``at_least`` and ``at_most`` (whole days for ``harm_days``).
    words : str, optional
        How the condition reads in a sentence, when the general wording will not do.

    Raises
    ------
    DeclarationError
        When the column does not exist or cannot have these values.
    """

    column: str
    op: Op
    values: tuple[Value, ...]
    words: str = ""
    # Conditions are what filters are found by, many times for every person explained: hashed once.
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "op", _op(self.op))
        object.__setattr__(self, "values", tuple(_plain(self.column, value) for value in self.values))
        faults = list(_faults(self))
        if faults:
            raise DeclarationError(f"A condition on {self.column!r} is not valid.", faults=faults)
        object.__setattr__(self, "_hash", hash((self.column, self.op.value, self.values, self.words)))

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        # A hash of text holds in one process alone: another makes its own.
        return Condition, (self.column, self.op, self.values, self.words)

    def holds(self, value: Value | None) -> bool:
        """Whether a value of the column meets the condition; an empty value never does."""
        if value is None:
            return False
        if self.op is Op.IN:
            return value in self.values
        if self.op is Op.NOT_IN:
            return value not in self.values
        if self.op is Op.AT_LEAST:
            return value >= self.values[0]  # type: ignore[operator]
        return value <= self.values[0]  # type: ignore[operator]

    def scaled(self) -> "Condition":
        """The condition in the engines' units: harm in hundredths of a day."""
        if self.column != "harm_days":
            return self
        hundredths = tuple(int(value) * 100 for value in self.values)
        return Condition(self.column, self.op, hundredths, self.words)

    def read(self) -> str:
        """The condition inside a sentence, after the noun: ``with strangulation``."""
        if self.words:
            return self.words
        column = COLUMNS[self.column]
        if column.kind is Kind.BOOLEAN:
            return column.words if (self.values == (True,)) is (self.op is Op.IN) else column.otherwise
        listed = " or ".join(str(value).replace("_", " ") for value in self.values)
        joint = {Op.IN: "", Op.NOT_IN: "other than ", Op.AT_LEAST: "of at least ", Op.AT_MOST: "of at most "}[self.op]
        return f"{column.words} {joint}{listed}"

    def to_dict(self) -> dict[str, Any]:
        """The condition as JSON values."""
        return {"column": self.column, "op": self.op.value, "values": list(self.values), "words": self.words}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Condition":
        """Rebuild a condition; raises DeclarationError as the constructor does, and when an entry is left out."""
        if missing := [name for name in ("column", "op", "values") if name not in raw]:
            raise DeclarationError(f"A condition must have column, op and values; {', '.join(missing)} is not there.")
        return cls(raw["column"], raw["op"], tuple(raw["values"]), raw.get("words", ""))


def _plain(column: str, value: Value) -> Value:
    """A value in the one form it has in records: members of an enumeration as their value, offence codes normalised."""
    if isinstance(value, Enum):
        value = value.value
    if column == "offence_code" and isinstance(value, str):
        return normalise_offence_code(value)
    return value


def _op(op: str) -> Op:
    try:
        return Op(op)
    except ValueError:
        raise DeclarationError(f"op must be one of {', '.join(Op)}, got {op!r}") from None


def _faults(condition: Condition) -> list[str]:
    column, values = COLUMNS.get(condition.column), condition.values
    if column is None:
        return [f"column must be one of {', '.join(COLUMNS)}, got {condition.column!r}"]
    faults = []
    if column.kind is Kind.IDENTIFIER:
        faults.append("an identifier can be counted, not compared")
    if not values:
        faults.append("at least one value is needed, got none")
    ordered = condition.op in (Op.AT_LEAST, Op.AT_MOST)
    if ordered and (column.kind is not Kind.INTEGER or len(values) != 1):
        faults.append(f"{condition.op} takes one value of a numbered column, got {values!r} for {column.kind}")
    expected = {Kind.BOOLEAN: bool, Kind.INTEGER: int}.get(column.kind, str)
    wrong = [value for value in values if type(value) is not expected]
    if wrong:
        faults.append(f"values must be {expected.__name__}, got {wrong!r}")
    unknown = [value for value in values if column.codes and value not in column.codes]
    if unknown and not wrong:
        faults.append(f"values must be among {', '.join(map(str, column.codes))}, got {unknown!r}")
    return faults


def among(column: str, *values: Value, words: str = "") -> Condition:
    """The column has one of these values."""
    return Condition(column, Op.IN, values, words)


def not_among(column: str, *values: Value, words: str = "") -> Condition:
    """The column is filled and has none of these values."""
    return Condition(column, Op.NOT_IN, values, words)


def is_true(column: str) -> Condition:
    """The flag is set."""
    return Condition(column, Op.IN, (True,))


def is_false(column: str) -> Condition:
    """The flag is filled and not set."""
    return Condition(column, Op.IN, (False,))


def at_least(column: str, value: int, words: str = "") -> Condition:
    """The number is this or more; whole days for ``harm_days``."""
    return Condition(column, Op.AT_LEAST, (value,), words)


def at_most(column: str, value: int, words: str = "") -> Condition:
    """The number is this or less; whole days for ``harm_days``."""
    return Condition(column, Op.AT_MOST, (value,), words)


def is_fixed(conditions: Iterable[Condition]) -> bool:
    """Whether no column of the conditions can change once the row is known."""
    return not any(COLUMNS[c.column].changes for c in conditions)


def conditions_for(view: View, where: tuple[Condition, ...]) -> list[str]:
    """Faults of conditions that name a column the view does not have."""
    return [
        f"{c.column} is not a column of the {view.value} view (it is in {', '.join(COLUMNS[c.column].views)})"
        for c in where
        if view not in COLUMNS[c.column].views
    ]
