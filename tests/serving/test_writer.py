"""The thread that writes the ledger takes what waits together, keeps its order, and answers nobody too early."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from matac_ml.casework import Entry, Ledger, NewEntry
from serving.ledger.writer import LedgerWriter


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[LedgerWriter]:
    """A writer of an empty ledger."""
    made = LedgerWriter(f"sqlite:///{tmp_path / 'ledger.db'}")
    made.start()
    yield made
    made.stop()


def test_acts_that_wait_are_written_in_one_transaction(writer: LedgerWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is being written five more come: they go in together, each with its own number."""
    together: list[int] = []
    busy, goes_on = threading.Event(), threading.Event()
    append = Ledger.append_many

    def slowly(ledger: Ledger, entries: Sequence[NewEntry]) -> list[Entry]:
        together.append(len(entries))
        busy.set()
        assert goes_on.wait(30)
        return append(ledger, entries)

    monkeypatch.setattr(Ledger, "append_many", slowly)

    async def ask() -> list[int]:
        first = asyncio.create_task(writer.write_act("matrix_only", "a.n", "Ten letters.", {}, written=Future()))
        await asyncio.to_thread(busy.wait, 30)
        rest = [
            asyncio.create_task(writer.write_act("matrix_only", "a.n", "Ten letters.", {"n": n}, written=Future()))
            for n in range(5)
        ]
        await asyncio.sleep(0)
        goes_on.set()
        return [note.entries[0] for note in await asyncio.gather(first, *rest)]

    assert asyncio.run(ask()) == [1, 2, 3, 4, 5, 6]
    assert together == [1, 5]
