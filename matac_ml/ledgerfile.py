"""Where the ledger is: its address from an argument, the environment, or a file when it holds a password.

Every user of a machine can read the arguments of its programs, so an address with a password is never one of them.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from matac_ml.errors import UsageError
from matac_ml.infile import read_plain

#: Of a file that holds an address.
_MOST_BYTES = 1 << 16
#: Parts of an address's query that are secrets.
_SECRETS = frozenset({"password", "sslpassword"})


def ledger_address(environ: Mapping[str, str] | None = None, *, argument: str | None = None) -> str:
    """Read the ledger's address.

    Parameters
    ----------
    argument : str, optional
        What the command line says; it comes before the environment.
    environ : mapping of str to str, optional
        ``MATAC_LEDGER_FILE`` names a file that holds the address; otherwise ``MATAC_LEDGER`` is the address. The
        environment of the process unless given.

    Raises
    ------
    UsageError
        None of them is given, the file cannot be read, or the argument holds a password. No address is repeated.
    """
    if argument:
        return _without_password(argument)
    environ = os.environ if environ is None else environ
    file = environ.get("MATAC_LEDGER_FILE")
    if not file:
        address = environ.get("MATAC_LEDGER", "")
    else:
        try:
            address = read_plain(Path(file), largest=_MOST_BYTES).decode("utf-8-sig").strip()
        except (OSError, ValueError):
            raise UsageError(
                f"MATAC_LEDGER_FILE must name a text file that holds the ledger's address; {file} cannot be read."
            ) from None
        if len(address.splitlines()) > 1:
            raise UsageError(f"MATAC_LEDGER_FILE must name a file of one line, the ledger's address; {file} has more.")
    if not address:
        raise UsageError("No ledger was named. Set MATAC_LEDGER to its address, or MATAC_LEDGER_FILE to a file of it.")
    return address


def _without_password(argument: str) -> str:
    try:
        address = urlsplit("" if argument.startswith("sqlite:") else argument)
        holds_one = bool(address.password) or bool(_SECRETS & parse_qs(address.query).keys())
    except ValueError:
        return argument  # it is refused when the ledger is opened, without being repeated
    if holds_one:
        raise UsageError(
            "--ledger holds a password, and every user of this machine can read the arguments of a program. Write the "
            "address into a file that only its user can read, and name that file in MATAC_LEDGER_FILE (for "
            "matac-ml serve also with --ledger-file)."
        )
    return argument
