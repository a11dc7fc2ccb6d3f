"""The tables as every other room reads them: merges applied, defaults filled, row numbers gone."""

import duckdb

from matac_ml.records import cells
from matac_ml.records.loading import forget
from matac_ml.vocabulary import PEOPLE, TABLES, Column, table

_STAYS = "coalesce(m.stays, t.person_id) AS person_id"
_JOIN = "LEFT JOIN typed.merged m ON m.person_id = t.person_id"

# Sorted by person, so that one person's rows are found without reading the others'.
_INVOLVEMENTS = f"""
CREATE OR REPLACE TABLE involvements AS
SELECT t.incident_id, {_STAYS}, t.role,
    greatest(coalesce(t.recorded_on, i.recorded_on), i.recorded_on) AS recorded_on,
    CASE WHEN t.role = 'victim' THEN t.relationship END AS relationship,
    CASE WHEN t.role = 'victim' THEN coalesce(c.stays, t.counterpart_id) END AS counterpart_id
FROM typed.involvements t {_JOIN}
LEFT JOIN typed.merged c ON c.person_id = t.counterpart_id
JOIN typed.known_incidents i ON i.incident_id = t.incident_id
ORDER BY person_id, t.row
"""


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make the public tables from ``typed``, checked; the extract must have no fault that breaks a table."""
    columns = ", ".join(_or_default(column, column.name) for column in table("incidents").columns)
    con.execute(f"CREATE OR REPLACE VIEW incidents AS SELECT {columns} FROM typed.known_incidents")
    con.execute(_INVOLVEMENTS)
    forget(con, "involvements")
    con.execute(_people())
    for other in TABLES[3:]:
        con.execute(_view(other.name))


def _people() -> str:
    """One row a person who stays, filled from identities given up; a row also for whoever only stands elsewhere."""
    filled = ", ".join(_filled(column) for column in PEOPLE.columns if column.name != "person_id")
    return (
        f"CREATE OR REPLACE TABLE people AS WITH everyone AS (SELECT {_STAYS}, m.stays IS NULL AS own, t.* EXCLUDE "
        f"(person_id) FROM typed.people t {_JOIN} UNION ALL BY NAME SELECT DISTINCT person_id, false AS own FROM "
        f"involvements) SELECT person_id, {filled} FROM everyone GROUP BY person_id ORDER BY person_id"
    )


def _or_default(column: Column, value: str) -> str:
    """A value under the column's name, with what an empty cell is read as."""
    if column.default is None:
        return f"{value} AS {column.name}"
    default = cells.text(column.default) if isinstance(column.default, str) else str(column.default)
    return f"coalesce({value}, {default}) AS {column.name}"


def _filled(column: Column) -> str:
    """The person's own value, else one of an identity given up; what says as little as an empty cell is passed over."""
    said = f" AND {column.name} <> {cells.text(str(column.default))}" if column.default else ""
    known = f"{column.name} IS NOT NULL{said}"
    return _or_default(column, f"first({column.name} ORDER BY own DESC, row) FILTER ({known})")


def _view(name: str) -> str:
    if name == "merges":
        return "CREATE OR REPLACE VIEW merges AS SELECT person_id, merged_into, merged_on FROM typed.merges"
    columns = []
    for column in table(name).columns:
        if column.name == "person_id":
            columns.append(_STAYS)
        elif name == "custody" and column.name == "recorded_on":
            columns.append("coalesce(t.recorded_on, t.start_on) AS recorded_on")
        else:
            columns.append(f"t.{column.name}")
    who = _JOIN if any(c.name == "person_id" for c in table(name).columns) else ""
    return f"CREATE OR REPLACE VIEW {name} AS SELECT {', '.join(columns)} FROM typed.{name} t {who}"
