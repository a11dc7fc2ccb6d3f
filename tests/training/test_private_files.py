"""What a training command writes belongs to its user alone."""

import os
import stat
from pathlib import Path

import pytest

from matac_ml.cli import main


def test_every_file_of_a_training_command_is_private(small_run: Path, tmp_path: Path) -> None:
    """With an open umask too, no other user can read a file or enter a folder that the command made."""
    before, out = os.umask(0), tmp_path / "run"
    given = ["--extract", str(small_run / "extract"), "--recipe", str(small_run / "recipe.yaml"), "--out", str(out)]
    try:
        with pytest.raises(SystemExit) as ended:
            main(["train", "--features-only", *given])
    finally:
        os.umask(before)
    assert ended.value.code in (0, None)
    made = [out, *out.rglob("*")]
    assert len(made) > 1
    assert [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
