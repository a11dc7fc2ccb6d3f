"""The self-exciting process: histories drawn from a stated hazard, and the probability it gives at any date.

Histories are drawn by thinning (Ogata 1981, "On Lewis' simulation method for point processes", IEEE Trans. Inf. Theory
27(1)), for every person at once: each round proposes one candidate a person from the rate just after the last one,
which is an upper bound because the rate only falls between incidents, and keeps it with the ratio of the two rates.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matac_ml.practice import CYCLE_DAYS, PROGRAMME_WEEKS
from matac_ml.synthetic.settings import ForceSettings, Hazard

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

YEAR = 365.25
PROGRAMME_DAYS = PROGRAMME_WEEKS * 7


@dataclass(frozen=True, slots=True)
class Histories:
    """What really happened: one row an incident (arrays of one length) and two tables of spells.

    ``day`` counts from the first day of the force. ``severity`` is 0 no crime, 1 crime without injury, 2 minor injury,
    3 serious injury. ``victim_slot`` numbers the suspect's victims in the order met. A spell is (person, start, end),
    the end exclusive.
    """

    person: Ints
    day: Ints
    victim_slot: Ints
    severity: Ints
    breach: Bools
    jump: Floats
    escalating: Bools
    custody: Ints
    managed: Ints


def season(day: Floats, first_day_of_year: int, *, festive: float) -> Floats:
    """Multiplier of the rate on a day: ``festive`` from 17 December to 4 January, 1 otherwise; mean not corrected."""
    day_of_year = (day + first_day_of_year) % YEAR
    return np.where((day_of_year >= 350) | (day_of_year < 4), festive, 1.0)


def decay(hazard: Hazard, days: Floats) -> tuple[Floats, Floats]:
    """Fall of the fast and of the slow part of the rate over ``days``."""
    return np.exp(-days / hazard.fast_days), np.exp(-days / hazard.slow_days)


def arrivals(rng: np.random.Generator, count: int, *, days: int, settings: ForceSettings, crime_share: float) -> Floats:
    """Days on which ``count`` suspects are first recorded, so that all incidents together come at a steady rate.

    With a steady total of 1, the rate of first records v solves v(t) = 1 - integral of
    ``(first * v(s) + later * (1 - v(s))) * kernel(t - s)``, ``first`` and ``later`` being the mean jumps of a first and
    of a later incident: many first records at the beginning, when nobody has a history in the extract, fewer later.
    """
    hazard, shares = settings.hazard, settings.shares
    crime = 1 - crime_share + crime_share * hazard.crime * (1 + shares.injured * (hazard.injury - 1))
    later = hazard.repeat * (1 + settings.another_victim * (hazard.new_victim - 1))
    later *= 1 + crime_share * shares.breach * (hazard.order_breach - 1)
    first = hazard.offspring * crime
    extra = first * (later - 1)
    grid = np.arange(0.0, days + CYCLE_DAYS, CYCLE_DAYS)
    fast, slow = decay(hazard, grid)
    weight = -np.diff(hazard.fast_share * fast + (1 - hazard.fast_share) * slow)
    rate = np.ones(len(grid))
    for step in range(1, len(grid)):
        back = weight[:step][::-1]
        rate[step] = 1 - back @ (first + extra * (1 - rate[:step]))
    cumulative = np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2)])
    when: Floats = np.interp(rng.random(count) * np.interp(days, grid, cumulative), cumulative, grid)
    return when


class _Population:
    """The changing state of every person while histories are drawn."""

    def __init__(self, count: int, *, rng: np.random.Generator, settings: ForceSettings, escalating: Bools) -> None:
        self.rng, self.settings, self.escalating = rng, settings, escalating
        self.time = np.zeros(count)
        self.fast, self.slow = np.zeros(count), np.zeros(count)
        self.incidents, self.victims = np.zeros(count, np.int64), np.zeros(count, np.int64)
        self.last_severity = np.zeros(count, np.int64)
        self.programme_start, self.programme_end = np.full(count, -1.0), np.full(count, -1.0)
        self.rows: list[tuple[Ints, Floats, Ints, Ints, Bools, Floats]] = []
        self.custody: list[Ints] = []
        self.managed: list[Ints] = []

    def happen(self, who: Ints, when: Floats, crime_share: Floats) -> None:
        """An incident for each of ``who`` at ``when``: its circumstances, its jump and what follows from it."""
        rng, hazard, n = self.rng, self.settings.hazard, len(who)
        first = self.incidents[who] == 0
        new = first | (rng.random(n) < self.settings.another_victim)
        known = np.maximum(self.victims[who], 1)
        earlier = (rng.random(n) * known).astype(np.int64)
        slot = np.where(new, self.victims[who], np.where(rng.random(n) < 0.8, known - 1, earlier))
        self.victims[who] += new
        severity = self._severity(who, crime_share)
        breach = ~first & (severity > 0) & (rng.random(n) < self.settings.shares.breach)
        rising = ~first & (severity > self.last_severity[who])
        jump = (
            hazard.offspring
            * np.where(first, 1.0, hazard.repeat)
            * np.where(new & ~first, hazard.new_victim, 1.0)
            * np.where(breach, hazard.order_breach, 1.0)
            * np.where(severity > 0, hazard.crime, 1.0)
            * np.where(severity > 1, hazard.injury, 1.0)
            * np.where(rising, hazard.more_serious, 1.0)
        )
        self.fast[who] += jump * hazard.fast_share / hazard.fast_days
        self.slow[who] += jump * (1 - hazard.fast_share) / hazard.slow_days
        self.time[who] = when
        self.incidents[who] += 1
        self.last_severity[who] = severity
        self.rows.append((who, when, slot, severity, breach, jump))
        self._custody(who, when, severity)
        self._manage(who, when)

    def _severity(self, who: Ints, crime_share: Floats) -> Ints:
        u = self.rng.random(len(who))
        shares = self.settings.shares
        injury = np.where(u < crime_share * shares.injured, 2, np.where(u < crime_share, 1, 0))
        drawn = np.where(u < crime_share * shares.seriously, 3, injury).astype(np.int64)
        rise = np.minimum((self.incidents[who] + 1) // 2, 3)
        return np.where(self.escalating[who], np.maximum(drawn, rise), drawn)

    def _custody(self, who: Ints, when: Floats, severity: Ints) -> None:
        chance = np.array([0.0, 0.006, 0.03, 0.25])[severity]
        hit = self.rng.random(len(who)) < chance
        length = 14 + self.rng.exponential(120.0, int(hit.sum()))
        inside = who[hit]
        start = np.floor(when[hit]) + 1
        end = np.floor(start + length)
        self.custody.append(np.stack([inside, start.astype(np.int64), end.astype(np.int64)], axis=1))
        self._pass_time(inside, end)

    def _manage(self, who: Ints, when: Floats) -> None:
        busy = (self.incidents[who] >= 5) & (self.victims[who] >= 2) & (when >= self.programme_end[who])
        hit = busy & (self.rng.random(len(who)) < 0.06)
        start = np.ceil((when[hit] + 14) / CYCLE_DAYS) * CYCLE_DAYS
        chosen = who[hit]
        self.programme_start[chosen], self.programme_end[chosen] = start, start + PROGRAMME_DAYS
        self.managed.append(np.stack([chosen, start.astype(np.int64), start.astype(np.int64) + PROGRAMME_DAYS], axis=1))

    def _pass_time(self, who: Ints, until: Floats) -> None:
        """Let the rate of ``who`` fall until a later time."""
        fast, slow = decay(self.settings.hazard, until - self.time[who])
        self.fast[who] *= fast
        self.slow[who] *= slow
        self.time[who] = until

    def propose(self, who: Ints, *, end: float, first_day_of_year: int) -> tuple[Ints, Ints]:
        """Move each of ``who`` to a candidate time; return those still inside the force's time and those accepted."""
        hazard = self.settings.hazard
        ceiling = (self.fast[who] + self.slow[who]) * hazard.festive
        when = self.time[who] + self.rng.exponential(1.0, len(who)) / ceiling
        keep = when < end
        who, when, ceiling = who[keep], when[keep], ceiling[keep]
        self._pass_time(who, when)
        treated = (when >= self.programme_start[who]) & (when < self.programme_end[who])
        rate = (
            (self.fast[who] + self.slow[who])
            * season(when, first_day_of_year, festive=hazard.festive)
            * np.where(treated, hazard.managed, 1.0)
        )
        return who, who[self.rng.random(len(who)) * ceiling < rate]


def draw_histories(
    rng: np.random.Generator,
    first: Floats,
    *,
    days: int,
    first_day_of_year: int,
    crime_share: Floats,
    settings: ForceSettings,
    escalating: Bools,
) -> Histories:
    """Draw what every person does from the day of their first incident to the last day of the force.

    Parameters
    ----------
    first : ndarray of shape (people,)
        Time of each person's first incident, in days from the first day of the force.
    days : int
        Length of the force's time.
    first_day_of_year : int
        Day of the year on which it begins, for the season.
    crime_share : ndarray of shape (people,)
        Probability that an incident is recorded as a crime, by the area the person lives in.
    """
    people = _Population(len(first), rng=rng, settings=settings, escalating=escalating)
    everyone = np.arange(len(first))
    people.happen(everyone, first, crime_share)
    going = everyone
    while len(going):
        going, hit = people.propose(going, end=float(days), first_day_of_year=first_day_of_year)
        people.happen(hit, people.time[hit], crime_share[hit])
        going = going[people.time[going] < days]
    person, when, slot, severity, breach, jump = (np.concatenate(column) for column in zip(*people.rows, strict=True))
    return Histories(
        person=person,
        day=np.floor(when).astype(np.int64),
        victim_slot=slot,
        severity=severity,
        breach=breach,
        jump=jump,
        escalating=escalating,
        custody=np.concatenate(people.custody),
        managed=np.concatenate(people.managed),
    )
