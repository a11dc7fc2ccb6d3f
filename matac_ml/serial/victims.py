"""People recorded as victims of several others, or again and again of one: in order of identifier, never ranked."""

from dataclasses import dataclass
from datetime import date

from matac_ml.ages import full_years_sql
from matac_ml.records import Extract
from matac_ml.serial.registers import draw_allegations, recorded_in_roles
from matac_ml.serial.rules import SerialRule

#: Incidents in the window from which somebody counts as a victim again and again. Chosen here: no force publishes one.
AGAIN = 3
MEANING = (
    "People recorded as the victim of two or more others, or in several incidents of one, in the window of the serial "
    "rule. They are in order of identifier and have no rank: nothing here says who is in most danger. Most domestic "
    "abuse is never reported, so somebody who is not here may need support as much."
)
_VICTIMS = f"""
SELECT a.victim, count(DISTINCT a.suspect) AS suspects, count(DISTINCT a.incident_id) AS incidents,
    min(a.occurred_on), max(a.occurred_on), arg_max(i.area, (a.occurred_on, a.incident_id)),
    list(DISTINCT a.incident_id ORDER BY a.incident_id)
FROM allegations a JOIN incidents i ON i.incident_id = a.incident_id LEFT JOIN people p ON p.person_id = a.victim
WHERE coalesce({full_years_sql("p.birth_date", "$as_of::DATE")} >= $age, TRUE)
GROUP BY a.victim HAVING suspects >= $others OR incidents >= $again ORDER BY a.victim
"""


@dataclass(frozen=True)
class RegisteredVictim:
    """Somebody on the register of victims.

    Attributes
    ----------
    also_suspect : bool
        Also recorded as a suspect in domestic abuse: that is read first.
    suspects : int
        Different people suspected against them.
    several, again : bool
        Why they are here: several suspects, several incidents.
    area : str or None
        Of the latest incident.
    """

    also_suspect: bool
    person_id: str
    suspects: int
    incidents: int
    several: bool
    again: bool
    first: date
    last: date
    area: str | None
    incident_ids: tuple[str, ...]


def victim_register(
    extract: Extract, rule: SerialRule, as_of: date, *, again: int = AGAIN
) -> tuple[RegisteredVictim, ...]:
    """Draw up the register from what was recorded before a day, in order of identifier.

    Parameters
    ----------
    rule : SerialRule
        Its window, relationships, age and number of others.
    again : int
        Incidents from which somebody is here whatever the number of suspects; 2 or more.
    """
    con = extract.connect(as_of=as_of)
    draw_allegations(con, rule, as_of)
    given = {"as_of": as_of, "age": rule.minimum_age, "others": rule.others, "again": again}
    rows = con.execute(_VICTIMS, given).fetchall()
    suspects = recorded_in_roles(con, [row[0] for row in rows], "'suspect', 'offender'", as_of)
    return tuple(
        RegisteredVictim(
            also_suspect=person in suspects,
            person_id=person,
            suspects=others,
            incidents=incidents,
            several=others >= rule.others,
            again=incidents >= again,
            first=first,
            last=last,
            area=area,
            incident_ids=tuple(listed),
        )
        for person, others, incidents, first, last, area, listed in rows
    )
