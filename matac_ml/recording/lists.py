"""The two lists of one extract: what partners know of the people they referred, and what the police held by then."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from matac_ml.codes import Role
from matac_ml.records import Extract

_SUSPECTS = f"('{Role.SUSPECT}', '{Role.OFFENDER}')"
# Held: recorded, with this person as a suspect, strictly before the day of the referral.
_INCIDENTS = f"""
WITH police AS (
    SELECT v.person_id, i.occurred_on, v.recorded_on, v.withdrawn_on
    FROM every_link v JOIN incidents i USING (incident_id)
    WHERE v.role IN {_SUSPECTS} AND i.domestic
)
SELECT r.person_id, count(*) AS known, count(*) FILTER (EXISTS (
    SELECT 1 FROM police p WHERE p.person_id = r.person_id AND p.recorded_on < r.referred_on
        AND coalesce(p.withdrawn_on >= r.referred_on, TRUE)
        AND abs(p.occurred_on - k.occurred_on) <= ?
)) AS held
FROM partner_incidents k JOIN referrals r USING (referral_id) GROUP BY r.person_id ORDER BY r.person_id
"""
_PEOPLE = f"""
WITH first AS (SELECT person_id, min(referred_on) AS referred_on FROM referrals GROUP BY person_id)
SELECT person_id, 1 AS known, CAST(EXISTS (
    SELECT 1 FROM every_link v JOIN incidents i USING (incident_id) WHERE v.person_id = first.person_id
        AND v.role IN {_SUSPECTS} AND i.domestic AND v.recorded_on < first.referred_on
        AND coalesce(v.withdrawn_on >= first.referred_on, TRUE)
) AS INTEGER) AS held
FROM first ORDER BY person_id
"""
_RECORDED = f"""
SELECT v.person_id, count(DISTINCT i.incident_id) AS recorded FROM involvements v JOIN incidents i USING (incident_id)
WHERE v.role IN {_SUSPECTS} AND i.domestic AND i.occurred_on BETWEEN ? AND ? GROUP BY v.person_id
"""


@dataclass(frozen=True)
class TwoLists:
    """What partners know and the police held, one row a person referred.

    Attributes
    ----------
    of : {"incidents", "people"}
        What the lists are of.
    tolerance_days : int or None
        How far the two dates of one incident may lie apart.
    rows : DataFrame
        ``person_id``, ``known`` and ``held``; ordered by person.
    linked : frozenset of str
        Those of them who stand anywhere in the police record, in any role and at any time.
    recorded : DataFrame or None
        ``person_id`` and ``recorded``: incidents of every suspect in the time that the partners' incidents span; None
        where there are no dates.
    """

    of: Literal["incidents", "people"]
    tolerance_days: int | None
    rows: pd.DataFrame
    linked: frozenset[str]
    recorded: pd.DataFrame | None


def lists_of_incidents(extract: Extract, *, tolerance_days: int) -> TwoLists:
    """Incidents that partners can date; one is held when the police date theirs at most so many days apart."""
    con = extract.connect()
    rows: pd.DataFrame = con.execute(_INCIDENTS, [tolerance_days]).df()
    first, last = con.execute("SELECT min(occurred_on), max(occurred_on) FROM partner_incidents").fetchone() or ("", "")
    recorded: pd.DataFrame = con.execute(_RECORDED, [first or date.min, last or date.min]).df()
    return TwoLists("incidents", tolerance_days, rows, _linked(extract), recorded)


def lists_of_people(extract: Extract) -> TwoLists:
    """People referred; one is held when the police had recorded them as a suspect before the first referral."""
    return TwoLists("people", None, extract.connect().execute(_PEOPLE).df(), _linked(extract), None)


def _linked(extract: Extract) -> frozenset[str]:
    found = extract.connect().execute(
        "SELECT DISTINCT person_id FROM involvements SEMI JOIN referrals USING (person_id)"
    )
    return frozenset(person for (person,) in found.fetchall())
