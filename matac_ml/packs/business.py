"""What a meeting has before it on paper: everybody of its area with whom something is going on, by where they stand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matac_ml.casework import Case, State
from matac_ml.casework.caseload import OPEN
from matac_ml.casework.judging import is_blind
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.notes import Action, is_same


@dataclass(frozen=True)
class PackPerson:
    """One person of the pack.

    Attributes
    ----------
    area : str
        Of the latest incident; empty where the records do not say.
    also_victim : bool
        Whether police records hold the person as a suspect and as a victim.
    points : int or None
        The entry score; None where there is none, and before two specialists have judged: a paper is passed around.
    """

    case: Case
    area: str
    also_victim: bool
    points: int | None


@dataclass(frozen=True)
class MeetingBusiness:
    """Everybody whom a reader may see, and how many are restricted.

    Attributes
    ----------
    last : Meeting or None
        The meeting of the same area before this one.
    capacity : int
        Places of a cohort, by the policy.
    """

    meeting: Meeting
    last: Meeting | None
    people: tuple[PackPerson, ...]
    masked: int
    capacity: int
    warnings: tuple[str, ...] = ()

    def standing(self, *states: State) -> tuple[PackPerson, ...]:
        """Those who stand in one of the states, in order of identifier."""
        found = (one for one in self.people if one.case.state in states)
        return tuple(sorted(found, key=lambda one: one.case.person_id))

    @property
    def accepted(self) -> tuple[PackPerson, ...]:
        """Those who wait for a place: by points, then those who were referred first."""
        found = self.standing(State.ACCEPTED)
        return tuple(sorted(found, key=lambda one: (-(one.points or 0), str(one.case.referred or ""))))

    @property
    def actions(self) -> tuple[tuple[str, Action], ...]:
        """What the last meeting agreed, and what earlier ones agreed and is not done, each with whom it is about."""
        last = self.last.name if self.last else None
        return tuple(
            (one.case.person_id, action)
            for one in sorted(self.people, key=lambda one: one.case.person_id)
            for action in one.case.actions
            if not action.done or action.meeting == last
        )


def business_of(
    meeting: Meeting,
    cases: Iterable[Case],
    *,
    reader: str,
    meetings: Sequence[Meeting],
    areas: Callable[[str], str],
    also_victim: Callable[[str], bool],
    judgements: int,
    capacity: int,
    warnings: Sequence[str] = (),
) -> MeetingBusiness:
    """Gather what a meeting has before it.

    Parameters
    ----------
    reader : str
        Who reads: a record restricted to others is counted, and not shown.
    areas, also_victim : callable
        What police records say of a person; empty and False for a person whom they do not hold.
    judgements : int
        How many specialists judge a referral.
    capacity : int
        Places of a cohort.
    """
    # Whoever is in no area, or in none that is known, belongs to every meeting.
    here = [
        case
        for case in cases
        if case.state in OPEN and ("" in (meeting.area, at := areas(case.person_id)) or at == meeting.area)
    ]
    seen = [case for case in here if not _is_restricted(case, reader)]
    before = [one for one in meetings if one.number < meeting.number and one.area == meeting.area]
    people = tuple(
        PackPerson(case, areas(case.person_id), also_victim(case.person_id), _points(case, judgements)) for case in seen
    )
    return MeetingBusiness(
        meeting, before[-1] if before else None, people, len(here) - len(seen), capacity, tuple(warnings)
    )


def visible_case(case: Case, reader: str) -> Case | None:
    """The case as a profile prints it for a reader: None where nothing is recorded, or it is restricted to others."""
    return None if not case.entries or _is_restricted(case, reader) else case


def _is_restricted(case: Case, reader: str) -> bool:
    return bool(case.restricted_to) and not any(is_same(name, reader) for name in case.restricted_to)


def _points(case: Case, judgements: int) -> int | None:
    return case.entry_score.points if case.entry_score and not is_blind(case, judgements) else None
