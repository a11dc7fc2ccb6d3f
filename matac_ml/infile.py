"""Files that somebody brings: ordinary ones, no larger than they have a reason to be, read within bounded memory."""

import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def read_plain(path: Path, *, largest: int, follow: bool = True) -> bytes:
    """Read an ordinary file; neither a pipe nor a device is waited for.

    Parameters
    ----------
    largest : int
        Most bytes that it may hold.
    follow : bool, default True
        Whether a link to an ordinary file is followed.

    Raises
    ------
    OSError
        When it is missing, cannot be read or is not an ordinary file.
    ValueError
        When it holds more than ``largest`` bytes.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    with os.fdopen(os.open(path, flags), "rb") as file:
        held = os.fstat(file.fileno())
        if not stat.S_ISREG(held.st_mode):
            raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))
        if held.st_size > largest:
            raise ValueError(f"it must have at most {largest:,} bytes, got {held.st_size:,}")
        # Ask for this size alone: Python reserves as many bytes as it is asked for. Bytes added later are not read.
        return file.read(held.st_size)


@contextmanager
def bounded_memory(most: int) -> Iterator[None]:
    """Let the process have at most ``most`` bytes more than now, and four fifths of the machine; a MemoryError beyond.

    The last guard, behind the bounds that a file's own figures allow: these may lie. The whole process is meant: for a
    command, not for a thread of a service. Where the system does not say how much memory a process has (not Linux),
    nothing is bounded.
    """
    before = resource.getrlimit(resource.RLIMIT_DATA)
    held = _held()
    allowed = held + memory_allowed(most)
    if held and (before[0] == resource.RLIM_INFINITY or allowed < before[0]):
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def memory_allowed(most: int) -> int:
    """Bytes that reading may take: so many, or four fifths of the machine's memory when that is less."""
    return min(most, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 4 // 5)


def _held() -> int:
    """Bytes of data that the process has, as RLIMIT_DATA counts them; 0 where the system does not say."""
    try:
        with Path("/proc/self/status").open(encoding="ascii") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))
    except (OSError, StopIteration):
        return 0
