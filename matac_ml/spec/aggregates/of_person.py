"""Facts of the person and not of rows: days in custody, and since when the person could be recorded."""

from matac_ml.spec.aggregates.definition import AggregateDefinition, Declared
from matac_ml.spec.aggregates.engines import PersonRows, QueryPlan, Row
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import window_text


def custody_sql(plan: QueryPlan, window: int) -> str:
    """Days of a window in custody, 0 where nothing is recorded."""
    plan.custody_windows.add(window)
    return f"coalesce(c.custody{window}, 0)"


class _CustodyDays(AggregateDefinition):
    name = Aggregate.CUSTODY_DAYS
    formula = "days of the window in custody"
    usual_unit = "days"
    needs_window = True
    takes_conditions = False

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} in custody {window_text(feature.window_days)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        return custody_sql(plan, window)

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return float(person.custody_days(window))


class _DaysAtRisk(AggregateDefinition):
    name = Aggregate.DAYS_AT_RISK
    formula = "t - the day from which the person could be recorded"
    missing_when = "that day is not on record"
    usual_unit = "days"
    takes_conditions = False

    def sentence(self, feature: Declared) -> str:
        return "{value} since this person could first be recorded here."

    def missing(self, feature: Declared) -> str:
        return "Not on record since when this person could be recorded here."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        plan.at_risk = True
        return "CASE WHEN x.from_day < s.t THEN s.t - x.from_day END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        since = person.at_risk_from
        return float((person.t - since).days) if since is not None and since < person.t else None

    def own_faults(self, feature: Declared) -> list[str]:
        """It counts from one day."""
        faults = super().own_faults(feature)
        if feature.window_days is not None:
            faults.append(f"{self.name} counts from one day and takes no window_days, got {feature.window_days!r}")
        return faults


OF_PERSON = (_CustodyDays(), _DaysAtRisk())
