"""Every version there ever was: what it was made from, its papers, where it stands, and why it was given up.

The ledger remembers what MLflow's registry forgets: a version that was recorded there and is no longer registered is
listed as missing, and so is a number that the registry has given and does not hold any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from matac_ml import __version__
from matac_ml.approval.acting import Who
from matac_ml.approval.standing import APPROVED, DECLINED, REQUESTED, RETIRED, approvals_in, request_in
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.reading import Reader
from matac_ml.csvfile import csv_text
from matac_ml.errors import UsageError
from matac_ml.gates import check_decision
from matac_ml.release import Hashes
from matac_ml.wording import day

#: Kinds of entry about versions, beside those about approvals; none is about a person.
RECORDED, GIVEN_UP = "version_recorded", "version_given_up"
KINDS_OF_VERSIONS = (RECORDED, GIVEN_UP, REQUESTED, APPROVED, DECLINED, RETIRED)


class VersionState(StrEnum):
    """Where a version stands."""

    REGISTERED = "registered"
    REQUESTED = "requested"
    APPROVED = "approved"
    ENDED = "ended"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GIVEN_UP = "given up"
    NOT_COUNTED = "not counted"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class VersionRecord:
    """One release of one version, as an inventory lists it.

    Attributes
    ----------
    release, bundle, policy, papers, gates : str
        Hashes; empty where nothing is known any more.
    number : str
        Of the registry; empty where it was never registered, or never recorded.
    recipe, recipe_sha256, data_hash, data_to, contender, outcome, package : str
        What it was made from; ``package`` is the version of matac-ml that fitted it.
    state : VersionState
    since : str
        The day from which it stands there, ISO.
    why : str
        The reason of whoever decided, declined, withdrew or gave it up.
    who : str
        Who did.
    until : str
        Of an approval, its last day.
    missing : bool
        Whether the registry that was looked into does not hold it any more.
    """

    release: str = ""
    bundle: str = ""
    policy: str = ""
    papers: str = ""
    gates: str = ""
    number: str = ""
    model: str = ""
    recipe: str = ""
    recipe_sha256: str = ""
    data_hash: str = ""
    data_to: str = ""
    contender: str = ""
    outcome: str = ""
    package: str = ""
    registered_at: str = ""
    state: VersionState = VersionState.REGISTERED
    since: str = ""
    who: str = ""
    why: str = ""
    until: str = ""
    missing: bool = False

    @property
    def text(self) -> str:
        """Where it stands, as a sentence."""
        since = f" since {day(date.fromisoformat(self.since))}" if self.since else ""
        if self.state is VersionState.APPROVED:
            return f"Approved until {day(date.fromisoformat(self.until))}"
        if self.state is VersionState.ENDED:
            return f"Its approval ended on {day(date.fromisoformat(self.until))}"
        if self.state is VersionState.NOT_COUNTED:
            return "An early approval of the bundle alone, which does not count"
        if self.state is VersionState.UNKNOWN:
            return "The registry has used this number and holds no release under it"
        return f"{self.state.value.capitalize()}{since}"


@dataclass(frozen=True)
class RegisteredVersion:
    """A version as a registry holds it.

    Attributes
    ----------
    number : str
    hashes : mapping of str to str
        Of the parts of its release; empty where the registry holds nothing under the number any more.
    made_from : mapping of str to str
    """

    number: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    made_from: Mapping[str, str] = field(default_factory=dict)
    registered_at: str = ""


def record_versions(ledger: Ledger, registered: Sequence[RegisteredVersion], *, who: Who) -> list[Entry]:
    """Write into the ledger every version of a registry that it does not know yet, and nothing a second time.

    Raises
    ------
    GateError
        Nobody is named with a reason.
    """
    check_decision(who.name, who.reason)

    def decide(reader: Reader) -> list[NewEntry]:
        known = {(record.release, record.number) for record in _recorded(reader.entries(kind=RECORDED)).values()}
        new = [one for one in registered if one.hashes and (_release(one.hashes), one.number) not in known]
        return [who.entry(RECORDED, _release(one.hashes), _payload(one)) for one in new]

    return ledger.append_decided(decide)


def give_up(ledger: Ledger, release: str, *, who: Who) -> Entry:
    """Record that a version is not used and will not be, and why.

    Raises
    ------
    UsageError
        The ledger knows no such release, or it is approved: then its approval is withdrawn first.
    GateError
        Nobody is named with a reason.
    """
    check_decision(who.name, who.reason)

    def decide(reader: Reader) -> list[NewEntry]:
        entries = list(reader.entries(kind=KINDS_OF_VERSIONS))
        known = {entry.personal.reference for entry in entries if entry.personal}
        if release not in known:
            raise UsageError("Only a release that the ledger holds can be given up: see matac-ml inventory show.")
        if any(held.hashes is not None and held.hashes.release == release for held in approvals_in(entries)):
            raise UsageError("This release is approved. Withdraw its approval first: matac-ml approve withdraw.")
        return [who.entry(GIVEN_UP, release, {"code": __version__})]

    return ledger.append_decided(decide)[0]


def inventory_of(
    entries: Iterable[Entry], today: date, registered: Sequence[RegisteredVersion] | None = None
) -> tuple[VersionRecord, ...]:
    """Every version that the ledger or the registry knows.

    Parameters
    ----------
    entries : iterable of Entry
        Of :data:`KINDS_OF_VERSIONS`.
    registered : sequence of RegisteredVersion, optional
        What a registry holds; then versions that it does not hold any more are marked as missing.

    Returns
    -------
    tuple of VersionRecord
        By the number in the registry, then in the order in which the ledger came to know them.
    """
    ordered = sorted(entries, key=lambda entry: entry.number)
    found = _recorded(entry for entry in ordered if entry.kind == RECORDED)
    gone = [one for one in registered or () if not one.hashes]
    for one in registered or ():
        if one.hashes:
            release = _release(one.hashes)
            found[release] = _from_registry(found.get(release, VersionRecord()), one)
    for entry in ordered:
        if entry.personal is not None and entry.kind != RECORDED:
            release = entry.personal.reference
            found[release] = _after(found.get(release, VersionRecord(release=release)), entry)
    for held in approvals_in(ordered):
        if held.hashes is None:
            found[held.bundle] = replace(found[held.bundle], state=VersionState.NOT_COUNTED)
            continue
        state = VersionState.APPROVED if held.holds_on(today) else VersionState.ENDED
        release = held.hashes.release
        found[release] = replace(found[release], state=state, until=held.until.isoformat())
    if registered is not None:
        holds = {_release(one.hashes) for one in registered if one.hashes}
        found = {name: replace(record, missing=name not in holds) for name, record in found.items()}
    known = {record.number for record in found.values()}
    lost = [VersionRecord(number=one.number, state=VersionState.UNKNOWN, missing=True) for one in gone]
    return tuple(sorted((*found.values(), *(one for one in lost if one.number not in known)), key=_place))


def _place(record: VersionRecord) -> tuple[bool, int]:
    return (not record.number.isdigit(), int(record.number) if record.number.isdigit() else 0)


def _release(hashes: Mapping[str, str]) -> str:
    return Hashes(*(str(hashes.get(name, "")) for name in Hashes.__dataclass_fields__)).release


def _payload(one: RegisteredVersion) -> dict[str, Any]:
    return {
        **one.hashes,
        "number": one.number,
        "made_from": dict(one.made_from),
        "registered_at": one.registered_at,
        "code": __version__,
    }


def _recorded(entries: Iterable[Entry]) -> dict[str, VersionRecord]:
    found: dict[str, VersionRecord] = {}
    for entry in entries:
        if entry.personal is None:
            continue
        payload = entry.personal.payload
        made_from = payload.get("made_from")
        one = RegisteredVersion(
            str(payload.get("number", "")),
            {name: str(payload.get(name, "")) for name in Hashes.__dataclass_fields__},
            {str(key): str(value) for key, value in made_from.items()} if isinstance(made_from, dict) else {},
            str(payload.get("registered_at", "")),
        )
        if _release(one.hashes) == entry.personal.reference:
            found[entry.personal.reference] = _from_registry(VersionRecord(), one)
    return found


def _from_registry(record: VersionRecord, one: RegisteredVersion) -> VersionRecord:
    known: dict[str, Any] = {name: text for name, text in one.made_from.items() if name in _MADE_FROM and text}
    known |= {name: one.hashes[name] for name in Hashes.__dataclass_fields__}
    known |= {"release": _release(one.hashes), "number": one.number, "since": record.since or one.registered_at[:10]}
    return replace(record, **known, registered_at=one.registered_at or record.registered_at)


_MADE_FROM = frozenset(
    ("model", "recipe", "recipe_sha256", "data_hash", "data_to", "contender", "outcome", "package"),
)
_STATES = {
    REQUESTED: VersionState.REQUESTED,
    APPROVED: VersionState.APPROVED,
    DECLINED: VersionState.DECLINED,
    RETIRED: VersionState.WITHDRAWN,
    GIVEN_UP: VersionState.GIVEN_UP,
}


def _after(record: VersionRecord, entry: Entry) -> VersionRecord:
    """A record after an entry about it."""
    personal = entry.personal
    if personal is None:
        return record
    if (request := request_in(entry)) is not None:
        known: dict[str, Any] = {**asdict(request.hashes), "model": request.model}
        known |= {name: text for name, text in request.made_from.items() if name in _MADE_FROM}
        record = replace(record, **{name: text for name, text in known.items() if text})
    return replace(
        record,
        state=_STATES[entry.kind],
        since=_day_of(entry.recorded_at),
        who=entry.actor,
        why=personal.justification,
        until="",
    )


def _day_of(moment: datetime) -> str:
    return moment.date().isoformat()


COLUMNS = tuple(one.name for one in fields(VersionRecord))


def as_csv(records: Iterable[VersionRecord]) -> str:
    """The inventory as a table."""
    return csv_text(COLUMNS, (tuple(as_json(record).values()) for record in records))


def as_json(record: VersionRecord) -> dict[str, str | bool]:
    """A record as JSON values, in the order of :data:`COLUMNS`."""
    return {**asdict(record), "state": record.state.value}
