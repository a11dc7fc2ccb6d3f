"""From victim to victim: the order, and the overlap, in which somebody was recorded against different people."""

from dataclasses import dataclass
from datetime import date

from matac_ml.records import Extract
from matac_ml.serial.registers import draw_allegations
from matac_ml.serial.rules import SerialRule

_SPELLS = """
SELECT a.suspect, a.victim, min(a.occurred_on), max(a.occurred_on), count(DISTINCT a.incident_id)
FROM allegations a SEMI JOIN members m ON m.person_id = a.suspect
GROUP BY a.suspect, a.victim ORDER BY a.suspect, min(a.occurred_on), a.victim
"""


@dataclass(frozen=True)
class VictimPeriod:
    """One victim of one person, as recorded in the window.

    Attributes
    ----------
    first, last : date
        When the first and the last of the incidents happened.
    """

    victim_id: str
    first: date
    last: date
    incidents: int


@dataclass(frozen=True)
class Movement:
    """One person's victims in the order in which each was first recorded.

    Attributes
    ----------
    periods : tuple of VictimPeriod
        Two or more.
    """

    person_id: str
    periods: tuple[VictimPeriod, ...]

    @property
    def gaps(self) -> tuple[int, ...]:
        """Days from the last incident with any earlier victim to the next one's first; negative where they overlap."""
        latest = self.periods[0].last
        found: list[int] = []
        for period in self.periods[1:]:
            found.append((period.first - latest).days)
            latest = max(latest, period.last)
        return tuple(found)

    @property
    def overlapping(self) -> int:
        """How many victims were first recorded on or before the day of the last incident with an earlier one."""
        return sum(gap <= 0 for gap in self.gaps)


def movements(extract: Extract, rule: SerialRule, as_of: date, members: tuple[str, ...]) -> tuple[Movement, ...]:
    """Order the victims of people on the register of serial perpetrators.

    Parameters
    ----------
    members : tuple of str
        Whose movement is wanted; somebody with fewer than two victims has none and is left out.

    Returns
    -------
    tuple of Movement
        In order of identifier. What was recorded on or after the day is not seen.
    """
    con = extract.connect(as_of=as_of)
    draw_allegations(con, rule, as_of)
    con.execute("CREATE OR REPLACE TEMP TABLE members AS SELECT unnest(?::VARCHAR[]) AS person_id", [list(members)])
    periods: dict[str, list[VictimPeriod]] = {}
    for suspect, victim, first, last, incidents in con.execute(_SPELLS).fetchall():
        periods.setdefault(suspect, []).append(VictimPeriod(victim, first, last, incidents))
    return tuple(Movement(person, tuple(mine)) for person, mine in periods.items() if len(mine) > 1)
