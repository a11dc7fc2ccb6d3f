"""The pack of a meeting: who is before it and why, in the order in which it is taken, on paper."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from matac_ml.casework import Case, State
from matac_ml.casework.caseload import unrecorded
from matac_ml.packs.business import MeetingBusiness, PackPerson
from matac_ml.page import Document, write_prose
from matac_ml.wording import day

_TEMPLATE = Path(__file__).parent / "templates" / "meeting.md"
Rows = list[tuple[str, ...]]


def meeting_pack(business: MeetingBusiness, today: date) -> Document:
    """Write the pack; whoever is also recorded as a victim is named before everything else."""
    meeting = business.meeting
    accepted = business.accepted
    return write_prose(
        _TEMPLATE,
        {
            "meeting": meeting,
            "business": business,
            "also_victims": [one.case.person_id for one in business.people if one.also_victim],
            "attended": ", ".join(f"{one.name} ({one.agency})" for one in meeting.attended),
            "actions": _actions(business, today),
            "holds": [(*_who(one), _sources(one.case)) for one in business.standing(State.HELD)],
            "to_judge": [
                (*_who(one), _sources(one.case), one.case.state.value)
                for one in business.standing(State.REFERRED, State.JUDGED_ONCE)
            ],
            "to_settle": _to_settle(business.standing(State.JUDGED_TWICE)),
            "to_place": [
                (*_who(one), "none recorded" if one.points is None else str(one.points), _sources(one.case))
                for one in accepted
            ],
            "to_plan": [
                (*_who(one), one.case.state.value) for one in business.standing(State.IN_COHORT, State.REMOVED)
            ],
            "programme": [_on_programme(one, today) for one in business.standing(State.PLANNED)],
            "ending": _ending(business),
        },
        {"day": day},
    )


def _who(one: PackPerson) -> tuple[str, str]:
    mark = " (also a victim)" if one.also_victim else ""
    return f"{one.case.person_id}{mark}", one.area or "not recorded"


def _sources(case: Case) -> str:
    return ", ".join(dict.fromkeys(case.sources))


def _actions(business: MeetingBusiness, today: date) -> Rows:
    def stands(done: bool, due: date) -> str:
        return "done" if done else "late" if due < today else "not done yet"

    return [
        (person, action.text, action.agency, day(action.due), stands(action.done, action.due), action.report)
        for person, action in business.actions
    ]


def _to_settle(people: Sequence[PackPerson]) -> Rows:
    return [
        (*_who(one), judgement.actor, "accept" if judgement.accepts else "decline", judgement.reason)
        for one in people
        for judgement in one.case.judgements
    ]


def _on_programme(one: PackPerson, today: date) -> tuple[str, ...]:
    case = one.case
    missed = sum(not engaged for engaged in case.weeks.values())
    begun = f"{day(case.started)} to {day(case.ends)}" if case.started and case.ends else "not recorded"
    weeks = f"{len(case.engaged)} of {case.programme_weeks}"
    return (*_who(one), begun, weeks, str(missed), str(len(unrecorded(case, today))), ", ".join(case.interventions))


def _ending(business: MeetingBusiness) -> Rows:
    ended = business.standing(State.COMPLETED, State.ENDED_EARLY, State.DISRUPTED, State.WITHDRAWN)
    return [(*_who(one), one.case.state.value, day(one.case.last) if one.case.last else "") for one in ended]
