"""Planting what concerns the record: incidents kept out of it, counter-allegations, a grade that knows the future."""

from dataclasses import replace

import numpy as np

from matac_ml.codes import SELF_DEFINED_ETHNICITY
from matac_ml.synthetic.people import Cast
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.process import Bools, Histories, Ints
from matac_ml.synthetic.recording import Details

COUNTER_SHARE = 0.30


def reaches_record(rng: np.random.Generator, histories: Histories, cast: Cast, plant: Plant) -> Bools:
    """Which incidents are recorded: all but the planted share of those whose suspect belongs to the group."""
    group = np.array([code[0] for code in SELF_DEFINED_ETHNICITY]) == plant.under_recorded_group
    theirs = group[cast.ethnicity[histories.person]]
    recorded: Bools = ~(theirs & (rng.random(len(theirs)) < plant.unrecorded_share))
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
