"""One private folder for everything that a running service writes aside: counts, and what its libraries spill.

The folder goes when the service ends. One that was left behind, because the service was killed, goes at the next start.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from matac_ml.errors import UsageError

_PREFIX = "matac-ml-service-"
_LOCK = "lock"


@contextmanager
def scratch_folder() -> Iterator[tuple[Path, int]]:
    """Make the folder, and remove those of this user that no living service holds.

    Yields
    ------
    Path
        Readable by this user alone.
    int
        An open file that keeps the folder: whoever may still write into it inherits this.

    Raises
    ------
    UsageError
        There is no room for temporary files.
    """
    try:
        _remove_left_behind(Path(tempfile.gettempdir()))
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"The service needs a folder for temporary files; {why}. Name one in TMPDIR.") from error
    # Named only once it is locked: another service that starts now must not take the folder for one left behind.
    unnamed = folder / f"{_LOCK}.new"
    held = os.open(unnamed, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        unnamed.rename(folder / _LOCK)
        yield folder, held
    finally:
        os.close(held)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        # Nobody else can have made a folder that is ours, so what is in it is ours as well.
        with suppress(OSError):
            if folder.is_symlink() or folder.lstat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)
