"""People's files out of an extract: a list of people costs a handful of queries, as one person does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import duckdb

from matac_ml.asof.building import person_file_from_records
from matac_ml.asof.person_file import PersonFile
from matac_ml.errors import UsageError
from matac_ml.records import Extract

_Rows = list[dict[str, Any]]
#: Never more of a person than a feature, or who may be ranked, looks at: no protected characteristic. Everything is
#: read under the identities that stand in the rows: which of them belong together depends on the day.
_OF_PERSON = {
    "people": "recorded_as AS person_id, birth_date, deceased_on, at_risk_from, place FROM people_as_recorded "
    "WHERE recorded_as",
    "custody": "recorded_as AS person_id, start_on, end_on, recorded_on FROM custody WHERE recorded_as",
    "management": "recorded_as AS person_id, start_on, end_on FROM management WHERE recorded_as",
}
_OF_INCIDENT = {
    "incidents": "* FROM incidents WHERE incident_id",
    "involvements": "incident_id, recorded_as AS person_id, role, recorded_on, relationship, "
    "counterpart_as AS counterpart_id, withdrawn_on FROM every_link WHERE incident_id",
    "reclassifications": "* FROM reclassifications WHERE incident_id",
}
_PARTS = """
SELECT DISTINCT recorded_as, incident_id FROM every_link
WHERE recorded_as IN (SELECT unnest(?)) AND role IN ('suspect', 'offender', 'victim')
"""


def read_person(extract: Extract, person_id: str) -> PersonFile:
    """Read everything recorded of one person, under every identity that was ever merged with this one.

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
    clusters = {person_id: extract.joined_with(person_id) for person_id in person_ids}
    everybody = sorted({identity for cluster in clusters.values() for identity in cluster})
    by_person = {name: _grouped(_rows(con, query, everybody), "person_id") for name, query in _OF_PERSON.items()}
    parts: dict[str, set[str]] = defaultdict(set)
    for person, incident in con.execute(_PARTS, [everybody]).fetchall():
        parts[person].add(incident)
    keys = sorted(set().union(*parts.values()))
    by_incident = {name: _grouped(_rows(con, query, keys), "incident_id") for name, query in _OF_INCIDENT.items()}
    links = [link for links in by_incident["involvements"].values() for link in links]
    named = {link[column] for link in links for column in ("person_id", "counterpart_id")} - {None}
    joined = {identity: others for identity in {*everybody, *named} if len(others := extract.joined_with(identity)) > 1}
    merged = sorted(set().union(*joined.values()))
    merges = _grouped(_rows(con, "* FROM merges WHERE person_id", merged), "person_id") if merged else {}
    files = {}
    for asked, cluster in clusters.items():
        incidents = set().union(*(parts[identity] for identity in cluster))
        if not incidents and not any(identity in by_person["people"] for identity in cluster):
            continue
        tables = {name: _together(groups, cluster) for name, groups in by_person.items()}
        tables |= {name: _together(groups, incidents) for name, groups in by_incident.items()}
        tables["people"].sort(key=itemgetter("place"))
        near = {asked, *(link[column] for link in tables["involvements"] for column in ("person_id", "counterpart_id"))}
        tables["merges"] = _together(merges, {other for identity in near for other in joined.get(identity, ())})
        files[asked] = person_file_from_records(tables, asked)
    return files


def _rows(con: duckdb.DuckDBPyConnection, query: str, keys: Sequence[str]) -> _Rows:
    found = con.execute(f"SELECT {query} IN (SELECT unnest(?))", [list(keys)])
    names = [described[0] for described in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _grouped(rows: _Rows, column: str) -> dict[str, _Rows]:
    groups: dict[str, _Rows] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _together(groups: Mapping[str, _Rows], keys: Iterable[str]) -> _Rows:
    return [row for key in sorted(keys) for row in groups.get(key, ())]
