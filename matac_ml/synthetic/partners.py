"""What partner agencies know: whom they refer, which of that person's incidents they can date, and who is not linked.

Partners know what happened, whether or not it was recorded; only what is planted makes their knowledge depend on it.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matac_ml.synthetic.people import Cast
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.planting import in_group
from matac_ml.synthetic.process import Bools, Floats, Histories, Ints
from matac_ml.synthetic.tables import Calendar, Chunk, identifiers, words

AGENCIES = ("housing", "probation", "adult social care", "children's social care", "health", "victim service")
CONCERNS = ("new partner", "pattern of control", "threats", "child contact", "breach of tenancy")
#: Suspects referred where no number is asked for, and referrals that bring a second incident.
REFERRED_SHARE, SECOND_SHARE = 0.015, 0.2
#: Partners' incidents whose date is a day off.
OFF_BY_A_DAY = 0.1


def referrals(
    rng: np.random.Generator, histories: Histories, cast: Cast, *, last_day: int, offset: int, wanted: int | None
) -> Ints:
    """Referrals of suspects, after their first incident: number, person, day, agency, concern."""
    first = np.full(cast.suspects, last_day)
    np.minimum.at(first, histories.person, histories.day)
    drawn = rng.random(cast.suspects)
    if wanted is None:
        who = np.flatnonzero(drawn < REFERRED_SHARE)
    else:
        who = np.sort(np.argsort(drawn, kind="stable")[:wanted])
    day = first[who] + (rng.random(len(who)) * (last_day - first[who])).astype(np.int64)
    number = np.arange(len(who)) + 1 + offset
    return np.stack(
        [number, who, day, rng.integers(0, len(AGENCIES), len(who)), rng.integers(0, len(CONCERNS), len(who))], axis=1
    ).astype(np.int64)


def unlinked(rng: np.random.Generator, referred: Ints, cast: Cast, plant: Plant) -> Ints:
    """Places in ``referred`` whose person partners know under an identity that nobody linked with the record."""
    theirs = in_group(cast, referred[:, 1], plant)
    return np.flatnonzero(theirs & (rng.random(len(referred)) < plant.failed_linkage))


def partner_incidents(
    rng: np.random.Generator, histories: Histories, cast: Cast, referred: Ints, held: Bools, plant: Plant
) -> Ints:
    """Incidents that partners can date, one or two a referral: referral number, day.

    Parameters
    ----------
    held : ndarray of bool, shape (incidents,)
        What the police recorded. It changes nothing unless a dependence is planted: partners then know incidents of
        the group that the police recorded with those odds, beside others.
    """
    of_referral = np.full(cast.suspects, -1)
    of_referral[referred[:, 1]] = np.arange(len(referred))
    which = np.flatnonzero(of_referral[histories.person] >= 0)
    referral = of_referral[histories.person[which]]
    before = histories.day[which] <= referred[referral, 2]
    which, referral = which[before], referral[before]
    dependent = held[which] & in_group(cast, histories.person[which], plant)
    arrival = rng.exponential(size=len(which)) / np.where(dependent, plant.dependence, 1.0)
    order = np.lexsort((arrival, referral))
    first_of = np.searchsorted(referral[order], referral[order])
    known = 1 + (rng.random(len(referred)) < SECOND_SHARE)
    taken = order[np.arange(len(order)) - first_of < known[referral[order]]]
    day = histories.day[which[taken]] + _off_by(rng.random(len(taken)))
    return np.stack([referred[referral[taken], 0], np.clip(day, 0, referred[referral[taken], 2])], axis=1)


def _off_by(drawn: Floats) -> Ints:
    """A day too early or too late for a few."""
    return np.where(drawn < OFF_BY_A_DAY / 2, -1, np.where(drawn < OFF_BY_A_DAY, 1, 0))


def referral_tables(chunk: Chunk, calendar: Calendar) -> dict[str, pa.Table]:
    """The tables of an extract that partners fill."""
    referrals, known = chunk.referrals, chunk.partner_incidents
    return {
        "referrals": pa.table(
            {
                "referral_id": identifiers("R", referrals[:, 0]),
                "person_id": identifiers("P", chunk.person_label[_referred(chunk)]),
                "referred_on": calendar.dates(referrals[:, 2]),
                "agency": words(referrals[:, 3], AGENCIES),
                "concern": words(referrals[:, 4], CONCERNS),
            }
        ),
        "partner_incidents": pa.table(
            {
                "partner_incident_id": pc.binary_join_element_wise(
                    identifiers("K", known[:, 0]), words(_repeats(known), "AB"), "-"
                ),
                "referral_id": identifiers("R", known[:, 0]),
                "occurred_on": calendar.dates(known[:, 1]),
            }
        ),
    }


def _referred(chunk: Chunk) -> Ints:
    """Index of whom each referral names; identities that nobody linked are counted last."""
    who = chunk.referrals[:, 1].copy()
    who[chunk.unlinked] = chunk.cast.people + int((chunk.merged_day >= 0).sum()) + np.arange(len(chunk.unlinked))
    return who


def _repeats(partner_incidents: Ints) -> Ints:
    """0 for the first incident of a referral, 1 for the second."""
    referral = partner_incidents[:, 0]
    return np.arange(len(referral)) - np.searchsorted(referral, referral)
