"""Whatever happens, a log line is one line, says what kind of thing happened, and holds no value of a request."""

import asyncio
import io
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from matac_ml.errors import LedgerError
from serving.server.logs import MAX_CHARACTERS, Formatter, Repeats, describe, set_up_logs

PERSON = "Jane Doe P00000018"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handlers of this process write; they are put back afterwards."""
    root = logging.getLogger()
    before, level, hook = root.handlers, root.level, threading.excepthook
    import sys

    hooks = (sys.excepthook, sys.unraisablehook)
    set_up_logs()
    written = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers, threading.excepthook = before, hook
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)


def lines(log: io.StringIO) -> list[str]:
    """The lines written so far."""
    return log.getvalue().splitlines()


@pytest.mark.parametrize(
    "what",
    ["a\nb", "a\r\n2026-01-01 CRITICAL forged", "\x1b[2J", "\x00", "\u2028x", "\u202eevil", "\x85", "a\tb"],
)
def test_nothing_can_begin_a_line_of_its_own(log: io.StringIO, what: str) -> None:
    """A value in a message of ours is written on its line."""
    logging.getLogger("matac.service").error("something happened: %s", what)
    assert len(lines(log)) == 1
    assert lines(log)[0].isprintable()


def test_half_a_surrogate_is_written_as_an_escape() -> None:
    """Text that no encoding can write is formatted too; not logged here, because a test's report has to be encoded."""
    record = logging.makeLogRecord({"name": "matac.service", "msg": "something happened: %s", "args": ("\ud800",)})
    line = Formatter().format(record)
    assert line.isprintable()
    assert line.encode().isascii()


def _failed_insert() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:who)"), {"who": PERSON})


def _chained() -> None:
    try:
        _failed_insert()
    except sa.exc.SQLAlchemyError as error:
        raise LedgerError("The ledger could not be written.") from error


def _in_a_key() -> None:
    raise KeyError({}[PERSON])


def _grouped() -> None:
    raise ExceptionGroup(PERSON, [ValueError(PERSON)])


def _noted() -> None:
    error = ValueError(PERSON)
    error.add_note(PERSON)
    raise error


@pytest.mark.parametrize("fails", [_failed_insert, _chained, _in_a_key, _grouped, _noted])
def test_an_exception_is_described_without_its_values(log: io.StringIO, fails: Any) -> None:
    """The types and the places of an error and its causes, and no argument of any of them."""
    try:
        fails()
    except Exception as error:
        said = describe(error)
        logging.getLogger("matac.service").exception("it failed")
    assert "test_logs.py" in said
    for text in (said, log.getvalue()):
        assert PERSON not in text
        assert "Error" in text or "ExceptionGroup" in text
    assert len(lines(log)) == 1


@pytest.mark.parametrize("name", ["sqlalchemy.engine", "bentoml.serve", "asyncio", "py.warnings", "uvicorn.error"])
@pytest.mark.parametrize("told", [(f"could not read {PERSON}\n{PERSON}",), ("could not read %s", PERSON)])
def test_a_message_of_a_library_is_told_by_its_place(log: io.StringIO, name: str, told: tuple[str, ...]) -> None:
    """Whatever a library fills into its message stays out; where it was said is told."""
    if name == "uvicorn.error" and len(told) == 1:
        pytest.skip("uvicorn writes fixed texts with values to be filled in")
    logging.getLogger(name).error(*told)
    assert len(lines(log)) == 1
    assert PERSON not in log.getvalue()


def test_a_thread_or_a_task_that_fails_tells_no_value(log: io.StringIO) -> None:
    """What nobody waits for ends in one line each, without values."""

    def fail() -> None:
        raise ValueError(PERSON)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    async def forget() -> None:
        async def failing() -> None:
            raise ValueError(PERSON)

        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(forget())
    assert 1 <= len(lines(log)) <= 2
    assert PERSON not in log.getvalue()


def test_what_repeats_is_counted(log: io.StringIO) -> None:
    """Ten lines a minute of one message, however its values differ; later one line says how many were left out."""
    repeats, shown = Repeats(), []
    for second, times in ((60, 500), (130, 1)):
        for i in range(times):
            record = logging.LogRecord("matac.service", logging.ERROR, "f", 1, "request %s failed", (i,), None)
            record.created = second
            if repeats.filter(record):
                shown.append(Formatter().format(record))
    assert len(shown) == 10 + 1
    assert "and 490 times in an earlier minute" in shown[-1]


def test_a_line_has_an_end(log: io.StringIO) -> None:
    """However much there is to say, a line is cut."""
    logging.getLogger("matac.service").error("%s", "x" * 100_000)
    assert len(log.getvalue()) <= MAX_CHARACTERS + 1


def test_the_cause_of_an_error_is_described_with_it() -> None:
    """Both where it was raised from another and where another came while one was handled; not where that was hidden."""
    said = []
    for cause in ("from", "while", "hidden"):
        try:
            try:
                raise KeyError(PERSON)
            except KeyError as error:
                if cause == "while":
                    raise ValueError(PERSON)  # noqa: B904
                raise ValueError(PERSON) from (error if cause == "from" else None)
        except ValueError as error:
            said.append(describe(error))
    assert ["; from builtins.KeyError" in text for text in said] == [True, True, False]
