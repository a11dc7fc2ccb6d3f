"""Pieces of SQL that both engines read: literals, days as whole numbers, conditions."""

from collections.abc import Iterable

from matac_ml.codes import CHARGED_OUTCOMES
from matac_ml.spec import COLUMNS, Condition, Op
from matac_ml.vocabulary import LATER, Kind

#: Later than every day: stands where a day is empty, so that comparisons need no test for NULL.
NEVER = 1_000_000_000
#: Columns whose value at ``t`` is decided in the query, by comparing a day with ``t``.
DATED = {
    **{later.name: f"CASE WHEN r.{later.known_on} < d.t THEN r.{later.name} END" for later in LATER},
    "role": "CASE WHEN r.offender_from < d.t THEN 'offender' ELSE 'suspect' END",
    "charged": (
        "(r.offender_from < d.t OR (r.outcome_on < d.t AND "
        f"coalesce(r.outcome_code IN ({', '.join(str(int(code)) for code in CHARGED_OUTCOMES)}), FALSE)))"
    ),
    "counter_allegation": "(r.counter_from < d.t)",
}
_COMPARED = {Op.IN: "IN", Op.NOT_IN: "NOT IN"}


def literal(value: bool | int | str | None) -> str:
    """A value as SQL; text is quoted, and holds no control character."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


def day(column: str) -> str:
    """A date as days since 1970-01-01."""
    return f"CAST(date_diff('day', DATE '1970-01-01', {column}) AS INTEGER)"


def day_or_never(column: str) -> str:
    """A date as days since 1970-01-01, or :data:`NEVER`."""
    return f"coalesce({day(column)}, {NEVER})"


def condition_sql(condition: Condition, column: str) -> str:
    """A condition on a column expression; NULL where the column is."""
    scaled = condition.scaled()
    if COLUMNS[condition.column].kind is Kind.BOOLEAN and set(scaled.values) != {True, False}:
        wanted = (scaled.values == (True,)) is (scaled.op is Op.IN)
        return column if wanted else f"NOT {column}"
    if scaled.op in _COMPARED:
        return f"{column} {_COMPARED[scaled.op]} ({', '.join(literal(value) for value in scaled.values)})"
    return f"{column} {'>=' if scaled.op is Op.AT_LEAST else '<='} {literal(scaled.values[0])}"


def all_of(parts: Iterable[str]) -> str:
    """Predicates joined by AND; TRUE when there is none."""
    return " AND ".join(parts) or "TRUE"


def is_dated(condition: Condition) -> bool:
    """Whether the condition's column is decided by comparing a day with ``t``."""
    return condition.column in DATED
