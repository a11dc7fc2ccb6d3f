"""Whether police records hold a referred person as a suspect, only as a victim, or not at all."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matac_ml.asof import PersonFile


NO_VICTIM_ON_RECORDS_ALONE = (
    "the records know this person as a victim only, and police records alone refer no victim; where a partner agency "
    "is concerned, name it as the source: the referral is then held for a safeguarding review"
)
NO_SCORE_OF_A_VICTIM = "somebody recorded as a victim only has no score"
NOT_RELEASED = (
    "the records know this person as a victim only: refer the person again, so that the referral is held, and let a "
    "named person release it first"
)


class Recorded(StrEnum):
    """What is recorded of a person's part in domestic abuse."""

    SUSPECT = "suspect"
    VICTIM_ONLY = "victim only"
    NOBODY = "neither"


def recorded_as(person: "PersonFile | None", as_of: date) -> Recorded:
    """Return what the records say of a person as of a day.

    Parameters
    ----------
    person : PersonFile or None
        None when the records do not know the person.
    as_of : date
        Only what was recorded before this day counts.
    """
    if person is None:
        return Recorded.NOBODY
    from matac_ml.asof import PersonView

    view = PersonView(person, as_of)
    if view.is_suspect:
        return Recorded.SUSPECT
    return Recorded.VICTIM_ONLY if view.is_victim else Recorded.NOBODY
