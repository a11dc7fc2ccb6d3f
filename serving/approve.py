"""``python -m serving.approve``: record in the ledger that people approved a bundle, or that it is retired.

With access on, a service scores with a model only while the ledger holds an approval of exactly that bundle. The
decision is a board's; this records it.
"""

import argparse
import sys
from pathlib import Path

from matac_ml.bundle import load_bundle
from matac_ml.casework import Entry, Ledger, NewEntry
from matac_ml.errors import ShownError, UsageError
from matac_ml.ledgerfile import ledger_address
from serving.ledger_notes import APPROVED, RETIRED


def record(bundle: Path, ledger: str, *, by: str, reason: str, retire: bool = False) -> Entry:
    """Add the entry.

    Raises
    ------
    BundleError
        The bundle fails its own checks: nobody can have approved it as it is.
    UsageError
        Nobody is named, or no reason of ten characters or more is given.
    """
    if not by.strip() or len(reason.strip()) < 10:
        raise UsageError("An approval needs --by, who decided, and --reason of ten characters or more.")
    model = load_bundle(bundle)
    kind = RETIRED if retire else APPROVED
    with Ledger.open(ledger) as book:
        new = NewEntry(kind, by, justification=reason, reference=model.hash, payload={"model": model.name})
        return book.append(new)


def main() -> None:
    """Record an approval or a retirement, and print its entry."""
    parser = argparse.ArgumentParser(prog="python -m serving.approve", description="Approve a bundle, or retire it.")
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--ledger", help="address of the service's ledger (MATAC_LEDGER, MATAC_LEDGER_FILE)")
    parser.add_argument("--by", required=True, help="who decided")
    parser.add_argument("--reason", required=True, help="why, and where it is minuted")
    parser.add_argument("--retire", action="store_true", help="end an earlier approval")
    told = parser.parse_args()
    try:
        entry = record(told.bundle, told.ledger or ledger_address(), by=told.by, reason=told.reason, retire=told.retire)
    except ShownError as error:
        print(f"serving.approve: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    print(f"{'Retired' if told.retire else 'Approved'}: entry {entry.number}, head {entry.hash}")


if __name__ == "__main__":
    main()
