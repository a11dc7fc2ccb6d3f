"""A query over Parquet files is a source like any other, and can reach nothing else."""

from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.records.importing import import_records
from matac_ml.records.importing.running import ABOUT
from tests.records.importing.sources import MAPPING, imported, refusal, source_of

_FILE = 'crimes: {file: crimes.csv, delimiter: ";"}'
_QUERY = """crimes:
    file: crimes.parquet
    beside: [types.parquet]
    query: >-
      SELECT "Ref", "Type", "Happened", "Reported" FROM crimes JOIN types USING (code) ORDER BY 1"""


def _parquet(columns: dict[str, list[object]]) -> bytes:
    made = BytesIO()
    pq.write_table(pa.table(columns), made)
    return made.getvalue()


def _files() -> dict[str, bytes]:
    crimes: dict[str, list[object]] = {
        "Ref": ["C2", "C1"], "code": [2, 1], "Happened": ["03/02/2024", "01/02/2024"],
        "Reported": ["04/02/2024", "02/02/2024"],
    }  # fmt: skip
    types: dict[str, list[object]] = {"code": [1, 2], "Type": ["CRIME", "NON"]}
    return {"crimes_parquet": _parquet(crimes), "types_parquet": _parquet(types)}


def test_a_query_joins_files_and_its_rows_are_accounted_for(tmp_path: Path) -> None:
    """The same extract as from the plain file; the file beside it is no stranger."""
    (tmp_path / "plain").mkdir()
    plain = imported(tmp_path / "plain")
    account = imported(tmp_path, mapping=MAPPING.replace(_FILE, _QUERY), **_files())
    assert account.tables == plain.tables
    assert "types.parquet" not in account.unread
    rows = pq.read_table(tmp_path / "out" / ABOUT / "rows.parquet").to_pylist()
    assert [(row["row"], row["became"]) for row in rows if row["source"] == "crimes"] == [(1, "used"), (2, "used")]
    [made] = [tmp_path / "out" / "incidents.parquet"]
    assert made.read_bytes() == (tmp_path / "plain" / "out" / "incidents.parquet").read_bytes()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{other}')",
        "COPY crimes TO '{other}.out'",
        "SELECT 1; SELECT 2",
        "SELECT * FROM nowhere",
        'SELECT CAST("Ref" AS INTEGER) AS "Ref", \'CRIME\' AS "Type", "Happened", "Reported" FROM crimes',
    ],
)
def test_a_query_that_is_none_is_refused_without_what_stands_in_a_row(query: str, tmp_path: Path) -> None:
    """Another file cannot be read or written, and a value that the library quotes is not repeated."""
    other = tmp_path / "source" / "people.csv"
    asked = query.format(other=other).replace("'", "''")
    mapping = MAPPING.replace(_FILE, f"crimes: {{file: crimes.parquet, beside: [types.parquet], query: '{asked}'}}")
    said = refusal(tmp_path, mapping=mapping, **_files())
    assert "crimes.parquet: the query must be one SELECT" in said or "must be there once" in said
    assert "C2" not in said
    assert not Path(f"{other}.out").exists()


def test_a_query_of_other_files_is_a_fault_of_the_mapping(tmp_path: Path) -> None:
    """Text has no types to ask about; a table is for a database; every fault at once."""
    wrong = 'crimes: {file: crimes.csv, delimiter: ";", query: SELECT 1, table: x, beside: [../a.parquet]}'
    said = refusal(tmp_path, mapping=MAPPING.replace(_FILE, wrong))
    for fault in ("query", "table", "beside"):
        assert f"sources.crimes.{fault}" in said
    assert "is for a database, or files of Parquet or JSON lines" in said
    assert "is for a query of Parquet or JSON lines" in said


def test_a_missing_file_beside_is_named(tmp_path: Path) -> None:
    """As the file itself is."""
    source = source_of(tmp_path, {"crimes.parquet": _files()["crimes_parquet"]})
    (tmp_path / "mapping.yaml").write_text(MAPPING.replace(_FILE, _QUERY), encoding="utf-8")
    with pytest.raises(Exception, match=r"types\.parquet: the file must be there"):
        import_records(tmp_path / "mapping.yaml", source, tmp_path / "out")
