"""The MATAC cycle: each step by a named person with a reason, an entry in the ledger. The program takes none itself.

A step is looked at and written as one act: whoever else takes a step meanwhile finds it taken, or comes first. Each
step has the day on which it was taken beside the moment it was recorded: minutes of a meeting are typed later.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from matac_ml import clock
from matac_ml.casework.case import Case, case_from
from matac_ml.casework.cohort import SUPPLIED, entries_of, faults_of, faults_of_members, select
from matac_ml.casework.drawn import faults_of_cited
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.programme import Judged, completed, ended_early, engaged_in, exited, faults_of_score, planned
from matac_ml.casework.reading import Reader
from matac_ml.casework.recorded import NOT_RELEASED, Recorded, faults_of_referral
from matac_ml.casework.refusing import faults_of_day, faults_of_person, faults_of_source, refuse
from matac_ml.casework.score import PolicyUsed, Score
from matac_ml.casework.steps import KINDS, STEPS, State
from matac_ml.casework.toolkit import Toolkit, load_toolkit
from matac_ml.written import fault_of_reason, faults_of_name, tidied

PURPOSE = "matac_cycle"


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
    recorded : callable
        Person to what the records say; None where no records are at hand, as unless told.
    today : callable
        The day it is here; no step is taken later.
    caller : str
        The key or token that asked, when that is another than the person who takes the step; kept in each entry.
    before_writing : callable
        Called inside the transaction of each step; what it raises leaves the ledger as it was.
    """

    ledger: Ledger
    toolkit: Toolkit = field(default_factory=load_toolkit)
    identities: Callable[[str], tuple[str, ...]] = lambda person_id: (person_id,)
    recorded: Callable[[str], Recorded | None] = lambda _: None
    today: Callable[[], date] = clock.today
    caller: str = ""
    before_writing: Callable[[], None] = lambda: None

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
        not_recorded: bool = False,
        on: date | None = None,
    ) -> Entry:
        """Somebody, from analysis or a partner, proposes a person for the meeting.

        Parameters
        ----------
        source : str
            ``analysis``, or the name of the partner agency.
        score : Score, optional
            Points of the matrix on the day: the entry score.
        not_recorded : bool
            Whoever refers says that the records do not hold the person, so that no typing error makes somebody new.
        on : date, optional
            The day of the step, here and in every other; today unless told.

        Notes
        -----
        Somebody whom the records know as a victim only is not referred on the strength of the records. Where a partner
        agency refers such a person, the referral is held: nobody judges it or takes it into a cohort until a named
        person has released it. Somebody whom the records do not know can be referred by an agency that says so:
        agencies know people whom the police do not, and the records then tell neither for nor against.
        """
        recorded = self.recorded(person_id)
        held = recorded is Recorded.VICTIM_ONLY
        payload: dict[str, Any] = {"source": tidied(source)} | ({"score": score.payload()} if score else {})
        payload |= {"not_recorded": True} if not_recorded else {}
        faults = [*faults_of_score(score), *faults_of_source(source)]
        faults += faults_of_referral(
            person_id, recorded, source=tidied(source), not_recorded=not_recorded, scored=score is not None
        )

        def kind(case: Case) -> str:
            return "safeguarding_referral" if held and not case.released else "referral"

        return self._step(kind, person_id, actor, reason, on, lambda *_: (payload, faults))

    def release(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """Release a referral from its safeguarding hold, after a review; it then waits for a judgement."""
        return self._step("hold_released", person_id, actor, reason, on)

    def judge(self, person_id: str, *, actor: str, reason: str, accept: bool, on: date | None = None) -> Entry:
        """Specialist staff accept or decline a referral, with a reason."""
        if not accept:
            return self._step("judgement_declined", person_id, actor, reason, on)

        def judged(case: Case, _: date) -> Judged:
            return {}, [NOT_RELEASED] if self._is_held(case) else []

        return self._step("judgement_accepted", person_id, actor, reason, on, judged)

    def cohort(
        self,
        proposed: Sequence[str],
        *,
        actor: str,
        reason: str,
        name: str,
        capacity: int,
        by: PolicyUsed | None = None,
        leave_off: Mapping[str, str] | None = None,
        put_on: Mapping[str, str] | None = None,
        order: str = SUPPLIED,
        drawn_list: int | None = None,
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
        by : PolicyUsed, optional
            The policy whose list and capacity these are.
        leave_off, put_on : mapping of person to reason, optional
            Proposed people who get no place, and people who get one against the order. A place that is left free goes
            to the next on the list.
        order : str
            Where the order comes from; nobody has compared it with a list unless it says so.
        drawn_list : int, optional
            Number of the drawn list whose order it is; a list that nobody drew, or another order, is refused.

        Returns
        -------
        list of Entry
            One about the cohort, which holds counts and names nobody, so that an erasure need not reach it; then one
            for each person proposed, overridden and taken.
        """
        chosen = select(
            [self._staying(person) for person in proposed],
            capacity=capacity,
            leave_off={self._staying(person): tidied(why) for person, why in (leave_off or {}).items()},
            put_on={self._staying(person): tidied(why) for person, why in (put_on or {}).items()},
        )
        day, reason = on or self.today(), tidied(reason)
        whys = map(fault_of_reason, (*chosen.left_off.values(), *chosen.put_on.values()))
        faults = [*faults_of(chosen), *(f"an override {why}" for why in whys if why)]
        unnamed = [*chosen.proposed, *chosen.put_on, *chosen.left_off]
        nameless = sorted({fault for person in unnamed for fault in faults_of_person(person)})
        if nameless := [*nameless, *faults_of_name(name, "the name of the meeting")]:
            refuse("The cohort cannot be taken.", actor, reason, [*faults, *nameless])

        def entry(kind: str, person: str, why: str, payload: Mapping[str, Any]) -> NewEntry:
            return NewEntry(kind, tidied(actor), PURPOSE, why, person, name, self._with(payload, day))

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            taken = any(reader.entries(kind="cohort", reference=name))
            found = ["this meeting has taken its cohort; another needs another name"] if taken else []
            cases = [self._case(reader, person) for person in chosen.members]
            not_ready = sum(case.state is not State.ACCEPTED for case in cases)
            found += faults_of_cited(reader, drawn_list, chosen.proposed, by, self._staying)
            found += faults_of_members(not_ready, sum(self._is_held(case) for case in cases))
            later = max((case.last for case in cases if case.last), default=None)
            found += faults_of_day(day, later, self.today())
            refuse("The cohort cannot be taken.", actor, reason, [*faults, *found])
            return entries_of(chosen, reason, by, entry, order=order, drawn_list=drawn_list)

        return self.ledger.append_decided(decide)

    def plan(
        self,
        person_id: str,
        *,
        actor: str,
        reason: str,
        interventions: Sequence[str],
        starts: date,
        weeks: int | None = None,
        on: date | None = None,
    ) -> Entry:
        """Interventions of the toolkit, and the day on which they begin.

        For a member of the cohort it is a programme; for somebody who was removed, a disruption plan.

        Parameters
        ----------
        weeks : int, optional
            How long the programme lasts; what the toolkit says unless told.
        """

        def kind(case: Case) -> str:
            return "disruption_plan" if case.state in (State.REMOVED, State.DISRUPTED) else "plan"

        def judged(case: Case, day: date) -> Judged:
            return planned(case, day, self.toolkit, interventions, starts, weeks)

        return self._step(kind, person_id, actor, reason, on, judged)

    def engage(
        self, person_id: str, *, actor: str, reason: str, week: int, engaged: bool, on: date | None = None
    ) -> Entry:
        """Whether the person engaged in one week of the programme; what is said last of a week holds."""
        judged = partial(engaged_in, week=week, engaged=engaged)
        return self._step("engagement", person_id, actor, reason, on, judged)

    def remove(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """Take a person who does not engage off the programme; a disruption plan is expected next."""
        return self._step("removal", person_id, actor, reason, on)

    def withdraw(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """End the work with somebody, not for lack of engaging: custody, a move, a death, a wish of a victim."""
        return self._step("withdrawal", person_id, actor, reason, on)

    def complete(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """The programme is done: its last week has ended, or ends on this day."""
        return self._step("completion", person_id, actor, reason, on, completed)

    def end_early(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """The programme ends before its last week, for a reason that is neither a removal nor a withdrawal."""
        return self._step("early_end", person_id, actor, reason, on, ended_early)

    def leave(self, person_id: str, *, actor: str, reason: str, score: Score | None, on: date | None = None) -> Entry:
        """The exit, with the score on the day; None of somebody whom the records know as a victim only."""
        victim_only = self.recorded(person_id) is Recorded.VICTIM_ONLY
        return self._step("exit", person_id, actor, reason, on, partial(exited, score=score, victim_only=victim_only))

    def override_statistics(self) -> dict[str, int]:
        """How many people were put on, and left off, against the list, and how many cohorts there were.

        Counted from the entries of cohorts, so that erasing a person takes nobody out of the count.
        """
        counts = [entry.personal.payload for entry in self.ledger.entries(kind="cohort") if entry.personal]
        ways = {way: sum(int(cohort[way]) for cohort in counts) for way in ("put on", "left off")}
        return {"cohorts": len(counts), **ways}

    def _staying(self, person_id: str) -> str:
        return self.identities(person_id)[0]

    def _case(self, reader: Ledger | Reader, person_id: str) -> Case:
        known = self.identities(person_id)
        return case_from(known[0], reader.entries(kind=KINDS, subject=known))

    def _is_held(self, case: Case) -> bool:
        return not case.released and self.recorded(case.person_id) is Recorded.VICTIM_ONLY

    def _step(
        self,
        kind: str | Callable[[Case], str],
        person_id: str,
        actor: str,
        reason: str,
        on: date | None,
        judged: Callable[[Case, date], Judged] = lambda *_: ({}, []),
    ) -> Entry:
        day = on or self.today()
        if unnamed := faults_of_person(person_id):
            refuse("The step cannot be taken.", actor, reason, unnamed)

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            case = self._case(reader, person_id)
            step = kind if isinstance(kind, str) else kind(case)
            before, asked = STEPS[step][0], step.replace("_", " ")
            payload, faults = judged(case, day)
            # Faults of a step that does not follow at all would only hide that.
            follows = f"{asked} follows {' or '.join(before)}; this person is {case.state}"
            faults = [*faults, *faults_of_day(day, case.last, self.today())] if case.state in before else [follows]
            refuse(f"The step cannot be taken: {asked}.", actor, reason, faults)
            said = self._with(payload, day)
            return [NewEntry(step, tidied(actor), PURPOSE, tidied(reason), case.person_id, payload=said)]

        return self.ledger.append_decided(decide)[0]

    def _with(self, payload: Mapping[str, Any], day: date) -> dict[str, Any]:
        return {**payload, "on": day.isoformat()} | ({"caller": self.caller} if self.caller else {})
