"""The folder of a run: one command at a time writes into it, and a run stands in it whole or not at all.

A run is made in ``.unfinished`` and put in its place at the end, when its version is registered. A run that ends before
that, killed or in an error, leaves what stood in the folder before; the next one starts from the beginning, and a
search goes on where it stopped.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from matac_ml.errors import UsageError
from matac_ml.release import GATES_FILE, PAPERS

#: What to do where a finished run stands: refuse, add the next version, or take its place as if it had not been.
Again = Literal["refuse", "continue", "replace"]
BUNDLE, REPORT = "bundle", "comparison.html"
_UNFINISHED, _LOCK = ".unfinished", ".lock"


def is_finished(out: Path) -> bool:
    """Whether a whole run stands in the folder."""
    return (out / BUNDLE / "manifest.json").is_file()


@contextmanager
def one_at_a_time(out: Path) -> Iterator[None]:
    """Make the folder and keep every other command from writing into it until this one ends, however it ends.

    Raises
    ------
    UsageError
        When another command is writing into it, or it cannot be a folder.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.open(out / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"--out must be a folder that can be written to; {out}: {why}. Name another.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise UsageError(
            f"Another command is writing into {out} now. Wait until it ends, or name another folder with --out."
        ) from error
    try:
        yield
    finally:
        os.close(lock)  # lets it go, as the end of the process does


@contextmanager
def whole_run(out: Path, *, again: Again) -> Iterator[Path]:
    """Give a folder to make a run in, and put the run in its place when all went well.

    Raises
    ------
    UsageError
        When another command is writing into ``out``, or a finished run stands there and ``again`` is ``refuse``.
    """
    with one_at_a_time(out):
        if again == "refuse" and is_finished(out):
            raise UsageError(
                f"{out} holds a finished run. "
                "Name another folder with --out, or add --again continue (the next version: "
                "its papers say what changed) or --again replace (as if this run had never been made). "
                "The registry keeps every version."
            )
        made = out / _UNFINISHED
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        try:
            yield made
            for name in (PAPERS, GATES_FILE, REPORT, BUNDLE):
                _put(made / name, out / name)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _put(new: Path, place: Path) -> None:
    if place.is_dir():
        place.rename(new.with_name(f"{new.name}-before"))
    new.rename(place)
