"""What a set of features needs of each view: every aggregate once, every set of conditions once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from matac_ml.asof.sqltext import DATED, all_of, condition_sql, is_dated
from matac_ml.spec import Condition, Feature, Outcome, View, is_true
from matac_ml.spec.aggregates.engines import Conditions

DOMESTIC = is_true("domestic")
#: Names of the parts of the query, by view.
PART = {View.SUSPECT: "s", View.PAIR: "p", View.VICTIM: "v"}


@dataclass
class Plan:
    """Masks, aggregates and spans gathered while features are turned into SQL.

    A *mask* is a set of conditions worked out once a row, as a column ``m0``, ``m1`` ... of a view's table. A *latest*
    or *first* column tells from which day another row of the same suspect and victim, meeting the same conditions, is
    known to have happened later or earlier: comparing it with ``t`` finds each pair's last or first visible row without
    counting distinct values, and stays exact when an old incident is recorded late.

    Attributes
    ----------
    lookback : int
        Whoever has a domestic incident as suspect in so many days before ``t`` has a row; the window of features that
        declare none.
    reach : int
        Days before ``t`` that are looked at: the look-back, or the longest window that is declared.
    at_risk : bool
        Whether a feature asks since when the person could be recorded.
    only_domestic : bool
        Whether every feature looks at domestic incidents alone; the others are then left out of the tables.
    """

    lookback: int
    reach: int
    only_domestic: bool
    masks: dict[View, dict[Conditions, str]] = field(default_factory=lambda: {view: {} for view in View})
    bases: dict[View, dict[str, str]] = field(default_factory=lambda: {view: {} for view in View})
    latest: dict[Conditions, str] = field(default_factory=dict)
    first: dict[Conditions, str] = field(default_factory=dict)
    spans: dict[str, str] = field(default_factory=dict)
    custody_windows: set[int] = field(default_factory=set)
    at_risk: bool = False

    def base(self, view: View, sql: str) -> str:
        """Name of an aggregate over a view's rows, each aggregate once."""
        bases = self.bases[view]
        return f"{PART[view]}.{bases.setdefault(sql, f'a{len(bases)}')}"

    def count(self, view: View, conditions: Conditions, window: int) -> str:
        """Number of rows, 0 for a person without any in the view."""
        predicate = self.predicate(view, conditions, window)
        name = self.base(view, "count(*)" if predicate == "TRUE" else f"count_if({predicate})")
        return name if view is View.SUSPECT else f"coalesce({name}, 0)"

    def over(self, function: str, view: View, conditions: Conditions, window: int, column: str) -> str:
        """An aggregate of a column over the rows that meet the conditions in the window; NULL when there is none."""
        predicate = self.predicate(view, conditions, window)
        inside = column if predicate == "TRUE" else f"CASE WHEN {predicate} THEN {column} END"
        return self.base(view, f"{function}({inside})")

    def column(self, name: str) -> str:
        """A declared column's value on a row ``r``, as known on the date ``d``."""
        return DATED.get(name) or f"r.{COLUMN.get(name, name)}"

    def predicate(self, view: View, conditions: Conditions, window: int) -> str:
        """The conditions and the window, on a row ``r`` of the view and a date ``d``."""
        still = tuple(c for c in conditions if not is_dated(c))
        parts = [self.mask(view, still)] if self.shown(still) else []
        parts += [f"coalesce({condition_sql(c, DATED[c.column])}, FALSE)" for c in conditions if is_dated(c)]
        if window < self.reach:
            parts.append(f"r.day >= d.t - {window}")
        return all_of(parts)

    def mask(self, view: View, conditions: Conditions) -> str:
        """Name of the column that tells which rows meet the conditions."""
        masks = self.masks[view]
        return f"r.{masks.setdefault(self.shown(conditions), f'm{len(masks)}')}"

    def shown(self, conditions: Iterable[Condition]) -> Conditions:
        """The conditions without the one that every row of the tables meets."""
        return tuple(c for c in conditions if not (self.only_domestic and c == DOMESTIC))

    def latest_column(self, conditions: Conditions) -> str:
        """Name of the column with the first day on which a later row of the same pair is known."""
        return f"r.{self.latest.setdefault(self.shown(conditions), f'latest{len(self.latest)}')}"

    def first_column(self, conditions: Conditions) -> str:
        """Name of the column with the first day on which an earlier row of the same pair is known."""
        return f"r.{self.first.setdefault(self.shown(conditions), f'first{len(self.first)}')}"

    def span(self, predicate: str) -> str:
        """Number of the victims' spans made of the rows that meet a predicate."""
        return self.spans.setdefault(predicate, str(len(self.spans)))


def mask_sql(conditions: Conditions) -> str:
    """A mask as SQL over a row ``i`` of incidents with its links: never NULL."""
    return f"coalesce({all_of(condition_sql(c, COLUMN.get(c.column, c.column)) for c in conditions)}, FALSE)"


#: Columns of the tables that are called otherwise in declarations.
COLUMN = {"harm_days": "harm", "victim_id": "victim"}


def new_plan(declared: Iterable[Feature | Outcome], *, lookback: int) -> Plan:
    """A plan for features or outcomes."""
    listed = tuple(declared)
    windows = [max(f.window_days or 0, f.against_days or 0) for f in listed if isinstance(f, Feature)]
    only_domestic = all(DOMESTIC in conditions for f in listed for conditions in _looked_at(f))
    return Plan(lookback, max((lookback, *windows)), only_domestic)


def _looked_at(declared: Feature | Outcome) -> tuple[Conditions, ...]:
    """Every set of conditions a declaration counts rows by."""
    return declared.definition.condition_sets(declared) if isinstance(declared, Feature) else (declared.conditions,)
