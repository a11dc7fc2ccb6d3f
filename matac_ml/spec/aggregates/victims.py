"""Whom rows concern: how many different victims, new ones, the most with one, and victims whose times overlap."""

from abc import ABC
from collections.abc import Sequence

from matac_ml.spec.aggregates.definition import AggregateDefinition, Declared, matching_rows
from matac_ml.spec.aggregates.engines import PersonRows, QueryPlan, R, Row, Value
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.phrases import column_text, conditions_text, rows_in_window, window_text
from matac_ml.spec.columns import COLUMNS
from matac_ml.spec.condition import is_fixed
from matac_ml.vocabulary import Kind


def _victims_text(feature: Declared) -> str:
    return f"{conditions_text(feature.where)} {window_text(feature.window_days)}"


def _rows_by_victim(person: PersonRows[R], feature: Declared, window: int) -> list[list[R]]:
    """Rows of each victim inside the window, oldest first."""
    groups: dict[Value, list[R]] = {}
    for row in matching_rows(person, feature, window):
        groups.setdefault(row.values["victim_id"], []).append(row)
    return list(groups.values())


class _Distinct(AggregateDefinition):
    name = Aggregate.DISTINCT
    formula = "number of different values of `column`"
    column_kinds = (Kind.CODE, Kind.OFFENCE, Kind.IDENTIFIER)
    grows = True

    def unit(self, feature: Declared) -> str:
        return "victims" if feature.column == "victim_id" else "different values"

    def sentence(self, feature: Declared) -> str:
        what = "" if feature.column == "victim_id" else f"{column_text(feature)}, "
        return f"{{value}} ({what}each counted once) in {rows_in_window(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        predicate = plan.predicate(feature.view, feature.conditions, window)
        if feature.column == "victim_id" and is_fixed(feature.conditions):
            # The last visible row of each victim is counted: cheaper than counting distinct values.
            latest = f"{plan.latest_column(feature.conditions)} >= d.t"
            both = latest if predicate == "TRUE" else f"{predicate} AND {latest}"
            return f"coalesce({plan.base(feature.view, f'count_if({both})')}, 0)"
        distinct = f"count(DISTINCT CASE WHEN {predicate} THEN {plan.column(feature.column or '')} END)"
        return f"coalesce({plan.base(feature.view, distinct)}, 0)"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return float(len({row.values[feature.column or ""] for row in matching_rows(person, feature, window)}))


class _OfVictims(AggregateDefinition, ABC):
    pair_view_only = True


class _New(_OfVictims):
    name = Aggregate.NEW
    formula = "victims whose first known row is inside the window"
    usual_unit = "victims"

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} first recorded{_victims_text(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        first = f"{plan.first_column(feature.conditions)} >= d.t"
        predicate = plan.predicate(feature.view, feature.conditions, window)
        both = first if predicate == "TRUE" else f"{predicate} AND {first}"
        return f"coalesce({plan.base(feature.view, f'count_if({both})')}, 0)"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return float(len(self.evidence(person, feature, window)))

    def evidence(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The first known row of each victim, where it is inside the window."""
        firsts: dict[Value, R] = {}
        for row in person.every(feature.view, feature.conditions):
            firsts.setdefault(row.values["victim_id"], row)
        return [row for row in firsts.values() if row.day >= person.day - window]

    def own_faults(self, feature: Declared) -> list[str]:
        """Whether somebody is new is asked of every earlier row, and what those were on the day is not kept."""
        changing = [c.column for c in feature.where if c.column in COLUMNS and COLUMNS[c.column].changes]
        faults = super().own_faults(feature)
        if changing:
            listed = ", ".join(changing)
            faults.append(f"new takes no condition on what can change after it is recorded, got {listed}")
        return faults


class _MostPerVictim(_OfVictims):
    name = Aggregate.MOST_PER_VICTIM
    formula = "largest number of rows with one victim"
    grows = True

    def sentence(self, feature: Declared) -> str:
        return f"At most {{value}} of the {rows_in_window(feature)} concern the same victim."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        span = plan.span(plan.predicate(feature.view, feature.conditions, window))
        # People with one victim have no span: all their rows are of that victim.
        return f"coalesce(y.most{span}, {plan.count(feature.view, feature.conditions, window)})"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return float(max((len(rows) for rows in _rows_by_victim(person, feature, window)), default=0))


class _Concurrent(_OfVictims):
    name = Aggregate.CONCURRENT
    formula = "victims whose first-to-last span overlaps another victim's"
    usual_unit = "victims"
    grows = True

    def sentence(self, feature: Declared) -> str:
        return f"{{value}} whose records overlap in time with another victim's{_victims_text(feature)}."

    def sql(self, plan: QueryPlan, feature: Declared, window: int) -> str:
        return f"coalesce(y.overlapping{plan.span(plan.predicate(feature.view, feature.conditions, window))}, 0)"

    def value(self, person: PersonRows[Row], feature: Declared, window: int) -> float:
        return float(len(_overlapping(person, feature, window)))

    def evidence(self, person: PersonRows[R], feature: Declared, window: int) -> Sequence[R]:
        """The rows of those victims."""
        return [row for rows in _overlapping(person, feature, window) for row in rows]


def _overlapping(person: PersonRows[R], feature: Declared, window: int) -> list[list[R]]:
    """The rows of each victim whose first-to-last span shares a day with another victim's."""
    groups = _rows_by_victim(person, feature, window)
    return [
        mine
        for mine in groups
        if any(other is not mine and mine[0].day <= other[-1].day and other[0].day <= mine[-1].day for other in groups)
    ]


VICTIM_COUNTS = (_Distinct(), _New(), _MostPerVictim(), _Concurrent())
