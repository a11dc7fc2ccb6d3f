"""CSV files that people open in a spreadsheet: no cell of them is run as a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

import pandas as pd

# A spreadsheet takes a cell for a formula when it begins so, also in full width, and also after blanks that it drops.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS = " \t\r\n\u00a0\ufeff"


def safe_cell(value: object) -> object:
    """Return a cell that a spreadsheet shows and does not run.

    Text that a spreadsheet would take for a formula is given an apostrophe in front, which marks text there. Numbers,
    dates and empty cells stay as they are: they are written by this program and can run nothing.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("A12"), safe_cell(-3)
    ("'=1+1", 'A12', -3)
    """
    if isinstance(value, str) and (value[:1] in ("\t", "\r", "\n") or value.lstrip(_BLANKS).startswith(_FORMULA)):
        return f"'{value}"
    return value


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV text with safe cells and line feeds at the ends of lines."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def frame_text(table: pd.DataFrame, *, float_format: str | None = None, sep: str = ",") -> str:
    """Return a table as a CSV text with safe cells, without its index."""
    texts = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name].dtype)]
    safe = table.assign(**{name: table[name].map(safe_cell) for name in texts})
    safe.columns = [str(safe_cell(str(name))) for name in table.columns]
    text: str = safe.to_csv(index=False, lineterminator="\n", float_format=float_format, sep=sep)
    return text
