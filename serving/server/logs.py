"""Log lines: one form for ours, uvicorn's and BentoML's, and nothing in them about people.

Our own messages are printed as they are written: none is given a person's identifier, name or text. Of a library's
message only the place in its code is printed, and of an exception only its type and where it was raised, because values
of a request can be in the rest. uvicorn's messages are fixed texts, and printed without what is filled in. What repeats
is counted instead of printed.
"""

import logging
import sys
import threading
import time
import traceback
from types import TracebackType
from typing import Any

from cachetools import LRUCache

from matac_ml.errors import ShownError
from matac_ml.written import escaped

OURS = "matac"
#: One line a request, when it is asked for: never counted together.
ACCESS = "matac.access"
MAX_CHARACTERS = 4_000
#: Of the same message, in one process, in a minute; and of different messages that are told apart.
MOST_A_MINUTE, MOST_MESSAGES = 10, 500
_MAX_FRAMES = 30


def describe(error: BaseException) -> str:
    """An exception and its causes by type and place; our own errors with their message, which holds no value."""
    parts: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        kind = f"{type(cause).__module__}.{type(cause).__qualname__}"
        frames = traceback.extract_tb(cause.__traceback__)[-_MAX_FRAMES:]
        where = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
        parts.append(f"{kind}{f': {cause}' if isinstance(cause, ShownError) else ''} [{where}]")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "; from ".join(parts)


class Formatter(logging.Formatter):
    """One line a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The moment in UTC, the level, who says it, and what."""
        if record.name == OURS or record.name.startswith(f"{OURS}."):
            message = record.getMessage()
        elif record.name.startswith("uvicorn"):
            message = str(record.msg).partition("\n")[0]
        else:
            message = f"a library has something to say at {record.pathname}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            message = f"{message} ({describe(record.exc_info[1])})"
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return f"{moment} {record.levelname} {record.name}: {escaped(message)}"[:MAX_CHARACTERS]


class Repeats(logging.Filter):
    """Lets the same message through so often a minute; the next one let through says how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._minutes: LRUCache[tuple[str, str], tuple[int, int]] = LRUCache(MOST_MESSAGES)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to print it."""
        if record.name == ACCESS:
            return True
        # A library that builds its messages itself gives each request another: then its place in the code is the same.
        what = str(record.msg) if record.name.startswith(OURS) else f"{record.pathname}:{record.lineno}"
        minute = int(record.created // 60)
        with self._lock:
            of, times = self._minutes.get((record.name, what), (minute, 0))
            left_out = max(times - MOST_A_MINUTE, 0) if of != minute else 0
            times = 1 if of != minute else times + 1
            self._minutes[record.name, what] = (minute, times)
        if left_out:
            record.msg = f"{record.msg} (and {left_out} times in an earlier minute)"
        return times <= MOST_A_MINUTE


def set_up_logs() -> None:
    """Send every logger of this process through the one form, to standard error.

    Called again after a library has set up its own: its handlers go, and so do the printers of uncaught exceptions.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter())
    handler.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers, logger.propagate, logger.disabled = [], True, False
    logging.getLogger(OURS).setLevel(logging.INFO)
    for quiet in ("uvicorn", "uvicorn.error", "uvicorn.access", "bentoml"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    logging.lastResort = None
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("matac.service").critical("an exception was not handled", exc_info=(kind, error, trace))


def _uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _unraisable(told: Any) -> None:
    if told.exc_value is not None:
        _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
