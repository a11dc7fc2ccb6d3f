"""Files that are there whole or not at all, and that only their owner can read from the first byte on."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matac_ml.errors import UsageError


@contextmanager
def private_files() -> Iterator[None]:
    """Let only the owner read files and folders made meanwhile, also those that a library or a child process makes.

    The whole process is meant: for a command, not for a thread of a service.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def private_folder(path: Path) -> Path:
    """Make a folder for files about people that only its owner can enter (mode 0700); one that is there stays as it is.

    Raises
    ------
    UsageError
        When it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"{path} must be a folder that can be made; {why}. Name another.") from error
    return path


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Give a path to write to; the file takes its place when everything was written.

    The file is private (mode 0600) before anything is in it, because what we write is mostly about people.

    Parameters
    ----------
    path : Path
        Where the file shall stand; one that stands there is replaced at the end and not before.

    Yields
    ------
    Path
        In the same folder, with the same ending.

    Raises
    ------
    UsageError
        When it cannot be written: no such folder, no right, no room. Nothing is left behind.
    """
    partial: Path | None = None
    try:
        # A name of its own (made with mode 0600): neither another writer nor what a killed one left is in the way.
        handle, name = tempfile.mkstemp(prefix=".partial-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        partial = Path(name)
        yield partial
        partial.replace(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"{path} must be a file that can be written; {why}. Name another.") from error
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all, as :func:`write_whole` does."""
    with write_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


@contextmanager
def whole_folder(out: Path, *, mode: int = 0o700) -> Iterator[Path]:
    """Give a folder to write into that becomes ``out`` when all went well and leaves nothing when it did not.

    Parameters
    ----------
    mode : int, default 0o700
        Who may enter it: its owner alone, unless nobody real stands in it.

    Raises
    ------
    UsageError
        When ``out`` exists and is not an empty folder.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            f"OUT must be a new or empty folder; {out} holds something already. Name another, or empty it."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        partial.chmod(mode)
        yield partial
        if out.exists():
            out.rmdir()
        partial.rename(out)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
