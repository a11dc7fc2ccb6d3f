"""One query for every feature and as-of date: the same text for DuckDB and, transpiled, for Spark."""

from collections.abc import Sequence
from dataclasses import dataclass

from matac_ml.asof.identity_tables import Statement
from matac_ml.asof.plan import PART, Plan, new_plan
from matac_ml.asof.sqltext import all_of
from matac_ml.asof.tables import table_statements
from matac_ml.asof.weights import HarmTable
from matac_ml.spec import Feature, View, checked

_TABLE = {View.SUSPECT: "suspect_rows", View.PAIR: "pair_rows", View.VICTIM: "victim_rows"}


@dataclass(frozen=True)
class Compiled:
    """Tables to make, in order, and the query over them and a table ``as_of`` (``t``: day number, ``as_of``: date).

    ``numbered`` is the same query with ``person``, the number in the table ``persons``, in place of ``person_id``.
    """

    tables: tuple[Statement, ...]
    query: str
    numbered: str


def compile_features(
    features: Sequence[Feature], *, harm: HarmTable, lookback: int, changing: tuple[int, int] | None = None
) -> Compiled:
    """Turn declarations into SQL; ``changing`` as for :func:`~matac_ml.asof.tables.table_statements`.

    Raises
    ------
    DeclarationError
        When two features have one name.
    """
    listed = checked(features)
    plan = new_plan(listed, lookback=lookback)
    values = [(feature.name, _value_sql(plan, feature)) for feature in listed]
    # Who has a row is decided by the suspect view, also when no feature looks at it.
    tables = tuple(table_statements(plan, harm, custody=bool(plan.custody_windows), changing=changing))
    return Compiled(tables, plan_query(plan, values), plan_query(plan, values, numbered=True))


def _value_sql(plan: Plan, feature: Feature) -> str:
    """A feature's value as a DOUBLE, NULL when missing."""
    value = feature.definition.sql(plan, feature, feature.window_days or plan.lookback)
    return f"CAST({value} AS DOUBLE)"


def plan_query(plan: Plan, values: Sequence[tuple[str, str]], *, numbered: bool = False) -> str:
    """The query for named values over the aggregates of a plan; one row a person and date, ordered.

    ``numbered`` leaves people as numbers: a join of seventy columns with their identifiers costs a tenth of the query.
    """
    parts = [f"{PART[view]} AS ({_view(plan, view)})" for view in View if plan.bases[view] or view is View.SUSPECT]
    joined = [PART[view] for view in (View.PAIR, View.VICTIM) if plan.bases[view]]
    if plan.spans:
        parts += [f"dyads AS ({_dyads(plan)})", f"spans AS ({_spans(plan)})", f"y AS ({_overlaps(plan)})"]
        joined.append("y")
    if plan.custody_windows:
        parts += [f"spells AS ({_SPELLS})", f"c AS ({_custody(plan)})"]
        joined.append("c")
    columns = "".join(f', {sql} AS "{name}"' for name, sql in values)
    joins = " ".join(f"LEFT JOIN {part} ON {part}.person = s.person AND {part}.t = s.t" for part in joined)
    if plan.at_risk:
        joins += " LEFT JOIN risk_rows x ON x.person = s.person"
    who, named = ("s.person", "") if numbered else ("k.person_id", "JOIN persons k ON k.person = s.person ")
    return (
        f"WITH {', '.join(parts)} SELECT {who}, a.as_of{columns} FROM s {named}JOIN as_of a ON a.t = s.t "
        f"{joins} ORDER BY s.t, s.person"
    )


def _seen(plan: Plan) -> str:
    """The as-of law: known strictly before the day, not yet replaced, happened within reach."""
    return f"r.known < d.t AND r.until >= d.t AND r.day < d.t AND r.day >= d.t - {plan.reach}"


def _view(plan: Plan, view: View) -> str:
    bases = "".join(f", {sql} AS {name}" for sql, name in plan.bases[view].items())
    people = _people(plan) if view is View.SUSPECT else ""
    table = _TABLE[view]
    return f"SELECT r.person, d.t{bases} FROM {table} r JOIN as_of d ON {_seen(plan)} GROUP BY r.person, d.t{people}"


def _people(plan: Plan) -> str:
    """Who has a row, where not everybody seen has: a domestic incident inside the look-back."""
    parts = [] if plan.only_domestic else ["r.is_domestic"]
    if plan.reach > plan.lookback:
        parts.append(f"r.day >= d.t - {plan.lookback}")
    return f" HAVING count_if({all_of(parts)}) > 0" if parts else ""


def _dyads(plan: Plan) -> str:
    """Number, first and last day of the rows of each victim, for people with more than one victim."""
    columns = "".join(
        f", count_if({p}) AS n{i}, min(CASE WHEN {p} THEN r.day END) AS first{i}, "
        f"max(CASE WHEN {p} THEN r.day END) AS last{i}"
        for p, i in plan.spans.items()
    )
    seen = all_of((_seen(plan), "r.several"))
    rows = f"FROM pair_rows r JOIN as_of d ON {seen} GROUP BY r.person, d.t, r.victim"
    return f"SELECT r.person, d.t, r.victim{columns} {rows}"


def _spans(plan: Plan) -> str:
    """Beside each victim's span, how far any span that began before reaches, and when the next one begins."""
    windows = []
    for i in plan.spans.values():
        order = f"PARTITION BY person, t ORDER BY first{i} NULLS LAST, victim"
        windows.append(
            f", max(last{i}) OVER ({order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach{i}"
            f", lead(first{i}) OVER ({order}) AS next{i}"
        )
    return f"SELECT *{''.join(windows)} FROM dyads"


def _overlaps(plan: Plan) -> str:
    columns = "".join(
        f", max(n{i}) AS most{i}, count_if(coalesce(reach{i} >= first{i}, FALSE) "
        f"OR coalesce(next{i} <= last{i}, FALSE)) AS overlapping{i}"
        for i in plan.spans.values()
    )
    return f"SELECT person, t{columns} FROM spans GROUP BY person, t"


_SPELLS = """
SELECT r.person, d.t, r.start_day, least(r.end_day, d.t) AS end_day,
    max(least(r.end_day, d.t)) OVER (
        PARTITION BY r.person, d.t ORDER BY r.start_day, r.end_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reached
FROM custody_rows r JOIN as_of d ON r.known < d.t AND r.start_day < d.t
"""


def _custody(plan: Plan) -> str:
    """Days of each window in custody; a spell counts from where the spells before it end."""
    columns = "".join(
        f", sum(greatest(0, end_day - greatest(start_day, coalesce(reached, start_day), t - {w}))) AS custody{w}"
        for w in sorted(plan.custody_windows)
    )
    return f"SELECT person, t{columns} FROM spells GROUP BY person, t"
