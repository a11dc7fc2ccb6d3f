"""Who is recorded as hurting whom, over time: one person, and those two steps away, as a small network."""

from dataclasses import dataclass
from datetime import date

from matac_ml.records import Extract
from matac_ml.serial.registers import draw_allegations
from matac_ml.serial.rules import SerialRule

#: Ties of one network at most: more cannot be read in a drawing.
MOST_TIES = 16
# A person's own ties first, then those of whoever is tied to them, each in the order in which it was first recorded.
_TIES = """
WITH near AS (
    SELECT DISTINCT suspect AS person FROM allegations WHERE victim = $person
    UNION SELECT DISTINCT victim FROM allegations WHERE suspect = $person UNION SELECT $person
)
SELECT a.suspect, a.victim, min(a.occurred_on) AS first, max(a.occurred_on), count(DISTINCT a.incident_id),
    $person IN (a.suspect, a.victim) AS own
FROM allegations a WHERE a.suspect IN (SELECT person FROM near)
GROUP BY a.suspect, a.victim ORDER BY own DESC, first, a.suspect, a.victim
"""


@dataclass(frozen=True)
class Tie:
    """One person suspected against another.

    Attributes
    ----------
    own : bool
        Whether the person whose network it is stands on either side.
    """

    suspect: str
    victim: str
    first: date
    last: date
    incidents: int
    own: bool


@dataclass(frozen=True)
class Network:
    """The ties around one person.

    Attributes
    ----------
    ties : tuple of Tie
        In the order in which each was first recorded.
    more : int
        Ties two steps away that are left out of it.
    """

    person_id: str
    ties: tuple[Tie, ...]
    more: int = 0

    @property
    def suspects(self) -> tuple[str, ...]:
        """Everybody suspected, in the order in which they first were."""
        return tuple(dict.fromkeys(tie.suspect for tie in self.ties))

    @property
    def victims(self) -> tuple[str, ...]:
        """Everybody recorded as a victim, in the order in which they first were."""
        return tuple(dict.fromkeys(tie.victim for tie in self.ties))

    @property
    def both(self) -> frozenset[str]:
        """Whoever stands on both sides of it."""
        return frozenset(self.suspects) & frozenset(self.victims)


def network_of(extract: Extract, rule: SerialRule, as_of: date, person_id: str, *, most: int = MOST_TIES) -> Network:
    """Find who is suspected against a person, whom else these are suspected against, and the person's own victims.

    Parameters
    ----------
    as_of : date
        Only what was recorded before this day, in the window of the rule.
    most : int
        Ties at most; own ones are kept before those two steps away.
    """
    con = extract.connect(as_of=as_of)
    draw_allegations(con, rule, as_of)
    found = [Tie(*row) for row in con.execute(_TIES, {"person": person_id}).fetchall()]
    kept = sorted(found[:most], key=lambda tie: (tie.first, tie.suspect, tie.victim))
    return Network(person_id, tuple(kept), len(found) - len(kept))
