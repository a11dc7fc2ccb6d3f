"""The ledger's files: private from their first byte, never made by a command that reads, and never silently another."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from matac_ml.casework import Ledger, NewEntry, store
from matac_ml.casework.reading import Reader
from matac_ml.cli import main
from matac_ml.errors import LedgerError
from tests.casework.steps import look
from tests.casework.test_earlier_ledgers import EARLIER


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a ledger will be, in a folder of its own."""
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept" / "ledger.db"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that waits a fifth of a second for others, so that a test need not wait ten."""
    monkeypatch.setattr(store, "_WAIT_SECONDS", 0.2)


@pytest.fixture(params=[0o000, 0o022, 0o027])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each umask that people have."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Every file of a folder with its rights."""
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


@pytest.mark.usefixtures("umask")
def test_every_file_of_a_ledger_is_private_from_its_first_byte(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ledger and journal are readable by their owner alone while an entry is written; no right is taken away later."""
    seen: list[dict[str, str]] = []

    def decide(_: Reader) -> list[NewEntry]:
        seen.append(modes(file.parent))
        return [look("P1")]

    monkeypatch.setattr(Path, "chmod", lambda *_: pytest.fail("a file was made readable first"))
    with Ledger.open(f"sqlite:///{file}") as ledger:
        ledger.append_decided(decide)
        with ledger._writing() as connection:
            connection.exec_driver_sql("CREATE TABLE t (x)")
            connection.exec_driver_sql("PRAGMA cache_spill=1")
            connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(20000000))")
            seen.append(modes(file.parent))
            connection.exec_driver_sql("DROP TABLE t")
    assert "ledger.db-journal" in seen[1]
    assert {mode for found in (*seen, modes(file.parent)) for mode in found.values()} == {"0o600"}


def test_a_ledger_of_an_earlier_version_becomes_private_and_loses_its_log(file: Path) -> None:
    """Opened to be written, a ledger that everybody could read and that keeps a log is private and has none."""
    shutil.copy(EARLIER, file)
    file.chmod(0o644)
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    Ledger.open(f"sqlite:///{file}").close()
    assert "ledger.db-wal" not in modes(file.parent)
    assert set(modes(file.parent).values()) == {"0o600"}
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)  # what SQLite does unless told


def test_nothing_acknowledged_is_lost_with_the_files_beside_the_ledger(file: Path) -> None:
    """With a ledger open, whoever removes every file beside it takes no acknowledged entry away."""
    with Ledger.open(f"sqlite:///{file}") as ledger:
        for number in range(1, 6):
            assert ledger.append(look(f"P{number}")).number == number
            for name in ("-wal", "-shm", "-journal"):
                file.with_name(file.name + name).unlink(missing_ok=True)
            with Ledger.open(f"sqlite:///{file}", read_only=True) as other:
                assert other.verify(head=ledger.head()).entries == number
    # As a killed process leaves it: the file alone holds everything.
    copy = file.with_name("copy.db")
    shutil.copyfile(file, copy)
    with Ledger.open(f"sqlite:///{copy}", read_only=True) as other:
        assert other.verify().entries == 5


def test_a_log_that_another_program_switches_on_is_switched_off_before_the_next_entry(
    file: Path, impatient: None
) -> None:
    """Switched on by somebody who went away it is off again; by somebody who stays, nothing is written."""
    with Ledger.open(f"sqlite:///{file}") as ledger:
        ledger.append(look("P1"))
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        ledger.append(look("P2"))
        assert not file.with_name("ledger.db-wal").exists()
        with closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA journal_mode=WAL")
            other.execute("SELECT * FROM ledger_chain").fetchall()
            with pytest.raises(LedgerError, match="write-ahead log"):
                ledger.append(look("P3"))
        assert ledger.append(look("P3")).number == 3
        assert ledger.verify().entries == 3


def test_whoever_reads_between_entries_waits_for_its_turn(file: Path) -> None:
    """An entry asks for its turn without waiting; afterwards the connection waits ten seconds for others again."""
    with Ledger.open(f"sqlite:///{file}") as ledger:
        for _ in range(2):
            ledger.append(look("P1"))
            with ledger._engine.begin() as connection:
                assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000


def test_an_older_copy_put_in_its_place_is_not_written_to(file: Path) -> None:
    """Copied into the same file under a running process: refused, and accepted again once the right one is back."""
    with Ledger.open(f"sqlite:///{file}") as ledger:
        ledger.append(look("P1"))
        older = file.read_bytes()
        ledger.append(look("P2"))
        newer = file.read_bytes()
        file.write_bytes(older)
        with pytest.raises(LedgerError, match="no longer holds entry 2"):
            ledger.append(look("P3"))
        file.write_bytes(newer)
        assert ledger.append(look("P3")).number == 3


def test_a_file_taken_away_while_an_entry_is_written_is_not_acknowledged(file: Path) -> None:
    """Removed between looking and writing: the caller is told, and does not take the entry for written."""

    def decide(_: Reader) -> list[NewEntry]:
        file.rename(file.with_name("elsewhere.db"))
        return [look("P1")]

    with Ledger.open(f"sqlite:///{file}") as ledger, pytest.raises(LedgerError):
        ledger.append_decided(decide)


@pytest.mark.usefixtures("impatient")
def test_an_erasure_waits_for_readers_or_does_not_happen(file: Path) -> None:
    """While another program reads, nothing is erased and the caller is told; afterwards nothing is left in any file."""
    with Ledger.open(f"sqlite:///{file}") as ledger, closing(sqlite3.connect(file, isolation_level=None)) as other:
        ledger.append_many([look("P-ERASE-ME", reference="R" * 30_000), look("P2")])
        other.execute("BEGIN")
        other.execute("SELECT * FROM ledger_personal").fetchall()
        with pytest.raises(LedgerError, match="Another program is reading or writing it"):
            ledger.erase(actor="dpo", reason="Retention is over.", subject="P-ERASE-ME")
        assert len(list(ledger.entries(subject="P-ERASE-ME"))) == 1
        other.execute("COMMIT")
        ledger.erase(actor="dpo", reason="Retention is over.", subject="P-ERASE-ME")
        left = [path for path in file.parent.iterdir() if b"P-ERASE-ME" in path.read_bytes()]
        assert left == []
        assert b"R" * 100 not in file.read_bytes()
        assert ledger.verify().erased == 1


READING = (
    ("ledger", "verify"),
    ("ledger", "head"),
    ("ledger", "export"),
    ("cycle", "status", "P1"),
    ("cycle", "caseload"),
    ("cycle", "statistics"),
)
STAFF = ("--actor", "s.officer", "--reason", "Agreed at the November meeting.")
WRITING = (
    ("ledger", "erase", "--subject", "P1", *STAFF),
    ("ledger", "acknowledge-clock", *STAFF),
    ("ledger", "restore-guards", *STAFF),
    ("cycle", "judge", "P1", "--accept", *STAFF),
    ("cycle", "cohort", "2025-06", "--proposed", "P1", *STAFF),
    ("cycle", "plan", "P1", "--intervention", "key_worker", "--starts", "2025-06-09", *STAFF),
    ("cycle", "engage", "P1", "--week", "1", "--engaged", *STAFF),
    ("cycle", "remove", "P1", *STAFF),
    ("cycle", "withdraw", "P1", *STAFF),
    ("cycle", "complete", "P1", *STAFF),
    ("cycle", "exit", "P1", "--score", "3", *STAFF),
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code of ``matac-ml``, and what it wrote to standard error."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0), capsys.readouterr().err


@pytest.mark.parametrize("command", [*READING, *WRITING], ids=lambda command: " ".join(command[:2]))
def test_a_mistyped_address_makes_no_ledger(
    command: tuple[str, ...], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only a first referral makes a ledger: every other command says that there is none, in one line."""
    code, said = run(capsys, *command, "--ledger", f"sqlite:///{file}")
    assert code == 7
    assert said.startswith(f"matac-ml: There is no ledger at {file}.")
    assert said.count("\n") == 1
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("command", READING, ids=lambda command: " ".join(command[:2]))
def test_a_reading_command_changes_no_byte_of_an_earlier_ledger(
    command: tuple[str, ...], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also of one that keeps a log and lacks today's triggers."""
    shutil.copy(EARLIER, file)
    assert run(capsys, *command, "--ledger", f"sqlite:///{file}")[0] == 0
    assert file.read_bytes() == EARLIER.read_bytes()


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at", b"other"])
@pytest.mark.parametrize("command", [READING[0], READING[3], WRITING[0]], ids=lambda command: " ".join(command[:2]))
def test_what_is_no_ledger_is_not_made_one(
    command: tuple[str, ...], content: bytes, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty file, a text and another program's database stay as they are."""
    if content == b"other":
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE runs (id)")
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    code, said = run(capsys, *command, "--ledger", f"sqlite:///{file}")
    assert (code, said.count("\n")) == (7, 1)
    assert file.read_bytes() == before


def test_another_programs_database_is_not_made_a_ledger(file: Path) -> None:
    """Opened to be written, a database that holds something else is refused whole."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE runs (id)")
    with pytest.raises(LedgerError, match="is not a ledger"):
        Ledger.open(f"sqlite:///{file}")


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a\0b"])
def test_an_address_without_a_file_is_refused(address: str) -> None:
    """A ledger in memory would be gone with the process."""
    with pytest.raises(LedgerError, match="must be sqlite:///FILE"):
        Ledger.open(address)


@pytest.mark.parametrize("name", ["o q?a=b.db", "50% done.db", "Run%20March.db", "a#b.db", "ü.db"])
def test_a_ledger_is_in_the_very_file_that_was_named(tmp_path: Path, name: str) -> None:
    """Signs that mean something in an address are part of the name."""
    with Ledger.open(f"sqlite:///{tmp_path / name}") as ledger:
        ledger.append(look("P1"))
    assert {path.name for path in tmp_path.iterdir()} <= {name, f"{name}-journal"}


def test_a_ledger_in_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    """The folder is named, and none is made."""
    with pytest.raises(LedgerError, match="could not be made: No such file or directory"):
        Ledger.open(f"sqlite:///{tmp_path / 'none' / 'ledger.db'}")


@pytest.mark.parametrize("held", [b"root:x:0:0\n", b"SQLite format", b"\0" * 64, b"%PDF-1.7\n"])
def test_another_program_s_file_keeps_its_rights_and_bytes(held: bytes, tmp_path: Path) -> None:
    """A mistyped address is refused before anything of the file changes."""
    path = tmp_path / "shared.txt"
    path.write_bytes(held)
    path.chmod(0o644)
    for create in (True, False):
        with (
            pytest.raises(LedgerError, match="is not a ledger"),
            Ledger.open(f"sqlite:///{path}", create_missing=create),
        ):
            pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert path.read_bytes() == held
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", ["pipe", "folder", "/dev/null", "/dev/zero", "loop"])
def test_what_is_no_ordinary_file_is_no_ledger(kind: str, tmp_path: Path) -> None:
    """Neither waited for nor changed, whether it is read or written."""
    path = Path(kind) if kind.startswith("/") else tmp_path / "ledger.db"
    if kind == "pipe":
        os.mkfifo(path, 0o644)
    elif kind == "folder":
        path.mkdir(mode=0o755)
    elif kind == "loop":
        path.symlink_to(path)
    mode = path.lstat().st_mode
    for given in ({"create_missing": True}, {"create_missing": False}, {"read_only": True}):
        with pytest.raises(LedgerError, match="There is no ledger at"), Ledger.open(f"sqlite:///{path}", **given):
            pass
    assert path.lstat().st_mode == mode
