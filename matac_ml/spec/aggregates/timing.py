"""When rows happened, and how they change over time: graver, or more often recently."""

import math
from abc import ABC
from collections.abc import Sequence
from typing import ClassVar

from matac_ml.spec.aggregates.definition import AggregateDefinition, Declared, matching_rows, number
from matac_ml.spec.aggregates.engines import PersonRows, QueryPlan, R, Row, double
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import column_text, rows_in_window, sentence_start, too_few
from matac_ml.spec.harm_units import MILLIONTHS, log_millionths
from matac_ml.vocabulary import Kind


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
    day = rows[place].day if rows else None
    return [row for row in rows if row.day == day]


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


DAYS_A_YEAR = 365.25


class _Trend(AggregateDefinition):
    name = Aggregate.TREND
    formula = f"least-squares slope of ln(1 + `column`) on x, a year ({DAYS_A_YEAR} days)"
    missing_when = "n < `min_n`, or all on one day"
    usual_unit = "log points a year"
    column_kinds = (Kind.INTEGER,)
    default_n, least_n = 4, 3

    def sentence(self, feature: Declared) -> str:
        column, rows = sentence_start(column_text(feature)), rows_in_window(feature)
        return f"{column} over the {rows}: {{value}} (above 0, it grows; 0.7 is twice as much each year)."

    def missing(self, feature: Declared) -> str:
        return f"Fewer than {feature.min_n} {rows_in_window(feature)}, or all on one day: too few to say."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        # Sums of whole numbers, days counted from t: exact, in whatever order an engine adds them.
        x, y = "CAST(r.day - d.t AS BIGINT)", "r.log_harm"
        known = f"CASE WHEN {y} IS NOT NULL THEN {{}} END"

        def total(column: str) -> str:
            return plan.over("sum", feature.view, feature.conditions, window, column)

        n = f"coalesce({plan.over('count', feature.view, feature.conditions, window, y)}, 0)"
        sx, sxx = total(known.format(x)), total(known.format(f"{x} * {x}"))
        sy, sxy = total(y), total(f"{x} * {y}")
        together, spread = f"{n} * {sxy} - {sx} * {sy}", f"{n} * {sxx} - {sx} * {sx}"
        above = f"{double(together)} * CAST({DAYS_A_YEAR} AS DOUBLE)"
        slope = f"({above}) / ({double(spread)} * CAST({MILLIONTHS} AS DOUBLE))"
        return f"CASE WHEN {n} >= {feature.min_n} AND {spread} <> 0 THEN {slope} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        rows = matching_rows(person, feature, window)
        x = [row.day - person.day for row in rows]
        y = [log_millionths(number(row, feature.column)) for row in rows]
        n = len(x)
        if n < feature.min_n:
            return None
        spread = n * sum(v * v for v in x) - sum(x) ** 2
        together = n * sum(a * b for a, b in zip(x, y, strict=True)) - sum(x) * sum(y)
        return (float(together) * DAYS_A_YEAR) / (float(spread) * MILLIONTHS) if spread else None


class _Laplace(AggregateDefinition):
    """The Laplace trend statistic of a point process (Cox and Lewis, 1966).

    It is about standard normal when rows fall evenly in the window, and above 0 when they are late in it.
    """

    name = Aggregate.LAPLACE
    formula = "(2 sum(x - t + w) - n w) sqrt(3 / n) / w"
    missing_when = "n < `min_n`"
    usual_unit = "standard deviations"
    needs_window = True
    default_n, least_n = 4, 3

    def sentence(self, feature: Declared) -> str:
        return f"Timing of the {rows_in_window(feature)}: {{value}} later than an even spread (below 0, earlier)."

    def missing(self, feature: Declared) -> str:
        return too_few(feature)

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        n = plan.count(feature.view, feature.conditions, window)
        day = f"CAST(r.day - d.t + {window} AS BIGINT)"
        late = plan.over("sum", feature.view, feature.conditions, window, day)
        root = f"sqrt(CAST(3 AS DOUBLE) / {double(n)})"
        value = f"{double(f'2 * {late} - {n} * {window}')} * {root} / CAST({window} AS DOUBLE)"
        return f"CASE WHEN {n} >= {feature.min_n} THEN {value} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        rows = matching_rows(person, feature, window)
        n = len(rows)
        if n < feature.min_n:
            return None
        late = 2 * sum(row.day - person.day + window for row in rows) - n * window
        return float(late) * math.sqrt(3.0 / float(n)) / float(window)


TIMINGS = (_DaysSinceLast(), _DaysSinceFirst(), _MeanGap(), _Trend(), _Laplace())
