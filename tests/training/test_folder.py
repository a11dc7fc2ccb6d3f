"""Two runs into one folder cannot mix, and what is half done never stands where a whole run is looked for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matac_ml.errors import UsageError
from matac_ml.release import GATES_FILE, PAPERS
from training.folder import BUNDLE, REPORT, is_finished, one_at_a_time, whole_run


def _make(made: Path, text: str) -> None:
    """What a run leaves, in small."""
    for name in (BUNDLE, PAPERS):
        (made / name).mkdir()
    (made / BUNDLE / "manifest.json").write_text(text)
    (made / PAPERS / f"{text}.html").write_text(text)
    (made / GATES_FILE).write_text(text)
    (made / REPORT).write_text(text)


def _finished(out: Path, text: str = "one") -> Path:
    with whole_run(out, again="refuse") as made:
        _make(made, text)
    return out


def test_a_run_stands_whole_in_its_folder(tmp_path: Path) -> None:
    """While it is made nothing stands there; at the end all of it does, and nothing of the making is left."""
    out = tmp_path / "a" / "run"
    with whole_run(out, again="refuse") as made:
        _make(made, "one")
        assert not is_finished(out)
        assert not (out / REPORT).exists()
    assert is_finished(out)
    assert {one.name for one in out.iterdir()} == {".lock", BUNDLE, PAPERS, GATES_FILE, REPORT}


def test_a_finished_run_is_not_written_over(tmp_path: Path) -> None:
    """Unless it is said how: the message names both ways."""
    out = _finished(tmp_path / "run")
    with pytest.raises(UsageError, match=r"--again continue.*--again replace"), whole_run(out, again="refuse"):
        pass
    assert (out / REPORT).read_text() == "one"


@pytest.mark.parametrize("again", ["continue", "replace"])
def test_the_next_run_takes_the_place_of_every_file(again: str, tmp_path: Path) -> None:
    """No paper of the run before stays beside the new ones."""
    out = _finished(tmp_path / "run")
    with whole_run(out, again=again) as made:  # type: ignore[arg-type]
        _make(made, "two")
    assert [one.name for one in (out / PAPERS).iterdir()] == ["two.html"]
    assert (out / REPORT).read_text() == (out / BUNDLE / "manifest.json").read_text() == "two"


def test_a_run_that_fails_leaves_what_stood_there(tmp_path: Path) -> None:
    """The finished run before it, whole, and nothing half done; a first run leaves nothing and may be tried again."""
    out = _finished(tmp_path / "run")
    with pytest.raises(ZeroDivisionError), whole_run(out, again="continue") as made:
        (made / PAPERS / str(_make(made, "two"))).write_text(str(1 / 0))
    assert (out / REPORT).read_text() == "one"
    assert not (out / ".unfinished").exists()
    new = tmp_path / "new"
    with pytest.raises(ValueError, match="halfway"), whole_run(new, again="refuse"):
        raise ValueError("halfway")
    assert is_finished(_finished(new))


def test_two_commands_cannot_write_into_one_folder(tmp_path: Path) -> None:
    """The second is refused while the first runs, and goes on after it."""
    out = tmp_path / "run"
    with whole_run(out, again="refuse") as made:
        for again in ("refuse", "continue", "replace"):
            with pytest.raises(UsageError, match="Another command is writing"), whole_run(out, again=again):  # type: ignore[arg-type]
                pass
        with pytest.raises(UsageError, match="Another command is writing"), one_at_a_time(out):
            pass
        _make(made, "one")
    assert is_finished(out)
    with one_at_a_time(out):
        pass


def test_a_killed_run_lets_its_folder_go(tmp_path: Path) -> None:
    """What it had made is thrown away by the next one, which is not refused."""
    out = tmp_path / "run"
    waits = (
        "import sys, time; from pathlib import Path; from training.folder import whole_run\n"
        "with whole_run(Path(sys.argv[1]), again='refuse') as made:\n"
        "    (made / 'bundle').mkdir(); (made / 'bundle' / 'manifest.json').touch(); (made / 'begun').touch()\n"
        "    time.sleep(600)"
    )
    child = subprocess.Popen([sys.executable, "-c", waits, str(out)], cwd=Path(__file__).parents[2])
    try:
        while not (out / ".unfinished" / "begun").exists():
            assert child.poll() is None
            time.sleep(0.05)
        with pytest.raises(UsageError, match="Another command is writing"), one_at_a_time(out):
            pass
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert not is_finished(out)
    with whole_run(out, again="refuse") as made:
        assert not list(made.iterdir())
        _make(made, "one")
    assert is_finished(out)


@pytest.mark.parametrize("what", ["a file", "below a file"])
def test_what_cannot_be_a_folder_is_refused(what: str, tmp_path: Path) -> None:
    """With the step to take."""
    (tmp_path / "file").touch()
    place = tmp_path / "file" if what == "a file" else tmp_path / "file" / "run"
    with pytest.raises(UsageError, match="--out must be a folder"), one_at_a_time(place):
        pass
