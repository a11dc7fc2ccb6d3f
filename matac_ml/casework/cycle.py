"""The MATAC cycle: each step by a named person with a reason, an entry in the ledger. The program takes none itself.

A step is looked at and written as one act: whoever else takes a step meanwhile finds it taken, or comes first. Each
step has the day on which it was taken beside the moment it was recorded: minutes of a meeting are typed later.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from matac_ml.casework.case import Case, case_from
from matac_ml.casework.cohort import SUPPLIED, entries_of, faults_of, select
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.reading import Reader
from matac_ml.casework.score import Instrument, Score, compared
from matac_ml.casework.steps import KINDS, PROGRAMME_WEEKS, STEPS, State
from matac_ml.casework.toolkit import Toolkit, load_toolkit
from matac_ml.errors import UsageError

#: A reason of fewer characters explains nothing to whoever reads it in a year.
LEAST_REASON = 10
PURPOSE = "matac_cycle"
#: A programme that begins later than this after the meeting is a slip of the keyboard.
LATEST_START = timedelta(days=365)

Judged = tuple[Mapping[str, Any], list[str]]


def _alone(person_id: str) -> tuple[str, ...]:
    return (person_id,)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


@dataclass
class Cycle:
    """Casework over a ledger.

    Parameters
    ----------
    ledger : Ledger
    toolkit : Toolkit
    identities : callable
        Person to every identifier the person has had, the one that stays first; entries are found under any of them and
        written under that one. The identifier alone unless told.
    today : callable
        The day it is here; no step is taken later.
    caller : str
        The key or token that asked, when that is another than the person who takes the step; kept in each entry.
    """

    ledger: Ledger
    toolkit: Toolkit = field(default_factory=load_toolkit)
    identities: Callable[[str], tuple[str, ...]] = _alone
    today: Callable[[], date] = _today
    caller: str = ""

    def case(self, person_id: str) -> Case:
        """Read somebody's case from the ledger."""
        return self._case(self.ledger, person_id)

    def refer(
        self,
        person_id: str,
        *,
        actor: str,
        reason: str,
        source: str,
        score: Score | None = None,
        on: date | None = None,
    ) -> Entry:
        """Somebody, from analysis or a partner, proposes a person for the meeting.

        Parameters
        ----------
        source : str
            ``analysis``, or the name of the partner agency.
        score : Score, optional
            Points of the matrix on the day: the entry score.
        on : date, optional
            The day of the step, here and in every other; today unless told.
        """
        payload = {"source": source} | ({"score": score.payload()} if score else {})
        faults = [*_faults_of(score), *([] if source.strip() else ["who refers must be named; no source came"])]
        return self._step("referral", person_id, actor, reason, on, lambda *_: (payload, faults))

    def judge(self, person_id: str, *, actor: str, reason: str, accept: bool, on: date | None = None) -> Entry:
        """Specialist staff accept or decline a referral, with a reason."""
        kind = "judgement_accepted" if accept else "judgement_declined"
        return self._step(kind, person_id, actor, reason, on)

    def cohort(
        self,
        proposed: Sequence[str],
        *,
        actor: str,
        reason: str,
        name: str,
        capacity: int,
        by: Instrument | None = None,
        leave_off: Mapping[str, str] | None = None,
        put_on: Mapping[str, str] | None = None,
        order: str = SUPPLIED,
        on: date | None = None,
    ) -> list[Entry]:
        """The meeting takes its cohort: the order proposed is kept beside who was put on or left off against it.

        Parameters
        ----------
        proposed : sequence of str
            Accepted people in the order of the list.
        name : str
            Of the meeting; each takes one cohort.
        capacity : int
            Places, 1 to 1,000: the policy's.
        by : Instrument, optional
            The policy whose list and capacity these are.
        leave_off, put_on : mapping of person to reason, optional
            Proposed people who get no place, and people who get one against the order. A place that is left free goes
            to the next on the list.
        order : str
            Where the order comes from; nobody has compared it with a list unless it says so.

        Returns
        -------
        list of Entry
            One about the cohort, which holds counts and names nobody, so that an erasure need not reach it; then one
            for each person proposed, overridden and taken.
        """
        chosen = select(
            [self._staying(person) for person in proposed],
            capacity=capacity,
            leave_off={self._staying(person): why for person, why in (leave_off or {}).items()},
            put_on={self._staying(person): why for person, why in (put_on or {}).items()},
        )
        day = on or self.today()
        whys = (*chosen.left_off.values(), *chosen.put_on.values())
        faults = [*faults_of(chosen), *(f"an override {_short(why)}" for why in whys if _short(why))]
        faults += [] if all(person.strip() for person in chosen.proposed) else ["somebody proposed has no identifier"]
        faults += [] if name.strip() else ["the meeting must be named; no name came"]

        def entry(kind: str, person: str, why: str, payload: Mapping[str, Any]) -> NewEntry:
            return NewEntry(kind, actor, PURPOSE, why, person, name, self._with(payload, day))

        def decide(reader: Reader) -> list[NewEntry]:
            taken = any(reader.entries(kind="cohort", reference=name))
            found = ["this meeting has taken its cohort; another needs another name"] if taken else []
            cases = [self._case(reader, person) for person in chosen.members]
            not_ready = sum(case.state is not State.ACCEPTED for case in cases)
            found += [f"{not_ready} of its members were not accepted by a judgement"] if not_ready else []
            later = max((case.last for case in cases if case.last), default=None)
            self._refuse("The cohort cannot be taken.", actor, reason, [*faults, *found, *self._days(day, later)])
            return entries_of(chosen, reason, by, entry, order=order)

        return self.ledger.append_decided(decide)

    def plan(
        self,
        person_id: str,
        *,
        actor: str,
        reason: str,
        interventions: Sequence[str],
        starts: date,
        on: date | None = None,
    ) -> Entry:
        """Interventions of the toolkit, and the day on which the programme begins."""
        unknown = sorted(set(interventions) - set(self.toolkit.interventions))
        faults = [f"interventions must be of the toolkit, got {', '.join(unknown)}"] if unknown else []
        faults += [] if interventions else ["at least one intervention is needed"]
        faults += ["an intervention is named twice"] if len(set(interventions)) < len(interventions) else []

        def judged(case: Case, day: date) -> Judged:
            since = case.taken or case.started or day
            latest = since + LATEST_START
            payload = {
                "interventions": list(interventions),
                "starts": starts.isoformat(),
                "toolkit": f"{self.toolkit.name} {self.toolkit.version}",
                "toolkit_sha256": self.toolkit.sha256,
            }
            if since <= starts <= latest:
                return payload, faults
            asked = f"the programme must begin from {since}, when the cohort was taken, to {latest}; got {starts}"
            return payload, [*faults, asked]

        return self._step("plan", person_id, actor, reason, on, judged)

    def engage(
        self, person_id: str, *, actor: str, reason: str, week: int, engaged: bool, on: date | None = None
    ) -> Entry:
        """Whether the person engaged in one week of the programme, 1 to 17; what is said last of a week holds."""
        wrong = [] if 1 <= week <= PROGRAMME_WEEKS else [f"week must be 1 to {PROGRAMME_WEEKS}, got {week}"]

        def judged(case: Case, day: date) -> Judged:
            faults = list(wrong)
            if case.started and not wrong and (begins := case.started + timedelta(weeks=week - 1)) > day:
                faults.append(f"week {week} begins on {begins} and cannot be recorded on {day}")
            return {"week": week, "engaged": engaged}, faults

        return self._step("engagement", person_id, actor, reason, on, judged)

    def remove(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """Take a person who does not engage off the programme; they are dealt with as any prolific offender."""
        return self._step("removal", person_id, actor, reason, on)

    def withdraw(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """End the work with somebody, not for lack of engaging: custody, a move, a death, a wish of a victim."""
        return self._step("withdrawal", person_id, actor, reason, on)

    def complete(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """The programme is done."""

        def judged(case: Case, day: date) -> Judged:
            early = case.started is not None and case.started > day
            said = f"the programme begins on {case.started} and cannot be completed on {day}"
            return {"weeks_engaged": len(case.engaged), "weeks_recorded": len(case.weeks)}, [said] if early else []

        return self._step("completion", person_id, actor, reason, on, judged)

    def leave(self, person_id: str, *, actor: str, reason: str, score: Score, on: date | None = None) -> Entry:
        """The exit, with the score on the day, and what it and the entry score do not show."""

        def judged(case: Case, _: date) -> Judged:
            return {"score": score.payload(), "note": compared(case.entry_score, score)}, _faults_of(score)

        return self._step("exit", person_id, actor, reason, on, judged)

    def override_statistics(self) -> dict[str, int]:
        """How many people were put on, and left off, against the list, and how many cohorts there were.

        Counted from the entries of cohorts, so that erasing a person takes nobody out of the count.
        """
        counts = [one.personal.payload for one in self.ledger.entries(kind="cohort") if one.personal]
        ways = {way: sum(int(one[way]) for one in counts) for way in ("put on", "left off")}
        return {"cohorts": len(counts), **ways}

    def _staying(self, person_id: str) -> str:
        return self.identities(person_id)[0]

    def _case(self, reader: Ledger | Reader, person_id: str) -> Case:
        known = self.identities(person_id)
        return case_from(known[0], reader.entries(kind=KINDS, subject=known))

    def _step(
        self,
        kind: str,
        person_id: str,
        actor: str,
        reason: str,
        on: date | None,
        judged: Callable[[Case, date], Judged] = lambda *_: ({}, []),
    ) -> Entry:
        day = on or self.today()

        def decide(reader: Reader) -> list[NewEntry]:
            before, case = STEPS[kind][0], self._case(reader, person_id)
            asked = kind.replace("_", " ")
            follows = f"{asked} follows {' or '.join(before)}; this person is {case.state}"
            payload, faults = judged(case, day)
            if not person_id or person_id != person_id.strip():
                faults = [*faults, "whom it is about must be named, without blanks around the identifier"]
            # Faults of a step that does not follow at all would only hide that.
            faults = [*faults, *self._days(day, case.last)] if case.state in before else [follows]
            self._refuse(f"The step cannot be taken: {asked}.", actor, reason, faults)
            return [NewEntry(kind, actor, PURPOSE, reason, case.person_id, payload=self._with(payload, day))]

        return self.ledger.append_decided(decide)[0]

    def _with(self, payload: Mapping[str, Any], day: date) -> dict[str, Any]:
        return {**payload, "on": day.isoformat()} | ({"caller": self.caller} if self.caller else {})

    def _days(self, day: date, last: date | None) -> list[str]:
        today = self.today()
        faults = [f"its day must not lie after today, {today}; got {day}"] if day > today else []
        return faults + (
            [f"its day must not lie before the step before it, {last}; got {day}"] if last and day < last else []
        )

    def _refuse(self, message: str, actor: str, reason: str, faults: list[str]) -> None:
        faults = faults if actor.strip() else [*faults, "a named person must take it; no name came"]
        if short := _short(reason):
            faults = [*faults, f"its reason {short}"]
        if faults:
            raise UsageError(message, faults=faults)


def _faults_of(score: Score | None) -> list[str]:
    return [f"a score has 0 points or more, got {score.points}"] if score is not None and score.points < 0 else []


def _short(reason: str) -> str:
    length = len(reason.strip())
    return "" if length >= LEAST_REASON else f"must have at least {LEAST_REASON} characters, got {length}"
