"""The release that a run left in its folder: read as the service will read it, and approved by name and reason."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matac_ml import __version__
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.gates import approval_text, check_decision, check_waivers, paired
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


def decision(
    release: Release, *, approver: str, reason: str, waive: Sequence[str], because: Sequence[str]
) -> Mapping[str, str]:
    """Tags that record who approved a release and why, when every gate is passed or waived.

    Raises
    ------
    GateError
        When a gate stands in the way, a waiver cannot be taken, or nobody is named with a reason.
    """
    check_decision(approver, reason)
    waivers = paired(waive, because)
    check_waivers(release.gates, waivers)
    titles = {gate.name: gate.title for gate in release.gates}
    return {
        "approver": approver.strip(),
        "reason": reason.strip(),
        "approval": approval_text((titles[waiver.gate], waiver.reason) for waiver in waivers),
        "waivers": json.dumps({waiver.gate: waiver.reason for waiver in waivers}, ensure_ascii=False),
        "code": __version__,
    }
