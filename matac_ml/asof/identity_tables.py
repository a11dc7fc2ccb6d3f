"""People whose identities or links change between the days that are asked for, as SQL: a version for each stretch.

Which identities are one person, and which links are believed, depends on the day, and with it who was whose victim, and
how often. A *root* is everybody ever merged with one another, or somebody in an incident in which one of them stands or
from which a link was withdrawn. Its incidents are copied for every stretch of days in which the same merges and links
hold, with everybody in them under the identity of those days; a copy's people are *versions*, visible in their stretch
alone. Everything after that is as if nothing ever changed. Nearly everybody has no root. Their rows are not copied, and
if nothing changes between the days asked for, nothing is done at all.
"""

from collections.abc import Iterator

from matac_ml.asof.sqltext import NEVER, day, day_or_never
from matac_ml.vocabulary import FIXED, LATER

Statement = tuple[str, str]

#: Made as views: they are read once or twice, and nothing of the extract is copied for them.
VIEWS = frozenset({"links", "events", "reclassified", "custody_spells", "risk_days"})
#: Small, and read many times: made once by DuckDB, also for Spark, which would work them out again at every reading.
VERSIONS = frozenset(
    {"merged", "clustered", "withdrawn", "standing", "roots", "theirs", "stretches", "copies", "copied", "persons"}
)

_NAMED = "role IN ('suspect', 'offender', 'victim')"
_INCIDENT = ("occurred_on", "recorded_on", "is_crime", "offence_code")
_COLUMNS = tuple(dict.fromkeys((*_INCIDENT, *(c.name for c in (*FIXED, *LATER)), *(c.known_on for c in LATER))))
_FROM, _UNTIL = f"coalesce({day('i.held_from')}, -{NEVER})", day_or_never("i.held_until")


def _holds(spell: str, then: str) -> str:
    """A spell of an identity holds when a stretch begins, and so throughout it."""
    return f"{spell}.held_from <= {then}.held_from AND {then}.held_from < {spell}.held_until"


def _with_copies(table: str, columns: tuple[str, ...]) -> str:
    of_copy = ", ".join(f"i.{name}" for name in columns)
    return (
        f"SELECT incident_id, {', '.join(columns)} FROM {table} UNION ALL "
        f"SELECT q.copy, {of_copy} FROM {table} i JOIN copies q ON q.incident_id = i.incident_id"
    )


# Every spell of a cluster that is not yet what it is at the end: the extract's own tables are that end.
_MERGED = f"""
SELECT i.person_id, i.stays, i.cluster, {_FROM} AS held_from, {_UNTIL} AS held_until FROM identities i
WHERE {_UNTIL} >= {{first}} AND {_FROM} < {{last}}
    AND i.cluster IN (SELECT i.cluster FROM identities i WHERE i.held_until IS NOT NULL AND {_UNTIL} >= {{first}})
"""
# A link that was withdrawn before the first day is not seen on any.
_LINKS_SEEN = f"(SELECT * FROM every_link q WHERE {day_or_never('q.withdrawn_on')} >= {{first}})"
_WITHDRAWN = f"""
SELECT DISTINCT incident_id, {day("v.withdrawn_on")} AS held_from FROM {_LINKS_SEEN} AS v
WHERE v.withdrawn_on IS NOT NULL
"""
_STANDING = f"""
SELECT v.incident_id, v.recorded_as AS person_id
FROM {_LINKS_SEEN} AS v JOIN clustered c ON c.person_id = v.recorded_as
UNION SELECT v.incident_id, v.counterpart_as FROM {_LINKS_SEEN} AS v JOIN clustered c ON c.person_id = v.counterpart_as
"""
_TOUCHED = "SELECT incident_id FROM standing UNION SELECT incident_id FROM withdrawn"
_ROOT = "coalesce(c.cluster, v.person_id)"
_ROOTED = f"{_LINKS_SEEN} AS v LEFT JOIN clustered c ON c.person_id = v.recorded_as"
_STRETCHES = f"""
SELECT root, held_from, lead(held_from, 1, {NEVER}) OVER (PARTITION BY root ORDER BY held_from) AS held_until
FROM (
    SELECT DISTINCT t.root, m.held_from FROM theirs t JOIN standing s ON s.incident_id = t.incident_id
    JOIN merged m ON m.person_id = s.person_id
    UNION SELECT t.root, w.held_from FROM theirs t JOIN withdrawn w ON w.incident_id = t.incident_id
    UNION SELECT t.root, -{NEVER} FROM theirs t JOIN withdrawn w ON w.incident_id = t.incident_id
) AS begun
"""
# A name of its own for every copy of an incident and version of a person: no identifier holds a control character.
_COPIES = """
SELECT t.incident_id, t.incident_id || w.world AS copy, w.root, w.world, w.held_from, w.held_until
FROM theirs t JOIN (
    SELECT *, chr(31) || root || chr(31) || CAST(held_from AS VARCHAR) AS world FROM stretches
    WHERE held_until >= {first} AND held_from < {last}
) AS w ON w.root = t.root
"""
_COPIED = f"""
SELECT q.copy, q.world, q.held_from, q.held_until, v.role, v.recorded_on, v.relationship, v.person_id AS at_the_end,
    coalesce(m.stays, v.person_id) AS person_id, coalesce(n.stays, v.counterpart_id) AS counterpart_id,
    coalesce(m.cluster, v.person_id) = q.root AS of_root
FROM copies q JOIN {_LINKS_SEEN} AS v ON v.incident_id = q.incident_id
    AND {day_or_never("v.withdrawn_on")} > q.held_from
LEFT JOIN merged m ON m.person_id = v.recorded_as AND {_holds("m", "q")}
LEFT JOIN merged n ON n.person_id = v.counterpart_as AND {_holds("n", "q")}
"""
# Whoever has versions is never seen in person: their own days begin after all others.
_EVERYBODY = f"""
SELECT p.person_id, p.person_id AS who, CASE WHEN h.at_the_end IS NULL THEN -{NEVER} ELSE {NEVER} END AS held_from,
    {NEVER} AS held_until
FROM (SELECT DISTINCT person_id FROM involvements WHERE {_NAMED}) AS p
LEFT JOIN (SELECT DISTINCT at_the_end FROM copied WHERE of_root) AS h ON h.at_the_end = p.person_id
UNION ALL SELECT DISTINCT person_id, person_id || world, CASE WHEN of_root THEN held_from ELSE {NEVER} END, held_until
FROM copied WHERE {_NAMED}
"""
_LINKS = """
SELECT incident_id, person_id, role, recorded_on, relationship, counterpart_id FROM involvements
UNION ALL SELECT copy, person_id || world, role, recorded_on, relationship, counterpart_id || world FROM copied
"""
_DATED = f"""
SELECT v.*, coalesce(m.stays, v.person_id) AS stays, coalesce(m.held_from, -{NEVER}) AS held_from,
    coalesce(m.held_until, {NEVER}) AS held_until
FROM {{table}} v LEFT JOIN merged m ON m.person_id = v.recorded_as
"""
_CUSTODY = f"""
SELECT k.who AS person_id, v.start_on, v.end_on, v.recorded_on FROM ({_DATED.format(table="custody")}) AS v
JOIN persons k ON k.person_id = v.stays AND {_holds("v", "k")}
"""
# The identity's own day, else the first of those that belonged to it.
_AT_RISK = f"""
SELECT person_id, at_risk_from FROM (
    SELECT k.who AS person_id, v.at_risk_from,
        row_number() OVER (PARTITION BY k.who ORDER BY v.recorded_as <> v.stays, v.place) AS place
    FROM ({_DATED.format(table="people_as_recorded")}) AS v
    JOIN persons k ON k.person_id = v.stays AND {_holds("v", "k")} WHERE v.at_risk_from IS NOT NULL
) AS ordered WHERE place = 1
"""


def _numbered(order: str, columns: str, people: str) -> str:
    """Numbers in the order of the identifiers: cheaper to group by, and ordered output for nothing."""
    return f"SELECT CAST(row_number() OVER (ORDER BY {order}) AS INTEGER) AS person, {columns} FROM ({people}) AS named"


def identity_statements(changing: tuple[int, int] | None) -> Iterator[Statement]:
    """Name and SELECT of the people, and of the records under ``persons.who``, in order.

    Parameters
    ----------
    changing : (int, int) or None
        The first and the last day asked for, since 1970-01-01, when identities and links are not on all days what they
        are at the end: there is then a version of every root for each stretch. Otherwise the tables are those of the
        extract.
    """
    if changing is None:
        named = f"SELECT DISTINCT person_id FROM involvements WHERE {_NAMED}"
        yield "persons", _numbered("person_id", "person_id, person_id AS who", named)
        yield "links", "SELECT * FROM involvements"
        yield "events", "SELECT * FROM incidents"
        yield "reclassified", "SELECT * FROM reclassifications"
        yield "custody_spells", "SELECT * FROM custody"
        yield "risk_days", "SELECT person_id, at_risk_from FROM people"
        return
    first, last = changing
    rooted = _ROOTED.format(first=first)
    yield "merged", _MERGED.format(first=first, last=last)
    yield "clustered", "SELECT DISTINCT person_id, cluster FROM merged"
    yield "withdrawn", _WITHDRAWN.format(first=first)
    yield "standing", _STANDING.format(first=first)
    yield "roots", f"SELECT DISTINCT {_ROOT} AS root FROM {rooted} WHERE v.incident_id IN ({_TOUCHED})"
    yield "theirs", f"SELECT DISTINCT r.root, v.incident_id FROM {rooted} JOIN roots r ON r.root = {_ROOT}"
    yield "stretches", _STRETCHES
    yield "copies", _COPIES.format(first=first, last=last)
    yield "copied", _COPIED.format(first=first)
    yield "persons", _numbered("person_id, who", "*", _EVERYBODY)
    yield "links", _LINKS
    yield "events", _with_copies("incidents", _COLUMNS)
    yield "reclassified", _with_copies("reclassifications", ("reclassified_on", "is_crime", "offence_code"))
    yield "custody_spells", _CUSTODY
    yield "risk_days", _AT_RISK
