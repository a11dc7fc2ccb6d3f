"""Files that are there whole or not at all: written beside their place, then moved into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matac_ml.errors import UsageError


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Give a path to write to; the file takes its place when everything was written.

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
    partial = path.with_name(f".partial-{path.name}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"{path} must be a file that can be written; {why}. Name another.") from error
    finally:
        partial.unlink(missing_ok=True)
