"""What an aggregate asks of the two engines: rows of one person in Python, and a query over a whole force in SQL.

Protocols, because the engines in :mod:`matac_ml.asof` stand above the declarations that they compute.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from matac_ml.spec.columns import View
from matac_ml.spec.condition import Condition

Value = bool | int | str | None
Conditions = tuple[Condition, ...]


class Row(Protocol):
    """A visible row of a view."""

    @property
    def day(self) -> int:
        """The day it happened, as an ordinal."""

    @property
    def values(self) -> Mapping[str, Value]:
        """Its columns as known on the as-of day; harm in hundredths of a day."""


R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


class PersonRows(Protocol[R_co]):
    """One person's rows as of a day ``t``."""

    @property
    def t(self) -> date:
        """The as-of day."""

    @property
    def day(self) -> int:
        """The as-of day, as an ordinal."""

    @property
    def at_risk_from(self) -> date | None:
        """The day from which the person could be recorded at all."""

    def rows(self, view: View, where: Conditions, *, window: int) -> Sequence[R_co]:
        """Rows that meet every condition and happened in ``[t - window, t)``, oldest first."""

    def count(self, view: View, where: Conditions, *, window: int) -> int:
        """Number of those rows."""

    def every(self, view: View, where: Conditions) -> Sequence[R_co]:
        """Rows that meet every condition, however long ago, oldest first."""

    def custody_days(self, window: int) -> int:
        """Days of ``[t - window, t)`` in custody."""


class QueryPlan(Protocol):
    """A query under construction: what is asked for is computed once, however many features ask for it.

    Expressions are over a row ``s`` a person and date, with ``s.t`` the as-of day; inside an aggregate, over a row
    ``r`` of the view and a date ``d``. Days are whole numbers.
    """

    at_risk: bool
    custody_windows: set[int]

    def base(self, view: View, sql: str) -> str:
        """Name of an SQL aggregate over a view's rows."""

    def count(self, view: View, conditions: Conditions, window: int) -> str:
        """Number of rows."""

    def over(self, function: str, view: View, conditions: Conditions, window: int, column: str) -> str:
        """An SQL aggregate of a column over the rows that meet the conditions; NULL when there is none."""

    def predicate(self, view: View, conditions: Conditions, window: int) -> str:
        """The conditions and the window."""

    def column(self, name: str) -> str:
        """SQL of a declared column's value as known on the as-of day."""

    def latest_column(self, conditions: Conditions) -> str:
        """The first day on which a later row of the same suspect and victim is known."""

    def first_column(self, conditions: Conditions) -> str:
        """The first day on which an earlier row of the same suspect and victim is known."""

    def span(self, predicate: str) -> str:
        """Number of the victims' spans made of the rows that meet a predicate."""


def double(sql: str) -> str:
    """A whole number as a DOUBLE: converted once, so that both engines round alike."""
    return f"CAST(CAST({sql} AS BIGINT) AS DOUBLE)"
