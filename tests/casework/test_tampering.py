"""Whatever somebody writes into the ledger's database is refused by it, or found when the ledger is verified."""

import hashlib
import json
import random
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matac_ml.casework import GENESIS, Ledger, NewEntry, Verified
from matac_ml.casework.entry import hash_of
from matac_ml.errors import LedgerError
from tests.casework.steps import look

DATE = "2025-06-02T09:00:00.000000+00:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger of three entries, nobody having it open."""
    path = tmp_path / "ledger.db"
    with Ledger.open(f"sqlite:///{path}") as ledger:
        ledger.append_many([look("P1"), look("P2"), look("P3")])
    return path


def change(file: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    """Run SQL as somebody else would, with whatever rights the file gives."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement, values)


def faults(file: Path, *, head: str | None = None) -> str:
    """What verifying finds, as one text; empty when the ledger holds."""
    try:
        with Ledger.open(f"sqlite:///{file}", read_only=True) as ledger:
            assert isinstance(ledger.verify(head=head), Verified)
    except LedgerError as error:
        return str(error)
    return ""


def forge(file: Path, kind: str, text: Any, *, subject: str = "", reference: str = "") -> None:
    """Add an entry whose chain holds, with any personal text, past the product."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        last = "SELECT number, hash, recorded_at FROM ledger_chain ORDER BY number DESC"
        number, previous, recorded_at = other.execute(last).fetchone()
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(raw).hexdigest()
        entry = (number + 1, recorded_at, kind, "somebody", "", digest, previous)
        row = (*entry, hash_of(*entry))
        other.execute(f"INSERT INTO ledger_chain VALUES ({','.join('?' * 8)})", row)
        value = "CAST(? AS TEXT)" if isinstance(text, str) else "?"
        other.execute(f"INSERT INTO ledger_personal VALUES (?, ?, ?, {value})", (number + 1, subject, reference, raw))


def personal(payload: object, **more: object) -> str:
    """A personal part as the ledger spells it, or nearly."""
    return json.dumps({"justification": "", "payload": payload, "reference": "", "salt": "0", "subject": ""} | more)


COLUMNS = "number, recorded_at, kind, actor, purpose, digest, previous, hash"
SAME = COLUMNS.replace("actor", "'nobody'")


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT OR REPLACE INTO ledger_chain SELECT {SAME} FROM ledger_chain WHERE number = 2",
        f"REPLACE INTO ledger_chain SELECT {SAME} FROM ledger_chain WHERE number = 3",
        f"INSERT OR IGNORE INTO ledger_chain SELECT {SAME} FROM ledger_chain WHERE number = 2",
        f"INSERT OR FAIL INTO ledger_chain SELECT {SAME} FROM ledger_chain WHERE number = 2",
        f"INSERT OR ROLLBACK INTO ledger_chain SELECT {SAME} FROM ledger_chain WHERE number = 2",
        f"INSERT INTO ledger_chain SELECT {SAME} FROM ledger_chain WHERE number = 2 "
        "ON CONFLICT (number) DO UPDATE SET actor = 'nobody'",
        f"INSERT OR REPLACE INTO ledger_chain SELECT {SAME.replace('number', 'number + 7')} FROM ledger_chain "
        "WHERE number = 2",
        f"REPLACE INTO ledger_chain SELECT {SAME.replace('number', '4').replace('previous', 'hash')} "
        "FROM ledger_chain WHERE number = 3",
        f"REPLACE INTO ledger_chain SELECT {SAME.replace('number', 'NULL')} FROM ledger_chain WHERE number = 2",
        "UPDATE OR REPLACE ledger_chain SET number = 2 WHERE number = 3",
        "UPDATE ledger_chain SET actor = 'nobody'",
        "UPDATE ledger_chain SET rowid = 9 WHERE number = 3",
        "WITH gone AS (SELECT 2 AS n) DELETE FROM ledger_chain WHERE number IN (SELECT n FROM gone)",
        "DELETE FROM ledger_chain",
    ],
)  # fmt: skip
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_no_statement_changes_the_chain(file: Path, statement: str, recursive: str) -> None:
    """Replacing, upserting, renumbering and deleting are refused whatever the connection's settings."""
    before = file.read_bytes()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        change(file, f"PRAGMA recursive_triggers={recursive}", statement)
    assert file.read_bytes() == before
    assert faults(file) == ""


def test_the_chain_is_guarded_when_it_is_attached(file: Path) -> None:
    """From another database the ledger's triggers hold as well."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as other:
        other.execute("ATTACH ? AS taken", (str(file),))
        for statement in ("DELETE FROM taken.ledger_chain", f"REPLACE INTO taken.ledger_chain SELECT {SAME} FROM "
                          "taken.ledger_chain WHERE number = 2"):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(statement)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("DROP TRIGGER ledger_chain_no_update",), "the trigger ledger_chain_no_update is missing"),
        (("DROP TRIGGER ledger_chain_only_append",), "the trigger ledger_chain_only_append is missing"),
        (
            (
                "DROP TRIGGER ledger_chain_no_delete",
                "CREATE TRIGGER ledger_chain_no_delete BEFORE DELETE ON ledger_chain WHEN OLD.number > 99 "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
            ),
            "the trigger ledger_chain_no_delete was altered",
        ),
        (
            ("CREATE TRIGGER more AFTER INSERT ON ledger_chain BEGIN DELETE FROM ledger_personal; END",),
            "1 triggers were added",
        ),
        (
            ("PRAGMA writable_schema=ON", "DELETE FROM sqlite_master WHERE name = 'ledger_chain_no_update'"),
            "the trigger ledger_chain_no_update is missing",
        ),
        (("ALTER TABLE ledger_chain RENAME TO elsewhere",), "There is no ledger at this address"),
        (("ALTER TABLE ledger_chain ADD COLUMN note TEXT",), "the columns of the table ledger_chain were altered"),
        (("ALTER TABLE ledger_personal ADD COLUMN note TEXT",), "columns of the table ledger_personal were altered"),
        (("DROP INDEX ix_ledger_personal_subject",), "the other indexes of the table ledger_personal were altered"),
        (
            ("ALTER TABLE ledger_personal RENAME TO p2", "CREATE VIEW ledger_personal AS SELECT * FROM p2"),
            "There is no ledger at this address",
        ),
        (("PRAGMA user_version=0",), "triggers were added"),
    ],
)
def test_tables_and_triggers_are_those_that_were_made(file: Path, statements: tuple[str, ...], said: str) -> None:
    """A trigger or table that was dropped, altered, added or renamed is found, and opening does not mend it unseen."""
    change(file, *statements)
    assert said in faults(file)
    if "no ledger" not in said and "user_version" not in statements[0]:
        Ledger.open(f"sqlite:///{file}").close()
        assert said in faults(file)


def test_guards_are_restored_on_the_record(file: Path) -> None:
    """Triggers that were dropped are made anew by a named person, and an entry says what was found."""
    change(file, "DROP TRIGGER ledger_chain_no_update")
    with Ledger.open(f"sqlite:///{file}") as ledger:
        done = ledger.restore_guards(actor="an.administrator", reason="After the copy of Tuesday.")
        assert done.personal is not None
        assert done.personal.payload["found"] == ["the trigger ledger_chain_no_update is missing"]
    assert faults(file) == ""


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("ALTER TABLE ledger_chain DISABLE TRIGGER ledger_chain_no_change",), "switched off"),
        (("DROP TRIGGER ledger_chain_no_change ON ledger_chain",), "is missing"),
        (
            ("CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
             "$$ BEGIN RETURN NULL; END $$",),
            "or replaced",
        ),
        (("CREATE RULE r AS ON INSERT TO ledger_personal DO INSTEAD NOTHING",), "a rule was added"),
        (("ALTER TABLE ledger_personal ALTER COLUMN text DROP NOT NULL",), "columns of the table ledger_personal"),
        (("ALTER TABLE ledger_chain DROP CONSTRAINT ledger_chain_hash_key",), "unique columns of the table"),
        (("CREATE UNIQUE INDEX x ON ledger_personal (subject)",), "other indexes of the table ledger_personal"),
        (("ALTER TABLE ledger_personal ENABLE ROW LEVEL SECURITY",), "the table ledger_personal hides rows"),
        (("CREATE TABLE more () INHERITS (ledger_personal)",), "shows those of another table"),
        (("SET session_replication_role = replica", "INSERT INTO ledger_personal VALUES (99, '', '', '{}')"),
         "a personal part for entry 99, which does not exist"),
    ],
)  # fmt: skip
def test_postgresql_is_looked_at_in_the_same_way(
    postgresql: str, statements: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    """In PostgreSQL too, a trigger switched off, a rule, a constraint taken away and an orphan are found."""
    import psycopg

    name = f"tampered_{abs(hash(tmp_path)):x}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = postgresql.replace("/postgres?", f"/{name}?")
    with Ledger.open(url) as ledger:
        ledger.append(look("P1"))
        assert ledger.verify().entries == 1
        with psycopg.connect(url, autocommit=True) as connection:
            for upsert in ("DO NOTHING", "(number) DO UPDATE SET actor = 'nobody'"):
                with pytest.raises(psycopg.Error, match=r"append-only|duplicate key"):
                    connection.execute(
                        f"INSERT INTO ledger_chain SELECT {COLUMNS} FROM ledger_chain ON CONFLICT {upsert}; "
                        "UPDATE ledger_chain SET actor = ''"
                    )
            for statement in statements:
                connection.execute(statement)
        with pytest.raises(LedgerError) as found:
            ledger.verify()
        assert any(said in fault for fault in found.value.faults), str(found.value)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([5], "names 1 entries that are not before it"),
        ([4], "names 1 entries that are not before it"),
        ([0, -3], "names 2 entries that are not before it"),
        ([2**70], "names 1 entries that are not before it"),
        ([1], "entry 1 was erased by entry 4, and its personal part is there"),
        ([1, 1], "names 1 entries that were erased already"),
        (5, "does not say which entries it erased"),
        (None, "does not say which entries it erased"),
        ("1", "does not say which entries it erased"),
        ([True], "does not say which entries it erased"),
        ([1.0], "does not say which entries it erased"),
        ([[1]], "does not say which entries it erased"),
        ({"1": 1}, "does not say which entries it erased"),
    ],
)
def test_an_erasure_accounts_only_for_entries_before_it_and_once(file: Path, numbers: object, said: str) -> None:
    """A forged erasure of later entries, of none, of something else or of what still stands is found."""
    forge(file, "erasure", personal({"numbers": numbers}))
    assert said in faults(file)


def test_what_a_forged_erasure_names_in_advance_stays_unaccounted(file: Path) -> None:
    """An erasure that names the next entry does not let that one be deleted later."""
    forge(file, "erasure", personal({"numbers": [5]}))
    with Ledger.open(f"sqlite:///{file}") as ledger:
        ledger.append(look("P5"))
    change(file, "DELETE FROM ledger_personal WHERE number = 5")
    assert "the personal part of entry 5 is missing, and no erasure explains why" in faults(file)


def test_a_second_erasure_does_not_account_for_the_same_entry(file: Path) -> None:
    """Erased by the product and named again by a forged entry: found; what was restored from a copy is found too."""
    (text,) = sqlite3.connect(file).execute("SELECT text FROM ledger_personal WHERE number = 1").fetchone()
    with Ledger.open(f"sqlite:///{file}") as ledger:
        ledger.erase(actor="dpo", reason="Retention is over.", subject="P1")
    change(file, "INSERT INTO ledger_personal VALUES (1, 'P1', '', ?)", values=(text,))
    assert "entry 1 was erased by entry 4, and its personal part is there" in faults(file)
    change(file, "DELETE FROM ledger_personal WHERE number = 1")
    assert faults(file) == ""
    forge(file, "erasure", personal({"numbers": [1]}))
    assert "names 1 entries that were erased already" in faults(file)


def test_an_erasure_before_a_day_accounts_for_nothing_recorded_later(file: Path) -> None:
    """A retention that says 2020 cannot have reached entries recorded after it."""
    change(file, "DELETE FROM ledger_personal WHERE number = 2")
    forge(file, "erasure", personal({"numbers": [2], "before": "2020-01-01T00:00:00.000000+00:00"}))
    assert "names 1 entries recorded after the day it says" in faults(file)


@pytest.mark.parametrize("kind", ["erasure", "clock_acknowledged", "guards_restored"])
def test_what_the_ledger_alone_writes_cannot_be_appended(url: str, kind: str) -> None:
    """An erasure is made by erasing: as an entry of a caller it is refused, and nothing of its batch is written."""
    with Ledger.open(url) as ledger:
        with pytest.raises(LedgerError, match="written by the ledger alone"):
            ledger.append_many([look("P1"), NewEntry(kind, "somebody", payload={"numbers": [1]})])
        assert ledger.head() == GENESIS


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "",
        "5",
        "null",
        "[]",
        "{}",
        "\x00",
        '"\ud800"',
        "[" * 20_000 + "]" * 20_000,
        '{"payload": ' * 3_000 + "1" + "}" * 3_000,
        personal({}, subject=7),
        personal({}, justification=None),
        personal([1]),
        personal("text"),
        personal({"numbers": []}).replace('"payload"', '"pay"'),
        personal({}).replace("{}", "1" * 5_000),
        b"\xff\xfe",
        b"{}",
        b"",
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.parametrize("kind", ["erasure", "consultation"])
def test_a_personal_part_that_cannot_be_read_is_a_fault(file: Path, text: str | bytes, kind: str) -> None:
    """Even with a digest that fits: no JSON, bytes, NUL, a lone surrogate, deep nesting, huge numbers, other types."""
    forge(file, kind, text)
    assert "the personal part of entry 4 was altered" in faults(file)
    with Ledger.open(f"sqlite:///{file}") as ledger:
        with pytest.raises(LedgerError):
            list(ledger.entries(kind=kind, after=3))
        assert ledger.append(look("P9")).number == 5


@pytest.mark.parametrize("number", [4, 5, 999, -1, 0])
def test_an_orphan_personal_part_is_found_and_stops_nobody(file: Path, number: int) -> None:
    """Also where the next entry's personal part belongs: entries are added, and the orphan stays a fault."""
    change(file, f"INSERT INTO ledger_personal VALUES ({number}, 'P-ORPHAN', '', '{{}}')")
    assert f"there is a personal part for entry {number}, which does not exist" in faults(file)
    with Ledger.open(f"sqlite:///{file}") as ledger:
        assert [entry.number for entry in ledger.append_many([look("P4"), look("P5")])] == [4, 5]
        assert [one.subject for e in ledger.entries(after=3) if (one := e.personal)] == ["P4", "P5"]
        with pytest.raises(LedgerError) as found:
            ledger.verify()
        assert [fault for fault in found.value.faults if "which does not exist" in fault] == list(found.value.faults)
        ledger.erase(actor="dpo", reason="Retention is over.", subject="P-ORPHAN")
        assert ledger.verify().entries == 6
    assert b"P-ORPHAN" not in file.read_bytes()


def test_a_search_ends_whatever_number_an_entry_was_given(file: Path) -> None:
    """Who is named is looked for row by row: a number made as large as numbers get does not make it endless."""
    change(file, "UPDATE ledger_personal SET number = 9223372036854775807 WHERE number = 2")
    with Ledger.open(f"sqlite:///{file}") as ledger:
        assert ledger.naming(["November"]) == (1, 3, 9223372036854775807)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with everything in it, its triggers taken away so that any cell can be changed."""
    path = tmp_path_factory.mktemp("fuzzed") / "ledger.db"
    with Ledger.open(f"sqlite:///{path}") as ledger:
        ledger.append_many([look("P1", reference="N-1"), look("P2"), look("P3")])
        ledger.erase(actor="dpo", reason="Retention is over.", subject="P2")
        ledger.append(look("P4"))
    change(path, *(f"DROP TRIGGER ledger_chain_{name}" for name in ("no_update", "no_delete", "only_append")))
    return path


CELLS = [("ledger_chain", name) for name in COLUMNS.split(", ")] + [
    ("ledger_personal", name) for name in ("number", "subject", "reference", "text")
]
VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.binary(max_size=40),
    st.text(max_size=40),
    st.sampled_from(["", "5", "{}", DATE, GENESIS, "erasure", '{"numbers": 5}', "1e400", "9" * 5000]),
)


@settings(max_examples=150, deadline=None)
@given(cell=st.sampled_from(CELLS), row=st.integers(1, 5), value=VALUES, as_text=st.booleans(), rehash=st.booleans())
def test_verify_never_ends_in_a_traceback(
    whole: Path, cell: tuple[str, str], row: int, value: object, as_text: bool, rehash: bool
) -> None:
    """Any value of any SQLite type in any cell, the hash made to fit or not: held, or a LedgerError with the faults."""
    copy = whole.with_name("copy.db")
    shutil.copy(whole, copy)
    table, column = cell
    with closing(sqlite3.connect(copy, isolation_level=None)) as other:
        given_as = "CAST(? AS TEXT)" if as_text else "?"
        try:
            other.execute(f"UPDATE OR REPLACE {table} SET {column} = {given_as} WHERE number = ?", (value, row))
            if rehash and table == "ledger_chain":
                _rehash(other, row)
        except (sqlite3.IntegrityError, sqlite3.OperationalError, TypeError, ValueError):
            return
    with Ledger.open(f"sqlite:///{copy}", read_only=True) as ledger, pytest.raises(LedgerError) as found:
        ledger.verify()
    assert found.value.faults
    for reading in (lambda: list(ledger.entries()), ledger.head, lambda: ledger.naming(["P1"])):
        with suppress(LedgerError):
            reading()


def _rehash(other: sqlite3.Connection, row: int) -> None:
    query = "SELECT number, recorded_at, kind, actor, purpose, digest, previous FROM ledger_chain WHERE number = ?"
    other.execute(
        "UPDATE ledger_chain SET hash = ? WHERE number = ?", (hash_of(*other.execute(query, (row,)).fetchone()), row)
    )


def test_any_byte_of_the_file_may_be_wrong(whole: Path) -> None:
    """A page that a disk or an editor spoilt is a LedgerError or a finding, never a traceback."""
    good, copy = whole.read_bytes(), whole.with_name("spoilt.db")
    chosen = random.Random(3)
    for _ in range(60):
        spoilt = bytearray(good)
        for place in chosen.choices(range(len(good)), k=40):
            spoilt[place] = chosen.randrange(256)
        copy.write_bytes(spoilt)
        with pytest.raises(LedgerError), Ledger.open(f"sqlite:///{copy}", read_only=True) as ledger:
            ledger.verify()
