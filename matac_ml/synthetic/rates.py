"""What is known of a force at a date, and the probability that follows from the stated hazard.

For the outcome *any incident recorded as a suspect within h days* the truth is a closed formula. Until the next
incident a person's rate only falls, in a known way, so::

    P(at least one) = 1 - exp(-integral over the horizon of rate(s) * P(recorded by the end | occurred on s))

The rate uses the incidents *known* before the as-of date, because nobody can use others; what happened and is not yet
recorded is ignored, as it must be by any honest model. Nobody's scores can order people better than this probability,
save by luck: its AUC is the best possible.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.synthetic.process import Bools, Floats, Ints, decay, season
from matac_ml.synthetic.recording import recorded_within
from matac_ml.synthetic.settings import Hazard

STEP_DAYS = 7


@dataclass(frozen=True, slots=True)
class AsOf:
    """Everyone recorded as a suspect in the 1,095 days before a date; arrays of one length.

    ``rate`` is in incidents a day. ``recorded`` says whether an incident was recorded within the horizon; it means
    nothing unless ``closed``, that is, unless the horizon ends by the cut-off.
    """

    person: Ints
    rate: Floats
    probability: Floats
    recorded: Bools
    closed: bool


@dataclass(frozen=True)
class Record:
    """Incidents and spells of a population, as arrays; days count from the first day of the force.

    Parameters
    ----------
    person, day, known_day, jump, in_record : ndarray of shape (incidents,)
        Suspect, day it happened, day it was known, jump it gave the rate, and whether it ever reached the record.
    custody, managed : ndarray of shape (spells, 3)
        Person, start and end (exclusive).
    first_day_of_year : int
        Day of the year, from 0, on which the force begins.
    days : int
        Length of the force.
    late : bool
        Whether late recording is planted.
    """

    person: Ints
    day: Ints
    known_day: Ints
    jump: Floats
    in_record: Bools
    custody: Ints
    managed: Ints
    hazard: Hazard
    first_day_of_year: int
    days: int
    late: bool

    @cached_property
    def _index(self) -> tuple[Ints, Ints]:
        people, of = np.unique(self.person, return_inverse=True)
        return people.astype(np.int64), of.astype(np.int64)

    def _sum(self, values: Floats) -> Floats:
        people, of = self._index
        return np.bincount(of, weights=values, minlength=len(people)).astype(np.float64)

    def as_of(self, day: int, *, horizon: int) -> AsOf:
        """Rate and probability of everyone on the record as of the start of ``day``."""
        people, _ = self._index
        seen = self.in_record & (self.known_day < day)
        present = self._sum((seen & (self.day >= day - LOOKBACK_DAYS)).astype(np.float64)) > 0
        fall_fast, fall_slow = decay(self.hazard, np.maximum(day - (self.day + 0.5), 0.0))
        jump = self.jump * seen
        fast = self._sum(jump * fall_fast)[present] * self.hazard.fast_share / self.hazard.fast_days
        slow = self._sum(jump * fall_slow)[present] * (1 - self.hazard.fast_share) / self.hazard.slow_days
        hit = self.in_record & (self.day >= day) & (self.known_day < day + horizon)
        expected = self._expected(people[present], fast, slow, day=day, horizon=horizon)
        return AsOf(
            person=people[present],
            rate=fast + slow,
            probability=-np.expm1(-expected),
            recorded=self._sum(hit.astype(np.float64))[present] > 0,
            closed=day + horizon <= self.days,
        )

    def _expected(self, people: Ints, fast: Floats, slow: Floats, *, day: int, horizon: int) -> Floats:
        """Expected number of incidents that happen and are recorded within the horizon, while none has happened."""
        starts = np.arange(0, horizon, STEP_DAYS)
        weights = self._weights(day, horizon)
        total = fast * weights[0].sum() + slow * weights[1].sum()
        for spells, kept in ((self.custody, 0.0), (self.managed, self.hazard.managed)):
            place, start, end = _current(spells, people, day)
            inside = np.minimum(end[:, None], day + starts + STEP_DAYS) - np.maximum(start[:, None], day + starts)
            lost = (1 - kept) * np.clip(inside, 0, STEP_DAYS) / STEP_DAYS
            total[place] -= fast[place] * (lost @ weights[0]) + slow[place] * (lost @ weights[1])
        kept_up: Floats = np.maximum(total, 0.0)
        return kept_up

    def _weights(self, day: int, horizon: int) -> tuple[Floats, Floats]:
        """What one unit of the fast and of the slow part brings in each step of the horizon."""
        span = np.arange(horizon, dtype=np.float64)
        counted = season(span + 0.5 + day, self.first_day_of_year, festive=self.hazard.festive)
        counted = counted * recorded_within(horizon - span, late=self.late)
        fast, slow = decay(self.hazard, span + 0.5)
        steps = np.arange(0, horizon, STEP_DAYS)
        return np.add.reduceat(fast * counted, steps), np.add.reduceat(slow * counted, steps)


def _current(spells: Ints, people: Ints, day: int) -> tuple[Ints, Ints, Ints]:
    """Place among ``people``, start and end of each spell begun before ``day`` and not over by then."""
    mine = spells[(spells[:, 1] < day) & (spells[:, 2] > day) & np.isin(spells[:, 0], people)]
    return np.searchsorted(people, mine[:, 0]), mine[:, 1], mine[:, 2]
