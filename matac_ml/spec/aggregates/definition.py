"""What every aggregate defines, and what holds for all of them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Protocol

from matac_ml.spec.aggregates.engines import Conditions, PersonRows, QueryPlan, R, Row
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.columns import COLUMNS, View
from matac_ml.vocabulary import Kind


class Declared(Protocol):
    """What an aggregate reads of a feature's declaration; see :class:`~matac_ml.spec.feature.Feature`."""

    @property
    def view(self) -> View: ...
    @property
    def window_days(self) -> int | None: ...
    @property
    def where(self) -> Conditions: ...
    @property
    def of(self) -> Conditions: ...
    @property
    def conditions(self) -> Conditions: ...
    @property
    def base_conditions(self) -> Conditions: ...
    @property
    def column(self) -> str | None: ...
    @property
    def against_days(self) -> int | None: ...
    @property
    def min_n(self) -> int: ...


class AggregateDefinition(ABC):
    """One aggregate: what it is, what it needs, how it reads, and how each engine computes it.

    Both engines do the same arithmetic in the same order on whole numbers, so that their values are equal bit for bit.

    Attributes
    ----------
    formula : str
        ``t`` is the as-of day, ``w`` the window, ``n`` the number of rows, ``x`` the day a row happened.
    missing_when : str
        When the value is missing.
    column_kinds : tuple of Kind
        What the column that is summed, ranked or told apart may hold; empty where there is none.
    grows : bool
        Whether another incident can only raise the value.
    default_n, least_n : int
        Fewer rows than ``min_n`` give missing: its default, and the smallest that a declaration may ask for.
    """

    name: ClassVar[Aggregate]
    formula: ClassVar[str]
    missing_when: ClassVar[str] = "never"
    usual_unit: ClassVar[str] = "incidents"
    column_kinds: ClassVar[tuple[Kind, ...]] = ()
    pair_view_only: ClassVar[bool] = False
    needs_window: ClassVar[bool] = False
    takes_conditions: ClassVar[bool] = True
    grows: ClassVar[bool] = False
    default_n: ClassVar[int] = 1
    least_n: ClassVar[int] = 1

    def unit(self, feature: Declared) -> str:
        """The unit of a feature that declares none."""
        return self.usual_unit

    @abstractmethod
    def sentence(self, feature: Declared) -> str:
        """A sentence with ``{value}`` in it."""

    def missing(self, feature: Declared) -> str:
        """What a missing value means; empty when the value is never missing."""
        return ""

    @abstractmethod
    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        """The value for everybody; NULL when missing."""

    @abstractmethod
    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        """The value for one person; None when missing."""

    def evidence(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The rows that made the value: of the longer window where there are two, none of a fact of the person."""
        return matching_rows(person, feature, feature.against_days or window) if self.takes_conditions else ()

    def condition_sets(self, feature: Declared) -> tuple[Conditions, ...]:
        """Every set of conditions by which rows are counted."""
        return (feature.conditions,)

    def faults(self, feature: Declared) -> list[str]:
        """Everything in a declaration that this aggregate cannot use."""
        return [*self._column_faults(feature), *self._shape_faults(feature), *self.own_faults(feature)]

    def own_faults(self, feature: Declared) -> list[str]:
        """What only this aggregate asks for."""
        faults = [f"of is for a share, got it for {self.name}"] if feature.of else []
        if feature.against_days is not None:
            faults.append(f"against_days is for a ratio, got it for {self.name}")
        return faults

    def _shape_faults(self, feature: Declared) -> list[str]:
        faults = []
        if self.needs_window and feature.window_days is None:
            faults.append(f"{self.name} needs window_days, got None")
        if self.pair_view_only and feature.view is not View.PAIR:
            faults.append(f"{self.name} looks at the pair view, got {feature.view}")
        if not self.takes_conditions and feature.where:
            faults.append(f"{self.name} takes no where")
        if type(feature.min_n) is not int or feature.min_n < self.least_n:
            faults.append(f"min_n of {self.name} must be at least {self.least_n}, got {feature.min_n!r}")
        return faults

    def _column_faults(self, feature: Declared) -> list[str]:
        if not self.column_kinds:
            return [f"column is not used by {self.name}, got {feature.column!r}"] if feature.column else []
        column = COLUMNS.get(feature.column or "")
        if column is None or feature.view not in column.views:
            return [f"column must be one of the {feature.view} view, got {feature.column!r}"]
        if column.kind not in self.column_kinds or column.name == "outcome_code":
            return [f"{self.name} needs a column that holds {' or '.join(self.column_kinds)}, got {column.name!r}"]
        return []


def matching_rows(person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
    """Rows that meet a feature's conditions inside its window, oldest first; only those that have its column."""
    rows = person.rows(feature.view, feature.conditions, window=window)
    if feature.column is None:
        return rows
    return [row for row in rows if row.values[feature.column] is not None]


def number(row: Row, column: str | None) -> int:
    """A row's value of a numbered column."""
    value = row.values[column or ""]
    assert isinstance(value, int)  # noqa: S101 - the declaration was checked: numbered columns only
    return value


def numbers(person: PersonRows[Row], feature: Declared, window: int) -> list[int]:
    """The values of a feature's column."""
    return [number(row, feature.column) for row in matching_rows(person, feature, window)]


def column_sql(plan: QueryPlan, feature: Declared, window: int, function: str) -> str:
    """An SQL aggregate of a feature's column."""
    return plan.over(function, feature.view, feature.conditions, window, plan.column(feature.column or ""))


def numbered_sql(plan: QueryPlan, feature: Declared, window: int) -> str:
    """Number of rows that have a feature's column."""
    return f"coalesce({column_sql(plan, feature, window, 'count')}, 0)"
