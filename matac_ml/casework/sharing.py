"""Who may know of a referral by its own terms: the force, whoever referred, and the agencies that the terms let in."""

from collections.abc import Iterable, Sequence

from matac_ml.casework.case import Case, shared_by
from matac_ml.casework.entry import Entry
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.notes import is_same
from matac_ml.casework.recorded import is_police
from matac_ml.casework.referral import Share, Shared

#: Kinds of entries that refer somebody.
REFERRALS = frozenset({"referral", "safeguarding_referral", "further_referral"})
#: Why somebody of another agency takes no step about a case.
WITHHELD = "the terms of the referral keep this record from your agency; somebody of the police may take the step"
#: What stands in place of a referral that is kept back.
KEPT_BACK = "a referral whose terms keep what it says from this agency"


def is_force(agency: str) -> bool:
    """Whether somebody is the force's own: of the police, or of no agency that is named."""
    return not agency or is_police(agency)


def tells(terms: Shared, agency: str, meetings: Iterable[Meeting], *, acts: bool) -> bool:
    """Whether an agency may know of a referral by its terms.

    Parameters
    ----------
    meetings : iterable of Meeting
        An agency is at the meeting when somebody attends for it, on the day of the referral or later.
    acts : bool
        Whether the agency carries out a part of the plan.
    """
    if is_force(agency) or is_same(terms.source, agency):
        return True
    # Without terms the police alone know of an agency's referral; their own is the meeting's to share.
    share = terms.share or (Share.PLAN if is_police(terms.source) else Share.POLICE)
    if share == Share.POLICE:
        return False
    return (share == Share.PLAN and acts) or any(
        is_same(one.agency, agency) for meeting in meetings if meeting.day >= terms.on for one in meeting.attended
    )


def is_withheld(case: Case, agency: str, meetings: Sequence[Meeting]) -> bool:
    """Whether no referral that is under way, or was the latest, may be known to an agency."""
    if is_force(agency) or not case.shared:
        return False
    acts = _acts(case, agency)
    return not any(tells(terms, agency, meetings, acts=acts) for terms in case.shared)


def is_kept_back(entry: Entry, case: Case, agency: str, meetings: Sequence[Meeting]) -> bool:
    """Whether an entry is a referral that must not be told to an agency."""
    if is_force(agency) or entry.kind not in REFERRALS or entry.personal is None:
        return False
    return not tells(shared_by(entry.personal.payload), agency, meetings, acts=_acts(case, agency))


def faults_of_owner(case: Case, agency: str, meetings: Sequence[Meeting]) -> list[str]:
    """Return why an agency cannot be given an action: it would tell the agency of a referral that is kept from it."""
    if is_force(agency) or not case.shared:
        return []
    if any(tells(terms, agency, meetings, acts=True) for terms in case.shared):
        return []
    return [
        f"the terms of the referral keep it from {agency}: let the agency attend the meeting, or ask whoever referred "
        "the person to refer again with other terms"
    ]


def is_own_referral(entry: Entry, agency: str) -> bool:
    """Whether an agency, which is not the police, made this referral."""
    source = str(entry.personal.payload.get("source", "")) if entry.personal else ""
    return not is_force(agency) and is_same(source, agency)


def has_referred(case: Case, agency: str) -> bool:
    """Whether an agency made a referral that is under way or was the latest, or one beside it."""
    return not is_force(agency) and any(is_same(source, agency) for source in (*case.sources, *case.further))


def known_to(case: Case, agency: str) -> str:
    """The identifier by which an agency knows the person: its own, which a merge in police records keeps."""
    acted = {action.number for action in case.actions if is_same(action.agency, agency)}
    for entry in reversed(case.entries):
        if entry.personal is not None and (
            (entry.kind in REFERRALS and is_own_referral(entry, agency))
            or (entry.number in acted and not has_referred(case, agency))
        ):
            return str(entry.personal.payload.get("named") or entry.personal.subject)
    return case.person_id


def _acts(case: Case, agency: str) -> bool:
    return any(is_same(action.agency, agency) for action in case.actions)
