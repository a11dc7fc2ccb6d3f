"""Whether police records hold a referred person as a suspect, only as a victim, or not at all."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from matac_ml.identifiers import is_placeholder
from matac_ml.written import tidied

if TYPE_CHECKING:
    from matac_ml.asof import PersonFile

#: Sources of a referral that rests on police records and on nothing else: the police are no partner agency.
POLICE_RECORDS = frozenset({"analysis", "police", "the police", "police analysis", "police records", "matrix", "model"})

NO_VICTIM_ON_RECORDS_ALONE = (
    "the records know this person as a victim only, and police records alone refer no victim; "
    "where a partner agency is concerned, name it as the source: the referral is then held for a safeguarding review"
)
NO_SCORE_OF_A_VICTIM = "somebody recorded as a victim only has no score"
_UNRECORDED = (
    "the records hold nobody with this identifier: check it for a typing error. Where the police do not know the "
    "person, say so (--not-recorded; not_recorded over HTTP)"
)
_NEEDS_AGENCY = (
    "the records hold nobody with this identifier, so they cannot be what the referral rests on; an agency that knows "
    "the person must be named as the source"
)
_IS_RECORDED = "the records hold this person: leave out that they do not, so that what they say is taken into account"
NOT_RELEASED = (
    "the records know this person as a victim only: "
    "refer the person again, so that the referral is held, and let a named person release it first"
)


def is_police(source: str) -> bool:
    """Whether a source of referrals is the police, who are no partner agency."""
    return tidied(source).casefold() in POLICE_RECORDS


class Recorded(StrEnum):
    """What is recorded of a person's part in domestic abuse."""

    SUSPECT = "suspect"
    VICTIM_ONLY = "victim only"
    NOBODY = "neither"
    UNKNOWN = "not in the records"


def faults_of_referral(
    person_id: str, recorded: Recorded | None, *, source: str, not_recorded: bool, scored: bool
) -> list[str]:
    """Return why the person cannot be referred, by what the records say.

    Agencies know people whom the police do not. A typing error makes another such person, so each is said to be one.

    Parameters
    ----------
    recorded : Recorded or None
        None where no records are at hand, which can then tell neither for nor against.
    not_recorded : bool
        Whether whoever refers says that the records do not hold the person.
    scored : bool
        Whether a score came with the referral.
    """
    by_police, faults = is_police(source), []
    if is_placeholder(person_id):
        faults.append("the identifier is a word for somebody who is not known; refer one person, under their own")
    if recorded is Recorded.UNKNOWN and not not_recorded:
        faults.append(_UNRECORDED)
    elif recorded is Recorded.UNKNOWN and by_police:
        faults.append(_NEEDS_AGENCY)
    elif recorded not in (None, Recorded.UNKNOWN) and not_recorded:
        faults.append(_IS_RECORDED)
    if recorded is Recorded.VICTIM_ONLY and by_police:
        faults.append(NO_VICTIM_ON_RECORDS_ALONE)
    if recorded is Recorded.VICTIM_ONLY and scored:
        faults.append(NO_SCORE_OF_A_VICTIM)
    return faults


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
        return Recorded.UNKNOWN
    from matac_ml.asof import PersonView

    view = PersonView(person, as_of)
    if view.is_suspect:
        return Recorded.SUSPECT
    return Recorded.VICTIM_ONLY if view.is_victim else Recorded.NOBODY
