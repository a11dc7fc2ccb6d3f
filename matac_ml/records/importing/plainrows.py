"""Rows of CSV files that hold no surprise, read with all cores; any other is left to the careful reader, row by row.

A file is plain when no quotation mark, blank line or odd line end stands in it: then every line is a row. A first pass
over its bytes tells.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator

import pyarrow as pa
from pyarrow import csv as arrow_csv

from matac_ml.records.importing.batches import Batch, UnreadableError, Wanted
from matac_ml.records.importing.formats import delimiter_of, is_packed
from matac_ml.records.sources import Form

_CHUNK, _BLOCK = 1 << 20, 4 << 20
_LONGEST_HEAD = 1 << 16
#: A packed file that unpacks to more is for the careful reader to refuse.
_FREE_BYTES, _MOST_EXPANSION = 256 << 20, 64
_ONE_BYTE = ("utf-8", "ascii", "cp125", "iso8859")


class IrregularError(Exception):
    """The file is not plain; what was read of it so far does not count."""


def plain_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of a plain CSV file.

    Raises
    ------
    IrregularError
        When it is not plain, which may show late.
    UnreadableError
        When it lacks a wanted column.
    """
    encoding = codecs.lookup(wanted.entry.encoding).name
    if not encoding.startswith(_ONE_BYTE):
        raise IrregularError
    try:
        lines, header = _looked_through(wanted, encoding)
        places = wanted.places(header)
        yield from _rows(wanted, encoding, [header[place] for place in places], lines)
    except UnreadableError:
        raise
    except (pa.ArrowException, KeyError, ValueError, EOFError, OSError, zlib.error) as error:
        raise IrregularError from error


def _looked_through(wanted: Wanted, encoding: str) -> tuple[int, list[str]]:
    """How many lines there are, and the heads."""
    form, head, read = Form(), b"", 0
    # Also of columns that are not wanted: a file in another encoding than the mapping says is refused as a whole.
    decoder = codecs.getincrementaldecoder(encoding)()
    most = _FREE_BYTES + _MOST_EXPANSION * wanted.path.stat().st_size
    with gzip.open(wanted.path) if is_packed(wanted.label) else wanted.path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head, read = head or chunk[:_LONGEST_HEAD], read + len(chunk)
            if b'"' in chunk or read > most:
                raise IrregularError
            form.add(chunk)
            decoder.decode(chunk)
    decoder.decode(b"", final=True)
    if form.nul or form.lines is None or form.ending == "\r":
        raise IrregularError
    heads = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace").split("\n")
    if len(heads) <= wanted.entry.skip + 1:
        raise IrregularError
    return form.lines, heads[wanted.entry.skip].rstrip("\r").split(delimiter_of(wanted.entry, wanted.label))


def _rows(wanted: Wanted, encoding: str, names: list[str], lines: int) -> Iterator[Batch]:
    at = first = wanted.entry.skip + 2
    with gzip.open(wanted.path) if is_packed(wanted.label) else wanted.path.open("rb") as file:
        reader = arrow_csv.open_csv(
            file,
            read_options=arrow_csv.ReadOptions(skip_rows=wanted.entry.skip, block_size=_BLOCK, encoding=encoding),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter_of(wanted.entry, wanted.label), quote_char=False, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=names,
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            yield range(at, at + batch.num_rows), batch.columns
            at += batch.num_rows
    if at - first != lines - wanted.entry.skip - 1:
        raise IrregularError
