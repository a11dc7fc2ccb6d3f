"""What the columns of a table that somebody brings may hold, and every fault of them counted.

Each function returns what it could read and adds what it could not to ``faults``: the reader gets all of them at once,
with the column's name and a count, never a cell's content.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.codes import NOT_STATED
from matac_ml.identifiers import has_lost_digits, is_no_value
from matac_ml.written import has_hidden, tidied

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_SEVERAL = (list, dict, tuple, set, np.ndarray)

#: A number as text: digits with a decimal point at most. Not nan, inf, 1_000, 0x10 or 1,5.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_WHOLE_WITH_ZEROS = re.compile(r"(-?(?:0|[1-9][0-9]*))\.0+")
_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?")
_ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*(Z|[+-][0-9]{2}:?[0-9]{2})")
#: What programs write where a number is missing.
MARKS = frozenset({"NA", "N/A", "NaN", "nan", "NULL", "null", "None", "<NA>", "NaT", "."})
#: A number beyond this measures nothing, and its square is infinite.
LARGEST_NUMBER = 1e100
#: How an infinite number is written; where the other cells hold numbers it is one of them.
_INFINITE_TEXT = re.compile("[+-]?(inf|infinity|∞)", re.IGNORECASE)
INFINITE = f"hold an infinite number, or one beyond {LARGEST_NUMBER:g}"
#: A column of more groups does not sort people into groups.
MOST_GROUPS = 300
#: From here on, whole numbers kept as floating-point numbers of so many bytes have lost digits.
_EXACT = {2: float(2**11), 4: float(2**24), 8: float(2**53)}
#: A number with marks that are not read: a decimal comma, separators of thousands, a currency, a percentage.
_MARKED = re.compile("[+-]?[£$€]?\\s?([0-9]{1,3}([ ,.'\u2019\u00a0\u202f][0-9]{3})+|[0-9]+)([.,][0-9]+)?\\s?[%£$€]?")


def column_of(frame: pd.DataFrame, name: str, faults: list[str]) -> tuple[pd.Series, list[str]]:
    """A column and where its faults go: of one that is not there, an empty one whose faults nobody needs.

    So the faults of all other columns are said together with those that are missing.
    """
    if name in frame.columns:
        return frame[name], faults
    return pd.Series([None] * len(frame), name=name, dtype=object), []


def named_twice(names: Iterable[str]) -> list[str]:
    """A fault for every column that is given for two purposes."""
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    return [f"{name}: named for two purposes; each purpose needs a column of its own" for name in twice]


def repeats(person: npt.ArrayLike, cycle: npt.ArrayLike) -> list[str]:
    """Say how many rows repeat a person on one list; nothing when none does."""
    again = int(pd.DataFrame({"person": person, "cycle": cycle}).duplicated().sum())
    rows = f"{again:,} rows repeat a person on one list; each of them takes a place."
    return ["1 row repeats a person on one list; it takes a place." if again == 1 else rows] if again else []


def is_empty(column: pd.Series) -> Bools:
    """Whether each cell holds nothing: no value, or text of blanks alone."""
    return np.array([_empty(cell) for cell in column], dtype=np.bool_)


def holds_several(column: pd.Series) -> Bools:
    """Whether each cell is a list or a record rather than one value."""
    if column.dtype != object:
        return np.zeros(len(column), dtype=np.bool_)
    return np.array([isinstance(cell, _SEVERAL) for cell in column], dtype=np.bool_)


def _empty(cell: object) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    if isinstance(cell, _SEVERAL):
        return False
    return cell is None or cell is pd.NaT or cell is pd.NA or bool(cell != cell)


def _number(cell: object) -> float:
    """The number in a cell; NaN where there is none, an infinite number stays infinite."""
    if isinstance(cell, bool | np.bool_):
        return float(cell)
    if isinstance(cell, int | float | Decimal | np.integer | np.floating):
        return float(cell)
    text = str(cell).strip()
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def read_numbers(column: pd.Series) -> Floats:
    """The numbers of a column; NaN where a cell holds none, infinite ones as they are."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
        return column.to_numpy(dtype=np.float64)
    return np.array([math.nan if _empty(cell) else _number(cell) for cell in column], dtype=np.float64)


def is_infinite(numbers: Floats) -> Bools:
    """Which numbers are infinite, or so large that sums of their squares are."""
    return np.asarray(np.abs(numbers) > LARGEST_NUMBER)


def says_infinite(column: pd.Series) -> Bools:
    """Which cells hold an infinite number as text."""
    return np.array(
        [isinstance(cell, str) and _INFINITE_TEXT.fullmatch(cell.strip()) is not None for cell in column],
        dtype=np.bool_,
    )


def required_numbers(column: pd.Series, faults: list[str], *, within: tuple[float, float] | None = None) -> Floats:
    """Numbers that every row must hold.

    Parameters
    ----------
    within : (low, high), optional
        Ends of the range that they must be in.
    """
    found = read_numbers(column)
    empty, infinite = is_empty(column), is_infinite(found)
    _count(faults, column, empty, "hold nothing")
    unreadable = np.asarray(np.isnan(found) & ~empty)
    _count(faults, column, unreadable, "hold no number (a number has a decimal point and no other marks)")
    _count(faults, column, infinite, INFINITE)
    if within is not None:
        outside = ~infinite & np.isfinite(found) & ((found < within[0]) | (found > within[1]))
        _count(faults, column, outside, f"are outside {within[0]:g} to {within[1]:g}")
    return found


def required_outcome(column: pd.Series, faults: list[str]) -> Floats:
    """Outcomes: 0 and 1, or true and false, in every row, and both of them somewhere."""
    words = {"true": 1.0, "false": 0.0}
    found = np.array(
        [math.nan if _empty(c) else words.get(str(c).strip().lower(), _number(c)) for c in column], dtype=np.float64
    )
    empty = is_empty(column)
    right = np.isin(found, (0.0, 1.0))
    _count(faults, column, empty, "hold nothing; an outcome that is not known yet must be left out")
    _count(faults, column, ~right & ~empty, "hold something other than 0 and 1 (or true and false)")
    if right.all() and len(found) and found.min() == found.max():
        faults.append(f"{column.name}: every row holds {found[0]:.0f}; both outcomes must occur")
    return found


def identities(column: pd.Series, faults: list[str], *, what: str = "who they are about") -> pd.Series:
    """What names a person or a list in each row, as text: 1, 1.0 and ``1`` are one, ``01`` is another."""
    several = holds_several(column)
    _count(faults, column, several, "hold a list or a record, not one value")
    _count(faults, column, is_empty(column), f"do not say {what}")
    lossy = np.array([_has_lost_digits(cell) for cell in column], dtype=np.bool_)
    _count(faults, column, lossy, "hold a number too long to be exact; write identifiers as text")
    found = ["" if nested else identity(cell) for cell, nested in zip(column, several, strict=True)]
    no_value = np.array([is_no_value(text) for text in found], dtype=np.bool_) & ~is_empty(column)
    _count(faults, column, no_value, "hold what a program writes where there is no value; leave those cells empty")
    unseen = np.array([not _is_plain(text) and has_hidden(text) for text in found], dtype=np.bool_)
    _count(faults, column, unseen, "hold characters that cannot be seen: two that look alike would be two people")
    return pd.Series(found, dtype=object)


def _has_lost_digits(cell: Any) -> bool:
    if isinstance(cell, float | np.floating):
        return math.isfinite(cell) and abs(float(cell)) >= _EXACT.get(getattr(cell, "nbytes", 8), math.inf)
    return isinstance(cell, str) and has_lost_digits(cell.strip())


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def identity(cell: Any) -> str:
    """A cell as one text, whatever type a spreadsheet or a data frame gave it.

    Examples
    --------
    >>> [identity(cell) for cell in (1, 1.0, "1", " 1.0 ", "01")]
    ['1', '1', '1', '1', '01']
    """
    if isinstance(cell, float | np.floating | Decimal) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    text = str(cell).strip()
    whole = _WHOLE_WITH_ZEROS.fullmatch(text)
    return whole[1] if whole else text


def groups(column: pd.Series, faults: list[str], *, most: int = MOST_GROUPS) -> pd.Series:
    """The group of each row as text: an empty cell is *Not stated*, ``None`` and ``NA`` are names like any other.

    Parameters
    ----------
    most : int
        A column of more groups does not sort people into groups.
    """
    several = holds_several(column)
    _count(faults, column, several, "hold a list or a record, not one value")
    if several.any():
        return pd.Series([NOT_STATED] * len(column), dtype=object, name=column.name)
    named = [NOT_STATED if _empty(cell) else identity(cell) for cell in column]
    # Groups are printed: no cell may carry what a terminal obeys or what nobody sees.
    seen = [text if _is_plain(text) else tidied(text) or NOT_STATED for text in named]
    found = pd.Series(seen, dtype=object, name=column.name)
    if found.nunique() > most:
        faults.append(f"{column.name}: {found.nunique():,} different groups; at most {most} can be compared")
    return found


def days(column: pd.Series, faults: list[str], *, date_format: str | None) -> list[date | None]:
    """Days of a column: ISO dates, or those of ``date_format``; a time of day is left off. Nothing is guessed.

    Parameters
    ----------
    date_format : str or None
        As for ``datetime.strptime``, for example ``%d/%m/%Y``.
    """
    if date_format is not None and not _says_the_day(date_format):
        faults.append(f"--date-format {date_format}: must say the year and no time zone, as %d/%m/%Y does")
        return []
    empty = is_empty(column)
    found = [None if gone else _day(cell, date_format) for cell, gone in zip(column, empty, strict=True)]
    zoned = np.array([_has_zone(cell) for cell in column], dtype=np.bool_) & ~empty
    bad = np.array([day is None for day in found], dtype=np.bool_) & ~empty & ~zoned
    _count(faults, column, empty, "hold nothing")
    _count(faults, column, zoned, "hold a time with a time zone, whose day differs between places; write the local day")
    wanted = "a date such as 2024-01-31" if date_format is None else f"a date as --date-format {date_format} says"
    hint = "; dates written otherwise need --date-format, such as %d/%m/%Y" if date_format is None else ""
    _count(faults, column, bad, f"do not hold {wanted}{hint}")
    return found


def are_days(column: pd.Series, empty: Bools) -> bool:
    """Whether every cell that is not empty is a day, or a time of a day, as a type or as ISO text."""
    filled = [cell for cell, gone in zip(column, empty, strict=True) if not gone]
    return bool(filled) and all(
        isinstance(cell, date) or (isinstance(cell, str) and (_day(cell, None) is not None or _has_zone(cell)))
        for cell in filled
    )


def marked_numbers(column: pd.Series) -> int:
    """How many cells are numbers to a person and are not read as such: ``1,5``, ``£3``, ``12%``, ``1 000``."""
    return sum(
        isinstance(cell, str) and _MARKED.fullmatch(cell.strip()) is not None and math.isnan(_number(cell))
        for cell in column
    )


def _says_the_day(date_format: str) -> bool:
    """Whether what is written so is a day, or the first of its month or year."""
    if "%z" in date_format.lower():
        return False
    day = date(1999, 11, 22)
    try:
        read = datetime.strptime(day.strftime(date_format), date_format).date()
    except (ValueError, re.error):
        return False
    return read in (day, day.replace(day=1), day.replace(month=1, day=1))


def _day(cell: Any, date_format: str | None) -> date | None:
    if isinstance(cell, datetime | pd.Timestamp):
        return None if cell.tzinfo is not None else date(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return cell
    text = identity(cell)
    try:
        if date_format is not None:
            return datetime.strptime(text, date_format).date()
        written = _ISO_DAY.fullmatch(text)
        return date.fromisoformat(written[1]) if written else None
    except ValueError:
        return None


def _has_zone(cell: Any) -> bool:
    if isinstance(cell, datetime | pd.Timestamp):
        return cell.tzinfo is not None
    return isinstance(cell, str) and _ZONED.fullmatch(cell.strip()) is not None


def _count(faults: list[str], column: pd.Series, wrong: Bools, what: str) -> None:
    if wrong.any():
        faults.append(f"{column.name}: {int(wrong.sum()):,} of {len(column):,} rows {what}")
