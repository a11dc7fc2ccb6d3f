"""The schema of a Parquet file, walked before a library builds it: one nested too deep ends the whole process.

Libraries build the schema by recursion, without a limit: 800 KB of it overflow their stack. Here a loop passes over
the file's metadata, which are in Thrift's compact protocol, and looks at the number of children of each element alone.
"""

import mmap
import struct
from collections.abc import Iterator
from typing import Protocol

#: Metadata of more bytes than this are not read.
MOST_METADATA = 16 * 1024 * 1024
#: Columns inside each other, and columns and their parts in all.
MOST_DEPTH, MOST_ELEMENTS = 64, 100_000
_BYTE, _DOUBLE, _BINARY, _LIST, _SET, STRUCT = 3, 7, 8, 9, 10, 12
_TRUTHS, NUMBERS = (1, 2), (4, 5, 6)
_SCHEMA, _CHILDREN = 2, 5  # numbers of fields, of the metadata and of an element


def check_footer(held: bytes | mmap.mmap) -> None:
    """Refuse a Parquet file whose schema would end the process that builds it.

    Raises
    ------
    ValueError
        When the metadata are too large, nested too deep, of too many columns, or not Parquet's.
    """
    (length,) = struct.unpack("<I", held[-8:-4].rjust(4, b"\0"))
    if length > MOST_METADATA:
        raise ValueError(f"the metadata must be at most {MOST_METADATA >> 20} MiB, got {length:,} bytes")
    waiting = [1]  # children still to come, of each element that is not complete
    try:
        for elements, children in enumerate(_children(Compact(held[-8 - length : -8])), start=1):
            waiting[-1] -= 1
            waiting.append(children)
            while waiting and waiting[-1] <= 0:
                waiting.pop()
            if len(waiting) > MOST_DEPTH or elements > MOST_ELEMENTS:
                raise ValueError(f"at most {MOST_ELEMENTS:,} columns, {MOST_DEPTH} deep inside each other, are read")
            if not waiting:
                return
    except (IndexError, RecursionError):
        raise ValueError("the metadata are not Parquet's") from None


class Bytes(Protocol):
    """What the bytes of a file can be held in: bytes, or a file mapped into memory."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> int: ...


class Compact:
    """A cursor over Thrift's compact protocol; IndexError at its end.

    Parameters
    ----------
    held : sequence of int
        Bytes, or a file mapped into memory.
    place : int
        Of the first byte.
    """

    def __init__(self, held: Bytes, place: int = 0) -> None:
        self._held, self.place = held, place

    def number(self) -> int:
        value = 0
        for shift in range(0, 64, 7):
            byte = self._next()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise ValueError("a number has more than 64 bits")

    def signed(self) -> int:
        value = self.number()
        return value >> 1 if not value & 1 else -(value >> 1) - 1

    def fields(self) -> Iterator[tuple[int, int]]:
        """Number and kind of each field of a record; whoever asks reads or skips its value before the next."""
        number = 0
        while head := self._next():
            number = number + (head >> 4) if head >> 4 else self.signed()
            yield number, head & 15

    def items(self) -> Iterator[int]:
        """The kind of each item of a list, as :meth:`fields`."""
        head = self._next()
        size = head >> 4 if head >> 4 < 15 else self.number()
        for _ in range(size):
            yield head & 15

    def skip(self, kind: int, *, in_list: bool = False) -> None:
        if kind in NUMBERS:
            self.number()
        elif kind in (_LIST, _SET):
            for item in self.items():
                self.skip(item, in_list=True)
        elif kind == STRUCT:
            for _, field in self.fields():
                self.skip(field)
        elif kind == _BINARY:
            size = self.number()
            self.place += size
        elif kind in (*_TRUTHS, _BYTE, _DOUBLE):
            # A truth value stands in the head of its field, and in a list in a byte of its own.
            self.place += {_DOUBLE: 8, _BYTE: 1}.get(kind, int(in_list))
        else:
            raise ValueError("a kind of value that Parquet does not use")

    def _next(self) -> int:
        self.place += 1
        return self._held[self.place - 1]


def _children(metadata: Compact) -> Iterator[int]:
    """The number of children of each element of the schema, in the order of the file."""
    for number, kind in metadata.fields():
        if (number, kind) != (_SCHEMA, _LIST):
            metadata.skip(kind)
            continue
        for item in metadata.items():
            if item != STRUCT:
                raise ValueError("an element of the schema is no record")
            children = 0
            for field, of_kind in metadata.fields():
                if field == _CHILDREN and of_kind in NUMBERS:
                    children = metadata.signed()
                else:
                    metadata.skip(of_kind)
            yield children
