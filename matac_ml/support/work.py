"""The acts of support over a ledger: each is looked at and written as one act."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from matac_ml.casework import Entry, Ledger
from matac_ml.casework.ledger_work import LedgerWork
from matac_ml.casework.notes import is_same
from matac_ml.casework.reading import Reader
from matac_ml.casework.refusing import faults_of_person, refuse
from matac_ml.support.record import AGREED, BEGUN, ENDED, PLANNED, REPORTED, SUPPORT_KINDS, SupportRecord, record_from
from matac_ml.written import faults_of_name, has_hidden, tidied

PURPOSE = "victim_support"
LONGEST = 300
#: An action is due within two years; longer is a slip of the keyboard.
_LATEST_DUE = timedelta(days=730)
NOT_OPEN = "nobody supports this person yet: say first who does"


class SupportWork(LedgerWork):
    """Support over a ledger."""

    def record(self, person_id: str) -> SupportRecord:
        """Where the support of a person stands."""
        return self._read(self.ledger, person_id)

    def open_records(self) -> tuple[SupportRecord, ...]:
        """Everybody who is supported now, in order of identifier."""
        people: dict[str, list[Entry]] = {}
        for entry in self.ledger.entries(kind=SUPPORT_KINDS):
            if entry.personal is not None:
                people.setdefault(self.identities(entry.personal.subject)[0], []).append(entry)
        records = (record_from(person, entries) for person, entries in sorted(people.items()))
        return tuple(record for record in records if record.is_open)

    def begin(self, person_id: str, *, worker: str, agency: str, actor: str, reason: str) -> Entry:
        """Say who supports a person from now on; another worker takes over from the one before."""
        faults = [*faults_of_name(worker, "the worker"), *faults_of_name(agency, "the agency")]
        said = {"worker": tidied(worker), "agency": tidied(agency)}
        return self._act(BEGUN, person_id, actor, reason, said, lambda _: faults)

    def plan(self, person_id: str, *, plan: str, wishes: str, actor: str, reason: str) -> Entry:
        """Record what is planned, and what the person wants: support is agreed with whoever is supported."""
        faults = [*_faults_of_text(plan, "the plan"), *_faults_of_text(wishes, "what the person wants")]
        said = {"plan": tidied(plan), "wishes": tidied(wishes)}
        return self._act(PLANNED, person_id, actor, reason, said, lambda record: [*_open(record), *faults])

    def agree(
        self, person_id: str, *, text: str, agency: str, due: date, agreed_by: str, actor: str, reason: str
    ) -> Entry:
        """An agency agrees to do something by a day."""
        today = self.today()
        faults = [*_faults_of_text(text, "the action"), *faults_of_name(agency, "the agency that owns it")]
        faults += faults_of_name(agreed_by, "who agreed to it")
        if not today <= due <= today + _LATEST_DUE:
            faults.append(f"an action is due from {today} to {today + _LATEST_DUE}; got {due}")
        said = {"text": tidied(text), "agency": tidied(agency), "agreed_by": tidied(agreed_by)}
        said["due"] = due.isoformat()
        return self._act(AGREED, person_id, actor, reason, said, lambda record: [*_open(record), *faults])

    def report(self, person_id: str, *, action: int, done: bool, actor: str, reason: str, agency: str = "") -> Entry:
        """Report on an action: whether it is done, and in the reason what was done.

        Parameters
        ----------
        agency : str
            For whom the reporter speaks, where only the owner may report.
        """

        def faults(record: SupportRecord) -> list[str]:
            found = next((one for one in record.actions if one.number == action), None)
            if found is None:
                return ["there is no such action for this person"]
            others = bool(agency) and not is_same(found.agency, agency)
            return ["the action is another agency's; whoever owns it reports on it"] if others else []

        return self._act(REPORTED, person_id, actor, reason, {"action": action, "done": done}, faults)

    def end(self, person_id: str, *, actor: str, reason: str) -> Entry:
        """End the support; the reason says why, such as that the person does not want it any more."""
        return self._act(ENDED, person_id, actor, reason, {}, _open)

    def _read(self, reader: Ledger | Reader, person_id: str) -> SupportRecord:
        known = self.identities(person_id)
        return record_from(known[0], reader.entries(kind=SUPPORT_KINDS, subject=known))

    def _act(
        self,
        kind: str,
        person_id: str,
        actor: str,
        reason: str,
        said: dict[str, Any],
        judged: Callable[[SupportRecord], list[str]],
    ) -> Entry:
        if unnamed := faults_of_person(person_id):
            refuse("This cannot be recorded.", actor, reason, unnamed)

        return self.act(
            kind,
            person_id,
            purpose=PURPOSE,
            actor=actor,
            reason=reason,
            said=said,
            faults=lambda reader: judged(self._read(reader, person_id)),
        )


def _open(record: SupportRecord) -> list[str]:
    return [] if record.is_open else [NOT_OPEN]


def _faults_of_text(text: str, what: str) -> list[str]:
    if not 3 <= len(text.strip()) <= LONGEST or has_hidden(text):
        return [f"{what} must be one line of 3 to {LONGEST} characters"]
    return []
