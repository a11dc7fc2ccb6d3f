"""Tables and indexes of a ledger that are not as they were made, or do not hold every row."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from matac_ml.casework import Ledger, NewEntry
from matac_ml.errors import LedgerError
from tests.casework.test_tampering import change, faults

_PERSONAL = (
    "CREATE TABLE ledger_personal (number INTEGER NOT NULL, subject TEXT NOT NULL, reference TEXT NOT NULL, "
    "text TEXT NOT NULL, PRIMARY KEY (number), FOREIGN KEY(number) REFERENCES ledger_chain (number))"
)
_WITHOUT_P1 = (
    "DROP INDEX ix_ledger_personal_subject",
    "CREATE INDEX ix_ledger_personal_subject ON ledger_personal (subject) WHERE subject <> 'P1'",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_master SET sql = 'CREATE INDEX ix_ledger_personal_subject ON ledger_personal (subject)' "
    "WHERE name = 'ix_ledger_personal_subject'",
    "PRAGMA writable_schema=OFF",
)


def _made_anew(table: str) -> tuple[str, ...]:
    """Statements that put another table of the same columns and rows into the place of the personal one."""
    return (
        "ALTER TABLE ledger_personal RENAME TO before",
        table,
        "INSERT INTO ledger_personal SELECT * FROM before",
        "DROP TABLE before",
        "CREATE INDEX ix_ledger_personal_subject ON ledger_personal (subject)",
        "CREATE INDEX ix_ledger_personal_reference ON ledger_personal (reference)",
    )


#: What somebody did by SQL -> what verifying says of it.
ALTERED: dict[str, tuple[tuple[str, ...], str]] = {
    "a name may come once": (("CREATE UNIQUE INDEX x ON ledger_personal (subject)",), "other indexes"),
    "one person may come once": (
        ("CREATE UNIQUE INDEX x ON ledger_personal (subject) WHERE subject = 'P1'",),
        "other indexes",
    ),
    "an index of an expression": (("CREATE UNIQUE INDEX x ON ledger_personal (lower(subject))",), "were added"),
    "an index of the chain": (("CREATE UNIQUE INDEX x ON ledger_chain (actor, number)",), "other indexes"),
    "capitals mean nothing": (
        _made_anew(_PERSONAL.replace("subject TEXT", "subject TEXT COLLATE NOCASE")),
        "ledger_personal is not as it was made",
    ),
    "a person is filled in": (_made_anew(_PERSONAL.replace("subject TEXT", "subject TEXT DEFAULT 'P1'")), "not as it"),
    "a number is replaced": (_made_anew(_PERSONAL.replace("(number),", "(number) ON CONFLICT REPLACE,")), "not as it"),
    "no entry is needed": (_made_anew(_PERSONAL.split(", FOREIGN")[0] + ")"), "ledger_personal is not as it was made"),
    "an index of nothing": (
        ("DROP INDEX ix_ledger_personal_subject", "CREATE INDEX ix_ledger_personal_subject ON ledger_personal "
         "(subject) WHERE 0"),
        "ix_ledger_personal_subject is not as it was made",
    ),
    "an index without capitals": (
        ("DROP INDEX ix_ledger_personal_subject", "CREATE INDEX ix_ledger_personal_subject ON ledger_personal "
         "(subject COLLATE NOCASE)"),
        "ix_ledger_personal_subject is not as it was made",
    ),
    "an index that leaves a person out": (_WITHOUT_P1, "ix_ledger_personal_subject does not hold the rows"),
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger of an entry about each of three people, nobody having it open."""
    path = tmp_path / "ledger.db"
    with Ledger.open(f"sqlite:///{path}") as ledger:
        ledger.append_many([NewEntry("consultation", "an.analyst", subject=name) for name in ("P1", "P2", "P3")])
    return path


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_told_when_tables_were_made_is_told_still(file: Path, name: str) -> None:
    """An index that was added, a collation, a default, a conflict clause, a missing row of an index: each is found."""
    statements, said = ALTERED[name]
    change(file, *statements)
    assert said in faults(file)


def test_a_view_for_reports_is_nobodys_fault(file: Path) -> None:
    """A view or a table of somebody's own beside the ledger changes nothing of it."""
    change(file, "CREATE VIEW looks AS SELECT kind, count(*) FROM ledger_chain GROUP BY kind", "CREATE TABLE notes (a)")
    assert faults(file) == ""


def test_whom_an_index_leaves_out_is_found_again_when_it_is_made_anew(file: Path) -> None:
    """A person whom no search finds would not be erased: restoring the guards finds them again, on the record."""
    change(file, *_WITHOUT_P1)
    with Ledger.open(f"sqlite:///{file}") as ledger:
        assert list(ledger.entries(subject="P1")) == []
        ledger.restore_guards(actor="an.administrator", reason="An index was found to be wrong.")
        assert [entry.number for entry in ledger.entries(subject="P1")] == [1]
        assert ledger.verify().entries == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_personal SET text = replace(text, 'consulted', 'declined!') WHERE number = 1",
        "UPDATE ledger_personal SET subject = 'P2' WHERE number = 1",
        "UPDATE ledger_personal SET reference = 'N-2' WHERE number = 1",
        "UPDATE ledger_personal SET text = (SELECT text FROM ledger_personal WHERE number = 2) WHERE number = 1",
    ],
)
def test_what_was_altered_is_not_read_as_if_it_had_been_written(tmp_path: Path, statement: str) -> None:
    """A personal part that is not what the chain says is an error for whoever reads it, not only when verifying."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        ledger.append_many(
            [NewEntry("consultation", "a", subject=f"P{i}", payload={"was": "consulted"}) for i in (1, 2)]
        )
        with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
            other.execute(statement)
        with pytest.raises(LedgerError, match="Entry 1 cannot be read: it was altered"):
            list(ledger.entries())
        assert ledger.append(NewEntry("consultation", "a", subject="P3")).number == 3
