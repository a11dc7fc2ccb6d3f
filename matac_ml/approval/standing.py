"""What the ledger says about releases: which are approved, until when and under what, and why the one on disk is not.

An approval names a release: bundle, policy, papers and gates, by their hashes. One that names the bundle alone, as the
earliest version wrote them, is recognised, so that the service can say which step to take, and it never counts. One
that names no last day was recorded by one person, before a second one was needed. It holds for a year from the day of
its entry, and whatever shows it says how it was recorded.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from matac_ml import clock
from matac_ml.approval.choices import DesignChoice
from matac_ml.casework.entry import Entry
from matac_ml.facts import WaivedGate
from matac_ml.gates import not_covered
from matac_ml.practice import APPROVAL_DAYS
from matac_ml.release import Hashes, Release
from matac_ml.wording import day

#: Kinds of entry; none is about a person. What is withdrawn is called retired in the ledger since the first version.
REQUESTED, APPROVED, DECLINED, RETIRED = "approval_requested", "model_approved", "approval_declined", "model_retired"
NOT_APPROVED = "Not approved."
_STEP = "Approval is asked for with matac-ml approve request, and decided by another person."


@dataclass(frozen=True)
class Approval:
    """An approval that was not withdrawn; it may have ended.

    Attributes
    ----------
    bundle : str
        Hash of the bundle.
    hashes : Hashes or None
        Of every part of the release; None when it names the bundle alone.
    until : date
        The last day on which it holds, in London.
    waivers : tuple of WaivedGate
        Each gate that was waived, with the reason.
    conditions : tuple of str
        Under which it was given, in the words of whoever decided.
    requested_by, approved_by, reason : str
        Nobody requested one that was recorded before requests were asked for.
    approved_at : datetime or None
    entry : int
        Its number in the ledger.
    """

    bundle: str
    hashes: Hashes | None = None
    until: date = date.min
    waivers: tuple[WaivedGate, ...] = ()
    conditions: tuple[str, ...] = ()
    requested_by: str = ""
    approved_by: str = ""
    reason: str = ""
    approved_at: datetime | None = None
    entry: int = 0

    def holds_on(self, today: date) -> bool:
        """Whether it names a release and has not ended."""
        return self.hashes is not None and today <= self.until

    @property
    def text(self) -> str:
        """Until when, with which waivers and under what it is approved."""
        waived = "; ".join(f"{gate.title} ({gate.reason})" for gate in self.waivers)
        said = f"Approved until {day(self.until)}{f' with waivers: {waived}' if waived else ''}."
        if self.conditions:
            said += f" Conditions: {'; '.join(self.conditions)}"
        if not self.requested_by:
            said += " It was recorded by one person, before a second one was needed."
        return said


@dataclass(frozen=True)
class ApprovalRequest:
    """A request that somebody made.

    Attributes
    ----------
    made_from : mapping of str to str
        The recipe, the data and the day they end, and what else names the run.
    caller : str
        Who vouched for the name over HTTP; empty on the command line.
    """

    entry: int
    hashes: Hashes
    requested_by: str
    reason: str
    requested_at: datetime
    waivers: tuple[WaivedGate, ...] = ()
    choices: tuple[DesignChoice, ...] = ()
    model: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)
    caller: str = ""


def approvals_in(entries: Iterable[Entry]) -> frozenset[Approval]:
    """Approvals that were not withdrawn after all entries, whatever their order; some may have ended."""
    found: dict[str, Approval] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        if entry.personal is None:
            # Nobody erases an act about nobody by our own commands. Of which release it was cannot be told any more.
            if entry.kind == RETIRED:
                found.clear()
            continue
        reference = entry.personal.reference
        if entry.kind == APPROVED:
            found[reference] = _approval(entry, reference, entry.personal.payload)
        elif entry.kind == RETIRED:
            found.pop(reference, None)
    return frozenset(found.values())


def open_requests(entries: Iterable[Entry]) -> tuple[ApprovalRequest, ...]:
    """Requests that nobody has decided, the latest one of each release, oldest first."""
    found: dict[str, ApprovalRequest] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        if entry.personal is None:
            continue
        if entry.kind == REQUESTED and (request := request_in(entry)) is not None:
            found[request.hashes.release] = request
        elif entry.kind in (APPROVED, DECLINED):
            found.pop(entry.personal.reference, None)
    return tuple(sorted(found.values(), key=lambda request: request.entry))


def request_in(entry: Entry) -> ApprovalRequest | None:
    """The request of an entry; None when it names no release."""
    personal = entry.personal
    if personal is None:
        return None
    payload = personal.payload
    hashes = _hashes(payload)
    if hashes.release != personal.reference:
        return None
    made_from = payload.get("made_from")
    return ApprovalRequest(
        entry.number,
        hashes,
        entry.actor,
        personal.justification,
        entry.recorded_at,
        waivers_in(payload),
        _choices(payload.get("choices")),
        str(payload.get("model", "")),
        {str(name): str(value) for name, value in made_from.items()} if isinstance(made_from, dict) else {},
        str(payload.get("caller", "")),
    )


def _hashes(payload: Mapping[str, Any]) -> Hashes:
    return Hashes(*(str(payload.get(name, "")) for name in Hashes.__dataclass_fields__))


def waivers_in(payload: Mapping[str, Any]) -> tuple[WaivedGate, ...]:
    """The waivers of an entry's payload; what is none is left out."""
    waived = payload.get("waivers")
    lines = [line for line in waived if isinstance(line, dict)] if isinstance(waived, list) else []
    return tuple(
        WaivedGate(gate=str(line.get("gate")), title=str(line.get("title")), reason=str(line.get("reason")))
        for line in lines
    )


def _choices(given: object) -> tuple[DesignChoice, ...]:
    try:
        return tuple(DesignChoice.model_validate(line) for line in given) if isinstance(given, list) else ()
    except ValidationError:  # somebody wrote into the ledger: the request stands, without what cannot be read
        return ()


def _approval(entry: Entry, reference: str, payload: Mapping[str, Any]) -> Approval:
    hashes = _hashes(payload)
    if hashes.release != reference:
        return Approval(bundle=reference)
    conditions = payload.get("conditions")
    return Approval(
        hashes.bundle,
        hashes,
        _until(payload.get("until"), entry.recorded_at),
        waivers_in(payload),
        tuple(map(str, conditions)) if isinstance(conditions, list) else (),
        str(payload.get("requested_by", "")),
        entry.actor,
        entry.personal.justification if entry.personal else "",
        entry.recorded_at,
        entry.number,
    )


def _until(given: object, recorded_at: datetime) -> date:
    """The last day; a year after the entry at the latest, whatever it says, and where it says none."""
    latest = recorded_at.astimezone(clock.LONDON).date() + timedelta(days=APPROVAL_DAYS)
    try:
        return latest if given is None else min(latest, date.fromisoformat(str(given)))
    except ValueError:
        return date.min


def find(release: Release | None, approvals: Collection[Approval], today: date) -> Approval | None:
    """The approval of exactly this release that holds on a day and waives every gate that does not hold."""
    return next((held for held in _of(release, approvals) if not _fault(release, held, today)), None)


def bundle_approved(bundle: str, approvals: Collection[Approval]) -> bool:
    """Whether a bundle, its policy included, is part of an approved release, whatever papers and gates say today.

    An approval that has ended counts here: its end takes the model away, and no date changes the points of the matrix.
    """
    return any(held.hashes is not None and held.bundle == bundle for held in approvals)


def why_not(bundle: str, release: Release | None, approvals: Collection[Approval], today: date) -> str:
    """Why the release on disk is not approved, and which step to take; empty when it is."""
    if find(release, approvals, today) is not None:
        return ""
    if release is None:
        return (
            "the papers or the gates beside the bundle fail their own checks, so there is no release that could be "
            "approved. The service's log says which file."
        )
    if held := next(iter(_of(release, approvals)), None):
        return f"{_fault(release, held, today)} {_STEP}"
    same = [held for held in approvals if held.bundle == bundle]
    if others := [_different(held.hashes, release.hashes) for held in same if held.hashes is not None]:
        _, parts = min((len(parts), parts) for parts in others)
        return (
            "the ledger's approval of this bundle is of another release: "
            f"{' and '.join(parts)} on disk differ from what was approved. "
            f"Put back what was approved, or have this release approved. {_STEP}"
        )
    if same:
        return (
            "the ledger's approval of this bundle was written by an earlier version and names the bundle alone, "
            f"without its papers and gates. {_STEP}"
        )
    return f"the ledger holds no approval of the release on disk. {_STEP}"


def _of(release: Release | None, approvals: Collection[Approval]) -> list[Approval]:
    return [held for held in approvals if release is not None and held.hashes == release.hashes]


def _fault(release: Release | None, held: Approval, today: date) -> str:
    if not held.holds_on(today):
        return f"its approval ended on {day(held.until)}."
    missing = not_covered(release.gates, {gate.gate for gate in held.waivers}) if release else ()
    if missing:
        return f"its approval does not waive these gates, which do not hold: {', '.join(missing)}."
    return ""


def _different(approved: Hashes, on_disk: Hashes) -> list[str]:
    now = asdict(on_disk)
    return [name for name, value in asdict(approved).items() if value != now[name]]
