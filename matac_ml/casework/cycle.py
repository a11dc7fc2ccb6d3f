"""The MATAC cycle: each step by a named person with a reason, an entry in the ledger. The program takes none itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matac_ml.casework.case import Case
from matac_ml.casework.cohort import (
    SUPPLIED,
    entries_of,
    faults_of,
    faults_of_conflicts,
    faults_of_members,
    select,
)
from matac_ml.casework.drawn import Cited, faults_of_cited
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.judging import LOOKS, faults_of_judge, settled
from matac_ml.casework.meetings_read import CLOSED
from matac_ml.casework.overrides import faults_of_code
from matac_ml.casework.programme import Judged, completed, ended_early, engaged_in, exited, faults_of_score, planned
from matac_ml.casework.reading import Reader
from matac_ml.casework.recorded import NOT_RELEASED, Recorded, faults_of_referral, is_police
from matac_ml.casework.referral import Terms
from matac_ml.casework.refusing import faults_of_day, faults_of_naming, faults_of_person, faults_of_source, refuse
from matac_ml.casework.score import PolicyUsed, Score
from matac_ml.casework.sharing import WITHHELD
from matac_ml.casework.stepping import CONFLICTED, PURPOSE, RESTRICTED, Stepping
from matac_ml.casework.steps import OUTSIDE, STEPS, State
from matac_ml.written import fault_of_reason, faults_of_name, tidied


@dataclass
class Cycle(Stepping):
    """The steps of the cycle over a ledger."""

    def refer(
        self,
        person_id: str,
        *,
        actor: str,
        reason: str,
        source: str,
        score: Score | None = None,
        not_recorded: bool = False,
        terms: Terms | None = None,
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
        terms : Terms, optional
            Why it may be shared and with whom, and records of the agency's own, which are no part of the score.
        on : date, optional
            The day of the step, here and in every other; today unless told.

        Notes
        -----
        Somebody whom the records know as a victim only is not referred on the strength of the records. Where a partner
        agency refers such a person, the referral is held: nobody judges it or takes it into a cohort until a named
        person has released it. An agency's referral of a person whose case is under way is kept beside it and moves
        nobody on: refused, it would tell the agency where the person stands. Somebody whom the records do not know can
        be referred by an agency that says so: agencies know people whom the police do not, and the records then tell
        neither for nor against.
        """
        recorded, terms = self.recorded(person_id), terms or Terms()
        held = recorded is Recorded.VICTIM_ONLY
        payload: dict[str, Any] = {"source": tidied(source)} | ({"score": score.payload()} if score else {})
        payload |= ({"not_recorded": True} if not_recorded else {}) | terms.payload()
        # Whoever refers knows the person by this identifier, and may not know of a merge.
        payload |= {"named": person_id} if self._staying(person_id) != person_id else {}
        faults = [*faults_of_score(score), *faults_of_source(source), *terms.faults(self.today())]
        faults += faults_of_referral(
            person_id, recorded, source=tidied(source), not_recorded=not_recorded, scored=score is not None
        )

        def kind(case: Case) -> str:
            # A hold released during an earlier referral does not release the hold of this one.
            released = case.released and case.state not in OUTSIDE
            first = "safeguarding_referral" if held and not released else "referral"
            under_way = case.state not in STEPS[first][0]
            return "further_referral" if under_way and not is_police(source) else first

        return self._step(kind, person_id, actor, reason, on, lambda *_: (payload, faults))

    def release(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """Release a referral from its safeguarding hold, after a review; it then waits for a judgement."""
        return self._step("hold_released", person_id, actor, reason, on)

    def judge(self, person_id: str, *, actor: str, reason: str, accept: bool, on: date | None = None) -> Entry:
        """Specialist staff accept or decline a referral, with a reason.

        Where the toolkit asks for two judgements, each is said before its actor has seen a score or the other's, and
        :meth:`settle` follows. A referral on hold is declined at once.
        """
        outcome = "judgement_accepted" if accept else "judgement_declined"

        def is_outcome(case: Case) -> bool:
            held = case.state is State.HELD and not accept
            return held or (self.toolkit.judgements == 1 and not case.judgements)

        def kind(case: Case) -> str:
            return outcome if is_outcome(case) else "second_judgement" if case.judgements else "first_judgement"

        def judged(case: Case, _: date, reader: Reader) -> Judged:
            if is_outcome(case):
                return {}, self._faults_of_outcome(case, accept=accept)
            looks = reader.entries(kind=LOOKS, subject=self.identities(person_id))
            faults = [*self._faults_of_outcome(case, accept=accept), *faults_of_judge(case, actor, looks)]
            return {"accepts": accept}, faults

        return self._step(kind, person_id, actor, reason, on, judged)

    def settle(self, person_id: str, *, actor: str, reason: str, accept: bool, on: date | None = None) -> Entry:
        """Settle two judgements when everything was shown: both agree, or somebody who judged neither decides."""
        kind = "judgement_accepted" if accept else "judgement_declined"

        def judged(case: Case, _: date, __: Reader) -> Judged:
            if case.state is not State.JUDGED_TWICE:
                return {}, ["two specialists judge the referral before it is settled"]
            way, faults = settled(case, actor, accept=accept)
            return {"way": way}, [*faults, *self._faults_of_outcome(case, accept=accept)]

        return self._step(kind, person_id, actor, reason, on, judged)

    def _faults_of_outcome(self, case: Case, *, accept: bool) -> list[str]:
        return [NOT_RELEASED] if accept and self._is_held(case) else []

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
        list_reason: str = "",
        codes: Mapping[str, str] | None = None,
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
        list_reason : str
            Why a list is cited that is of another area than the meeting, or older than one cycle; refused without.
        codes : mapping of person to str, optional
            The coded reason of an override: one of :class:`~matac_ml.casework.overrides.OverrideCode`.

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
        coded = {self._staying(person): code for person, code in (codes or {}).items()}
        faults += sorted({fault for code in coded.values() for fault in faults_of_code(code)})
        unnamed = [*chosen.proposed, *chosen.put_on, *chosen.left_off]
        faults += faults_of_naming(set(unnamed), reason, list_reason)
        nameless = sorted({fault for person in unnamed for fault in faults_of_person(person)})
        if nameless := [*nameless, *faults_of_name(name, "the name of the meeting")]:
            refuse("The cohort cannot be taken.", actor, reason, [*faults, *nameless])

        def entry(kind: str, person: str, why: str, payload: Mapping[str, Any]) -> NewEntry:
            return NewEntry(kind, tidied(actor), PURPOSE, why, person, name, self._with(payload, day))

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            taken = any(reader.entries(kind="cohort", reference=name))
            found = ["this meeting has taken its cohort already; another cohort needs another name"] if taken else []
            cases = [self._case(reader, person) for person in chosen.members]
            not_ready = sum(case.state is not State.ACCEPTED for case in cases)
            cited = Cited(drawn_list, list_reason, name, day)
            found += faults_of_cited(reader, cited, chosen.proposed, by, self._staying)
            found += faults_of_members(not_ready, sum(self._is_held(case) for case in cases))
            found += ["the meeting is closed"] if any(reader.entries(kind=CLOSED, reference=name)) else []
            found += self._faults_of_conflicts(reader, [*chosen.proposed, *chosen.put_on], actor)
            later = max((case.last for case in cases if case.last), default=None)
            found += faults_of_day(day, later, self.today())
            refuse("The cohort cannot be taken.", actor, reason, [*faults, *found])
            return entries_of(chosen, reason, by, entry, order=order, cited=cited, codes=coded)

        return self.ledger.append_decided(decide)

    def _faults_of_conflicts(self, reader: Reader, people: Sequence[str], actor: str) -> list[str]:
        cases = (self._case(reader, person) for person in dict.fromkeys(people))
        faults = [self._faults_of_who(case, actor, reader, decides=True) for case in cases]
        hidden = sum(not {RESTRICTED, WITHHELD}.isdisjoint(found) for found in faults)
        return faults_of_conflicts(sum(CONFLICTED in found for found in faults), hidden)

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

        def judged(case: Case, day: date, _: Reader) -> Judged:
            return planned(case, day, self.toolkit, interventions, starts, weeks)

        return self._step(kind, person_id, actor, reason, on, judged)

    def engage(
        self, person_id: str, *, actor: str, reason: str, week: int, engaged: bool, on: date | None = None
    ) -> Entry:
        """Whether the person engaged in one week of the programme; what is said last of a week holds."""

        def judged(case: Case, day: date, _: Reader) -> Judged:
            return engaged_in(case, day, week, engaged)

        return self._step("engagement", person_id, actor, reason, on, judged)

    def remove(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """Take a person who does not engage off the programme; a disruption plan is expected next."""
        return self._step("removal", person_id, actor, reason, on)

    def withdraw(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """End the work with somebody, not for lack of engaging: custody, a move, a death, a wish of a victim."""
        return self._step("withdrawal", person_id, actor, reason, on)

    def complete(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """The programme is done: its last week has ended, or ends on this day."""
        return self._step("completion", person_id, actor, reason, on, lambda case, day, _: completed(case, day))

    def end_early(self, person_id: str, *, actor: str, reason: str, on: date | None = None) -> Entry:
        """The programme ends before its last week, for a reason that is neither a removal nor a withdrawal."""
        return self._step("early_end", person_id, actor, reason, on, lambda case, day, _: ended_early(case, day))

    def leave(self, person_id: str, *, actor: str, reason: str, score: Score | None, on: date | None = None) -> Entry:
        """The exit, with the score on the day; None for whom the records know only as a victim, or do not hold."""
        recorded = self.recorded(person_id)
        why_none = {"victim_only": recorded is Recorded.VICTIM_ONLY, "unrecorded": recorded is Recorded.UNKNOWN}

        def judged(case: Case, day: date, _: Reader) -> Judged:
            return exited(case, day, score, **why_none)

        return self._step("exit", person_id, actor, reason, on, judged)
