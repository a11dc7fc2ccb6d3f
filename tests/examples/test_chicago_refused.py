"""The converter of the complaint register without the register: one clear error, and nothing written."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("there", [[], ["allegations.parquet"], ["officers.parquet", "victims.parquet"]])
def test_every_missing_file_is_named_at_once(there: list[str], tmp_path: Path) -> None:
    """Exit code 2, each missing file by name, no traceback and no folder."""
    for name in there:
        (tmp_path / name).touch()
    command = [sys.executable, "-m", "examples.chicago_complaints", str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for name in ("allegations.parquet", "officers.parquet", "victims.parquet"):
        assert (name in done.stderr) == (name not in there)
    assert not (tmp_path / "out").exists()


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    """What is there already is left as it is."""
    command = [sys.executable, "-m", "examples.chicago_complaints", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "it exists already" in done.stderr
    assert list(tmp_path.iterdir()) == []
