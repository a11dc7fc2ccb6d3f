"""When rows happened: days since the last and the first, and between one and the next."""

from collections.abc import Sequence

from matac_ml.spec.aggregates.definition import AggregateDefinition, Declared, matching_rows
from matac_ml.spec.aggregates.engines import PersonRows, QueryPlan, R, Row, double
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import rows_in_window, too_few


def _day_sql(plan: QueryPlan, feature: Declared, window: int, function: str) -> str:
    return plan.over(function, feature.view, feature.conditions, window, "r.day")


class _DaysSinceLast(AggregateDefinition):
    name = Aggregate.DAYS_SINCE_LAST
    formula = "t - latest x"
    missing_when = "n = 0"
    usual_unit = "days"

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} since the latest of the {rows_in_window(feature)}."

    def missing(self, feature: Declared) -> str:
        return f"No {rows_in_window(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        return f"s.t - {_day_sql(plan, feature, window, 'max')}"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        rows = matching_rows(person, feature, window)
        return float(person.day - rows[-1].day) if rows else None

    def rows_behind(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The rows of the latest day."""
        rows = matching_rows(person, feature, window)
        return [row for row in rows if row.day == rows[-1].day]


class _DaysSinceFirst(AggregateDefinition):
    name = Aggregate.DAYS_SINCE_FIRST
    formula = "t - earliest x"
    missing_when = "n = 0"
    usual_unit = "days"

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} since the first of the {rows_in_window(feature)}."

    def missing(self, feature: Declared) -> str:
        return f"No {rows_in_window(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        return f"s.t - {_day_sql(plan, feature, window, 'min')}"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        rows = matching_rows(person, feature, window)
        return float(person.day - rows[0].day) if rows else None

    def rows_behind(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The rows of the earliest day."""
        rows = matching_rows(person, feature, window)
        return [row for row in rows if row.day == rows[0].day]


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
