"""What a table of an extract holds, as facts: validation, the manual and every message come from these."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of a column's values."""

    IDENTIFIER = "identifier"
    DATE = "date"
    BOOLEAN = "true or false"
    INTEGER = "whole number"
    CODE = "code"
    OFFENCE = "offence code"
    TEXT = "text"

    @property
    def sql_type(self) -> str:
        """DuckDB's type for the values once read."""
        return {Kind.DATE: "DATE", Kind.BOOLEAN: "BOOLEAN", Kind.INTEGER: "SMALLINT"}.get(self, "VARCHAR")


@dataclass(frozen=True)
class Column:
    """One column: its name, type and what a value must be.

    Attributes
    ----------
    required : bool
        The column must be there and no row may leave it empty.
    codes : tuple of str
        The values allowed, for ``Kind.CODE``; upper and lower case are the same.
    aliases : tuple of (str, str)
        Older or longer spellings and the code each is read as.
    low, high : int or None
        Range of a whole number, ends included.
    default : str or None
        Value of an empty cell, in words for the manual; the reader applies it.
    """

    name: str
    kind: Kind
    sentence: str
    required: bool = False
    codes: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    low: int | None = None
    high: int | None = None
    default: str | None = None

    @property
    def expectation(self) -> str:
        """What a value must be, in words; used by messages and by the manual."""
        match self.kind:
            case Kind.DATE:
                return "a date as YYYY-MM-DD, from 1900 to 2199, perhaps with a time and its zone"
            case Kind.BOOLEAN:
                return "true or false (also yes or no, 1 or 0)"
            case Kind.INTEGER:
                return f"a whole number from {self.low} to {self.high}"
            case Kind.CODE:
                return f"one of {', '.join(self.codes)}"
            case Kind.IDENTIFIER:
                return (
                    "an identifier of 1 to 80 characters that can all be seen, no date, no number that lost digits and "
                    "no word for nothing, such as NULL"
                )
            case Kind.OFFENCE:
                return "an offence code of at most 60 characters that can all be seen"
            case Kind.TEXT:
                return "text of at most 200 characters that can all be seen"


@dataclass(frozen=True)
class Table:
    """One table: a file ``name.csv`` or ``name.parquet`` in the folder.

    Attributes
    ----------
    key : tuple of str
        Columns that together name a row; no two rows may share them. Empty when rows may repeat.
    """

    name: str
    sentence: str
    columns: tuple[Column, ...]
    required: bool = False
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)


class Severity(StrEnum):
    """A fault stops the extract from being read; a warning is counted and reported."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """A rule between cells, rows or tables.

    Attributes
    ----------
    name : str
        Short and stable, for machines.
    column : str
        The column shown with a bad row.
    sentence : str
        What must hold, in words.
    kind : str
        What came, in words: the kind of the bad value, never the value.
    sql : str
        A query over the typed tables that gives ``row``, the number of each bad row of ``table``, and perhaps ``came``,
        in place of ``kind``.
    """

    name: str
    table: str
    column: str
    severity: Severity
    sentence: str
    kind: str
    sql: str
