"""Meetings: opened, held and closed by named people; what is taken in one stands in its minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from matac_ml.casework.case import Case
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.meetings_read import CLOSED, OPENED, Attended, Meeting, meetings_in
from matac_ml.casework.notes import AGREED, CONFLICT, LIFTED, REPORTED, RESTRICTED, is_same
from matac_ml.casework.reading import Reader
from matac_ml.casework.refusing import refuse
from matac_ml.casework.sharing import KEPT_BACK, faults_of_owner, is_force, is_kept_back, is_withheld
from matac_ml.casework.stepping import PURPOSE, Stepping
from matac_ml.casework.telling import tell, without
from matac_ml.written import faults_of_name, tidied

__all__ = ["LONGEST_ACTION", "MOST_ATTENDED", "Attended", "Meeting", "Meetings", "meetings_in"]

#: A meeting is prepared at most so long before its day, and typed at most so long after it.
BEFORE, LATER = timedelta(days=90), timedelta(days=365)
#: An action is due within two years of its meeting; longer is a slip of the keyboard.
LATEST_DUE = timedelta(days=730)
MOST_ATTENDED, LONGEST_ACTION = 60, 300


@dataclass
class Meetings(Stepping):
    """Meetings over a ledger, and what is noted of cases."""

    def all(self) -> list[Meeting]:
        """Every meeting, in the order in which they were opened.

        Raises
        ------
        LedgerError
            An entry does not say what a meeting says.
        """
        return _read(self.ledger)

    def find(self, name: str) -> Meeting | None:
        """A meeting by its name."""
        return next((meeting for meeting in self.all() if meeting.name == name), None)

    def open(
        self, name: str, *, actor: str, reason: str, day: date, attended: Sequence[Attended], area: str = ""
    ) -> Entry:
        """Open a meeting, before its day to prepare it or when it is held; who attended can be added to later."""
        name, today = tidied(name), self.today()
        people = [Attended(tidied(one.name), tidied(one.agency)) for one in attended]
        faults = [*faults_of_name(name, "the name of the meeting"), *_faults_of_attended(people)]
        if not today - LATER <= day <= today + BEFORE:
            faults.append(f"a meeting's day must be from {today - LATER} to {today + BEFORE}; got {day}")

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            known = _read(reader)
            taken = any(is_same(meeting.name, name) for meeting in known)
            more = ["there is a meeting of this name already; choose another name"] if taken else []
            refuse("The meeting cannot be opened.", actor, reason, [*faults, *more])
            there = [{"name": one.name, "agency": one.agency} for one in people]
            payload = {"number": len(known) + 1, "area": area, "attended": there}
            return [self._about_nobody(OPENED, name, actor, reason, payload, day)]

        return self.ledger.append_decided(decide)[0]

    def close(self, name: str, *, actor: str, reason: str) -> Entry:
        """Close a meeting: nothing is taken in it any more, and its minutes stand."""

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            found = next((meeting for meeting in _read(reader) if meeting.name == name), None)
            faults = ["there is no meeting of this name"] if found is None else []
            faults += ["the meeting is closed already"] if found is not None and found.closed else []
            refuse("The meeting cannot be closed.", actor, reason, faults)
            return [self._about_nobody(CLOSED, name, actor, reason, {}, self.today())]

        return self.ledger.append_decided(decide)[0]

    def declare_conflict(self, person_id: str, *, actor: str, reason: str) -> Entry:
        """Declare a conflict of interest: whoever does takes no decision about this case."""

        def judged(case: Case, _: Reader) -> tuple[dict[str, Any], list[str]]:
            again = any(is_same(actor, name) for name in case.conflicts)
            return {}, ["you have declared it already"] if again else []

        return self._note(CONFLICT, person_id, actor, reason, judged)

    def restrict(self, person_id: str, *, to: Sequence[str], actor: str, reason: str) -> Entry:
        """Restrict a record to named people: for everybody else it stands in counts alone."""
        names = [tidied(name) for name in (actor, *to) if name.strip()]
        faults = [fault for name in names for fault in faults_of_name(name, "a name")]
        return self._note(RESTRICTED, person_id, actor, reason, lambda *_: ({"to": names}, faults))

    def lift(self, person_id: str, *, actor: str, reason: str) -> Entry:
        """Lift a restriction."""

        def judged(case: Case, _: Reader) -> tuple[dict[str, Any], list[str]]:
            return {}, [] if case.restricted_to else ["the record is not restricted"]

        return self._note(LIFTED, person_id, actor, reason, judged)

    def agree_action(
        self,
        person_id: str,
        *,
        text: str,
        agency: str,
        due: date,
        agreed_by: str,
        actor: str,
        reason: str,
        intervention: str = "",
    ) -> Entry:
        """An agency agrees to do something by a day, an intervention of the toolkit or anything else."""
        today = self.today()
        text, agency, agreed_by = tidied(text), tidied(agency), tidied(agreed_by)
        faults = [*faults_of_name(agency, "the agency that owns it"), *faults_of_name(agreed_by, "who agreed to it")]
        if not 3 <= len(text) <= LONGEST_ACTION:
            faults.append(f"an action must have 3 to {LONGEST_ACTION} characters")
        if not today - LATER <= due <= today + LATEST_DUE:
            faults.append(f"an action is due from {today - LATER} to {today + LATEST_DUE}; got {due}")
        if intervention and intervention not in self.toolkit.interventions:
            faults.append("the intervention must be in the toolkit")
        said = {"text": text, "agency": agency, "due": due.isoformat(), "agreed_by": agreed_by}
        said |= {"intervention": intervention} if intervention else {}

        def judged(case: Case, reader: Reader) -> tuple[dict[str, Any], list[str]]:
            return said, [*faults, *faults_of_owner(case, agency, _read(reader))]

        return self._note(AGREED, person_id, actor, reason, judged)

    def report_action(
        self, person_id: str, *, action: int, done: bool, actor: str, reason: str, agency: str = ""
    ) -> Entry:
        """Report on an action: whether it is done, and in the reason what was done.

        Parameters
        ----------
        agency : str
            For whom the reporter speaks, where only the owner may report.
        """

        def judged(case: Case, _: Reader) -> tuple[dict[str, Any], list[str]]:
            found = next((one for one in case.actions if one.number == action), None)
            faults = [] if found else ["there is no such action of this person"]
            if found and agency and not is_same(found.agency, agency):
                faults.append("the action is another agency's; whoever owns it reports on it")
            return {"action": action, "done": done}, faults

        return self._note(REPORTED, person_id, actor, reason, judged)

    def faults_of_owner(self, person_id: str, agency: str) -> list[str]:
        """Return why an agency cannot be given an action about somebody, by the terms of the referral."""
        return faults_of_owner(self.case(person_id), agency, self.all())

    def minutes(self, name: str) -> list[Entry]:
        """Everything that was taken in a meeting, in order."""
        return list(self.ledger.entries(reference=name))

    def lines(self, name: str, agency: str = "") -> tuple[list[tuple[Entry, str]], int]:
        """What the minutes say of people, in order, and how many lines are kept from the agency the copy is for."""
        entries = [entry for entry in self.minutes(name) if entry.personal is not None and entry.personal.subject]
        cases = {entry.personal.subject: self.case(entry.personal.subject) for entry in entries if entry.personal}
        meetings, force = self.all(), is_force(agency)
        told, kept = [], 0
        for entry in entries:
            case = cases[entry.personal.subject if entry.personal else ""]
            if not force and (case.restricted_to or is_withheld(case, agency, meetings)):
                kept += 1
            elif is_kept_back(entry, case, agency, meetings):
                told.append((entry, KEPT_BACK))
            elif force or entry.kind != "cohort_proposed":
                told.append((entry, tell(entry if force else without(entry, "score"))))
        return told, kept

    def _about_nobody(
        self, kind: str, name: str, actor: str, reason: str, payload: Mapping[str, Any], day: date
    ) -> NewEntry:
        said = self._with(payload, day)
        return NewEntry(kind, tidied(actor), PURPOSE, tidied(reason), reference=name, payload=said)


def _faults_of_attended(people: Sequence[Attended]) -> list[str]:
    faults = [] if people else ["a meeting needs at least one person who attends; nobody was named"]
    faults += [f"at most {MOST_ATTENDED} people attend, got {len(people)}"] if len(people) > MOST_ATTENDED else []
    for place, one in enumerate(people, 1):
        faults += faults_of_name(one.name, f"the name of person {place} who attended")
        faults += faults_of_name(one.agency, f"the agency of person {place} who attended")
    return faults


def _read(reader: Ledger | Reader) -> list[Meeting]:
    return meetings_in(reader.entries(kind=(OPENED, CLOSED)))
