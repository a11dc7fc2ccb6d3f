"""The parent of the workers: it listens on one socket, starts so many processes, and replaces one that ends.

It opens nothing else: no control socket, and no file that another user could read. A worker reads its settings from its
environment, which only the same user and root can read.
"""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from matac_ml.errors import UsageError
from serving.server.scratch import scratch_folder

logger = logging.getLogger("matac.service")

BACKLOG = 2048
#: Seconds that a worker has to end by itself, a little more than requests have.
_END_SECONDS = 25.0
_TICK_SECONDS = 0.05
#: A worker that lived shorter is not replaced at once: what ended it may end the next one too.
_SHORT_LIFE_SECONDS, _LONGEST_PAUSE_SECONDS = 30.0, 30.0
#: A worker that answers says so every few seconds; one that was silent for so long has stopped, and is replaced.
HANG_SECONDS = 60.0
#: When this process did nothing for this share of that, the machine slept: then silence says nothing of a worker.
_ASLEEP_SHARE = 1 / 6


def listen(host: str, port: int) -> socket.socket:
    """Listen on one address.

    Raises
    ------
    UsageError
        The address is none of this machine's, or another program listens there.
    """
    if not 1 <= port <= 65_535:
        raise UsageError(f"--port must be 1 to 65535, got {port}.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError):
        raise UsageError(f"--host must be an address or a name of this machine, got {host!r}.") from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"The service cannot listen on {host} port {port} ({os.strerror(error.errno or 0)}). "
            "Stop the program that does, or choose another --port."
        ) from None
    return listener


@dataclass
class _Worker:
    process: "subprocess.Popen[bytes]"
    report: int
    life: int
    since: float
    heard: float
    ready: bool = False
    code: int | None = None
    message: str = ""
    said: bytes = b""

    def listen_to(self) -> None:
        """Read all that the worker has reported so far: one line of JSON, then a sign of life every few seconds."""
        try:
            while part := os.read(self.report, 65_536):
                self.heard = time.monotonic()
                self.said += part if self.code is None else b""
        except BlockingIOError:
            pass
        # A worker that was killed while it reported has said nothing.
        line, whole, _ = self.said.partition(b"\n")
        if self.code is None and whole:
            told = json.loads(line)
            self.code, self.message = told["code"], told["message"]
            self.ready = self.code == 0


class Supervisor:
    """Starts workers and keeps as many.

    Parameters
    ----------
    command : sequence of str
        What a worker is, as arguments of Python; the numbers of its open files are added.
    listener : socket
        Bound and listening.
    hang_seconds : float
        Seconds of silence after which a worker is ended.
    start_seconds : float
        Seconds after which a worker that is still not ready is ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        listener: socket.socket,
        *,
        workers: int,
        environ: Mapping[str, str],
        hang_seconds: float = HANG_SECONDS,
        start_seconds: float = 600.0,
    ) -> None:
        self._command = [sys.executable, *command]
        self._listener = listener
        self._count = workers
        self._environ = dict(environ)
        self._hang_seconds = hang_seconds
        self._start_seconds = start_seconds
        self._workers: list[_Worker] = []
        self._stopping = False
        self._pauses = 0
        self._kept = -1
        self._looked = time.monotonic()

    def run(self) -> int:
        """Serve until told to stop; the exit code."""
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, self._stop)
        with scratch_folder() as (folder, self._kept):
            # The counts of every worker, for whichever is asked for them.
            self._environ |= {"TMPDIR": str(folder), "PROMETHEUS_MULTIPROC_DIR": str(folder / "counts")}
            (folder / "counts").mkdir(mode=0o700)
            try:
                self._workers = [self._start() for _ in range(self._count)]
                code = self._wait_until_ready()
                while code == 0 and not self._stopping:
                    self._replace()
                    time.sleep(_TICK_SECONDS)
                return code
            finally:
                self._end()

    def _stop(self, _: int, __: FrameType | None) -> None:
        self._stopping = True

    def _start(self) -> _Worker:
        report, reporting = os.pipe()
        living, life = os.pipe()
        os.set_blocking(report, False)
        given = (self._listener.fileno(), reporting, living)
        try:
            process = subprocess.Popen(  # noqa: S603
                [*self._command, *map(str, given)], env=self._environ, pass_fds=(*given, self._kept)
            )
        finally:
            os.close(reporting)
            os.close(living)
        now = time.monotonic()
        return _Worker(process, report, life, since=now, heard=now)

    def _wait_until_ready(self) -> int:
        """0 when a worker answers; the exit code of the first that cannot, whose reason is printed once.

        Every worker has the same settings. So when one answers, another that ended may have met a passing fault: it is
        replaced.
        """
        while not self._stopping:
            asleep = self._slept()
            for worker in self._workers:
                ended = self._look_at(worker, asleep=asleep)
                if worker.ready:
                    host, port = self._listener.getsockname()[:2]
                    logger.info("listening on %s port %d, %d worker(s)", host, port, self._count)
                    return 0
                if worker.code or ended is not None:
                    print(f"serving: {worker.message or _unexplained(ended)}", file=sys.stderr)
                    return worker.code or 1
            time.sleep(_TICK_SECONDS)
        return 0

    def _replace(self) -> None:
        """Put another worker in the place of each that ended or stopped answering."""
        asleep = self._slept()
        for place, worker in enumerate(self._workers):
            ended = self._look_at(worker, asleep=asleep)
            if ended is None or self._stopping:
                continue
            self._pauses = self._pauses + 1 if time.monotonic() - worker.since < _SHORT_LIFE_SECONDS else 0
            pause = min(2.0**self._pauses - 1, _LONGEST_PAUSE_SECONDS)
            logger.error("%s; another is started in %.0f s", worker.message or _unexplained(ended), pause)
            self._let_go(worker)
            self._sleep(pause)
            self._workers[place] = self._start()
            self._looked = time.monotonic()

    def _slept(self) -> bool:
        """Whether this process did nothing since the last look, because the machine did nothing."""
        now = time.monotonic()
        asleep, self._looked = now - self._looked > _ASLEEP_SHARE * self._hang_seconds, now
        return asleep

    def _look_at(self, worker: _Worker, *, asleep: bool) -> int | None:
        """Hear what a worker has said, and end one that lives and says nothing; its exit code once it has ended."""
        worker.listen_to()
        if asleep:
            worker.heard = time.monotonic()
        self._end_hanging(worker)
        ended = worker.process.poll()
        worker.listen_to()  # after the look whether it ended, or what it said as it ended would be missed
        return ended

    def _end_hanging(self, worker: _Worker) -> None:
        """End a worker that hangs: it would keep its callers, or whoever waits for the start, waiting for ever."""
        most = self._hang_seconds if worker.ready else self._start_seconds
        if worker.process.poll() is None and time.monotonic() - worker.heard > most:
            worker.message = f"A worker did nothing for {most:.0f} seconds and was ended"
            if not worker.ready:
                worker.message = (
                    f"A worker was not ready after {most:.0f} seconds and was ended; "
                    "if the extract takes longer to load, set a larger MATAC_START_SECONDS"
                )
            worker.process.kill()
            worker.process.wait()

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._stopping:
            time.sleep(_TICK_SECONDS)

    def _end(self) -> None:
        """Stop every worker: first ask, then end."""
        self._listener.close()
        for worker in self._workers:
            if worker.process.poll() is None:
                worker.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + _END_SECONDS
        for worker in self._workers:
            try:
                worker.process.wait(timeout=max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            self._let_go(worker)

    @staticmethod
    def _let_go(worker: _Worker) -> None:
        os.close(worker.report)
        os.close(worker.life)


def _unexplained(ended: int | None) -> str:
    return f"A worker ended without saying why (exit code {ended}); the reason is in the lines above"
