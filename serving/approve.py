"""``matac-ml approve``: record in the ledger that people approved a release, or that it is retired.

With access on, a service scores with a model only while the ledger holds an approval of exactly this release: bundle,
policy, papers and gates. The decision is a board's; this records it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from matac_ml import __version__
from matac_ml.bundle import load_bundle
from matac_ml.casework import Entry, Ledger, NewEntry
from matac_ml.errors import UsageError
from matac_ml.gates import Waiver, check_decision, check_waivers, paired
from matac_ml.ledgerfile import ledger_address
from matac_ml.release import Release, beside, read_release
from serving.ledger.approvals import APPROVED, RETIRED, approval_payload, approvals_in


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
    lines = [(waiver.gate, waiver.reason) for waiver in waivers]
    payload = approval_payload(release, lines, model=model.name, code=__version__)
    with Ledger.open(ledger) as book:
        return book.append(
            NewEntry(APPROVED, by.strip(), justification=reason, reference=release.hash, payload=payload)
        )


def retire_release(release: str, ledger: str, *, by: str, reason: str) -> Entry:
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
        held = {approval.hashes.release if approval.hashes else approval.bundle for approval in approvals_in(acts)}
        if release not in held:
            named = f"Those it holds: {', '.join(sorted(held))}." if held else "It holds none."
            raise UsageError(f"--retire must name a release that the ledger holds an approval of. {named}")
        return book.append(NewEntry(RETIRED, by.strip(), justification=reason, reference=release))


def record(
    by: Annotated[str, typer.Option(help="Who decided.")],
    reason: Annotated[str, typer.Option(help="Why, and where it is minuted.")],
    bundle: Annotated[Path | None, typer.Option(help="Folder of the bundle that is approved.")] = None,
    papers: Annotated[Path | None, typer.Option(help="Folder of its papers; beside the bundle when not given.")] = None,
    gates: Annotated[Path | None, typer.Option(help="Its gates file; beside the bundle when not given.")] = None,
    ledger: Annotated[
        str | None, typer.Option(help="Address of the service's ledger (MATAC_LEDGER, MATAC_LEDGER_FILE).")
    ] = None,
    waive: Annotated[
        list[str] | None, typer.Option(help="A gate that is waived, by name. Give it once for each.")
    ] = None,
    because: Annotated[
        list[str] | None, typer.Option(help="Why it is waived. Give it once for each --waive, in the same order.")
    ] = None,
    retire: Annotated[str, typer.Option(help="Instead: end the approval of a release, by its hash.")] = "",
) -> None:
    """Record in the ledger that people approved a release, or that it is retired."""
    address = ledger_address(argument=ledger)
    if retire:
        entry = retire_release(retire, address, by=by, reason=reason)
    elif bundle is None:
        raise UsageError("Name the --bundle that is approved, or the release to --retire.")
    else:
        waivers = paired(waive or [], because or [])
        entry = approve(bundle, address, by=by, reason=reason, waivers=waivers, papers=papers, gates=gates)
    release = entry.personal.reference if entry.personal else ""
    typer.echo(f"{'Retired' if retire else 'Approved'}: release {release}, entry {entry.number}, head {entry.hash}")


if __name__ == "__main__":
    from matac_ml.cli import renamed

    renamed("serving.approve", "approve")
