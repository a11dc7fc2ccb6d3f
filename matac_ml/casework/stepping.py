"""What every step rests on: a case is looked at and the step is written as one act, with a day, a name and a reason.

Whoever else takes a step meanwhile finds it taken, or comes first. Each step has the day on which it was taken beside
the moment it was recorded: minutes of a meeting are typed later.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matac_ml import clock
from matac_ml.casework.case import Case, case_from
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.meetings_read import CLOSED, OPENED, Meeting, meetings_in
from matac_ml.casework.notes import is_same
from matac_ml.casework.programme import Judged
from matac_ml.casework.reading import Reader
from matac_ml.casework.recorded import Recorded
from matac_ml.casework.refusing import faults_of_day, faults_of_person, refuse
from matac_ml.casework.sharing import REFERRALS, WITHHELD, is_force, is_withheld
from matac_ml.casework.steps import DECISIONS, KINDS, STEPS
from matac_ml.casework.toolkit import Toolkit, load_toolkit
from matac_ml.written import tidied

PURPOSE = "matac_cycle"
#: What a step records, and every fault of it, from the case, the day, and the ledger as it stands.
Judging = Callable[[Case, date, Reader], Judged]
#: Said in place of where somebody stands whose record is kept from whoever asks.
NOT_TOLD = "restricted record"
CONFLICTED = "you have declared a conflict of interest in this case; somebody else who takes this step may decide"
RESTRICTED = "this record is restricted to named people; ask the safeguarding lead"


@dataclass
class Stepping:
    """The ledger, and how a step is taken in it.

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
    meeting : str
        Name of the meeting in which steps are taken, which then stand in its minutes; empty outside one.
    agency : str
        Whom whoever takes steps works for: the terms of a referral may keep it from an agency. Empty for the force.
    """

    ledger: Ledger
    toolkit: Toolkit = field(default_factory=load_toolkit)
    identities: Callable[[str], tuple[str, ...]] = lambda person_id: (person_id,)
    recorded: Callable[[str], Recorded | None] = lambda _: None
    today: Callable[[], date] = clock.today
    caller: str = ""
    before_writing: Callable[[], None] = lambda: None
    meeting: str = ""
    agency: str = ""

    def case(self, person_id: str) -> Case:
        """Read somebody's case from the ledger."""
        return self._case(self.ledger, person_id)

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
        judged: Judging = lambda *_: ({}, []),
    ) -> Entry:
        day = on or self.today()
        if unnamed := faults_of_person(person_id):
            refuse("The step cannot be taken.", actor, reason, unnamed)

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            case = self._case(reader, person_id)
            step = kind if isinstance(kind, str) else kind(case)
            before, asked = STEPS[step][0], step.replace("_", " ")
            payload, faults = judged(case, day, reader)
            # Faults of a step that does not follow at all would only hide that.
            follows = f"{asked} follows {' or '.join(before)}; this person is {case.state}"
            faults = [*faults, *faults_of_day(day, case.last, self.today())] if case.state in before else [follows]
            faults += self._faults_of_meeting(reader)
            # A referral decides nothing and shows nothing: refused, it would tell an agency of a record kept from it.
            if step not in REFERRALS:
                faults += self._faults_of_who(case, actor, reader, decides=step in DECISIONS)
            refuse(f"The step cannot be taken: {asked}.", actor, reason, faults)
            return [self._entry(step, case.person_id, actor, reason, payload, day)]

        return self.ledger.append_decided(decide)[0]

    def _note(
        self,
        kind: str,
        person_id: str,
        actor: str,
        reason: str,
        judged: Callable[[Case, Reader], Judged],
    ) -> Entry:
        """Write what is noted of a case beside its steps."""

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            case = self._case(reader, person_id)
            payload, faults = judged(case, reader)
            faults = [*faults, *([] if case.entries else ["nobody with this identifier is in the cycle"])]
            faults += [*self._faults_of_meeting(reader), *self._faults_of_who(case, actor, reader, decides=False)]
            refuse("This cannot be noted.", actor, reason, faults)
            return [self._entry(kind, case.person_id, actor, reason, payload, self.today())]

        return self.ledger.append_decided(decide)[0]

    def _faults_of_meeting(self, reader: Reader) -> list[str]:
        if not self.meeting:
            return []
        kinds = [entry.kind for entry in reader.entries(kind=(OPENED, CLOSED), reference=self.meeting)]
        return ["the meeting is closed"] if CLOSED in kinds else [] if kinds else ["there is no meeting of this name"]

    def _faults_of_who(self, case: Case, actor: str, reader: Ledger | Reader, *, decides: bool) -> list[str]:
        conflicted = decides and any(is_same(name, actor) for name in case.conflicts)
        hidden = case.restricted_to and not any(is_same(name, actor) for name in case.restricted_to)
        faults = [*([CONFLICTED] if conflicted else []), *([RESTRICTED] if hidden else [])]
        return [*faults, *([WITHHELD] if self.is_withheld(case, self.attending(reader)) else [])]

    def state_told(self, case: Case, actor: str) -> str:
        """Where somebody stands, as whoever takes a step may know it: a referral of a hidden record tells nothing."""
        hidden = self._faults_of_who(case, actor, self.ledger, decides=False)
        return NOT_TOLD if hidden else case.state.value

    def attending(self, reader: Ledger | Reader) -> list[Meeting]:
        """The meetings that say whom a referral may be told to; none for the force, who may know of every one."""
        return [] if is_force(self.agency) else meetings_in(reader.entries(kind=(OPENED, CLOSED)))

    def is_withheld(self, case: Case, meetings: Sequence[Meeting]) -> bool:
        """Whether the terms of its referrals keep a case from the agency for which steps are taken."""
        return is_withheld(case, self.agency, meetings)

    def _entry(
        self, kind: str, person: str, actor: str, reason: str, payload: Mapping[str, Any], day: date
    ) -> NewEntry:
        said = self._with(payload, day)
        return NewEntry(kind, tidied(actor), PURPOSE, tidied(reason), person, self.meeting, said)

    def _with(self, payload: Mapping[str, Any], day: date) -> dict[str, Any]:
        return {**payload, "on": day.isoformat()} | ({"caller": self.caller} if self.caller else {})
