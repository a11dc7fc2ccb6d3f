"""What every reader of a source gives: numbered rows as columns of text, a bounded number at a time."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from matac_ml.records import cells
from matac_ml.records.faults import LISTED, Finding, whole_file
from matac_ml.records.importing.mapping import SourceEntry

#: Rows held as Python's objects at once.
ROWS_AT_ONCE = 20_000
#: After so many rows that are none the rest of a source is not looked at.
MOST_REFUSED = 100_000
LONGEST_CELL = 1 << 20

#: Numbers of rows, and the texts of each wanted column.
Batch = tuple[Sequence[int], Sequence[Sequence[str | None] | pa.Array]]


class UnreadableError(Exception):
    """A whole file cannot be read.

    Attributes
    ----------
    findings : tuple of Finding
        Why; several where several columns are missing.
    """

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__(f"{len(findings)} faults")


@dataclass
class RefusedRows:
    """Rows of one file that are no rows, by the rule that each breaks; those beyond :data:`LISTED` are counted."""

    file: str
    found: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    count: int = 0

    def add(self, row: int, rule: str, expected: str, came: str) -> None:
        """Keep one.

        Raises
        ------
        UnreadableError
            When there are so many that the rest is not worth reading.
        """
        self.count += 1
        self.found.setdefault((rule, expected, came), []).append(row)
        if self.count >= MOST_REFUSED:
            came = f"{self.count:,} by row {row:,}; the rest was not read"
            expected = f"fewer than {MOST_REFUSED:,} rows may be none"
            raise UnreadableError(whole_file(self.file, "not_read", expected, came))

    def findings(self) -> Iterator[Finding]:
        """Give one finding a rule."""
        for (rule, expected, came), rows in self.found.items():
            listed = tuple(rows[:LISTED])
            yield Finding(self.file, None, rule, expected, (came,) * len(listed), listed, len(rows))


@dataclass(frozen=True)
class Wanted:
    """One file to be read, and the columns that the mapping names: no other column leaves a reader.

    Attributes
    ----------
    label : str
        The file as messages name it.
    """

    path: Path
    label: str
    entry: SourceEntry
    columns: tuple[str, ...]
    refused: RefusedRows

    def places(self, header: Sequence[str]) -> list[int]:
        """Where each wanted column stands.

        Raises
        ------
        UnreadableError
            Naming every column that is missing or there twice, with the one that is spelt most like it.
        """
        names = [name.strip() for name in header]
        faults = []
        for column in self.columns:
            if names.count(column) == 1:
                continue
            near = difflib.get_close_matches(column, names, n=1, cutoff=0.75)
            came = "no such column" + (f"; did you mean {near[0]}?" if near else "")
            rule, came = ("repeated_column", "it twice") if column in names else ("missing_column", came)
            faults.append(whole_file(self.label, rule, f"the column {column} must be there once", came, column))
        if faults:
            raise UnreadableError(*faults)
        return [names.index(column) for column in self.columns]

    def fault(self, rule: str, expected: str, came: str) -> UnreadableError:
        """A fault of the whole file, to be raised."""
        return UnreadableError(whole_file(self.label, rule, expected, came))


def held_as(column: str) -> str:
    """The SQL name under which a column of a source is held: names that differ in capitals alone stay apart.

    Examples
    --------
    >>> held_as("Ref"), held_as("REF")
    ('"of ^Ref"', '"of ^R^E^F"')
    """
    return cells.name("of " + re.sub("([A-Z])", r"^\1", column))


def columns_of(rows: Sequence[Sequence[str | None]], places: Sequence[int]) -> list[list[str | None]]:
    """The texts at some places of every row, column by column."""
    return [[row[place] for row in rows] for place in places]
