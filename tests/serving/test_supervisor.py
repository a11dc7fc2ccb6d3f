"""The parent of the workers: it replaces one that hangs, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from matac_ml.errors import UsageError
from serving.server.scratch import scratch_folder
from tests.serving.running import ROOT, environment, free_port


class Small:
    """A small service whose temporary files are in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.temporary = folder
        command = [sys.executable, "-m", "tests.serving.small_service", str(self.port)]
        self.log = folder.parent / "log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment({"TMPDIR": str(folder)}), stderr=log, start_new_session=True
            )
        eventually(lambda: self.worker() != 0)

    def worker(self) -> int:
        """Number of the process that answers; 0 when none does."""
        try:
            return int(httpx.get(f"http://127.0.0.1:{self.port}/", timeout=1).text)
        except httpx.TransportError:
            return 0

    def folders(self) -> list[str]:
        """Everything in the folder of temporary files, whatever its depth."""
        return sorted(str(path.relative_to(self.temporary)) for path in self.temporary.rglob("*") if path.is_dir())

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


def eventually(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.05)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    """A small service that answers."""
    (tmp_path / "tmp").mkdir()
    service = Small(tmp_path / "tmp")
    yield service
    service.stop()


@pytest.mark.parametrize("how", ["it is stopped", "its event loop is kept"])
def test_a_worker_that_hangs_is_replaced(small: Small, how: str) -> None:
    """A worker that lives and does nothing is ended and another answers in its place; the log says so."""
    before = small.worker()
    if how == "it is stopped":
        os.kill(before, signal.SIGSTOP)
    else:
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{small.port}/hang", timeout=0.2)
    eventually(lambda: small.worker() not in (0, before))
    assert not psutil.pid_exists(before)
    assert "did nothing for 2 seconds and was ended" in small.log.read_text()
    assert small.stop() == 0
    assert small.folders() == []


PARENT = """
import os, sys
from serving.server.supervisor import Supervisor, listen
listener = listen("127.0.0.1", int(sys.argv[1]))
sys.exit(Supervisor(["-c", sys.argv[2]], listener, workers=1, environ=os.environ, start_seconds=1).run())
"""


@pytest.mark.parametrize("does", ["import time; time.sleep(99)", "import os; os.kill(os.getpid(), 19)"])
def test_a_service_whose_workers_never_become_ready_ends(does: str) -> None:
    """A worker that hangs, or is stopped, before it answers is ended after the stated time; one line says so."""
    began = time.monotonic()
    command = [sys.executable, "-c", PARENT, str(free_port()), does]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr.count("was not ready after 1 seconds")) == (1, 1), ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert time.monotonic() - began < 20


def test_a_parent_that_slept_takes_no_worker_for_hanging(small: Small) -> None:
    """The whole service is stopped and goes on: the worker that was fine is kept."""
    before = small.worker()
    os.kill(before, signal.SIGSTOP)
    for sign, pause in ((signal.SIGSTOP, 2.5), (signal.SIGCONT, 0.3)):
        small.process.send_signal(sign)
        time.sleep(pause)  # the parent goes on first, and finds a worker that said nothing for long
        os.kill(before, sign)
    assert small.worker() == before


def test_a_worker_that_is_asked_to_end_takes_its_temporary_files_along(small: Small) -> None:
    """Ended by a signal it ends as a program does: what it spilled, records among it, is not left behind."""
    before = small.worker()
    (aside,) = [name for name in small.folders() if "aside-" in name]
    os.kill(before, signal.SIGTERM)
    eventually(lambda: small.worker() not in (0, before))
    assert aside not in small.folders()


def test_what_a_killed_service_left_behind_goes_at_the_next_start(small: Small, tmp_path: Path) -> None:
    """Killed with its worker it can clean up nothing; the next service does, and touches no other's folder."""
    worker = psutil.Process(small.worker())
    small.process.kill()
    worker.kill()
    small.process.wait()
    eventually(lambda: not worker.is_running())
    (left,) = [name for name in small.folders() if "/" not in name]
    (small.temporary / "matac-ml-service-other").mkdir()
    again = Small(small.temporary)
    try:
        assert left not in again.folders()
        assert "matac-ml-service-other" in again.folders()
    finally:
        assert again.stop() == 0
    assert small.folders() == ["matac-ml-service-other"]


def test_a_folder_in_use_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two services of one user have a folder each, private to the user; each takes away its own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_folder() as (one, _):
        with scratch_folder() as (other, _):
            assert one.is_dir()
            assert (one.stat().st_mode | other.stat().st_mode) & 0o077 == 0
        assert list(tmp_path.iterdir()) == [one]
    assert list(tmp_path.iterdir()) == []


def test_no_room_for_temporary_files_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no folder can be made the service says so and what to do."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="TMPDIR"), scratch_folder():
        pass
