"""When rows happened: days since the last and the first, and between one and the next."""

from abc import ABC
from collections.abc import Sequence
from typing import ClassVar

from matac_ml.spec.aggregates.definition import AggregateDefinition, Declared, matching_rows
from matac_ml.spec.aggregates.engines import PersonRows, QueryPlan, R, Row, double
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import rows_in_window, too_few


def _day_sql(plan: QueryPlan, feature: Declared, window: int, function: str) -> str:
    return plan.over(function, feature.view, feature.conditions, window, "r.day")


class _DaysSince(AggregateDefinition, ABC):
    """Days since one end of the rows: ``_end`` names it, ``_function`` and ``_place`` find it in SQL and in a list."""

    missing_when = "n = 0"
    usual_unit = "days"
    _end: ClassVar[str]
    _function: ClassVar[str]
    _place: ClassVar[int]

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} since the {self._end} of the {rows_in_window(feature)}."

    def missing(self, feature: Declared) -> str:
        return f"No {rows_in_window(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        return f"s.t - {_day_sql(plan, feature, window, self._function)}"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        rows = matching_rows(person, feature, window)
        return float(person.day - rows[self._place].day) if rows else None


# Each of the two has its own ``evidence``: features with the same one are taken to have the same incidents.
class _DaysSinceLast(_DaysSince):
    name = Aggregate.DAYS_SINCE_LAST
    formula = "t - latest x"
    _end, _function, _place = "latest", "max", -1

    def evidence(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The rows of the latest day."""
        return _same_day(matching_rows(person, feature, window), self._place)


class _DaysSinceFirst(_DaysSince):
    name = Aggregate.DAYS_SINCE_FIRST
    formula = "t - earliest x"
    _end, _function, _place = "first", "min", 0

    def evidence(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The rows of the earliest day."""
        return _same_day(matching_rows(person, feature, window), self._place)


def _same_day(rows: Sequence[R], place: int) -> Sequence[R]:
    """The rows that happened on the day of the row at a place."""
    return [row for row in rows if row.day == rows[place].day]


class _MeanGap(AggregateDefinition):
    name = Aggregate.MEAN_GAP
    formula = "(latest x - earliest x) / (n - 1)"
    missing_when = "n < `min_n`"
    usual_unit = "days"
    default_n, least_n = 3, 2

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} on average between one and the next of the {rows_in_window(feature)}."

    def missing(self, feature: Declared) -> str:
        return too_few(feature)

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        n = plan.count(feature.view, feature.conditions, window)
        span = f"{_day_sql(plan, feature, window, 'max')} - {_day_sql(plan, feature, window, 'min')}"
        return f"CASE WHEN {n} >= {feature.min_n} THEN {double(span)} / {double(f'{n} - 1')} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        rows = matching_rows(person, feature, window)
        return float(rows[-1].day - rows[0].day) / float(len(rows) - 1) if len(rows) >= feature.min_n else None


TIMINGS = (_DaysSinceLast(), _DaysSinceFirst(), _MeanGap())
