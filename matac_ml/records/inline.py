"""Values given inline, whatever type a program gave them, as the text that a CSV file would hold."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd

from matac_ml.errors import RecordsError
from matac_ml.records.cells import NONE
from matac_ml.vocabulary import Kind

Rows = Sequence[Mapping[str, Any]] | pd.DataFrame
#: A whole number from here on may have lost digits: as a 32-bit float, and as any other. Spreadsheets keep 15.
_KEPT_SHORT, _KEPT = 2**24, 10**15


def rows_of(given: Rows) -> list[Mapping[str, Any]]:
    """The rows of a table: mappings as they are, a data frame row by row."""
    if isinstance(given, pd.DataFrame):
        columns = [given.iloc[:, number].tolist() for number in range(given.shape[1])]
        return [dict(zip(map(str, given.columns), row, strict=True)) for row in zip(*columns, strict=True)]
    rows = list(given)
    if not all(isinstance(row, Mapping) for row in rows):
        raise RecordsError("A table given inline must be a data frame, or rows that are mappings of column to value.")
    return rows


def columns_of(given: Rows, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Names of the columns; a data frame may have one twice."""
    if isinstance(given, pd.DataFrame):
        return tuple(map(str, given.columns))
    return tuple(dict.fromkeys(str(key) for row in rows for key in row))


def as_text(value: object, kind: Kind) -> str | None:
    """A value as text, None where it is missing; what can be no value becomes text that no rule accepts.

    Parameters
    ----------
    value : object
        Text, a date, a time, true or false, a number, or one of NumPy's or pandas' scalars of these.
    kind : Kind
        Of the column: an identifier is never a fraction, and never a number that lost digits.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.datetime64):
        return as_text(pd.Timestamp(value), kind)
    if isinstance(value, np.float16 | np.float32) and kind is Kind.IDENTIFIER and abs(value) >= _KEPT_SHORT:
        return NONE + "a number that lost digits"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal):
        return _number(value, kind)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**80 else NONE + "a number of more than 80 digits"
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return NONE + f"a value of type {type(value).__name__}"


def _number(value: float | Decimal, kind: Kind) -> str | None:
    if value.is_nan() if isinstance(value, Decimal) else value != value:
        return None
    if value in (float("inf"), -float("inf")):
        return NONE + "an infinite number"
    # Written out, 1E+999999999 would fill the memory.
    if isinstance(value, Decimal) and not -80 <= value.adjusted() < 80:
        return NONE + "a number of more than 80 digits"
    if kind is not Kind.IDENTIFIER:
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if value != int(value):
        return NONE + "a number with a fraction"
    if isinstance(value, float) and abs(value) >= _KEPT:
        return NONE + "a number that lost digits"
    return str(int(value))


def _written(text: str) -> str:
    """A text; one that begins as :data:`NONE` does, or is not Unicode, is none, and must not be shown."""
    if text.startswith(NONE):
        return NONE + "text with control characters"
    try:
        text.encode()
    except UnicodeEncodeError:
        return NONE + "text that is not Unicode"
    return text
