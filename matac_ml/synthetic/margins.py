"""The margins of a record: second identities, second victims, witnesses, deaths, incidents away from home.

None of them depends on the hazard or on anything that a plant changes.
"""

import numpy as np

from matac_ml.synthetic.people import Cast
from matac_ml.synthetic.process import Bools, Histories, Ints

SECOND_IDENTITY_SHARE = 0.004


def second_identities(
    rng: np.random.Generator, histories: Histories, cast: Cast, recorded: Ints, *, last_day: int
) -> tuple[Bools, Ints]:
    """Incidents recorded under a second identity of the suspect, and the day it was found out (-1: there is none)."""
    each = np.bincount(histories.person, minlength=cast.people)
    merged_day = np.full(cast.people, -1, np.int64)
    doubled = (each >= 2) & (rng.random(cast.people) < SECOND_IDENTITY_SHARE)
    alias = doubled[histories.person] & (rng.random(len(recorded)) < 0.5)
    last = np.zeros(cast.people, np.int64)
    np.maximum.at(last, histories.person[alias], recorded[alias])
    found = doubled & (np.bincount(histories.person[alias], minlength=cast.people) > 0)
    merged_day[found] = np.minimum(last[found] + rng.integers(5, 120, int(found.sum())), last_day)
    return alias & found[histories.person], merged_day


def second_victims(rng: np.random.Generator, histories: Histories, cast: Cast) -> Ints:
    """Pair of a second victim, the suspect's first one, in a tenth of the incidents against somebody else; else -1."""
    first_pair = np.searchsorted(cast.dyad_suspect, histories.person)
    differs = cast.dyad_victim[first_pair] != cast.dyad_victim[cast.dyad]
    return np.where(differs & (rng.random(len(first_pair)) < 0.10), first_pair, -1)


def witnesses(rng: np.random.Generator, histories: Histories, cast: Cast) -> Ints:
    """Somebody who is neither suspect nor victim, as the witness of 3 % of the incidents; else -1."""
    who = rng.integers(0, cast.people, len(histories.person))
    apart = (who != histories.person) & (who != cast.dyad_victim[cast.dyad])
    return np.where(apart & (rng.random(len(who)) < 0.03), who, -1)


def deaths(rng: np.random.Generator, histories: Histories, cast: Cast, *, last_day: int) -> Ints:
    """Day on which each of 0.4 % of the people dies, after their last incident; -1 for the others."""
    last = np.zeros(cast.people, np.int64)
    np.maximum.at(last, histories.person, histories.day)
    np.maximum.at(last, cast.dyad_victim[cast.dyad], histories.day)
    dies = (rng.random(cast.people) < 0.004) & (last < last_day - 1)
    day = last + 1 + (rng.random(cast.people) * (last_day - last - 1)).astype(np.int64)
    return np.where(dies, day, -1)


def places(rng: np.random.Generator, histories: Histories, area: Ints, *, areas: int) -> Ints:
    """Area of each incident: where the suspect lives in 97 of 100, and otherwise any."""
    home = area[histories.person]
    return np.where(rng.random(len(home)) < 0.97, home, rng.integers(0, areas, len(home)))
