"""What a plan, a week, an end and an exit must be, from where the case stands: what each records, and every fault."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from matac_ml.casework.case import Case
from matac_ml.casework.recorded import NO_SCORE_OF_A_VICTIM
from matac_ml.casework.score import Score, compared
from matac_ml.casework.steps import MOST_WEEKS, State
from matac_ml.casework.toolkit import Toolkit
from matac_ml.practice import CYCLE_DAYS

#: A programme that begins later than this after the meeting is a slip of the keyboard.
LATEST_START = timedelta(days=365)
#: The records behind an exit score reach to within one cycle of the exit.
EXIT_RECORDS = timedelta(days=CYCLE_DAYS)
#: Categories of the toolkit that a disruption plan is made of.
DISRUPTING = ("disruption", "enforcement")

Judged = tuple[Mapping[str, Any], list[str]]


def planned(
    case: Case, day: date, toolkit: Toolkit, interventions: Sequence[str], starts: date, weeks: int | None
) -> Judged:
    """Judge a plan: of a programme for a member of the cohort, of disruption for somebody who was removed."""
    unknown = sorted(set(interventions) - set(toolkit.interventions))
    faults = [f"interventions must be in the toolkit, got {', '.join(unknown)}"] if unknown else []
    faults += [] if interventions else ["at least one intervention is needed"]
    faults += ["an intervention is named twice"] if len(set(interventions)) < len(interventions) else []
    said = {
        "interventions": list(interventions),
        "starts": starts.isoformat(),
        "toolkit": f"{toolkit.name} {toolkit.version}",
        "toolkit_sha256": toolkit.sha256,
    }
    if case.state in (State.REMOVED, State.DISRUPTED):
        faults += _faults_of_disruption(case, day, toolkit, interventions, starts, weeks)
        return said, faults
    lasts = toolkit.programme_weeks if weeks is None else weeks
    if not 1 <= lasts <= MOST_WEEKS:
        faults.append(f"a programme lasts 1 to {MOST_WEEKS} weeks, got {lasts}")
    since = case.taken or case.started or day
    if not since <= starts <= since + LATEST_START:
        latest = since + LATEST_START
        faults.append(f"the programme must begin from {since}, when the cohort was taken, to {latest}; got {starts}")
    return said | {"weeks": lasts}, faults


def _faults_of_disruption(
    case: Case, day: date, toolkit: Toolkit, interventions: Sequence[str], starts: date, weeks: int | None
) -> list[str]:
    others = [
        name
        for name in interventions
        if name in toolkit.interventions and toolkit.interventions[name].category not in DISRUPTING
    ]
    faults = []
    if others:
        faults.append(
            f"after a removal the plan is one of {' and '.join(DISRUPTING)}, got {', '.join(sorted(others))}; "
            "a new programme begins with a referral"
        )
    if weeks is not None:
        faults.append("a disruption plan has no weeks")
    since = case.last or day
    if not since <= starts <= since + LATEST_START:
        faults.append(f"the disruption must begin from {since} to {since + LATEST_START}; got {starts}")
    return faults


def engaged_in(case: Case, day: date, week: int, engaged: bool) -> Judged:
    """Judge what is said of one week."""
    said = {"week": week, "engaged": engaged}
    if not 1 <= week <= case.programme_weeks:
        return said, [f"week must be 1 to {case.programme_weeks}, got {week}"]
    if case.started and (begins := case.started + timedelta(weeks=week - 1)) > day:
        return said, [f"week {week} begins on {begins} and cannot be recorded on {day}"]
    return said, []


def completed(case: Case, day: date) -> Judged:
    """Judge a completion: from the last day of the programme's last week on."""
    said = {"weeks_engaged": len(case.engaged), "weeks_recorded": len(case.weeks), "weeks": case.programme_weeks}
    if case.started is None or case.ends is None or case.ends <= day:
        return said, []
    if case.started > day:
        return said, [f"the programme begins on {case.started} and cannot be completed on {day}"]
    return said, [
        f"the programme of {case.programme_weeks} weeks ends on {case.ends} and cannot be completed on {day}; "
        "an earlier end is a step of its own: end early, withdraw or remove"
    ]


def ended_early(case: Case, day: date) -> Judged:
    """Judge an end before the programme's last day, with what was achieved or decided as its reason."""
    if case.started is None or case.ends is None:
        return {}, ["the first day of the programme is no longer on record: complete the programme"]
    week = (day - case.started) // timedelta(weeks=1) + 1
    said = {"week": week, "weeks": case.programme_weeks, "weeks_engaged": len(case.engaged)}
    if case.started > day:
        return said, [f"the programme begins on {case.started} and cannot end on {day}; withdraw the person"]
    return said, [f"the programme ended on {case.ends}: complete the programme"] if case.ends <= day else []


def exited(case: Case, day: date, score: Score | None, *, victim_only: bool, unrecorded: bool = False) -> Judged:
    """Judge an exit: its score tells of the day of the exit, not of months before; not everybody has one.

    Parameters
    ----------
    victim_only, unrecorded : bool
        Whether the records know the person as a victim only, or do not hold the person: neither is scored.
    """
    if score is None and unrecorded and case.entry_score is None:
        return {"note": "The records hold nobody with this identifier, so there is no exit score."}, []
    if score is None:
        note = "The records know this person as a victim only, so there is no exit score."
        return {"note": note}, [] if victim_only else ["a score is needed: give the points of the day of the exit"]
    if victim_only:
        return {}, [NO_SCORE_OF_A_VICTIM]
    said = {"score": score.payload(), "note": compared(case.entry_score, score)}
    faults = faults_of_score(score)
    if score.as_of is not None and score.as_of < day - EXIT_RECORDS:
        faults.append(
            f"the records behind the score end before {score.as_of}, more than {EXIT_RECORDS.days} days before the "
            f"exit on {day}: take an extract that reaches {day - EXIT_RECORDS}, or give the points of "
            "that day as the score"
        )
    if score.as_of is not None and score.as_of > day + timedelta(days=1):
        faults.append(f"the score is as of {score.as_of}, after the exit on {day}")
    return said, faults


def faults_of_score(score: Score | None) -> list[str]:
    """Return why points cannot be a score."""
    return [f"a score has 0 points or more, got {score.points}"] if score is not None and score.points < 0 else []
