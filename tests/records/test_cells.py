"""A cell written in the usual way is typed by a shortcut, which must never disagree with the careful reading."""

import random

import duckdb
import pytest

from matac_ml.records import cells
from matac_ml.vocabulary import TABLES, Column

COLUMNS = {f"{table.name}.{column.name}": column for table in TABLES for column in table.columns}
AWKWARD = (
    "", " ", "\t", " x ", "x\t", "\tx", "x y", "2024-02-30", "2024-02-29", "2024-2-9", "2024/02/09", "2024-02-09T10:00",
    "2024-02-09 10:00:00Z", "1899-12-31", "2200-01-01", "09-02-2024", "infinity", "true", "TRUE", "t", "yes", "1", "0",
    "1.0", "00", "12", "012", "12.0", "12.5", "9999", "99999", "-1", "+1", "1e2", "125/12", "8/6", "00806", "867",
    "105 01", "ic4", "f", "F", "M", "standard", "Standard", "ex_partner", "EX_PARTNER", "é", "日本", "a\x00b", "a\x01b",
    "a\nb", "x" * 80, "x" * 81, "x" * 201, "٣", "１２", "x\x7f", "'", '"', "\\", "A4", "O1", "null", "NULL", "None",
)  # fmt: skip


@pytest.mark.parametrize("name", COLUMNS)
def test_the_shortcut_reads_what_the_careful_reading_reads(name: str) -> None:
    """For each column, awkward and random texts have one value by either way."""
    column: Column = COLUMNS[name]
    rng = random.Random(7)
    signs = "01239-/: .tTrueFalsexyZ_\t"
    texts = [*AWKWARD, *column.codes, *("".join(rng.choices(signs, k=rng.randrange(1, 12))) for _ in range(400))]
    con = duckdb.connect()
    con.execute("CREATE TABLE given AS SELECT unnest($1::VARCHAR[]) AS x", [texts])
    careful, quick = cells.typed(column, cells.trimmed("x")), cells.value(column, "x")
    wrong = con.execute(f"SELECT x FROM given WHERE ({careful}) IS DISTINCT FROM ({quick})").fetchall()
    assert wrong == []
