"""What is recorded of people before the first list: roles, and what victims are to them. For auditing, no feature."""

from datetime import date

import duckdb
import pandas as pd

from matac_ml.codes import CURRENT_PARTNERS, FAMILY, FORMER_PARTNERS
from matac_ml.records import Extract

SUSPECT_ONLY, ALSO_VICTIM, EACH_OTHER = "suspect only", "also a victim", "also a victim of their own victim"

#: Every suspect with every victim of a domestic incident, one row an incident, with the day both were known.
PAIRS = """
CREATE OR REPLACE TEMP TABLE audit_pairs AS
SELECT s.person_id AS suspect, v.person_id AS victim, s.incident_id, i.occurred_on,
    greatest(min(s.recorded_on), min(v.recorded_on)) AS known, min(v.relationship) AS relationship
FROM involvements s
JOIN involvements v ON v.incident_id = s.incident_id AND v.role = 'victim' AND v.person_id <> s.person_id
    AND coalesce(v.counterpart_id = s.person_id, TRUE)
JOIN incidents i ON i.incident_id = s.incident_id
WHERE s.role IN ('suspect', 'offender') AND i.domestic
GROUP BY s.person_id, v.person_id, s.incident_id, i.occurred_on
"""

_HISTORY = f"""
WITH before AS (SELECT * FROM audit_pairs WHERE known < $day),
kinds AS (
    SELECT suspect AS person_id, bool_or(list_contains($partners, relationship)) AS partner,
        bool_or(list_contains($family, relationship)) AS family
    FROM before GROUP BY suspect
),
hurt AS (
    SELECT v.person_id FROM involvements v JOIN incidents i ON i.incident_id = v.incident_id
    WHERE v.role = 'victim' AND i.domestic AND v.recorded_on < $day GROUP BY v.person_id
),
mutual AS (
    SELECT DISTINCT a.suspect AS person_id FROM before a JOIN before b ON b.suspect = a.victim AND b.victim = a.suspect
)
SELECT p.person_id,
    CASE WHEN m.person_id IS NOT NULL THEN '{EACH_OTHER}' WHEN h.person_id IS NOT NULL THEN '{ALSO_VICTIM}'
        ELSE '{SUSPECT_ONLY}' END AS roles,
    CASE WHEN k.partner AND k.family THEN 'partners and family' WHEN k.partner THEN 'partners, now or before'
        WHEN k.family THEN 'family' END AS relationship
FROM people p LEFT JOIN kinds k ON k.person_id = p.person_id LEFT JOIN hurt h ON h.person_id = p.person_id
LEFT JOIN mutual m ON m.person_id = p.person_id ORDER BY p.person_id
"""


def with_pairs(extract: Extract, *, as_of: date | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with a table ``audit_pairs``: suspect, victim, incident, its day, the day both were known.

    People are identities by the merges known before ``as_of``; by all of them when it is not given.
    """
    con = extract.connect(as_of=as_of)
    con.execute(PAIRS)
    return con


def groups_of_history(con: duckdb.DuckDBPyConnection, as_of: date) -> pd.DataFrame:
    """Group people by what was known of them strictly before a day.

    Parameters
    ----------
    con : connection
        From :func:`with_pairs`.

    Returns
    -------
    DataFrame
        ``roles`` and ``relationship`` (missing where no relationship of a victim is recorded), indexed by person.
    """
    given = {"day": as_of, "partners": _words((*CURRENT_PARTNERS, *FORMER_PARTNERS)), "family": _words(FAMILY)}
    frame: pd.DataFrame = con.execute(_HISTORY, given).df()
    return frame.set_index("person_id")


def _words(codes: tuple[str, ...]) -> list[str]:
    return [str(code) for code in codes]
