"""The release that a run left in its folder: read as the service will read it, with the ledger's approval of it."""

import json
from dataclasses import dataclass
from pathlib import Path

from matac_ml import clock
from matac_ml.approval.standing import APPROVED, RETIRED, Approval, approvals_in, find, why_not
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.casework import Ledger
from matac_ml.errors import GateError
from matac_ml.release import Hashes, Release, beside, read_release


@dataclass(frozen=True)
class RunRelease:
    """A run's release and where its parts are."""

    model: RiskModel
    release: Release
    bundle: Path
    papers: Path
    gates: Path

    @property
    def hashes(self) -> Hashes:
        """The hashes of its parts."""
        return self.release.hashes


def release_in(out: Path) -> RunRelease:
    """Read the release in the folder of a run.

    Raises
    ------
    BundleError
        When a part is missing, changed, or of another run.
    """
    bundle = out / "bundle"
    papers, gates = beside(bundle)
    model = load_bundle(bundle)
    return RunRelease(model, read_release(model, papers=papers, gates=gates), bundle, papers, gates)


def approval_of(made: RunRelease, ledger: str) -> Approval:
    """The approval of a run's release that holds today.

    Parameters
    ----------
    ledger : str
        Its address; it is only read.

    Raises
    ------
    GateError
        None holds: nobody has approved it, the approval has ended or was withdrawn, or it leaves a gate unwaived.
    """
    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        held = approvals_in(book.entries(kind=(APPROVED, RETIRED)))
    approval = find(made.release, held, clock.today())
    if approval is None:
        why = why_not(made.model.hash, made.release, held, clock.today())
        raise GateError("Only an approved release is promoted.", faults=[why])
    return approval


def tags_of(approval: Approval) -> dict[str, str]:
    """What MLflow's users see of an approval."""
    waived = {gate.gate: gate.reason for gate in approval.waivers}
    return {
        "approval": approval.text,
        "approver": approval.approved_by,
        "requested_by": approval.requested_by,
        "reason": approval.reason,
        "conditions": json.dumps(approval.conditions, ensure_ascii=False),
        "approved_until": approval.until.isoformat(),
        "ledger_entry": str(approval.entry),
        "waivers": json.dumps(waived, ensure_ascii=False),
    }
