"""What the ledger says about releases: which are approved, with which waivers, and why the one on disk is not.

An approval names a release: bundle, policy, papers and gates, by their hashes. One that an earlier version wrote names
the bundle alone; it is recognised, so that the service can say which step to take, and it never counts.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from matac_ml.casework import Entry
from matac_ml.gates import approval_text
from matac_ml.release import Hashes, Release

APPROVED, RETIRED = "model_approved", "model_retired"
NOT_APPROVED = "Not approved."
_STEP = "Releases are approved with matac-ml approve."


@dataclass(frozen=True)
class Approval:
    """An approval that was not retired.

    Attributes
    ----------
    bundle : str
        Hash of the bundle.
    hashes : Hashes or None
        Of every part of the release; None when an earlier version wrote it and it names the bundle alone.
    waivers : tuple of (str, str)
        Title of each gate that was waived, with the reason.
    """

    bundle: str
    hashes: Hashes | None = None
    waivers: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """Approved, or approved with which waivers."""
        return approval_text(self.waivers)


def approvals_in(entries: Iterable[Entry]) -> frozenset[Approval]:
    """Approvals that hold after all entries, whatever their order."""
    found: dict[str, Approval] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        if entry.personal is None:
            # Nobody erases an act about nobody by our own commands. Of which release it was cannot be told any more.
            if entry.kind == RETIRED:
                found.clear()
            continue
        reference = entry.personal.reference
        if entry.kind == APPROVED:
            found[reference] = _approval(reference, entry.personal.payload)
        elif entry.kind == RETIRED:
            found.pop(reference, None)
    return frozenset(found.values())


def _approval(reference: str, payload: object) -> Approval:
    given = payload if isinstance(payload, dict) else {}
    names = tuple(str(given.get(name, "")) for name in Hashes.__dataclass_fields__)
    hashes = Hashes(*names)
    if hashes.release != reference:
        return Approval(bundle=reference)
    waived = given.get("waivers")
    lines = waived if isinstance(waived, list) else []
    titles = tuple((str(line.get("title")), str(line.get("reason"))) for line in lines if isinstance(line, dict))
    return Approval(hashes.bundle, hashes, titles)


def approval_payload(
    release: Release, waivers: Collection[tuple[str, str]], *, model: str, code: str
) -> dict[str, object]:
    """What an approval keeps of a release; the code's version is recorded and not bound.

    Parameters
    ----------
    waivers : collection of (str, str)
        Name of each gate that is waived, with the reason.
    """
    titles = {gate.name: gate.title for gate in release.gates}
    lines = [{"gate": name, "title": titles[name], "reason": reason} for name, reason in waivers]
    return {**asdict(release.hashes), "waivers": lines, "model": model, "code": code}


def find(release: Release | None, approvals: Collection[Approval]) -> Approval | None:
    """The approval of exactly this release."""
    return next((held for held in approvals if release is not None and held.hashes == release.hashes), None)


def bundle_approved(bundle: str, approvals: Collection[Approval]) -> bool:
    """Whether a bundle, its policy included, is part of an approved release, whatever papers and gates say today."""
    return any(held.hashes is not None and held.bundle == bundle for held in approvals)


def why_not(bundle: str, release: Release | None, approvals: Collection[Approval]) -> str:
    """Why the release on disk is not approved, and which step to take; empty when it is."""
    if find(release, approvals) is not None:
        return ""
    if release is None:
        return (
            "the papers or the gates beside the bundle fail their own checks, so there is no release that could be "
            "approved. The service's log says which file."
        )
    same = [held for held in approvals if held.bundle == bundle]
    if others := [_different(held.hashes, release.hashes) for held in same if held.hashes is not None]:
        _, parts = min((len(parts), parts) for parts in others)
        return (
            "the ledger's approval of this bundle is of another release: "
            f"{' and '.join(parts)} on disk differ from what was approved. "
            f"Put back what was approved, or approve this release. {_STEP}"
        )
    if same:
        return (
            "the ledger's approval of this bundle was written by an earlier version and names the bundle alone, "
            f"without its papers and gates. {_STEP}"
        )
    return f"the ledger holds no approval of the release on disk. {_STEP}"


def _different(approved: Hashes, on_disk: Hashes) -> list[str]:
    now = asdict(on_disk)
    return [name for name, value in asdict(approved).items() if value != now[name]]
