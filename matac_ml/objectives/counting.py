"""What happened in a quarter, counted exactly: from the records of those taken into cohorts, and from casework.

Nothing here is shown to anybody: :mod:`matac_ml.objectives.published` protects it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matac_ml.casework import Entry
from matac_ml.casework.meetings import Meeting
from matac_ml.casework.recorded import is_police
from matac_ml.codes import CHARGED_OUTCOMES
from matac_ml.objectives.quarter import Quarter
from matac_ml.records import Extract
from matac_ml.support import SUPPORT_KINDS, record_from

#: Known as a suspect and recorded before the day; of each incident what is known of its outcome by then.
_INCIDENTS = """
SELECT s.person_id, i.incident_id, i.occurred_on,
    CASE WHEN i.outcome_on < $as_of THEN i.outcome_code END, CASE WHEN i.outcome_on < $as_of THEN i.outcome_on END
FROM (SELECT person_id, incident_id, min(recorded_on) AS known FROM involvements
    WHERE role IN ('suspect', 'offender') AND person_id IN (SELECT unnest($people::VARCHAR[]))
    GROUP BY person_id, incident_id) s
JOIN incidents i ON i.incident_id = s.incident_id
WHERE i.domestic AND greatest(s.known, i.recorded_on) < $as_of AND i.occurred_on < $as_of
"""
_VICTIMS = """
SELECT DISTINCT s.person_id, v.person_id, i.occurred_on
FROM involvements s JOIN involvements v ON v.incident_id = s.incident_id AND v.role = 'victim'
    AND v.person_id <> s.person_id AND coalesce(v.counterpart_id = s.person_id, TRUE)
JOIN incidents i ON i.incident_id = s.incident_id
WHERE s.role IN ('suspect', 'offender') AND s.person_id IN (SELECT unnest($people::VARCHAR[])) AND i.domestic
    AND greatest(s.recorded_on, v.recorded_on, i.recorded_on) < $as_of AND i.occurred_on < $as_of
"""
_REFERRALS = ("referral", "safeguarding_referral")
_PLANS = ("plan", "disruption_plan")


@dataclass(frozen=True)
class Counted:
    """A quarter in exact numbers; *then* is as many days before each person was taken into a cohort.

    Attributes
    ----------
    records_to : date
        The last day of records that was seen: the quarter's last, or the extract's where that is earlier.
    followed : int
        People taken into a cohort before the quarter.
    again, again_then : int
        Of these, those with an incident as suspect.
    incidents, incidents_then : int
        Their incidents.
    victims, victims_then, new_victims : int
        People recorded as their victims; of those in the quarter, whoever never was before.
    outcomes, charged : int
        Outcomes recorded in the quarter for their incidents, and those of a charge or caution.
    supported, support_due, support_done : int
        Victims whose support began; actions for victims due in the quarter, and those reported as done.
    meetings, agencies : int
        Held in the quarter; partner agencies that attended one.
    referrals, by_agencies : int
        People referred, and those referred by a partner agency.
    actions_due, actions_done : int
        Actions due in the quarter, and those reported as done.
    planned, weeks, engaged, completed, removed, left : int
        People with a plan made in the quarter; weeks recorded and engaged in; people who completed, were removed for
        not engaging, or left otherwise.
    """

    quarter: Quarter
    records_to: date
    followed: int
    again: int
    again_then: int
    incidents: int
    incidents_then: int
    victims: int
    victims_then: int
    new_victims: int
    outcomes: int
    charged: int
    supported: int
    support_due: int
    support_done: int
    meetings: int
    agencies: int
    referrals: int
    by_agencies: int
    actions_due: int
    actions_done: int
    planned: int
    weeks: int
    engaged: int
    completed: int
    removed: int
    left: int


def count_quarter(
    quarter: Quarter,
    extract: Extract,
    casework: Mapping[str, Sequence[Entry]],
    meetings: Sequence[Meeting],
    support: Iterable[Entry],
) -> Counted:
    """Count a quarter.

    Parameters
    ----------
    casework : mapping of person to entries
        What casework wrote of each person, oldest first.
    support : iterable of Entry
        Every entry of the support of victims.
    """
    end = min(quarter.last, extract.cut_off)
    taken = {
        person: day
        for person, entries in casework.items()
        if (day := _first_day(entries, ("cohort_member",))) is not None and day < quarter.first
    }
    return Counted(
        quarter=quarter,
        records_to=end,
        followed=len(taken),
        **_of_records(quarter, extract, taken, end + timedelta(days=1)),
        **_of_support(quarter, support),
        meetings=sum(one.day in quarter for one in meetings),
        agencies=len(_agencies(one for one in meetings if one.day in quarter)),
        **_of_casework(quarter, casework),
    )


def _day(entry: Entry) -> date:
    return date.fromisoformat(entry.personal.payload["on"]) if entry.personal else date.min


def _first_day(entries: Sequence[Entry], kinds: Sequence[str]) -> date | None:
    return min((_day(entry) for entry in entries if entry.kind in kinds and entry.personal), default=None)


def _agencies(meetings: Iterable[Meeting]) -> set[str]:
    return {one.agency.casefold() for meeting in meetings for one in meeting.attended if not is_police(one.agency)}


def _of_records(quarter: Quarter, extract: Extract, taken: Mapping[str, date], as_of: date) -> dict[str, int]:
    con = extract.connect(as_of=as_of)
    asked = {"people": list(taken), "as_of": as_of}
    incidents = con.execute(_INCIDENTS, asked).fetchall()
    victims = con.execute(_VICTIMS, asked).fetchall()

    def then(person: str, when: date) -> bool:
        return taken[person] - timedelta(days=quarter.days) <= when < taken[person]

    now = {(person, victim) for person, victim, when in victims if when in quarter}
    earlier = {(person, victim) for person, victim, when in victims if when < quarter.first}
    outcomes = {incident: code for _, incident, _, code, day in incidents if day is not None and day in quarter}
    return {
        "again": len({person for person, _, when, _, _ in incidents if when in quarter}),
        "again_then": len({person for person, _, when, _, _ in incidents if then(person, when)}),
        "incidents": len({incident for _, incident, when, _, _ in incidents if when in quarter}),
        "incidents_then": len({incident for person, incident, when, _, _ in incidents if then(person, when)}),
        "victims": len({victim for _, victim in now}),
        "victims_then": len({victim for person, victim, when in victims if then(person, when)}),
        "new_victims": len({victim for _, victim in now - earlier}),
        "outcomes": sum(code is not None and code != 0 for code in outcomes.values()),
        "charged": sum(code in CHARGED_OUTCOMES for code in outcomes.values() if code is not None),
    }


def _of_support(quarter: Quarter, support: Iterable[Entry]) -> dict[str, int]:
    people: dict[str, list[Entry]] = {}
    for entry in support:
        if entry.kind in SUPPORT_KINDS and entry.personal is not None:
            people.setdefault(entry.personal.subject, []).append(entry)
    begun = [_first_day(entries, ("support_begun",)) for entries in people.values()]
    due = [
        action
        for person, entries in people.items()
        for action in record_from(person, entries).actions
        if action.due in quarter
    ]
    return {
        "supported": sum(day is not None and day in quarter for day in begun),
        "support_due": len(due),
        "support_done": sum(action.done for action in due),
    }


def _of_casework(quarter: Quarter, casework: Mapping[str, Sequence[Entry]]) -> dict[str, int]:
    def people(*kinds: str) -> set[str]:
        return {
            person
            for person, entries in casework.items()
            if any(entry.kind in kinds and entry.personal and _day(entry) in quarter for entry in entries)
        }

    by_agency = {
        person
        for person, entries in casework.items()
        for entry in entries
        if entry.kind in _REFERRALS and entry.personal and _day(entry) in quarter
        if not is_police(str(entry.personal.payload.get("source", "")))
    }
    weeks, due = _weeks(quarter, casework), _due(quarter, casework)
    return {
        "referrals": len(people(*_REFERRALS)),
        "by_agencies": len(by_agency),
        "actions_due": len(due),
        "actions_done": sum(due),
        "planned": len(people(*_PLANS)),
        "weeks": len(weeks),
        "engaged": sum(weeks),
        "completed": len(people("completion")),
        "removed": len(people("removal")),
        "left": len(people("withdrawal", "early_end")),
    }


def _weeks(quarter: Quarter, casework: Mapping[str, Sequence[Entry]]) -> list[bool]:
    """Of each week recorded in the quarter, whether the person engaged, as it was said last."""
    said: dict[tuple[str, int], bool] = {}
    for person, entries in casework.items():
        for entry in entries:
            if entry.kind == "engagement" and entry.personal and _day(entry) in quarter:
                said[person, int(entry.personal.payload["week"])] = bool(entry.personal.payload["engaged"])
    return list(said.values())


def _due(quarter: Quarter, casework: Mapping[str, Sequence[Entry]]) -> list[bool]:
    """Of each action due in the quarter, whether it was reported as done."""
    done: dict[int, bool] = {}
    for entries in casework.values():
        for entry in entries:
            if entry.personal is None:
                continue
            said = entry.personal.payload
            if entry.kind == "action_agreed" and date.fromisoformat(said["due"]) in quarter:
                done[entry.number] = False
            elif entry.kind == "action_reported" and said["action"] in done:
                done[said["action"]] = bool(said["done"])
    return list(done.values())
