"""Rows against other rows, a longer window or days at liberty; and those days, which are facts of the person."""

from matac_ml.spec.aggregates.definition import AggregateDefinition, Declared
from matac_ml.spec.aggregates.engines import Conditions, PersonRows, QueryPlan, Row, double
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import (
    NOUN,
    conditions_text,
    rows_in_window,
    rows_text,
    sentence_start,
    window_text,
)
from matac_ml.wording import span


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


#: A rate over fewer days at liberty than this is missing: it would be made of chance.
LEAST_EXPOSURE_DAYS = 28


class _Share(AggregateDefinition):
    name = Aggregate.SHARE
    formula = "n / number of rows that meet `of` alone"
    missing_when = "fewer than `min_n` of those"
    usual_unit = "share"

    def sentence(self, feature: Declared) -> str:
        among = NOUN[feature.view] + conditions_text(feature.of)
        stated = conditions_text(feature.where).strip().removeprefix("were ")
        were = "were recorded" if stated.startswith("with ") else "were"
        return f"{{value}} of the {among} {window_text(feature.window_days)} {were} {stated}."

    def missing(self, feature: Declared) -> str:
        among = NOUN[feature.view] + conditions_text(feature.of)
        return f"Fewer than {feature.min_n} {among} {window_text(feature.window_days)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        among = plan.count(feature.view, feature.base_conditions, window)
        counted = plan.count(feature.view, feature.conditions, window)
        return f"CASE WHEN {among} >= {feature.min_n} THEN {double(counted)} / {double(among)} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        among = person.count(feature.view, feature.base_conditions, window=window)
        counted = person.count(feature.view, feature.conditions, window=window)
        return float(counted) / float(among) if among >= feature.min_n else None

    def condition_sets(self, feature: Declared) -> tuple[Conditions, ...]:
        """The rows counted, and those that they are a share of."""
        return feature.conditions, feature.base_conditions

    def own_faults(self, feature: Declared) -> list[str]:
        """A share of what, and of which rows."""
        faults = [] if feature.where else ["a share needs where: the rows that are counted among those of the window"]
        if feature.against_days is not None:
            faults.append(f"against_days is for a ratio, got it for {self.name}")
        return faults


class _Ratio(AggregateDefinition):
    name = Aggregate.RATIO
    formula = "(n / w) / (rows in `against_days` / `against_days`)"
    missing_when = "fewer than `min_n` in the longer window"
    usual_unit = "ratio"

    def sentence(self, feature: Declared) -> str:
        longer = span(feature.against_days or 0)
        rows = sentence_start(rows_text(feature))
        return f"{rows}: {{value}} times as often {window_text(feature.window_days)} as over {longer}."

    def missing(self, feature: Declared) -> str:
        return f"Fewer than {feature.min_n} {rows_text(feature)} {window_text(feature.against_days)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        longer = feature.against_days or window
        recent, all_ = (plan.count(feature.view, feature.conditions, days) for days in (window, longer))
        ratio = f"{double(f'{recent} * {longer}')} / {double(f'{all_} * {window}')}"
        return f"CASE WHEN {all_} >= {feature.min_n} THEN {ratio} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        longer = feature.against_days or window
        recent = person.count(feature.view, feature.conditions, window=window)
        all_ = person.count(feature.view, feature.conditions, window=longer)
        return float(recent * longer) / float(all_ * window) if all_ >= feature.min_n else None

    def own_faults(self, feature: Declared) -> list[str]:
        """Two windows, one inside the other."""
        window, against = feature.window_days, feature.against_days
        faults = [f"of is for a share, got it for {self.name}"] if feature.of else []
        if against is None or window is None or against <= window:
            faults.append(f"against_days of a ratio must be longer than window_days, got {against!r} and {window!r}")
        return faults


class _Rate(AggregateDefinition):
    name = Aggregate.RATE
    formula = "n x 365 / days of the window not in custody"
    missing_when = f"fewer than {LEAST_EXPOSURE_DAYS} such days"
    usual_unit = "incidents a year"
    needs_window = True

    def sentence(self, feature: Declared) -> str:
        return f"{sentence_start(rows_in_window(feature))}: {{value}}, days in custody left out."

    def missing(self, feature: Declared) -> str:
        return f"Fewer than {LEAST_EXPOSURE_DAYS} days not in custody {window_text(feature.window_days)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        free = f"({window} - {custody_sql(plan, window)})"
        counted = plan.count(feature.view, feature.conditions, window)
        return f"CASE WHEN {free} >= {LEAST_EXPOSURE_DAYS} THEN {double(f'{counted} * 365')} / {double(free)} END"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float | None:
        free = window - person.custody_days(window)
        counted = person.count(feature.view, feature.conditions, window=window)
        return float(counted * 365) / float(free) if free >= LEAST_EXPOSURE_DAYS else None


PROPORTIONS = (_CustodyDays(), _DaysAtRisk(), _Share(), _Ratio(), _Rate())
