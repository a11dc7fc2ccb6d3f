"""What cannot be imported: every fault in one report, with the place in the source and without anybody's data."""

import gzip
from pathlib import Path

import pytest

from matac_ml.errors import RecordsError
from matac_ml.records.importing import import_records, loading
from tests.records.importing.sources import CRIMES, LINKS, MAPPING, PEOPLE, refusal, source_of


def test_unknown_codes_are_all_listed_with_counts_and_the_nearest(tmp_path: Path) -> None:
    """No row with such a code is dropped or guessed."""
    links = LINKS + "C2,N2,Suspct\nC2,N2,SUPS\nC1,N2,SUPS\nC1,N1,WITNESS\n"
    said = refusal(tmp_path, links_csv=links)
    assert "'SUPS' in 2 rows, first in links.csv, row 6; nearest: susp" in said
    assert "'Suspct' in 1 row, first in links.csv, row 5; nearest: susp" in said
    assert "'WITNESS' in 1 row" in said


def test_a_code_without_a_cross_walk_is_held_against_our_own(tmp_path: Path) -> None:
    """The vocabulary is the cross-walk where the mapping names none."""
    assert "'Mael' in 1 row, first in people.csv, row 2; nearest: male" in refusal(
        tmp_path, people_csv="Person,Sex\nN1,Mael\nN2,F\n"
    )


def test_a_column_of_names_taken_for_codes_is_not_printed(tmp_path: Path) -> None:
    """Somebody's name that stands where a code belongs is counted, not repeated."""
    people = "Person,Sex\n" + "".join(f"N{n},Jo Bloggs-{n} Smyth\n" for n in range(300))
    said = refusal(tmp_path, people_csv=people)
    assert "300 different values in 300 rows" in said
    assert "Bloggs" not in said
    (tmp_path / "few").mkdir()
    said = refusal(tmp_path / "few", people_csv="Person,Sex\nN1,Jo Bloggs\nN2,07700900123\n")
    assert "text of 9 characters in 1 row" in said
    assert "text of 11 characters in 1 row" in said
    assert "Bloggs" not in said


def test_dates_in_another_form_are_faults_with_their_rows(tmp_path: Path) -> None:
    """A date is read as it is said to be written or not at all; what stands there is not repeated."""
    said = refusal(
        tmp_path, crimes_csv=CRIMES + "C3;CRIME;2024-02-03;31/02/2024;OPEN\nC4;CRIME;01/02/24;05/02/2024;O\n"
    )
    assert "crimes.csv, row 4, column Happened (incidents.occurred_on): must be a date written as DD/MM/YYYY" in said
    assert "crimes.csv, row 4, column Reported (incidents.recorded_on)" in said
    assert "crimes.csv, row 5, column Happened" in said
    assert "31/02/2024" not in said
    assert "a value must be there" not in said, "one cell, one fault"


def test_a_row_is_not_kept_by_a_date_that_cannot_be_read(tmp_path: Path) -> None:
    """Which is the newest would be a guess."""
    mapping = MAPPING.replace(
        "  from: people\n", "  from: people\n  keep: {newest: {column: Updated, date: DD/MM/YYYY}}\n"
    )
    said = refusal(tmp_path, mapping=mapping, people_csv="Person,Sex,Updated\nN1,F,2020-01-01\nN2,M,\n")
    assert "people.csv, row 2, column Updated: must be a date written as DD/MM/YYYY" in said


def test_rules_of_records_are_told_with_the_rows_of_the_source(tmp_path: Path) -> None:
    """What `check` finds in the extract is shown where it can be corrected, faults of all kinds in one report."""
    said = refusal(
        tmp_path,
        crimes_csv=CRIMES + "C2;NON;05/02/2024;06/02/2024;OPEN\nC5;CRIME;09/02/2024;08/02/2024;OPEN\n",
        links_csv=LINKS + "C9,N1,SUSP\nC1,N2,ODD\n",
    )
    assert "crimes.csv, row 4, column incidents.incident_id: no two rows may have the same incident_id" in said
    assert "crimes.csv, row 5, column incidents.recorded_on: must not be before occurred_on" in said
    assert "links.csv, row 5, column involvements.incident_id: must be an incident of the incidents table" in said
    assert "'ODD' in 1 row" in said


def test_two_files_with_one_key_are_refused(tmp_path: Path) -> None:
    """The second file's row is named; rows that say the same are merged, others are not chosen between."""
    mapping = MAPPING.replace("{file: crimes.csv,", "{files: [crimes.csv, more.csv],")
    more = CRIMES.splitlines()[0] + "\nC1;CRIME;01/02/2024;03/02/2024;OPEN\n"
    said = refusal(tmp_path, mapping=mapping, more_csv=more)
    assert "more.csv, row 2, column incidents.incident_id: no two rows may have the same incident_id" in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("crimes_csv", "", "a file of 0 bytes"),
        ("crimes_csv", "Ref;Type;Happened;Reported\n", "there must be at least one incident"),
        ("crimes_csv", CRIMES + "C3;CRIME;01/0", "row 4: a row must have as many cells as the header; came fewer"),
        ("crimes_csv", CRIMES + 'C3;"CRIME;01/02/2024;01/02/2024;O\n', "row 4: a quoted cell must end with a quote"),
        ("crimes_csv", b"PK\x03\x04\x00\x00" + b"\x00" * 40, "the file must be text"),
        ("crimes_csv", CRIMES.replace("OPEN", "é").encode("cp1252"), "the file must be text in utf-8"),
        ("crimes_csv", CRIMES.replace(";", ","), "the column Ref must be there once; came no such column"),
        ("crimes_csv", CRIMES.replace("Happened", "Hapened"), "Happened must be there once; came no such column; "
         "did you mean Hapened?"),
        ("crimes_csv", CRIMES.replace("Type", "Ref"), "the column Ref must be there once; came it twice"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_the_mapping_says(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    """Truncated, of another format, for other columns: the file, the row and what to do."""
    assert said in refusal(tmp_path, **{name: content})


@pytest.mark.parametrize("kind", ["gz", "parquet", "sqlite", "jsonl"])
def test_a_file_that_is_cut_off(tmp_path: Path, kind: str) -> None:
    """Half a packed or stored file is no file."""
    said, name, content, expected = {
        "gz": ('{file: c.csv.gz, delimiter: ";"}', "c.csv.gz", gzip.compress(CRIMES.encode())[:-9], "must be whole"),
        "parquet": ("c.parquet", "c.parquet", b"PAR1" + b"\x00" * 50, "must be a whole Parquet file"),
        "sqlite": ("{file: c.db, table: crimes}", "c.db", b"SQLite format 3\x00" + b"\x00" * 90, "an SQLite database"),
        "jsonl": ("c.jsonl", "c.jsonl", b'{"Ref": "C1", "Type": "CR', "row 1: a line must be one JSON object"),
    }[kind]
    mapping = MAPPING.replace('{file: crimes.csv, delimiter: ";"}', said)
    assert expected in refusal(tmp_path, mapping=mapping, **{name: content})


def test_a_stated_number_of_rows_is_held_against_the_file(tmp_path: Path) -> None:
    """A file that was cut off between two rows shows in nothing else."""
    mapping = MAPPING.replace("links: links.csv", "links: {file: links.csv, rows: 4}")
    assert "the mapping says that links has 4 rows; came 3" in refusal(tmp_path, mapping=mapping)


def test_a_source_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it could be of yesterday and half of today."""
    changed = loading.LoadedSources.changed

    def meanwhile(self: loading.LoadedSources) -> object:
        (tmp_path / "source" / "people.csv").write_text(PEOPLE + "N3,F\n", encoding="utf-8")
        return changed(self)

    monkeypatch.setattr(loading.LoadedSources, "changed", meanwhile)
    assert "people.csv: a file must not change while it is read" in refusal(tmp_path)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """A source is a folder, not whatever a link in it leads to."""
    source = source_of(tmp_path, {})
    (source / "people.csv").rename(tmp_path / "elsewhere.csv")
    (source / "people.csv").symlink_to(tmp_path / "elsewhere.csv")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    with pytest.raises(RecordsError, match=r"people\.csv: it must be a plain file in the folder"):
        import_records(tmp_path / "mapping.yaml", source, tmp_path / "out")


def test_several_rows_for_a_key_that_is_looked_up_are_refused(tmp_path: Path) -> None:
    """Which of them is meant nobody can say; a key that is not found is refused too, unless the mapping allows it."""
    mapping = MAPPING.replace("  people: people.csv", "  people: people.csv\n  sexes: sexes.csv").replace(
        "columns: {person_id: Person, sex: Sex}",
        "join: {sexes: Person}\n  columns: {person_id: Person, sex: {column: Gender, of: sexes}}",
    )
    said = refusal(tmp_path, mapping=mapping, sexes_csv="Person,Gender\nN1,F\nN1,M\n")
    assert "sexes.csv, row 2, column Person: a row that is looked up must be there once for each Person" in said
    assert "people.csv, row 3, column Person: must be found in sexes" in said
