"""What a table of an extract holds, as facts: whatever reads, checks, alters or shows a column comes from these."""

from dataclasses import dataclass
from enum import StrEnum

Value = bool | int | str


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


class Latest(StrEnum):
    """How late a date may be."""

    CUT_OFF = "the cut-off that the extract declares"
    TODAY = "today"
    PLANNED = "any day: a plan may lie ahead"


@dataclass(frozen=True)
class Column:
    """One column: its name, type, what a value must be, and how every part of the product treats it.

    Attributes
    ----------
    sentence : str
        What it is, for the manual and for partners.
    required : bool
        The column must be there and no row may leave it empty.
    codes : tuple of str
        The values allowed, for ``Kind.CODE``; upper and lower case are the same.
    aliases : tuple of (str, str)
        Older or longer spellings and the code each is read as.
    low, high : int or None
        Range of a whole number, ends included.
    default : bool, str or None
        What an empty cell is read as.
    empty_is : str
        What an empty cell stands for, in words, where that is no constant.
    latest : Latest
        How late a date may be.
    known_on : str
        The column with the day from which the value is known; empty when it is known as soon as its row is.
    words, otherwise : str
        How a condition of a feature reads inside a sentence: when true or before the values listed, and when false.
        Without ``words`` no feature can be declared on the column.
    altered : tuple of two values
        What ``leakcheck`` writes into a cell: the first, or the second where the cell holds the first. Empty: worked
        out from the type (:attr:`replacements`).
    shown : str
        How the table of a person's incidents notes a value, ``{value}`` standing for it; a flag is noted when true.
        Empty: it is not shown there.
    if_empty : str
        What follows for scores and audits when no row has a value.
    """

    name: str
    kind: Kind
    sentence: str
    required: bool = False
    codes: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    low: int | None = None
    high: int | None = None
    default: bool | str | None = None
    empty_is: str = ""
    latest: Latest = Latest.TODAY
    known_on: str = ""
    words: str = ""
    otherwise: str = ""
    altered: tuple[Value, ...] = ()
    shown: str = ""
    if_empty: str = ""

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

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value allowed, where they can be listed; no value otherwise."""
        if self.kind is Kind.BOOLEAN:
            return (True, False)
        if self.low is not None and self.high is not None:
            return tuple(range(self.low, self.high + 1))
        return self.codes

    @property
    def replacements(self) -> tuple[Value, ...]:
        """Two values, one of which differs from whatever a cell holds; none of a day, a name or an identifier."""
        return self.altered or (self.values[:2] if self.kind is Kind.BOOLEAN else self.values[:-3:-1])


@dataclass(frozen=True)
class ExtractTable:
    """One table: a file ``name.csv`` or ``name.parquet`` in the folder.

    Attributes
    ----------
    key : tuple of str
        Columns that together name a row; no two rows may share them. Empty when rows may repeat.
    known_on : str
        The column with the day on which a row became known; empty where no feature looks at the rows or they have no
        such day.
    if_empty : str
        What follows when there are no rows.
    """

    name: str
    sentence: str
    columns: tuple[Column, ...]
    required: bool = False
    key: tuple[str, ...] = ()
    known_on: str = ""
    if_empty: str = ""

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)
