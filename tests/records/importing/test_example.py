"""The worked example of docs/importing.md: what the page says comes out does, by a mapping as short as promised."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples/importing"


def _run(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "matac_ml", "import", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    """Every line of the account on the page, and nothing is left behind by a second run that is refused."""
    done = _run(str(EXAMPLE / "mapping.yaml"), str(EXAMPLE / "files"), "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (ROOT / "docs/importing.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    assert done.stdout.startswith(shown[1])
    assert len((EXAMPLE / "mapping.yaml").read_text(encoding="utf-8").splitlines()) <= 40
    again = _run(str(EXAMPLE / "mapping.yaml"), str(EXAMPLE / "files"), "out", cwd=tmp_path)
    assert again.returncode == 2
    assert "OUT must be a new or empty folder" in again.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_page_shows_what_changed_in_the_next_month(tmp_path: Path) -> None:
    """The counts of the second import as they stand on the page, and a mapping that differs in one line."""
    mappings = [(EXAMPLE / name).read_text(encoding="utf-8") for name in ("mapping.yaml", "mapping-august.yaml")]
    assert mappings[0].replace("cut_off: 2024-07-01", "cut_off: 2024-08-01") == mappings[1]
    assert _run(str(EXAMPLE / "mapping.yaml"), str(EXAMPLE / "files"), "first", cwd=tmp_path).returncode == 0
    source = (str(EXAMPLE / "mapping-august.yaml"), str(EXAMPLE / "files-august"))
    done = _run(*source, "second", "--previous", "first", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = re.findall(r"```text\n(.*?)```", (ROOT / "docs/importing.md").read_text(encoding="utf-8"), re.DOTALL)
    assert f"\n\n{shown[1]}\n" in done.stdout
    [changed] = pd.read_parquet(tmp_path / "second/reclassifications.parquet").to_dict("records")
    assert (changed["incident_id"], str(changed["reclassified_on"])[:10]) == ("C/102/24", "2024-08-01")
    links = pd.read_parquet(tmp_path / "second/involvements.parquet")
    [mistaken] = links[links["incident_id"] == "C/106/24"].to_dict("records")
    assert str(mistaken["withdrawn_on"])[:10] == "2024-08-01"


def test_a_refused_import_ends_as_a_check_does(tmp_path: Path) -> None:
    """With 3, in one message, and with no trace of OUT."""
    mapping = (EXAMPLE / "mapping.yaml").read_text(encoding="utf-8").replace("VIC: victim", "VICT: victim")
    (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (tmp_path / "offences.csv").write_bytes((EXAMPLE / "offences.csv").read_bytes())
    done = _run("mapping.yaml", str(EXAMPLE / "files"), "out", cwd=tmp_path)
    assert done.returncode == 3
    assert "'VIC' in 6 rows, first in Links.csv, row 3; nearest: vict" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    """It shows what each column was and becomes."""
    done = _run("preview", str(EXAMPLE / "mapping.yaml"), str(EXAMPLE / "files"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"incidents, from Crimes.csv, row 9\n", done.stdout)
    assert "recorded_on              Reported = 30/06/2024 23:30 -> 2024-07-01" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("replaced", ["DECIDE"])
def test_a_proposal_finds_the_example_and_must_be_decided(tmp_path: Path, replaced: str) -> None:
    """Sources, columns, forms of dates and codes are proposed with reasons; it is refused as it stands."""
    done = _run("suggest", str(EXAMPLE / "files"), "--out", "proposed.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    proposed = (tmp_path / "proposed.yaml").read_text(encoding="utf-8")
    for line in ("skip: 1", "recorded_on: {column: Reported, date: 'DD/MM/YYYY hh:mm'}", "incident_id: REF",
                 "person_id: Nominal", "birth_date: {column: Born, date: DD/MM/YYYY}"):  # fmt: skip
        assert line in proposed
    assert replaced in proposed
    refused = _run("proposed.yaml", str(EXAMPLE / "files"), "out", cwd=tmp_path)
    assert refused.returncode == 3, refused.stderr
    assert not (tmp_path / "out").exists()
