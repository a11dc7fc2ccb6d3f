"""The two registers, from one query: who is recorded against several people, and who is recorded by several."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from matac_ml.ages import full_years_sql
from matac_ml.codes import CHARGED_OUTCOMES
from matac_ml.records import Extract
from matac_ml.serial.rules import SerialRule

# An allegation: one suspect, one victim, one incident. A row that names another suspect than this one is not against
# this one; a person is never their own victim; identities that were merged by then are one person.
_ALLEGATIONS = """
CREATE OR REPLACE TEMP TABLE allegations AS
SELECT DISTINCT s.person_id AS suspect, v.person_id AS victim, i.incident_id, i.occurred_on
FROM ({suspects}) s
JOIN involvements v ON v.incident_id = s.incident_id AND v.role = 'victim' AND v.person_id <> s.person_id
    AND coalesce(v.counterpart_id = s.person_id, TRUE)
JOIN incidents i ON i.incident_id = s.incident_id
WHERE i.domestic AND greatest(s.known, v.recorded_on) < $as_of AND i.recorded_on < $as_of
    AND i.occurred_on < $as_of AND i.occurred_on >= $as_of - CAST($window AS INTEGER)
    AND v.relationship IN ({relationships}) {crimes}
"""
_SUSPECTS = """
SELECT person_id, incident_id, min(recorded_on) AS known FROM involvements
WHERE role IN ('suspect', 'offender') GROUP BY person_id, incident_id
"""
# Charged by role or by the incident's outcome, from the first day on which either was known.
_CHARGED = f"""
SELECT l.person_id, l.incident_id, min(CASE WHEN l.role = 'offender' THEN l.recorded_on
    ELSE greatest(l.recorded_on, o.outcome_on) END) AS known
FROM involvements l LEFT JOIN (SELECT incident_id, outcome_on FROM incidents WHERE outcome_on IS NOT NULL
    AND outcome_code IN ({", ".join(str(int(code)) for code in CHARGED_OUTCOMES)})) o ON o.incident_id = l.incident_id
WHERE l.role = 'offender' OR (l.role = 'suspect' AND o.incident_id IS NOT NULL) GROUP BY l.person_id, l.incident_id
"""
# What an incident was classified as on the day: the latest change known by then, else as first recorded; of several on
# one day the last in the order that features use.
_CRIME = """
AND coalesce((SELECT arg_max(r.is_crime, (r.reclassified_on, r.is_crime, coalesce(r.offence_code, '')))
    FROM reclassifications r WHERE r.incident_id = i.incident_id AND r.reclassified_on < $as_of), i.is_crime)
"""
_MEMBERS = f"""
SELECT a.{{me}} AS person_id, count(DISTINCT a.{{other}}) AS others, count(DISTINCT a.incident_id) AS incidents,
    list(DISTINCT a.incident_id ORDER BY a.incident_id) AS listed, max(a.occurred_on) AS latest
FROM allegations a LEFT JOIN people p ON p.person_id = a.{{me}}
WHERE coalesce({full_years_sql("p.birth_date", "$as_of::DATE")} >= $age, TRUE)
GROUP BY a.{{me}} HAVING others >= $others AND incidents >= $incidents
ORDER BY others DESC, incidents DESC, a.{{me}}
"""


@dataclass(frozen=True)
class Member:
    """Somebody on a register.

    Attributes
    ----------
    others : int
        Different people on the other side.
    incident_ids : tuple of str
        The incidents that qualify, each once, in order.
    on_both : bool
        Also on the other register: a safeguarding review comes before anything else.
    both_roles : bool
        Also recorded on the other side, serial or not: a perpetrator as victim, a victim as suspect.
    """

    person_id: str
    others: int
    incident_ids: tuple[str, ...]
    latest: date
    on_both: bool
    both_roles: bool


@dataclass(frozen=True)
class Registers:
    """Both registers by one rule as of one day.

    Attributes
    ----------
    incidents_of_victims : int
        Different incidents behind the register of serial victims.
    """

    rule: SerialRule
    as_of: date
    perpetrators: tuple[Member, ...]
    victims: tuple[Member, ...]
    incidents_of_victims: int

    @property
    def on_both(self) -> tuple[str, ...]:
        """People on both registers, in order."""
        return tuple(sorted(member.person_id for member in self.perpetrators if member.on_both))


def registers(extract: Extract, rule: SerialRule, as_of: date) -> Registers:
    """Draw up both registers from what was recorded before a day.

    Parameters
    ----------
    as_of : date
        Incidents count that happened in the window before it and were known strictly before it.
    """
    con = extract.connect(as_of=as_of)
    draw_allegations(con, rule, as_of)
    suspects = _members(con, rule, as_of, me="suspect", other="victim", incidents=rule.incidents)
    # The source asks of a serial victim for several perpetrators, and they may be suspected of one incident together.
    victims = _members(con, rule, as_of, me="victim", other="suspect", incidents=1)
    both = {row[0] for row in suspects} & {row[0] for row in victims}
    incidents = {incident for row in victims for incident in row[3]}
    return Registers(
        rule=rule,
        as_of=as_of,
        perpetrators=_register(suspects, both, recorded_in_roles(con, [row[0] for row in suspects], "'victim'", as_of)),
        victims=_register(
            victims, both, recorded_in_roles(con, [row[0] for row in victims], "'suspect', 'offender'", as_of)
        ),
        incidents_of_victims=len(incidents),
    )


def draw_allegations(con: duckdb.DuckDBPyConnection, rule: SerialRule, as_of: date) -> None:
    """Make the temporary table ``allegations`` of what a rule counts: suspect, victim, incident, day it happened."""
    connected = ", ".join(f"'{relationship.value}'" for relationship in rule.relationships)
    crimes = _CRIME if rule.crimes_only else ""
    query = _ALLEGATIONS.format(
        suspects=_CHARGED if rule.charged_only else _SUSPECTS, relationships=connected, crimes=crimes
    )
    con.execute(query, {"as_of": as_of, "window": rule.window_days})


_Row = tuple[str, int, int, list[str], date]


def _members(
    con: duckdb.DuckDBPyConnection, rule: SerialRule, as_of: date, *, me: str, other: str, incidents: int
) -> list[_Row]:
    given = {"as_of": as_of, "age": rule.minimum_age, "others": rule.others, "incidents": incidents}
    rows: list[_Row] = con.execute(_MEMBERS.format(me=me, other=other), given).fetchall()
    return rows


def recorded_in_roles(con: duckdb.DuckDBPyConnection, people: Sequence[str], roles: str, as_of: date) -> set[str]:
    """Which of these people were known by the day to have stood in one of the roles in domestic abuse.

    Parameters
    ----------
    roles : str
        As they stand in SQL, such as ``'suspect', 'offender'``.
    """
    asked = pa.table({"person_id": pa.array(people, pa.string())})
    con.register("asked", asked)
    query = f"""
        SELECT DISTINCT v.person_id FROM involvements v SEMI JOIN asked ON asked.person_id = v.person_id
        JOIN incidents i ON i.incident_id = v.incident_id
        WHERE v.role IN ({roles}) AND i.domestic AND v.recorded_on < ? AND i.occurred_on < ?
    """
    return {person for (person,) in con.execute(query, [as_of, as_of]).fetchall()}


def _register(rows: list[_Row], both: set[str], other_side: set[str]) -> tuple[Member, ...]:
    return tuple(
        Member(person, others, tuple(listed), latest, on_both=person in both, both_roles=person in other_side)
        for person, others, _, listed, latest in rows
    )
