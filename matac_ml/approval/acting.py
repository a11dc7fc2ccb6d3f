"""Requests, decisions and withdrawals, as they are written into the ledger.

Whoever asks never decides. Names are compared as people read them: capitals, blanks, accents and full stops make no
second person. Over HTTP, the key or account that made a request cannot decide it either, under whatever name.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from matac_ml import __version__, clock
from matac_ml.approval.choices import DesignChoice, check_choices
from matac_ml.approval.standing import (
    APPROVED,
    DECLINED,
    REQUESTED,
    RETIRED,
    Approval,
    ApprovalRequest,
    approvals_in,
    open_requests,
)
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.reading import Reader
from matac_ml.errors import GateError, UsageError
from matac_ml.gates import Waiver, check_decision, check_waivers
from matac_ml.practice import APPROVAL_DAYS
from matac_ml.release import Release
from matac_ml.written import fault_of_reason, tidied

MOST_CONDITIONS = 20


@dataclass(frozen=True)
class Who:
    """Who acts, and why.

    Attributes
    ----------
    caller : str
        Who vouches for the name over HTTP; empty on the command line.
    before_writing : callable
        Called when it is certain that something will be written, and nothing was yet.
    """

    name: str
    reason: str
    caller: str = ""
    before_writing: Callable[[], None] = lambda: None

    def entry(self, kind: str, release: str, payload: Mapping[str, Any]) -> NewEntry:
        """An entry of this person about a release."""
        said = {**payload, **({"caller": self.caller} if self.caller else {})}
        return NewEntry(kind, self.name.strip(), "", tidied(self.reason), "", release, said)


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are read as one.

    Examples
    --------
    >>> is_same_person("A. Chair", "a chair"), is_same_person("A. Chair", "B. Chair")
    (True, False)
    """
    return _read(one) == _read(other)


def _read(name: str) -> str:
    spelled = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in spelled if character.isalnum())


def ask(ledger: Ledger, release: Release, *, who: Who, choices: Sequence[DesignChoice]) -> Entry:
    """Ask for the approval of a release.

    Parameters
    ----------
    release : Release
        With the waivers that its papers show.
    choices : sequence of DesignChoice
        The decision log.

    Raises
    ------
    GateError
        A gate is neither passed nor waived in the papers, a design choice is missing, or nobody is named with a reason.
    """
    check_decision(who.name, who.reason)
    check_waivers(release.gates, [Waiver(gate.gate, gate.reason) for gate in release.waivers])
    check_choices(choices)
    payload = {
        **asdict(release.hashes),
        "waivers": [gate.model_dump() for gate in release.waivers],
        "model": release.model,
        "code": __version__,
        "choices": [choice.model_dump() for choice in choices],
        "made_from": dict(release.made_from),
    }

    def decide(_: Reader) -> list[NewEntry]:
        who.before_writing()
        return [who.entry(REQUESTED, release.hash, payload)]

    return ledger.append_decided(decide)[0]


def approve(ledger: Ledger, release: str, *, who: Who, until: date, conditions: Sequence[str] = ()) -> Entry:
    """Approve a release that another person asked for.

    Parameters
    ----------
    release : str
        Its hash, as the request says it.
    until : date
        The last day on which the approval holds, in London: a year from today at most.
    conditions : sequence of str
        Under which it is given; none may be empty.

    Raises
    ------
    GateError
        Nobody asked, whoever asked would decide, the day cannot be, or nobody is named with a reason.
    """
    said = [tidied(text) for text in conditions]
    _check_terms(until, said)

    def payload(request: ApprovalRequest) -> dict[str, Any]:
        return {
            **asdict(request.hashes),
            "waivers": [gate.model_dump() for gate in request.waivers],
            "model": request.model,
            "code": __version__,
            "request": request.entry,
            "requested_by": request.requested_by,
            "conditions": said,
            "until": until.isoformat(),
        }

    return _decided(ledger, release, who, APPROVED, payload)


def decline(ledger: Ledger, release: str, *, who: Who) -> Entry:
    """Decline a request of another person; :func:`approve` says what is refused."""
    return _decided(ledger, release, who, DECLINED, lambda request: {"request": request.entry})


def _decided(
    ledger: Ledger, release: str, who: Who, kind: str, payload: Callable[[ApprovalRequest], dict[str, Any]]
) -> Entry:
    check_decision(who.name, who.reason)

    def decide(reader: Reader) -> list[NewEntry]:
        request = _request_of(release, reader)
        if is_same_person(request.requested_by, who.name) or (who.caller and who.caller == request.caller):
            raise GateError(
                "Whoever asks for an approval cannot decide it.",
                faults=["the request was made under this name or by this key or account; another person must decide"],
            )
        who.before_writing()
        return [who.entry(kind, release, payload(request))]

    return ledger.append_decided(decide)[0]


def _request_of(release: str, reader: Reader) -> ApprovalRequest:
    waiting = open_requests(reader.entries(kind=(REQUESTED, APPROVED, DECLINED)))
    found = next((request for request in waiting if request.hashes.release == release), None)
    if found is None:
        named = ", ".join(request.hashes.release for request in waiting)
        raise GateError(
            "There is no open request for this release.",
            faults=[f"open requests: {named or 'none'}", "matac-ml approve request --bundle FOLDER asks for approval"],
        )
    return found


def _check_terms(until: date, conditions: Sequence[str]) -> None:
    today, faults = clock.today(), []
    latest = today + timedelta(days=APPROVAL_DAYS)
    if not today <= until <= latest:
        faults.append(f"the last day must lie between {today} and {latest}, a year from today; got {until}")
    faults += [f"condition {place} {why}" for place, text in enumerate(conditions, 1) if (why := fault_of_reason(text))]
    if len(conditions) > MOST_CONDITIONS or any(len(text) > 1000 for text in conditions):
        faults.append(f"at most {MOST_CONDITIONS} conditions of 1,000 characters can be given")
    if faults:
        raise GateError("The terms of this approval cannot be recorded.", faults=faults)


def withdraw(ledger: Ledger, release: str, *, who: Who) -> Entry:
    """Withdraw the approval of a release. One person can: stopping is the safer error.

    Raises
    ------
    UsageError
        The ledger holds no approval of it.
    GateError
        Nobody is named with a reason.
    """
    check_decision(who.name, who.reason)

    def decide(reader: Reader) -> list[NewEntry]:
        held = {named(approval) for approval in approvals_in(reader.entries(kind=(APPROVED, RETIRED)))}
        if release not in held:
            those = f"Those it holds: {', '.join(sorted(held))}." if held else "It holds none."
            raise UsageError(f"The ledger must hold an approval of the release to be withdrawn. {those}")
        who.before_writing()
        return [who.entry(RETIRED, release, {})]

    return ledger.append_decided(decide)[0]


def named(approval: Approval) -> str:
    """What an approval names: a release, or a bundle where it is of the earliest version."""
    return approval.hashes.release if approval.hashes else approval.bundle
