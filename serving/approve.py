"""``python -m serving.approve``: record in the ledger that people approved a release, or that it is retired.

With access on, a service scores with a model only while the ledger holds an approval of exactly this release: bundle,
policy, papers and gates. The decision is a board's; this records it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from matac_ml import __version__
from matac_ml.bundle import load_bundle
from matac_ml.casework import Entry, Ledger, NewEntry
from matac_ml.errors import UsageError, shown_errors
from matac_ml.gates import Waiver, check_decision, check_waivers, paired
from matac_ml.ledgerfile import ledger_address
from matac_ml.release import Release, beside, read_release
from serving.approvals import APPROVED, RETIRED, approval_payload, approvals_in


def approve(
    bundle: Path,
    ledger: str,
    *,
    by: str,
    reason: str,
    waivers: Sequence[Waiver] = (),
    papers: Path | None = None,
    gates: Path | None = None,
) -> Entry:
    """Record that a release is approved.

    Parameters
    ----------
    bundle : Path
        Its folder; papers and gates are beside it unless they are named.
    ledger : str
        Address of the service's ledger.

    Raises
    ------
    BundleError
        A part fails its own checks, or is of another run: nobody can have approved it as it is.
    GateError
        A gate is neither passed nor waived, a waiver cannot be taken, or nobody is named with a reason.
    """
    check_decision(by, reason)
    model = load_bundle(bundle)
    usual_papers, usual_gates = beside(bundle)
    release: Release = read_release(model, papers=papers or usual_papers, gates=gates or usual_gates)
    check_waivers(release.gates, waivers)
    lines = [(one.gate, one.reason) for one in waivers]
    payload = approval_payload(release, lines, model=model.name, code=__version__)
    with Ledger.open(ledger) as book:
        return book.append(
            NewEntry(APPROVED, by.strip(), justification=reason, reference=release.hash, payload=payload)
        )


def retire(release: str, ledger: str, *, by: str, reason: str) -> Entry:
    """Record that a release is no longer approved.

    Parameters
    ----------
    release : str
        Its hash, as the approval and ``/v1/model`` say it. Nothing of it need be on disk.

    Raises
    ------
    UsageError
        The ledger holds no approval of it.
    LedgerError
        There is no ledger at that address; none is made.
    GateError
        Nobody is named with a reason.
    """
    check_decision(by, reason)
    with Ledger.open(ledger, create_missing=False) as book:
        acts = [entry for kind in (APPROVED, RETIRED) for entry in book.entries(kind=kind)]
        held = {one.hashes.release if one.hashes else one.bundle for one in approvals_in(acts)}
        if release not in held:
            named = f"Those it holds: {', '.join(sorted(held))}." if held else "It holds none."
            raise UsageError(f"--retire must name a release that the ledger holds an approval of. {named}")
        return book.append(NewEntry(RETIRED, by.strip(), justification=reason, reference=release))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m serving.approve", description="Approve a release, or retire it.")
    parser.add_argument("--bundle", type=Path, help="folder of the bundle that is approved")
    parser.add_argument("--papers", type=Path, help="folder of its papers; beside the bundle unless named")
    parser.add_argument("--gates", type=Path, help="its gates file; beside the bundle unless named")
    parser.add_argument("--ledger", help="address of the service's ledger (MATAC_LEDGER, MATAC_LEDGER_FILE)")
    parser.add_argument("--by", required=True, help="who decided")
    parser.add_argument("--reason", required=True, help="why, and where it is minuted")
    parser.add_argument("--waive", action="append", default=[], metavar="GATE", help="a gate that is waived, by name")
    parser.add_argument("--because", action="append", default=[], metavar="REASON", help="why, once for each --waive")
    parser.add_argument("--retire", metavar="RELEASE", help="instead: end the approval of a release, by its hash")
    return parser


def _record(told: argparse.Namespace) -> Entry:
    ledger = ledger_address(argument=told.ledger)
    if told.retire:
        return retire(told.retire, ledger, by=told.by, reason=told.reason)
    if told.bundle is None:
        raise UsageError("Name the --bundle that is approved, or the release to --retire.")
    waivers = paired(told.waive, told.because)
    parts = {"papers": told.papers, "gates": told.gates}
    return approve(told.bundle, ledger, by=told.by, reason=told.reason, waivers=waivers, **parts)


def main() -> None:
    """Record an approval or a retirement, and print its entry."""
    told = _parser().parse_args()
    with shown_errors("serving.approve"):
        entry = _record(told)
    release = entry.personal.reference if entry.personal else ""
    print(f"{'Retired' if told.retire else 'Approved'}: release {release}, entry {entry.number}, head {entry.hash}")


if __name__ == "__main__":
    main()
