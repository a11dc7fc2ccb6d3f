"""How people decided, cycle by cycle: how often against the list, and how referrals were settled; from the ledger."""

from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np
import numpy.typing as npt

from matac_ml.casework.entry import Entry
from matac_ml.clock import LONDON
from matac_ml.practice import CYCLE_DAYS
from matac_ml.watch.counting import KindCounts

Floats = npt.NDArray[np.float64]

COHORT, ACCEPTED, NOT_ACCEPTED = "cohort", "judgement_accepted", "judgement_declined"
#: Kinds of entry that are counted.
JUDGED = (COHORT, ACCEPTED, NOT_ACCEPTED)


def count_judgements(entries: Iterable[Entry], *, begun: date, until: date, before: int) -> tuple[KindCounts, ...]:
    """Count overrides and settlements by the cycle in which they were recorded.

    Parameters
    ----------
    begun, until : date
        The first day of the watch, and the last: whole cycles from the one to the other are counted.
    before : int
        Cycles before the watch that are counted too.
    """
    number = before + max(0, ((until - begun).days + 1) // CYCLE_DAYS)
    tally: dict[str, Floats] = {
        name: np.zeros(number) for name in ("members", "on", "off", "settled", "third", "taken")
    }
    for entry in entries:
        cycle = (entry.recorded_at.astimezone(LONDON).date() - begun).days // CYCLE_DAYS + before
        if entry.personal is not None and 0 <= cycle < number:
            for name, value in _counts(entry):
                tally[name][cycle] += value
    kinds = (
        ("put-on", "people in cohorts, put on against the list", "on", "members"),
        ("left-off", "people in cohorts, beside each left off against the list", "off", "members"),
        ("third", "referrals judged by two, settled by a third person", "third", "settled"),
        ("accepted", "referrals judged by two, accepted", "taken", "settled"),
    )
    return tuple(
        KindCounts(name, title, np.minimum(tally[seen], tally[of]), tally[of], part="judgement", weeks_each=4)
        for name, title, seen, of in kinds
    )


def _counts(entry: Entry) -> Iterator[tuple[str, float]]:
    payload = entry.personal.payload if entry.personal else {}
    if entry.kind == COHORT:
        for name, key in (("members", "members"), ("on", "put on"), ("off", "left off")):
            yield name, float(payload.get(key, 0))
    elif "way" in payload:
        yield "settled", 1.0
        yield "third", float(payload["way"] == "third")
        yield "taken", float(entry.kind == ACCEPTED)
