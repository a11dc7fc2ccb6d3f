"""One person's file out of an extract."""

from collections.abc import Sequence
from typing import Any

import duckdb

from matac_ml.asof.building import person_file_from_records
from matac_ml.asof.rows import PersonFile
from matac_ml.errors import UsageError
from matac_ml.records import Extract

_INCIDENTS = """
SELECT DISTINCT incident_id FROM involvements WHERE person_id = ? AND role IN ('suspect', 'offender', 'victim')
"""

_OF_PERSON = "person_id, birth_date, deceased_on, at_risk_from"


def read_person(extract: Extract, person_id: str) -> PersonFile:
    """Read everything recorded of one person, under the identity that stays when it was merged.

    Raises
    ------
    UsageError
        When the extract does not know the person. The message does not repeat the identifier.
    """
    con = extract.connect()
    who = _staying(con, person_id)
    people = _rows(con, f"SELECT {_OF_PERSON} FROM people WHERE person_id = ?", [who])
    if not people:
        raise UsageError("The extract holds nobody with this identifier; check it against the people table.")
    keys = [key for (key,) in con.execute(_INCIDENTS, [who]).fetchall()]
    tables = {"people": people}
    for name in ("incidents", "involvements", "reclassifications"):
        tables[name] = _rows(con, f"SELECT * FROM {name} WHERE incident_id IN (SELECT unnest(?))", [keys])
    for name in ("custody", "management"):
        tables[name] = _rows(con, f"SELECT * FROM {name} WHERE person_id = ?", [who])
    return person_file_from_records(tables, who)


def _staying(con: duckdb.DuckDBPyConnection, person_id: str) -> str:
    """The identity at the end of the chain of merges."""
    while found := con.execute("SELECT merged_into FROM merges WHERE person_id = ?", [person_id]).fetchone():
        person_id = str(found[0])
    return person_id


def _rows(con: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    found = con.execute(query, list(values))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
