"""How many rows there are, and how much of a numbered column: in all, at most, on average."""

from abc import ABC
from collections.abc import Sequence

from matac_ml.spec.aggregates.definition import (
    AggregateDefinition,
    Declared,
    column_sql,
    matching_rows,
    numbered_sql,
    numbers,
)
from matac_ml.spec.aggregates.engines import PersonRows, QueryPlan, R, Row, double
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import column_text, rows_in_window, too_few
from matac_ml.spec.harm_units import HUNDREDTHS
from matac_ml.vocabulary import Kind


class _Count(AggregateDefinition):
    name = Aggregate.COUNT
    formula = "n"
    grows = True

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} {rows_in_window(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        return plan.count(feature.view, feature.conditions, window)

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return float(person.count(feature.view, feature.conditions, window=window))


class _Any(AggregateDefinition):
    name = Aggregate.ANY
    formula = "1 when n > 0, else 0"
    usual_unit = "yes or no"
    grows = True

    def sentence(self, feature: Declared) -> str:
        return f"Any {rows_in_window(feature)}: {{value}}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        return f"CASE WHEN {plan.count(feature.view, feature.conditions, window)} > 0 THEN 1 ELSE 0 END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return 1.0 if person.count(feature.view, feature.conditions, window=window) else 0.0


class _Amount(AggregateDefinition, ABC):
    column_kinds = (Kind.INTEGER,)

    def unit(self, feature: Declared) -> str:
        return "days" if feature.column == "harm_days" else "units"


class _Total(_Amount):
    name = Aggregate.TOTAL
    formula = "sum of `column`"
    grows = True

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} of {column_text(feature)} in all, over {rows_in_window(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        total = f"coalesce({column_sql(plan, feature, window, 'sum')}, 0)"
        return f"{double(total)} / CAST({HUNDREDTHS} AS DOUBLE)"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return float(sum(numbers(person, feature, window))) / HUNDREDTHS


class _Maximum(_Amount):
    name = Aggregate.MAXIMUM
    formula = "largest `column`"
    missing_when = "n < `min_n`"
    grows = True

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} of {column_text(feature)} in the gravest of the {rows_in_window(feature)}."

    def missing(self, feature: Declared) -> str:
        return too_few(feature)

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        most = f"{double(column_sql(plan, feature, window, 'max'))} / CAST({HUNDREDTHS} AS DOUBLE)"
        return f"CASE WHEN {numbered_sql(plan, feature, window)} >= {feature.min_n} THEN {most} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        found = numbers(person, feature, window)
        return float(max(found)) / HUNDREDTHS if len(found) >= feature.min_n else None

    def evidence(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The rows that reach the largest value."""
        most = max(numbers(person, feature, window), default=None)
        return [row for row in matching_rows(person, feature, window) if row.values[feature.column or ""] == most]


class _Mean(_Amount):
    name = Aggregate.MEAN
    formula = "mean of `column`"
    missing_when = "n < `min_n`"

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} of {column_text(feature)} on average, over {rows_in_window(feature)}."

    def missing(self, feature: Declared) -> str:
        return too_few(feature)

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        n, total = numbered_sql(plan, feature, window), column_sql(plan, feature, window, "sum")
        return f"CASE WHEN {n} >= {feature.min_n} THEN {double(total)} / {double(f'{n} * {HUNDREDTHS}')} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        found = numbers(person, feature, window)
        return float(sum(found)) / float(len(found) * HUNDREDTHS) if len(found) >= feature.min_n else None


AMOUNTS = (_Count(), _Any(), _Total(), _Maximum(), _Mean())
