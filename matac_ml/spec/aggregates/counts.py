"""How many rows there are, and whether there is any."""

from matac_ml.spec.aggregates.definition import AggregateDefinition, Declared
from matac_ml.spec.aggregates.engines import PersonRows, QueryPlan, Row
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import rows_in_window


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


COUNTS = (_Count(), _Any())
