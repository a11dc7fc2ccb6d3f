"""Planting what concerns the record: incidents kept out of it, counter-allegations, a grade that knows the future."""

from dataclasses import replace

import numpy as np

from matac_ml.codes import SELF_DEFINED_ETHNICITY
from matac_ml.synthetic.people import Cast
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.process import Bools, Histories, Ints
from matac_ml.synthetic.recording import Details

COUNTER_SHARE = 0.30
#: Days before the cut-off on which recording changes: a year ahead, all of the newest horizons lie behind it.
DRIFT_DAYS = 500
#: How alike the incidents of one suspect are in being recorded: their intraclass correlation.
RECORDING_ALIKE = 0.3


def in_group(cast: Cast, person: Ints, plant: Plant) -> Bools:
    """Which of these people belong to the group that is planted on."""
    group = np.array([code[0] for code in SELF_DEFINED_ETHNICITY]) == plant.under_recorded_group
    found: Bools = group[cast.ethnicity[person]]
    return found


def reaches_record(rng: np.random.Generator, histories: Histories, cast: Cast, plant: Plant) -> Bools:
    """Which incidents are recorded: all but the planted share of those whose suspect belongs to the group."""
    theirs = in_group(cast, histories.person, plant)
    recorded: Bools = ~(theirs & (rng.random(len(theirs)) < plant.unrecorded_share))
    return recorded


def recorded_at_all(rng: np.random.Generator, histories: Histories, cast: Cast, plant: Plant) -> Bools:
    """Which incidents reach the record at the planted base rate, which varies from suspect to suspect."""
    if plant.recording == 1:
        return np.ones(len(histories.person), bool)
    # A beta distribution with this mean and this intraclass correlation between incidents of one person.
    weight = 1 / RECORDING_ALIKE - 1
    share = rng.beta(plant.recording * weight, (1 - plant.recording) * weight, cast.people)
    recorded: Bools = rng.random(len(histories.person)) < share[histories.person]
    return recorded


def recorded_lately(rng: np.random.Generator, histories: Histories, plant: Plant, *, last_day: int) -> Bools:
    """Which incidents are recorded at the planted share of the last days; all that happened earlier."""
    lately = histories.day > last_day - DRIFT_DAYS
    recorded: Bools = ~lately | (rng.random(len(lately)) < plant.drift)
    return recorded


def counter_allegations(rng: np.random.Generator, histories: Histories, cast: Cast) -> Bools:
    """Incidents of repeated pairs with a counter-allegation: by the primary aggressor where the pair is a couple."""
    repeated = np.bincount(cast.dyad)[cast.dyad] >= 2
    aggressor = cast.primary_aggressor[histories.person] | (cast.couple_of[histories.person] < 0)
    return repeated & aggressor & (rng.random(len(repeated)) < COUNTER_SHARE)


def leaked(details: Details, histories: Histories, known: Ints) -> Details:
    """The grade as somebody might overwrite it a year later."""
    order = np.lexsort((known, histories.person))
    person, day = histories.person[order], known[order]
    soon = np.zeros(len(order), bool)
    soon[:-1] = (person[1:] == person[:-1]) & (day[1:] - day[:-1] <= 365)
    again = np.empty(len(order), bool)
    again[order] = soon
    return replace(details, grade=np.where(again, 2, np.minimum(details.grade, 1)))
