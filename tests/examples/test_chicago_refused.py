"""The complaint register's mapping without the register: one clear error, and nothing written."""

from pathlib import Path

import pytest

from matac_ml.errors import RecordsError
from matac_ml.records.importing import import_records, read_plan

MAPPING = Path(__file__).parents[2] / "examples/chicago/mapping.yaml"
FILES = ("allegations.parquet", "officers.parquet", "victims.parquet")


@pytest.mark.parametrize("there", [[], ["allegations.parquet"], ["officers.parquet", "victims.parquet"]])
def test_every_missing_file_is_named_at_once(there: list[str], tmp_path: Path) -> None:
    """Also one that a query reads beside another; an empty one is named too. No folder is left."""
    source = tmp_path / "source"
    source.mkdir()
    for name in there:
        (source / name).touch()
    with pytest.raises(RecordsError) as error:
        import_records(MAPPING, source, tmp_path / "out")
    named = {name for name in FILES if f"{name}: the file must be there" in str(error.value)}
    assert named == set(FILES) - set(there)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_the_mapping_needs_no_program() -> None:
    """It can be read without the register, and names what it takes."""
    plan = read_plan(MAPPING)
    assert {file for source in plan.mapping.sources.values() for file in (*source.names, *source.beside)} == set(FILES)
