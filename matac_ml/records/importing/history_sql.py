"""What a newer dump changes in an extract, as SQL: every change from the day on which it became known.

``prev.NAME`` is a table of the extract before, ``dump.NAME`` one of the newest dump. ``{before}`` is the last day that
the extract before covers and ``{day}`` that of the dump: what is new became known after the one and not after the
other. A date of the source between the two says it better; without one, it is known from the day of the dump.
"""

from matac_ml.vocabulary import INCIDENTS

_OUTCOME = ("outcome_code", "outcome_on")
#: Columns of an incident whose changes an extract cannot hold: a later reading would change earlier days.
FIRST_KEPT = tuple(
    column for column in INCIDENTS.columns
    if column.name not in ("incident_id", "recorded_on", "is_crime", "offence_code", *_OUTCOME)
)  # fmt: skip


def dated(value: str) -> str:
    """The day a change became known: the source's own, where it can be true."""
    return f"CASE WHEN {value} > {{before}} AND {value} <= {{day}} THEN {value} ELSE {{day}} END"


# What an incident is classified as at the end; an empty code stays as before.
_NOW = """
WITH changes AS (
    SELECT incident_id, (recorded_on, 0, recorded_on, is_crime, coalesce(offence_code, '')) AS place, is_crime,
        offence_code
    FROM {schema}.incidents
    UNION ALL
    SELECT r.incident_id, (greatest(r.reclassified_on, i.recorded_on), 1, r.reclassified_on, r.is_crime,
        coalesce(r.offence_code, '')), r.is_crime, r.offence_code
    FROM {schema}.reclassifications r JOIN {schema}.incidents i ON i.incident_id = r.incident_id
)
SELECT incident_id, arg_max(is_crime, place) AS is_crime,
    arg_max(offence_code, place) FILTER (offence_code IS NOT NULL) AS offence_code
FROM changes GROUP BY incident_id
"""
# A link is what its row says; whom a victim's row is about is said of victims alone.
_LINK = (
    "SELECT incident_id, person_id, role, "
    "CASE WHEN role = 'victim' THEN coalesce(relationship, '') ELSE '' END AS rel, "
    "CASE WHEN role = 'victim' THEN coalesce(counterpart_id, '') ELSE '' END AS about"
)
_SAME = ("incident_id", "person_id", "role", "rel", "about")
_ON = " AND ".join(f"n.{name} = o.{name}" for name in _SAME)

#: Tables that the others are made from, in order.
WORKED_OUT: dict[str, str] = {
    "now_prev": _NOW.format(schema="prev"),
    "now_dump": _NOW.format(schema="dump"),
    "fresh": f"SELECT n.incident_id, {dated('n.recorded_on')} AS known FROM dump.incidents n "
    "ANTI JOIN prev.incidents o ON o.incident_id = n.incident_id",
    "links_prev": f"{_LINK}, row, withdrawn_on FROM prev.involvements",
    "links_dump": f"{_LINK}, min(recorded_on) AS recorded_on, min(row) AS row FROM dump.involvements "
    "WHERE withdrawn_on IS NULL GROUP BY ALL",
    "links_ended": f"{_LINK}, max(withdrawn_on) AS day FROM dump.involvements WHERE withdrawn_on > {{before}} "
    "AND withdrawn_on <= {day} GROUP BY ALL",
    # Somebody charged is a suspect still: the link as suspect goes on.
    "withdrawn": f"SELECT o.row, o.incident_id, o.person_id, o.role, coalesce(e.day, {{day}}) AS day FROM links_prev o "
    f"LEFT JOIN links_ended e ON {_ON.replace('n.', 'e.')} WHERE o.withdrawn_on IS NULL "
    f"AND NOT EXISTS (SELECT 1 FROM links_dump n WHERE {_ON}) AND NOT (o.role = 'suspect' AND EXISTS ("
    "SELECT 1 FROM links_dump n WHERE n.role = 'offender' AND n.incident_id = o.incident_id "
    "AND n.person_id = o.person_id))",
    "linked": f"SELECT n.row, n.incident_id, n.person_id, n.role, greatest({dated('n.recorded_on')}, f.known) AS known "
    "FROM links_dump n LEFT JOIN fresh f ON f.incident_id = n.incident_id "
    f"WHERE NOT EXISTS (SELECT 1 FROM links_prev o WHERE o.withdrawn_on IS NULL AND {_ON})",
    "dated_changes": "SELECT r.incident_id, r.reclassified_on, r.is_crime, r.offence_code "
    "FROM dump.reclassifications r SEMI JOIN prev.incidents i "
    "ON i.incident_id = r.incident_id WHERE r.reclassified_on > {before}",
    "undated_changes": "SELECT n.incident_id, {day} AS reclassified_on, n.is_crime, n.offence_code FROM now_dump n "
    "JOIN now_prev o ON o.incident_id = n.incident_id LEFT JOIN (SELECT incident_id, "
    "arg_max(is_crime, (reclassified_on, is_crime, coalesce(offence_code, ''))) AS is_crime, "
    "arg_max(offence_code, (reclassified_on, is_crime, offence_code)) FILTER (offence_code IS NOT NULL) "
    "AS offence_code FROM dated_changes GROUP BY incident_id) x ON x.incident_id = n.incident_id "
    "WHERE n.is_crime <> coalesce(x.is_crime, o.is_crime) "
    "OR coalesce(n.offence_code <> coalesce(x.offence_code, o.offence_code, ''), FALSE)",
    "outcomes": f"SELECT n.incident_id, n.outcome_code, {dated('n.outcome_on')} AS outcome_on FROM dump.incidents n "
    "JOIN prev.incidents o ON o.incident_id = n.incident_id WHERE n.outcome_code > 0 AND o.outcome_on IS NULL",
    "vanished": "SELECT o.incident_id, o.occurred_on FROM prev.incidents o "
    "SEMI JOIN (FROM links_prev WHERE withdrawn_on IS NULL) l ON l.incident_id = o.incident_id "
    "ANTI JOIN dump.incidents n ON n.incident_id = o.incident_id",
}

# What was recorded with an incident stays as it was first seen; an outcome comes once.
_INCIDENTS = f"""
SELECT o.* EXCLUDE (row) REPLACE (
    coalesce(x.outcome_code, o.outcome_code) AS outcome_code, coalesce(x.outcome_on, o.outcome_on) AS outcome_on
) FROM prev.incidents o LEFT JOIN outcomes x ON x.incident_id = o.incident_id
UNION ALL BY NAME
SELECT n.* EXCLUDE (row) REPLACE (f.known AS recorded_on, CASE WHEN n.outcome_code > 0 OR n.outcome_on IS NOT NULL
    THEN greatest({dated("n.outcome_on")}, f.known) END AS outcome_on)
FROM dump.incidents n JOIN fresh f ON f.incident_id = n.incident_id
"""
_INVOLVEMENTS = """
SELECT o.* EXCLUDE (row) REPLACE (coalesce(o.withdrawn_on, w.day) AS withdrawn_on)
FROM prev.involvements o LEFT JOIN withdrawn w ON w.row = o.row
UNION ALL BY NAME
SELECT n.* EXCLUDE (row) REPLACE (x.known AS recorded_on) FROM dump.involvements n JOIN linked x ON x.row = n.row
"""
_RECLASSIFICATIONS = """
SELECT * EXCLUDE (row) FROM prev.reclassifications
UNION ALL BY NAME
SELECT r.incident_id, greatest(r.reclassified_on, f.known) AS reclassified_on, r.is_crime, r.offence_code
FROM dump.reclassifications r JOIN fresh f ON f.incident_id = r.incident_id
UNION ALL BY NAME FROM dated_changes UNION ALL BY NAME FROM undated_changes
"""
# Only at_risk_from is seen by features: known on that day itself, so an earlier one cannot come in later.
_PEOPLE = """
SELECT n.* EXCLUDE (row) REPLACE (CASE WHEN o.person_id IS NULL AND h.person_id IS NULL THEN n.at_risk_from
    WHEN o.at_risk_from IS NOT NULL THEN o.at_risk_from WHEN n.at_risk_from > {before} THEN n.at_risk_from
    END AS at_risk_from)
FROM dump.people n LEFT JOIN prev.people o ON o.person_id = n.person_id
LEFT JOIN (SELECT DISTINCT person_id FROM prev.involvements) h ON h.person_id = n.person_id
UNION ALL BY NAME SELECT o.* EXCLUDE (row) FROM prev.people o ANTI JOIN dump.people n ON n.person_id = o.person_id
"""
_NEXT = "QUALIFY row_number() OVER (PARTITION BY n.person_id, n.start_on ORDER BY n.row) = 1"
# The end of a spell moves, as far as no day that was seen already becomes another.
_SPELLS = f"""
SELECT o.* EXCLUDE (row) REPLACE (CASE WHEN o.end_on <= {{{{before}}}} OR o.start_on > {{{{day}}}} THEN o.end_on
    WHEN n.person_id IS NULL THEN greatest(o.start_on, least(coalesce(o.end_on, {{{{day}}}}), {{{{day}}}}))
    WHEN n.end_on IS NOT NULL THEN greatest(n.end_on, {{{{before}}}}, o.start_on) END AS end_on)
FROM prev.{{name}} o LEFT JOIN (SELECT * FROM dump.{{name}} n {_NEXT}) n
    ON n.person_id = o.person_id AND n.start_on = o.start_on
UNION ALL BY NAME
SELECT n.* EXCLUDE (row) {{known}} FROM dump.{{name}} n ANTI JOIN prev.{{name}} o
    ON n.person_id = o.person_id AND n.start_on = o.start_on
"""
_CUSTODY = _SPELLS.format(
    name="custody", known=f"REPLACE (greatest({dated('n.recorded_on')}, n.start_on) AS recorded_on)"
)
_MERGES = f"""
SELECT o.* EXCLUDE (row) REPLACE (CASE WHEN o.withdrawn_on IS NOT NULL OR n.merged_into <> o.merged_into
    THEN o.withdrawn_on WHEN n.person_id IS NULL THEN {{day}}
    WHEN n.withdrawn_on IS NOT NULL THEN {dated("n.withdrawn_on")} END AS withdrawn_on)
FROM prev.merges o LEFT JOIN dump.merges n ON n.person_id = o.person_id
UNION ALL BY NAME
SELECT n.* EXCLUDE (row) REPLACE ({dated("n.merged_on")} AS merged_on) FROM dump.merges n
ANTI JOIN prev.merges o ON o.person_id = n.person_id WHERE n.withdrawn_on IS NULL
"""


def _added(name: str, key: str) -> str:
    """A table whose rows carry a day of their own and are never altered."""
    return (
        f"SELECT * EXCLUDE (row) FROM prev.{name} UNION ALL BY NAME SELECT n.* EXCLUDE (row) FROM dump.{name} n "
        f"ANTI JOIN prev.{name} o ON o.{key} = n.{key}"
    )


#: Each table of the new extract.
COMBINED: dict[str, str] = {
    "incidents": _INCIDENTS,
    "involvements": _INVOLVEMENTS,
    "people": _PEOPLE,
    "reclassifications": _RECLASSIFICATIONS,
    "custody": _CUSTODY,
    "management": _SPELLS.format(name="management", known=""),
    "referrals": _added("referrals", "referral_id"),
    "partner_incidents": _added("partner_incidents", "partner_incident_id"),
    "merges": _MERGES,
}
