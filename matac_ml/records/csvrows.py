"""The rows of a CSV file by a reader of our own: on which line each stands, and which are not rows at all.

DuckDB reads a clean file with all cores. What it makes of a file that is not clean depends on where its buffers end:
rows can vanish. Whenever a count says that a file is not clean, it is read here instead, row by row; the good rows go
into a scratch file, each with its line, and DuckDB reads that.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from matac_ml.records.faults import LISTED, Finding

#: A row longer than this many bytes is a fault, not a row.
LONGEST_ROW = 256 * 1024
#: After so many rows that are not CSV the rest of a file is not looked at.
MOST_REFUSED = 100_000

_REFUSED = {
    "too_few_cells": ("a row must have as many cells as the header", "fewer"),
    "too_many_cells": ("a row must have as many cells as the header", "more"),
    "bad_quotes": ("a quote must be closed, and nothing may stand after it", "an unclosed quote"),
    "not_utf8": ("a CSV file must be UTF-8 text", "bytes in another encoding"),
    "long_row": (f"a row must be at most {LONGEST_ROW // 1024} KiB", "a longer row"),
    "not_csv": ("a row must end with a line feed, or a carriage return and a line feed", "a carriage return inside"),
    "not_read": (f"at most {MOST_REFUSED:,} rows may not be CSV", "more; the file was not read beyond this row"),
}
# A cell is quoted, with blanks around the quotes at most, or it does not begin with a quote.
_OPENS, _INSIDE, _CLOSED = re.compile(' *"'), re.compile('[^"]*+(?:""[^"]*+)*+'), re.compile(r" *(?=,|\Z)")
_BARE = re.compile(r"[^,\r]*+")
_BOM = "\xef\xbb\xbf"
_Line = tuple[int, str]


@dataclass
class Refused:
    """Lines that are no rows, by the rule that each breaks; lines beyond :data:`LISTED` of one rule are counted."""

    lines: dict[str, list[int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, rule: str, line: int) -> None:
        """Keep one."""
        self.counts[rule] = self.counts.get(rule, 0) + 1
        listed = self.lines.setdefault(rule, [])
        if len(listed) < LISTED:
            listed.append(line)

    def findings(self, file: str) -> Iterator[Finding]:
        """Give one finding a rule."""
        for rule, lines in self.lines.items():
            expected, came = _REFUSED[rule]
            yield Finding(file, None, rule, expected, (came,) * len(lines), tuple(lines), self.counts[rule])


def copy_rows(path: Path, out: Path, *, cells: int, ending: str) -> tuple[int, Refused]:
    """Write every good row of a CSV file with the number of its line in front.

    Parameters
    ----------
    out : Path
        A new file without a header; its lines end with a line feed.
    cells : int
        Cells that a row must have.
    ending : str
        What ends a line: a line feed, before which a carriage return is dropped, or a carriage return.

    Returns
    -------
    rows : int
        Good rows, the header not among them.
    refused : Refused
    """
    refused, rows = Refused(), 0
    # As Latin-1 every byte is one character and comes out as it went in.
    with path.open(encoding="latin-1", newline=ending) as file, out.open("w", encoding="latin-1", newline="\n") as good:
        found = _rows(_Lines(file, ending), cells)
        next((row for row in found if row[1].removeprefix(_BOM).strip(" \t")), None)  # the header
        for line, text, rule in found:
            if rule:
                refused.add(rule, line)
                if sum(refused.counts.values()) >= MOST_REFUSED:
                    refused.add("not_read", line)
                    break
            else:
                good.write(f"{line},{text}\n")
                rows += 1
    return rows, refused


class _Lines:
    """Lines with their numbers; some can be put back. A line longer than a row may be is cut, and its rest dropped."""

    def __init__(self, file: TextIO, ending: str) -> None:
        self._file, self._ending, self._number = file, ending, 0
        self._waiting: deque[_Line] = deque()

    def next(self) -> _Line | None:
        """Give the next line without its end; None after the last."""
        if self._waiting:
            return self._waiting.popleft()
        line = self._file.readline(LONGEST_ROW + 2)
        if not line:
            return None
        self._number += 1
        if not line.endswith(self._ending):
            while (rest := self._file.readline(LONGEST_ROW)) and not rest.endswith(self._ending):
                pass
        return self._number, line.removesuffix("\n").removesuffix("\r")

    def put_back(self, lines: list[_Line]) -> None:
        """Give these lines again."""
        self._waiting.extendleft(reversed(lines))


def _rows(lines: _Lines, cells: int) -> Iterator[tuple[int, str, str]]:
    """Line, text and broken rule of every row; lines that hold blanks alone are no rows."""
    while (first := lines.next()) is not None:
        number, text = first
        if not text.strip(" \t"):
            continue
        if '"' in text or "\r" in text:
            text, found, rule = _with_quotes(lines, first)
        else:
            found, rule = text.count(",") + 1, ""
        yield number, text, rule or _rule(text, found, cells)


def _rule(text: str, found: int, cells: int) -> str:
    """The rule that a row breaks; empty for a good one."""
    if len(text) > LONGEST_ROW:
        return "long_row"
    if found != cells:
        return "too_few_cells" if found < cells else "too_many_cells"
    if not text.isascii():
        try:
            text.encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return "not_utf8"
    return ""


def _with_quotes(lines: _Lines, first: _Line) -> tuple[str, int, str]:
    """Text, cells and broken rule of a row that may go on over several lines.

    A quote that is not closed spoils its own line alone: the lines behind it are read again as rows.
    """
    taken, found, size, is_open = [first], 0, 0, False
    while True:
        text = taken[-1][1]
        closed, is_open, rule = _cells(text, is_open=is_open)
        found, size = found + closed, size + len(text)
        if not rule and not is_open:
            return "\n".join(line for _, line in taken), found, ""
        following = lines.next() if not rule and size <= LONGEST_ROW else None
        if following is None:
            lines.put_back(taken[1:])
            return first[1], found, rule or "bad_quotes"
        taken.append(following)


def _cells(text: str, *, is_open: bool) -> tuple[int, bool, str]:
    """Cells that end in this line, whether the last one is quoted and goes on, and the rule that is broken."""
    at = cells = 0
    while True:
        if not is_open and (opened := _OPENS.match(text, at)):
            at, is_open = opened.end(), True
        if is_open:
            at = _end(_INSIDE, text, at)
            if at == len(text):
                return cells, True, ""
            closed = _CLOSED.match(text, at + 1)
            if closed is None:
                return cells, True, "bad_quotes"
            at, is_open = closed.end(), False
        else:
            at = _end(_BARE, text, at)
            if text[at : at + 1] == "\r":
                return cells, False, "not_csv"
        cells += 1
        if at == len(text):
            return cells, False, ""
        at += 1


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that matches anywhere ends."""
    found = pattern.match(text, at)
    return at if found is None else found.end()
