"""Files about people are their owner's alone, and hold no formula that a spreadsheet would run."""

import csv
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from matac_ml.cli import main

COMMANDS: dict[str, tuple[str, ...]] = {
    "list": ("matrix", "score", "EXTRACT", "--out", "OUT/list.csv"),
    "workbook": ("matrix", "export", "EXTRACT", "OUT/list.xlsx"),
    "registers": ("serial", "EXTRACT", "--out", "OUT/registers"),
    "scores": ("score", "EXTRACT", "OUT/scores.csv"),
    "scores as Parquet": ("score", "EXTRACT", "OUT/scores.parquet"),
    "explained": ("score", "EXTRACT", "OUT/scores.json"),
    "features": ("features", "EXTRACT", "OUT/features.parquet", "--as-of", "2024-06-02"),
}
#: Identifiers that a spreadsheet would take for a formula, or a command.
SUSPECTS = ("+S1", "-S2", "@S3")


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """A machine whose new files everybody may read and write."""
    before = os.umask(0o000)
    yield
    assert os.umask(before) == 0o000  # commands leave the process as it was


def _force(folder: Path) -> Path:
    folder.mkdir()
    incidents, links = [], []
    for number, suspect in enumerate(SUSPECTS * 2):
        day = f"2024-01-{number + 1:02}"
        incidents.append(f"I{number},{day},{day},true,true,A,10501")
        links += [f"I{number},{suspect},suspect,{day},", f"I{number},V{number},victim,{day},partner"]
    heads = {
        "incidents": "incident_id,occurred_on,recorded_on,is_crime,domestic,area,offence_code",
        "involvements": "incident_id,person_id,role,recorded_on,relationship",
        "people": "person_id,birth_date",
    }
    people = [f"{one},1980-01-01" for one in (*SUSPECTS, *(f"V{n}" for n in range(6)))]
    for (name, head), rows in zip(heads.items(), (incidents, links, people), strict=True):
        (folder / f"{name}.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    (folder / "extract.yaml").write_text("cut_off: 2024-06-01\n", encoding="utf-8")
    return folder


@pytest.mark.usefixtures("open_to_all")
@pytest.mark.parametrize("kind", COMMANDS)
def test_what_a_command_writes_is_its_users_alone_and_runs_nothing(kind: str, tmp_path: Path) -> None:
    """Mode 0600 for files and 0700 for folders whatever the umask, and an apostrophe before what would be a formula."""
    places = {"EXTRACT": str(_force(tmp_path / "extract"))}
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(SystemExit) as ended:
        main([places.get(command, command.replace("OUT/", f"{out}/")) for command in COMMANDS[kind]])
    assert ended.value.code == 0
    written = list(out.rglob("*"))
    assert written
    for path in written:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            assert not [cell for cell in cells if cell.startswith(SUSPECTS)]
    if kind in ("list", "scores"):
        assert {f"'{suspect}" for suspect in SUSPECTS} <= set(cells)
