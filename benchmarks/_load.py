"""A load of HTTP POSTs from a process of its own: N clients, each with one kept connection, for so many seconds.

``python -m benchmarks._load HOST PORT PATH BODIES CLIENTS SECONDS OUT`` reads one JSON body a line from BODIES, sends
them in turn, and writes what happened to OUT; SIGTERM ends it early. A hand-written client, because a general one costs
more processor time than the service it measures, on the same two cores.
"""

import asyncio
import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Load:
    """What happened: one latency a request that was answered, and everything that went wrong."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    broken: int = 0
    seconds: float = 0.0

    def quantile(self, share: float) -> float:
        """The latency in milliseconds that this share of the requests stayed within."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _marker(body: bytes) -> str:
    """The nomination ids of an answer: what the ledger must hold."""
    marks, start = [], 0
    while (at := body.find(b'"nomination_id":"', start)) >= 0:
        start = at + 17
        marks.append(body[start : start + 34].decode())
    return ",".join(marks)


class _Client:
    """One connection that is opened again when the other side closed it."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self._host, self._port, self._path = host, port, path
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """Send one body; the status and the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=2**22)
        reader, writer = self._streams
        try:
            head = (
                f"POST {self._path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer_head = await reader.readuntil(b"\r\n\r\n")
            lines = answer_head.decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ")[1])
            length = next(int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length"))
            return status, await reader.readexactly(length)
        except BaseException:
            writer.close()
            self._streams = None
            raise


async def _work(
    client: _Client, bodies: list[bytes], first: int, step: int, until: float, load: Load, stop: asyncio.Event
) -> None:
    index = first
    while time.monotonic() < until and not stop.is_set():
        started = time.perf_counter()
        try:
            status, answer = await client.post(bodies[index % len(bodies)])
        except (OSError, EOFError, ValueError, StopIteration):
            load.broken += 1
            await asyncio.sleep(0.02)
            continue
        load.milliseconds.append((time.perf_counter() - started) * 1000)
        load.statuses[str(status)] = load.statuses.get(str(status), 0) + 1
        if status == 200:
            load.answered.append(_marker(answer))
        index += step


async def _run(host: str, port: int, path: str, bodies: list[bytes], clients: int, seconds: float) -> Load:
    load = Load()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    started = time.monotonic()
    await asyncio.gather(
        *(_work(_Client(host, port, path), bodies, n, clients, started + seconds, load, stop) for n in range(clients))
    )
    load.seconds = time.monotonic() - started
    return load


def start_load(
    *, port: int, path: str, bodies: Path, clients: int, seconds: float, out: Path, host: str = "127.0.0.1"
) -> "subprocess.Popen[bytes]":
    """Start a load in a process of its own; wait for it, then read it with :func:`read_load`."""
    command = [sys.executable, "-m", "benchmarks._load", host, str(port), path, str(bodies), str(clients), str(seconds)]
    return subprocess.Popen([*command, str(out)])


def read_load(out: Path) -> Load:
    """What a finished load wrote."""
    return Load(**json.loads(out.read_text(encoding="utf-8")))


def main() -> None:
    """Run one load as the arguments say."""
    host, port, path, bodies, clients, seconds, out = sys.argv[1:]
    lines = Path(bodies).read_bytes().splitlines()
    load = asyncio.run(_run(host, int(port), path, lines, int(clients), float(seconds)))
    Path(out).write_text(json.dumps(asdict(load)), encoding="utf-8")


if __name__ == "__main__":
    main()
