"""Codes that an index does not hold are counted by the command as by the report of an extract."""

from pathlib import Path

import pytest

from matac_ml.cli import main
from tests.records.folders import folder_of

INCIDENTS = "incident_id,occurred_on,recorded_on,is_crime,offence_code\n"
CHANGES = "incident_id,reclassified_on,is_crime,offence_code\n"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command prints; it must end well."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_a_code_that_a_crime_was_given_later_is_unlisted_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It scores from the day of the change on, so a list of codes without it would promise too much."""
    rows = "I1,2024-01-01,2024-01-02,true,00101\nI2,2024-01-03,2024-01-04,true,99991\nI3,2024-01-05,2024-01-06,true,\n"
    extract = folder_of(
        tmp_path / "extract",
        incidents=INCIDENTS + rows + "I4,2024-01-07,2024-01-08,false,99993\n",
        reclassifications=f"{CHANGES}I1,2024-02-01,true,99992\n",
    )
    found = said(capsys, "harm", "unmapped", str(extract), "--index", "cchi-2026-medians").splitlines()
    assert found[1] == "1 of 3 crimes have no code; 2 have or had one of 2 unlisted."
    assert [line.split() for line in found[2:4]] == [["99991", "1"], ["99992", "1"]]
    report = said(capsys, "check", str(extract))
    assert all(code in report for code in ("99991", "99992"))
    assert "99993" not in report


def test_a_list_of_codes_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read ends the command in one line, before anything is written."""
    arguments = ["--layout", "ons", "--edition", "2026", "--code-list", str(tmp_path / "codes.csv")]
    with pytest.raises(SystemExit) as ended:
        main(["harm", "import", str(tmp_path / "book.xlsx"), str(tmp_path / "index.yaml"), *arguments])
    assert (ended.value.code, "codes.csv" in capsys.readouterr().err) == (2, True)
    assert list(tmp_path.iterdir()) == []
