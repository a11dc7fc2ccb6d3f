"""Codes that no cross-walk has, each with its count and the nearest known ones; a person's name is not repeated."""

from collections.abc import Iterator, Sequence

from matac_ml.records.importing.partsql import CellCheck
from matac_ml.written import escaped

#: A column with more different unknown values than this holds something else than codes.
_MOST_CODES = 200
_LONGEST_CODE = 60
#: A long number is an identifier or a telephone number.
_MOST_DIGITS = 6


def unknown_codes(found: Sequence[tuple[str, int, int, int]], files: Sequence[str], check: CellCheck) -> Iterator[str]:
    """One line a code, most frequent first.

    Parameters
    ----------
    found : sequence of (text, rows, number of the first file, first row)
    """
    where = f"{files[found[0][2]]}, column {check.theirs}"
    if len(found) > _MOST_CODES:
        rows = sum(count for _, count, *_ in found)
        yield (
            f"{where}: {check.expected}; came {len(found):,} different values in {rows:,} rows, too many for codes. "
            f"Is it another column? [{check.rule}]"
        )
        return
    for code, count, file, row in found:
        near = check.walk.nearest(code) if check.walk else ()
        nearest = f"; nearest: {', '.join(near)}" if near else ""
        many = "1 row" if count == 1 else f"{count:,} rows"
        yield (
            f"{where}: {check.expected}; came {_shown(code, count, near)} in {many}, "
            f"first in {files[file]}, row {row}{nearest} [{check.rule}]"
        )


def _shown(code: str, count: int, near: Sequence[str]) -> str:
    """The code; of what stands once and is like no code, or has the form of something else, the kind alone."""
    digits = sum(sign.isdigit() for sign in code)
    if len(code) > _LONGEST_CODE or digits > _MOST_DIGITS or (count == 1 and not near and " " in code):
        return f"text of {len(code)} characters"
    return f"'{escaped(code)}'"
