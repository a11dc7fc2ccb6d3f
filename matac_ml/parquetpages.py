"""The pages of a Parquet file as their own heads describe them: a footer can claim that they hold less.

Whoever reads a page makes room for as many bytes as its head says, whatever the footer says of the whole column. So the
heads are read one after the other, without unpacking anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matac_ml.parquetfooter import NUMBERS, STRUCT, Bytes, Compact

#: Pages that are looked at: so many, and one for so many bytes of the file. Most have 20,000 rows or a megabyte.
_FREE_PAGES, _BYTES_A_PAGE = 500_000, 1024
_UNPACKED, _PACKED, _DATA, _DATA_V2, _VALUES = 2, 3, 5, 8, 1  # numbers of fields, of a head and of what it holds


@dataclass(frozen=True)
class ColumnChunk:
    """The part of a column that stands in one piece: where its first page begins, its bytes, and its values."""

    begin: int
    size: int
    values: int


def unpacked_bytes(held: Bytes, chunks: Iterable[ColumnChunk], *, most: int) -> int:
    """Bytes that the pages of some columns unpack to, by their own heads; counted until there are more than ``most``.

    Raises
    ------
    ValueError
        When a head cannot be read, or there are more pages than a file of this size has.
    """
    total, pages = 0, _FREE_PAGES + len(held) // _BYTES_A_PAGE
    for chunk in chunks:
        at, values = chunk.begin, 0
        # Some writers state a size that leaves out a head, so reading goes on until there are as many values.
        while values < chunk.values and at < len(held):
            try:
                head = Compact(held, at)
                unpacked, packed, more = _head(head)
            except (IndexError, ValueError, RecursionError):
                if at < chunk.begin + chunk.size:
                    raise ValueError("the head of a page is not Parquet's") from None
                break  # behind the column stands something else
            at, values, total, pages = head.place + packed, values + more, total + unpacked, pages - 1
            if not pages:
                raise ValueError("there are more pages than a file of this size has")
            if total > most:
                return total
    return total


def _head(head: Compact) -> tuple[int, int, int]:
    """Bytes of a page unpacked and packed, and its values; of a dictionary none."""
    unpacked = packed = values = 0
    for number, kind in head.fields():
        if number == _UNPACKED and kind in NUMBERS:
            unpacked = head.signed()
        elif number == _PACKED and kind in NUMBERS:
            packed = head.signed()
        elif number in (_DATA, _DATA_V2) and kind == STRUCT:
            for field, of_kind in head.fields():
                if field == _VALUES and of_kind in NUMBERS:
                    values = head.signed()
                else:
                    head.skip(of_kind)
        else:
            head.skip(kind)
    if min(unpacked, packed, values) < 0:
        raise ValueError("a page has less than nothing")
    return unpacked, packed, values
