"""Errors that a reader can act on.

::

    MatacError
    ├── ShownError            printed without a traceback: the message is meant for the person at the keyboard
    │   ├── RecordsError      exit 3   the extract breaks a rule; every bad row is listed
    │   ├── PolicyError       exit 4   a policy, harm index or register rule file is wrong
    │   ├── DeclarationError  exit 5   a feature, window, condition or outcome is not valid
    │   ├── BundleError       exit 6   a bundle is missing, altered or of another version
    │   ├── LedgerError       exit 7   the ledger cannot be written, or its chain does not hold
    │   ├── RecipeError       exit 8   a training recipe cannot be run
    │   ├── GateError         exit 9   a gate, check or audit was not passed
    │   └── UsageError        exit 2   a command was called with arguments that cannot be met
    └── InvariantError        a fault of ours: a law the program relies on did not hold

A message says what was expected, what came and what to do. It never holds a person's name, date of birth or free text;
identifiers of incidents and row numbers are allowed, identifiers of people are not.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from matac_ml.written import escaped


class MatacError(Exception):
    """Base of every error raised on purpose."""


class ShownError(MatacError):
    """An error whose message is enough; shown without a traceback.

    Parameters
    ----------
    message : str
        One sentence: what was expected, what came, what to do.
    faults : iterable of str, optional
        Every fault found, one line each; all are printed, not only the first.
    """

    exit_code = 1

    def __init__(self, message: str, *, faults: Iterable[str] = ()) -> None:
        self.message = message
        self.faults = tuple(faults)
        super().__init__("\n  - ".join((message, *self.faults)))


class RecordsError(ShownError):
    """The extract breaks a rule that scoring relies on."""

    exit_code = 3


class PolicyError(ShownError):
    """A policy, harm index or register rule file is wrong."""

    exit_code = 4


class DeclarationError(ShownError):
    """A feature, window, condition or outcome is not valid."""

    exit_code = 5


class BundleError(ShownError):
    """A bundle is missing, altered or of another version."""

    exit_code = 6


class LedgerError(ShownError):
    """The ledger cannot be written, or its chain does not hold."""

    exit_code = 7


class RecipeError(ShownError):
    """A training recipe cannot be run."""

    exit_code = 8


class GateError(ShownError):
    """A gate, check or audit was not passed."""

    exit_code = 9


class UsageError(ShownError):
    """A command was called with arguments that cannot be met."""

    exit_code = 2


class InvariantError(MatacError):
    """A law the program relies on did not hold: a fault of ours, shown with its traceback."""


@contextmanager
def shown_errors(program: str) -> Iterator[None]:
    """End a program with its message and exit code, without a traceback, when an error is meant for the reader.

    An error of the system, such as a file that cannot be read or a full disk, is one: it is named by file and cause.

    Parameters
    ----------
    program : str
        Its name, in front of the message on standard error.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may be no Unicode
    try:
        yield
    except ShownError as error:
        print("\n".join(map(escaped, f"{program}: {error}".split("\n"))), file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        where = f"{escaped(str(error.filename))}: " if error.filename else ""
        print(f"{program}: {where}{error.strerror or type(error).__name__}", file=sys.stderr)
        sys.exit(UsageError.exit_code)
