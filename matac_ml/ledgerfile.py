"""Where the ledger is: its address from the environment, or from a file when it holds a password.

Every user of a machine can read the arguments of its programs, so an address with a password is never one of them.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from matac_ml.errors import UsageError


def ledger_address(environ: Mapping[str, str] | None = None) -> str:
    """Read the ledger's address.

    Parameters
    ----------
    environ : mapping of str to str, optional
        ``MATAC_LEDGER_FILE`` names a file that holds the address; otherwise ``MATAC_LEDGER`` is the address. The
        environment of the process unless given.

    Raises
    ------
    UsageError
        Neither is set, or the file cannot be read. No address is repeated.
    """
    environ = os.environ if environ is None else environ
    file = environ.get("MATAC_LEDGER_FILE")
    if not file:
        address = environ.get("MATAC_LEDGER", "")
    else:
        try:
            address = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError):
            raise UsageError(
                f"MATAC_LEDGER_FILE must name a text file that holds the ledger's address; {file} cannot be read."
            ) from None
    if not address:
        raise UsageError("No ledger was named. Set MATAC_LEDGER to its address, or MATAC_LEDGER_FILE to a file of it.")
    return address
