"""What a challenger in the shadow agreed and disagreed about, by day: counts alone, in a file of all workers."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matac_ml.errors import UsageError

logger = logging.getLogger("matac.shadow")

_TABLE = """
CREATE TABLE IF NOT EXISTS shadow (
    day TEXT, champion TEXT, challenger TEXT, what TEXT, n INTEGER, PRIMARY KEY (day, champion, challenger, what)
)
"""
_ADD = """
INSERT INTO shadow VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day, champion, challenger, what) DO UPDATE SET n = n + excluded.n
"""


@dataclass(frozen=True)
class ShadowDay:
    """One day of one challenger beside what was in force; ``counts`` by what was counted."""

    day: date
    champion: str
    challenger: str
    counts: Mapping[str, int]


class ShadowCounts:
    """Adds counts up in a file; what cannot be written is logged and lost, because no answer may wait for it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, day: date, champion: str, challenger: str, counts: Counter[str]) -> None:
        """Add counts of a day."""
        rows = [(day.isoformat(), champion, challenger, what, n) for what, n in counts.items()]
        try:
            if not self._path.exists():
                self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=5)) as con, con:
                con.execute(_TABLE)
                con.executemany(_ADD, rows)
        except (sqlite3.Error, OSError) as error:
            logger.error("counts of the challenger could not be kept: %s", type(error).__name__)


def read_counts(path: Path) -> tuple[ShadowDay, ...]:
    """Every day of a file, in order.

    Raises
    ------
    UsageError
        There is no such file, or it is of something else.
    """
    if not path.is_file():
        raise UsageError(f"{path} must be the file of a challenger in the shadow; there is none yet.")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
            rows = con.execute("SELECT day, champion, challenger, what, n FROM shadow ORDER BY 1, 2, 3, 4").fetchall()
    except sqlite3.Error as error:
        raise UsageError(f"{path} is not the file of a challenger in the shadow.") from error
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for day, champion, challenger, what, n in rows:
        found.setdefault((day, champion, challenger), {})[what] = int(n)
    return tuple(ShadowDay(date.fromisoformat(key[0]), key[1], key[2], counts) for key, counts in found.items())
