"""A Parquet file with changed bytes gives findings or is read, and never a traceback."""

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.records import check_extract
from tests.records.folders import INCIDENTS, folder_of

ROWS = 20


@pytest.mark.parametrize("seed", range(6))
def test_changed_bytes_of_a_parquet_file_end_no_check(seed: int, tmp_path: Path) -> None:
    """Pages, their headers and the metadata are hit; the check ends each time."""
    drawn = random.Random(seed)
    values = ([f"I{n}" for n in range(ROWS)], ["2024-01-01"] * ROWS, ["2024-01-02"] * ROWS, ["true"] * ROWS)
    table = pa.table(dict(zip(INCIDENTS.split(","), values, strict=True)))
    folder = folder_of(tmp_path / "e")
    (folder / "incidents.csv").unlink()
    path = folder / "incidents.parquet"
    pq.write_table(table, path, compression=drawn.choice(["none", "snappy", "zstd"]), use_dictionary=seed % 2 == 0)
    sound = path.read_bytes()
    for _ in range(3):
        changed = bytearray(sound)
        for _ in range(drawn.choice([1, 4, 16])):
            changed[drawn.randrange(4, len(changed) - 8)] = drawn.choice([0, 0x7F, 0x80, 0xFF, drawn.randrange(256)])
        path.write_bytes(changed)
        report = check_extract(folder)
        assert report.faults or report.quality is not None
