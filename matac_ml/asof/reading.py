"""People's files out of an extract: a list of people costs a handful of queries, as one person does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from matac_ml.asof.building import person_file_from_records
from matac_ml.asof.rows import PersonFile
from matac_ml.errors import UsageError
from matac_ml.records import Extract

_Rows = list[dict[str, Any]]
#: Never more of a person than a feature, or who may be ranked, looks at: no protected characteristic.
_OF_PERSON = {"people": "person_id, birth_date, deceased_on, at_risk_from", "custody": "*", "management": "*"}
_OF_INCIDENT = ("incidents", "involvements", "reclassifications")
_PARTS = """
SELECT DISTINCT person_id, incident_id FROM involvements
WHERE person_id IN (SELECT unnest(?)) AND role IN ('suspect', 'offender', 'victim')
"""


def read_person(extract: Extract, person_id: str) -> PersonFile:
    """Read everything recorded of one person, under the identity that stays when it was merged.

    Raises
    ------
    UsageError
        When the extract does not know the person. The message does not repeat the identifier.
    """
    found = read_people(extract, [person_id])
    if not found:
        raise UsageError("The extract holds nobody with this identifier; check it against the people table.")
    return found[person_id]


def read_people(extract: Extract, person_ids: Sequence[str]) -> dict[str, PersonFile]:
    """Read everything recorded of several people.

    Returns
    -------
    dict of str to PersonFile
        By the identifiers that were asked for; those that the extract does not know are left out.
    """
    con = extract.connect()
    stays = _staying(con, person_ids)
    who = sorted(set(stays.values()))
    by_person = {
        name: _grouped(_rows(con, f"SELECT {columns} FROM {name} WHERE person_id", who), "person_id")
        for name, columns in _OF_PERSON.items()
    }
    parts: dict[str, list[str]] = defaultdict(list)
    for person, incident in con.execute(_PARTS, [who]).fetchall():
        parts[person].append(incident)
    keys = sorted({incident for listed in parts.values() for incident in listed})
    by_incident = {
        name: _grouped(_rows(con, f"SELECT * FROM {name} WHERE incident_id", keys), "incident_id")
        for name in _OF_INCIDENT
    }
    files = {}
    for person in by_person["people"]:
        tables = {name: groups.get(person, []) for name, groups in by_person.items()}
        tables |= {name: _together(groups, parts[person]) for name, groups in by_incident.items()}
        files[person] = person_file_from_records(tables, person)
    return {asked: files[person] for asked, person in stays.items() if person in files}


def _staying(con: duckdb.DuckDBPyConnection, person_ids: Iterable[str]) -> dict[str, str]:
    """The identity at the end of everybody's chain of merges."""
    asked = list(dict.fromkeys(person_ids))
    query = "SELECT person_id, stays FROM typed.merged WHERE person_id IN (SELECT unnest(?))"
    merged = dict(con.execute(query, [asked]).fetchall())
    return {person: merged.get(person, person) for person in asked}


def _rows(con: duckdb.DuckDBPyConnection, query: str, keys: Sequence[str]) -> _Rows:
    found = con.execute(f"{query} IN (SELECT unnest(?))", [list(keys)])
    names = [described[0] for described in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _grouped(rows: _Rows, column: str) -> dict[str, _Rows]:
    groups: dict[str, _Rows] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _together(groups: Mapping[str, _Rows], keys: Iterable[str]) -> _Rows:
    return [row for key in sorted(keys) for row in groups.get(key, ())]
