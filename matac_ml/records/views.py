"""The tables as every other room reads them: merges applied, defaults filled, row numbers gone."""

from datetime import date

import duckdb

from matac_ml.records import cells
from matac_ml.records.loading import forget
from matac_ml.records.merging import keep_identities
from matac_ml.vocabulary import PEOPLE, TABLES, Column, table

# Sorted by person, so that one person's rows are found without reading the others'. What it was recorded as stands
# beside each identity: as of an earlier day it may belong to another.
_INVOLVEMENTS = """
CREATE OR REPLACE TABLE typed.links AS
SELECT t.incident_id, coalesce(m.stays, t.person_id) AS person_id, t.role,
    greatest(coalesce(t.recorded_on, i.recorded_on), i.recorded_on) AS recorded_on,
    CASE WHEN t.role = 'victim' THEN t.relationship END AS relationship,
    CASE WHEN t.role = 'victim' THEN coalesce(c.stays, t.counterpart_id) END AS counterpart_id,
    t.person_id AS recorded_as, CASE WHEN t.role = 'victim' THEN t.counterpart_id END AS counterpart_as, t.withdrawn_on
FROM typed.involvements t LEFT JOIN typed.merged m ON m.person_id = t.person_id
LEFT JOIN typed.merged c ON c.person_id = t.counterpart_id
JOIN typed.known_incidents i ON i.incident_id = t.incident_id
ORDER BY person_id, t.row;
CREATE OR REPLACE VIEW every_link AS SELECT * FROM typed.links;
CREATE OR REPLACE VIEW involvements AS SELECT * FROM every_link WHERE withdrawn_on IS NULL
"""
#: Every identity given up as of ``$day``, and the one that stays.
MERGED_AS_OF = """
SELECT person_id, stays FROM identities WHERE stays <> person_id
    AND coalesce(held_from < $day, TRUE) AND coalesce(held_until >= $day, TRUE)
"""
# A temporary table stands before the extract's own of the same name, for one connection alone.
_PEOPLE_AS_RECORDED = """
CREATE OR REPLACE VIEW people_as_recorded AS
SELECT coalesce(m.stays, t.person_id) AS person_id, t.person_id AS recorded_as, t.birth_date,
    t.deceased_on, t.at_risk_from, t.row AS place
FROM typed.people t LEFT JOIN typed.merged m ON m.person_id = t.person_id
"""
_LINKS_THEN = """
CREATE OR REPLACE TEMP VIEW every_link AS
SELECT t.* REPLACE (
    coalesce(m.stays, t.recorded_as) AS person_id, coalesce(c.stays, t.counterpart_as) AS counterpart_id
) FROM typed.links t LEFT JOIN merged_then m ON m.person_id = t.recorded_as
LEFT JOIN merged_then c ON c.person_id = t.counterpart_as
"""
_BELIEVED_THEN = """
CREATE OR REPLACE TEMP VIEW involvements AS
SELECT * FROM every_link WHERE coalesce(withdrawn_on >= DATE '{day}', TRUE)
"""


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make the public tables from ``typed``, checked; the extract must have no fault that breaks a table."""
    columns = ", ".join(_or_default(column, column.name) for column in table("incidents").columns)
    con.execute(f"CREATE OR REPLACE VIEW incidents AS SELECT {columns} FROM typed.known_incidents")
    con.execute(_INVOLVEMENTS)
    forget(con, "involvements")
    con.execute(f"CREATE OR REPLACE TABLE people AS {_people('typed.merged')}")
    for other in TABLES[3:]:
        con.execute(f"CREATE OR REPLACE VIEW {other.name} AS {_select(other.name, 'typed.merged')}")
    con.execute(_PEOPLE_AS_RECORDED)
    keep_identities(con)


def identities_change(con: duckdb.DuckDBPyConnection, day: date) -> bool:
    """Whether a merge was found out, or taken back, on a day or after it."""
    return bool(con.execute("SELECT count(*) FROM identities WHERE held_until >= ?", [day]).fetchone() != (0,))


def links_change(con: duckdb.DuckDBPyConnection, day: date) -> bool:
    """Whether a link was withdrawn on a day or after it."""
    return bool(con.execute("SELECT count(*) FROM typed.links WHERE withdrawn_on >= ?", [day]).fetchone() != (0,))


def see_as_of(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """Let a connection see the links believed as of a day, all under the identities that stayed by then."""
    identities = identities_change(con, day)
    if not identities and not links_change(con, day):
        return  # nothing was found out since: the tables as they are
    if identities:
        _see_identities(con, day)
    con.execute(_BELIEVED_THEN.format(day=day.isoformat()))


def _see_identities(con: duckdb.DuckDBPyConnection, day: date) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE merged_then AS {MERGED_AS_OF}", {"day": day})
    con.execute(_LINKS_THEN)
    con.execute(f"CREATE OR REPLACE TEMP TABLE people AS {_people('merged_then')}")
    for name in ("custody", "management", "referrals"):
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {_select(name, 'merged_then')}")


def _people(merged: str) -> str:
    """One row a person who stays, filled from identities given up; a row also for whoever only stands elsewhere."""
    filled = ", ".join(_filled(column) for column in PEOPLE.columns if column.name != "person_id")
    return (
        f"WITH everyone AS (SELECT coalesce(m.stays, t.person_id) AS person_id, m.stays IS NULL AS own, t.* EXCLUDE "
        f"(person_id) FROM typed.people t LEFT JOIN {merged} m ON m.person_id = t.person_id "
        "UNION ALL BY NAME SELECT DISTINCT person_id, false AS own FROM "
        f"every_link) SELECT person_id, {filled} FROM everyone GROUP BY person_id ORDER BY person_id"
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


def _select(name: str, merged: str) -> str:
    """A table under the identities that stay, each with what it was recorded as."""
    if name == "merges":
        return "SELECT * EXCLUDE (row) FROM typed.merges"
    columns = [column.name for column in table(name).columns]
    if "person_id" not in columns:
        return f"SELECT {', '.join(columns)} FROM typed.{name}"
    known = " REPLACE (coalesce(t.recorded_on, t.start_on) AS recorded_on)" if name == "custody" else ""
    return (
        f"SELECT coalesce(m.stays, t.person_id) AS person_id, t.* EXCLUDE (row, person_id){known}, "
        f"t.person_id AS recorded_as FROM typed.{name} t LEFT JOIN {merged} m ON m.person_id = t.person_id"
    )
