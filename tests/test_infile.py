"""Files that somebody brings are ordinary and bounded: any other ends with an error, at once, in bounded memory."""

import os
import resource
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.apikeys import read_keys
from matac_ml.cli.harm import _code_list
from matac_ml.errors import ShownError
from matac_ml.harm.cells import read_sheet
from matac_ml.infile import bounded_memory, memory_allowed, read_plain
from matac_ml.ledgerfile import ledger_address
from matac_ml.parquetfooter import MOST_DEPTH, check_footer
from matac_ml.spec import read_features
from matac_ml.tablefile import read_table
from matac_ml.yamlfile import read_yaml


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


READERS: dict[str, Callable[[Path], object]] = {
    "a table": read_table,
    "a workbook": lambda path: read_sheet(path, "values"),
    "a list of codes": _code_list,
    "features": read_features,
    "yaml": read_yaml,
    "keys": read_keys,
    "a ledger's address": lambda path: ledger_address({"MATAC_LEDGER_FILE": str(path)}),
}


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5 << 30)


KINDS: dict[str, Callable[[Path], None]] = {
    "a pipe": _pipe,
    "a folder": Path.mkdir,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a file of 5 GB": _sparse,
    "deep JSON": lambda path: _text(path, "[" * 100_000 + "]" * 100_000),
    "a huge number": lambda path: _text(path, '[{"a": ' + "9" * 100_000 + "}]"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_ordinary_file_is_refused_at_once(reader: str, kind: str, tmp_path: Path) -> None:
    """A pipe is not waited for, a device is not read, and what a file claims to hold is not held."""
    path = tmp_path / "o q?a=b%20 #[1]*'x\" Größe\n"
    KINDS[kind](path)
    if (reader, kind) == ("a ledger's address", "a huge number") or (reader, kind) == (
        "a ledger's address",
        "deep JSON",
    ):
        pytest.skip("any line may be an address; opening it refuses this one")
    with bounded_memory(1 << 30), pytest.raises((ShownError, OSError)):
        READERS[reader](path)


def test_a_link_is_followed_only_where_it_may_be(tmp_path: Path) -> None:
    """Secrets of a container are links; a file of a bundle never is."""
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_plain(tmp_path / "link", largest=4) == b"text"
    with pytest.raises(ValueError, match="at most 3 bytes"):
        read_plain(tmp_path / "link", largest=3)
    with pytest.raises(OSError, match=r".") as refused:
        read_plain(tmp_path / "link", largest=4, follow=False)
    assert refused.value.filename


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not say how much memory is used")
def test_more_memory_than_was_allowed_is_an_error_and_the_bound_ends() -> None:
    """NumPy, pyarrow and Python's own texts all stop; afterwards the process may grow as before."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    grown = 600 << 20
    for grow in (lambda: np.ones(grown, dtype=np.int8), lambda: "x" * grown, lambda: bytearray(grown)):
        with bounded_memory(300 << 20), pytest.raises(MemoryError):
            grow()
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytearray(grown)) == grown
    assert memory_allowed(1 << 60) < 1 << 60
    assert memory_allowed(5) == 5


def _with_schema(elements: bytes, count: int) -> bytes:
    """A Parquet file of a schema alone."""
    size = b""
    while count > 127:
        size, count = size + bytes([count & 127 | 128]), count >> 7
    metadata = b"\x15\x02\x19\xfc" + size + bytes([count]) + elements + b"\x16\x00\x19\x0c\x00"
    return b"PAR1" + metadata + struct.pack("<I", len(metadata)) + b"PAR1"


def _nested(depth: int) -> bytes:
    root, inside, leaf = b"\x48\x01r\x15\x02\x00", b"\x35\x02\x18\x01a\x15\x02\x00", b"\x15\x02\x25\x02\x18\x01a\x00"
    return _with_schema(root + inside * depth + leaf, depth + 2)


@pytest.mark.parametrize("depth", [MOST_DEPTH, 1_000, 100_000])
def test_a_schema_nested_too_deep_is_refused_before_it_ends_the_process(depth: int, tmp_path: Path) -> None:
    """Built by a library, 800 KB of it overflow the stack."""
    with pytest.raises(ValueError, match="deep inside each other"):
        check_footer(_nested(depth))
    (tmp_path / "t.parquet").write_bytes(_nested(depth))
    with pytest.raises(ShownError, match="cannot be read as one"):
        read_table(tmp_path / "t.parquet")


def test_the_schemas_of_ordinary_files_pass(tmp_path: Path) -> None:
    """Texts, days, lists and records, of several row groups, with what pandas says of them."""
    table = pa.table(
        {"a": ["x", None], "b": pa.array([1, 2], pa.date32()), "c": [[1], []], "d": [{"e": {"f": [1.5]}}, None]}
    )
    for version in ("1.0", "2.6"):
        pq.write_table(table, tmp_path / "t", row_group_size=1, version=version)
        check_footer((tmp_path / "t").read_bytes())
    check_footer(_nested(5))


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 8, 20])
def test_metadata_that_end_or_lie_are_no_metadata(cut: int) -> None:
    """Wherever they are cut, and whatever lies in them, there is a ValueError and nothing else."""
    whole = bytearray(_nested(5))
    for place in range(4, len(whole) - 8):
        changed = whole.copy()
        changed[place] ^= 0xFF >> (cut % 8)
        try:
            check_footer(bytes(changed[: len(changed) - 8 - cut] + changed[-8:]))
        except ValueError:
            continue
