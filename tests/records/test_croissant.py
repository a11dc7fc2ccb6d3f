"""An extract described as Croissant is what the format's own library takes, and holds no row."""

import json
from pathlib import Path

import mlcroissant
import pytest

from matac_ml.cli import main
from matac_ml.records import check_extract
from tests.records.folders import folder_of

PEOPLE = "person_id,sex,birth_date,deprivation_decile\nA1,male,1980-02-29,3\n"


def test_the_formats_own_library_takes_it_and_reads_the_tables_by_it(tmp_path: Path) -> None:
    """No issue is reported; rows come with their types and keys."""
    folder = folder_of(tmp_path / "extract", people=PEOPLE, yaml="cut_off: 2024-03-01\nforce: A made-up force\n")
    with pytest.raises(SystemExit, match="0"):
        main(["describe", str(folder), str(folder / "croissant.json")])
    read = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert (read.metadata.ctx.issues.errors, read.metadata.ctx.issues.warnings) == (set(), set())
    [person] = read.records("people")
    assert person["people/person_id"] == b"A1"
    assert person["people/birth_date"].date().isoformat() == "1980-02-29"
    assert person["people/deprivation_decile"] == 3
    rules = {finding.rule for finding in check_extract(folder).warnings}
    assert "unknown_file" not in rules, "the description is no stranger beside the tables"


def test_it_names_columns_and_hashes_and_no_value(tmp_path: Path) -> None:
    """Whoever reads the description learns nothing about a person."""
    folder = folder_of(tmp_path / "extract", people=PEOPLE)
    with pytest.raises(SystemExit, match="0"):
        main(["describe", str(folder), str(tmp_path / "out.json")])
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    told = json.loads(text)
    assert [word for word in ("A1", "1980-02-29", "I1", str(tmp_path)) if word in text] == []
    fields = {field["@id"] for table in told["recordSet"] for field in table["field"]}
    assert {"people/sex", "incidents/is_crime", "involvements/role"} <= fields
    assert "people/home_area" not in fields, "a column that the file does not have"
    assert {len(file["sha256"]) for file in told["distribution"]} == {64}
