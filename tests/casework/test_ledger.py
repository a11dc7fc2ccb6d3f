"""The ledger is append-only: whatever is changed in it is found, and erasure leaves it valid."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matac_ml.casework import GENESIS, Ledger, NewEntry, reading
from matac_ml.casework import ledger as ledger_module
from matac_ml.casework.reading import Reader
from matac_ml.errors import LedgerError
from tests.casework.steps import look


def test_entries_are_numbered_chained_and_found(each_url: str) -> None:
    """Numbers run without gaps, each entry names the one before, and entries are found by subject and reference."""
    with Ledger.open(each_url) as ledger:
        assert ledger.head() == GENESIS
        first = ledger.append(look("P1", reference="N-1"))
        rest = ledger.append_many([look("P2"), look("P1")])
        assert [first.number, *(entry.number for entry in rest)] == [1, 2, 3]
        assert rest[0].previous == first.hash
        assert ledger.head() == rest[1].hash
        assert [entry.number for entry in ledger.entries(subject="P1")] == [1, 3]
        found = next(ledger.entries(reference="N-1"))
        assert found == first
        assert found.personal is not None
        assert found.personal.payload == {"total": 40, "words": "Zoë"}
        assert ledger.verify(head=first.hash).entries == 3


@pytest.mark.parametrize("person", ["P-1", "P_1", "50%", 'P"1', "P\\1", "P/1", "Zoë"])
def test_who_is_named_is_found_whatever_signs_the_identifier_holds(each_url: str, person: str) -> None:
    """As a whole word in entries about others; what only looks like it, as to a pattern, is not taken for it."""
    others = [person, f"{person}2", f"x{person}", "P-11", "Px1", "50x"]
    with Ledger.open(each_url) as ledger:
        ledger.append_many([NewEntry("consultation", "a", subject="A", payload={"said": other}) for other in others])
        ledger.append(NewEntry("consultation", "a", subject=person, payload={"said": person}))
        assert ledger.naming([person]) == (1,)


def test_many_writers_make_one_chain(each_url: str) -> None:
    """Eight threads with a ledger each add 25 entries: 200 in one chain, none lost or doubled."""

    def write(name: int) -> None:
        with Ledger.open(each_url) as mine:
            for turn in range(25):
                mine.append(look(f"P{name}", reference=f"N-{name}-{turn}"))

    Ledger.open(each_url).close()
    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Ledger.open(each_url) as ledger:
        references = [entry.personal.reference for entry in ledger.entries() if entry.personal]
        assert len(set(references)) == len(references) == 200
        assert ledger.verify().entries == 200


def test_erasure_leaves_the_chain_valid(each_url: str) -> None:
    """Nothing of the person is found any more, the rest stays, and the chain with its old head verifies."""
    with Ledger.open(each_url) as ledger:
        ledger.append_many([look("P-ERASE-ME"), look("P2"), look("P-ERASE-ME")])
        approval = ledger.append(NewEntry("model_approved", "the.board", reference="a model"))
        head = ledger.head()
        done = ledger.erase(actor="an.administrator", reason="Retention has ended.", subject="P-ERASE-ME")
        assert done.personal is not None
        assert done.personal.payload == {"numbers": [1, 3]}
        assert list(ledger.entries(subject="P-ERASE-ME")) == []
        verified = ledger.verify(head=head)
        assert (verified.entries, verified.erased) == (5, 2)
        ledger.erase(actor="an.administrator", reason="Seven years.", before=datetime.now(UTC) + timedelta(days=1))
        assert ledger.verify(head=head).erased == 3
        assert list(ledger.entries(reference="a model")) == [approval]


def test_what_was_erased_is_in_no_file(tmp_path: Path) -> None:
    """While another has the ledger open, neither the database nor its log of writes holds the person any more."""
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger.open(address) as other, Ledger.open(address) as ledger:
        ledger.append(look("P-ERASE-ME"))
        other.append(look("P2"))
        assert any(b"P-ERASE-ME" in file.read_bytes() for file in tmp_path.iterdir())
        ledger.erase(actor="an.administrator", reason="Retention has ended.", subject="P-ERASE-ME")
        assert not any(b"P-ERASE-ME" in file.read_bytes() for file in tmp_path.iterdir())
        assert other.verify().erased == 1


def test_an_account_that_may_only_insert_and_read_can_serve_and_cannot_erase(postgresql: str) -> None:
    """Once the tables are made, the account of a service opens the ledger and adds to it; it cannot erase."""
    import psycopg

    Ledger.open(postgresql).close()
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE ROLE only_serves LOGIN")
        connection.execute("GRANT SELECT, INSERT ON ledger_chain, ledger_personal TO only_serves")
    with Ledger.open(postgresql.replace("postgres:@", "only_serves:@")) as ledger:
        ledger.append(look("P-SERVED"))
        with pytest.raises(LedgerError, match="InsufficientPrivilege"):
            ledger.erase(actor="a", reason="Retention has ended.", subject="P-SERVED")
        assert len(list(ledger.entries(subject="P-SERVED"))) == 1


def test_the_database_itself_refuses_a_change_of_the_chain(each_url: str) -> None:
    """An UPDATE or DELETE with the service's own rights is refused by a trigger."""
    import sqlalchemy as sa

    with Ledger.open(each_url) as ledger:
        ledger.append(look("P1"))
        for statement in ("UPDATE ledger_chain SET actor = 'nobody'", "DELETE FROM ledger_chain"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger._engine.begin() as connection:
                connection.exec_driver_sql(statement)
        assert ledger.verify().entries == 1


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        ("UPDATE ledger_chain SET actor = 'nobody' WHERE number = 2", "entry 2 was altered"),
        ("UPDATE ledger_chain SET recorded_at = '2020' WHERE number = 2", "entry 2 has no date as the ledger"),
        ("DELETE FROM ledger_personal WHERE number = 2", "personal part of entry 2 is missing"),
        ("UPDATE ledger_personal SET text = replace(text, '40', '10') WHERE number = 2", "entry 2 was altered"),
        ("UPDATE ledger_personal SET subject = 'P9' WHERE number = 2", "personal part of entry 2 was altered"),
        ("DELETE FROM ledger_chain WHERE number = 2", "there should be entry 2"),
        ("DELETE FROM ledger_chain WHERE number = 3", "head that was kept is in no entry"),
    ],
)
def test_whatever_is_changed_behind_our_back_is_found(tmp_path: Path, tamper: str, said: str) -> None:
    """With the triggers taken away, a change of any part, a hole and a cut tail are each found and named."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        ledger.append_many([look("P1"), look("P2"), look("P3")])
        head = ledger.head()
        raw = sqlite3.connect(tmp_path / "ledger.db")
        with raw:
            raw.execute("DROP TRIGGER ledger_chain_no_update")
            raw.execute("DROP TRIGGER ledger_chain_no_delete")
            raw.execute(tamper)
        raw.close()
        with pytest.raises(LedgerError) as found:
            ledger.verify(head=head)
        assert any(said in fault for fault in found.value.faults)


def test_an_address_with_a_password_is_not_repeated() -> None:
    """What cannot be reached is said without its address."""
    for address in ("mysql://user:secret@host/ledger", "nonsense secret", "postgresql://u:secret@127.0.0.1:1/ledger"):
        with pytest.raises(LedgerError) as refused:
            Ledger.open(address)
        assert "secret" not in str(refused.value)


def test_a_file_that_was_taken_away_is_not_written_to(tmp_path: Path) -> None:
    """Deleted while open, and replaced by another ledger: both are refused, so that no entry is lost unseen."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        ledger.append(look("P1"))
        (tmp_path / "ledger.db").rename(tmp_path / "kept.db")
        with pytest.raises(LedgerError):
            ledger.append(look("P2"))
        Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}").close()
        with pytest.raises(LedgerError, match="has been replaced since it was opened"):
            ledger.append(look("P2"))


def test_an_error_of_the_database_does_not_repeat_what_was_being_written(url: str) -> None:
    """A refused INSERT says what kind of error it was; who the entry is about and why are in no part of it."""
    with Ledger.open(url) as ledger:
        with ledger._engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE ledger_personal")
        with pytest.raises(LedgerError) as refused:
            ledger.append(look("P-SECRET"))
    said: list[str] = []
    error: BaseException | None = refused.value
    while error is not None:
        said.append(str(error))
        error = error.__cause__
    assert len(said) > 1
    assert not [text for text in said if "P-SECRET" in text or "November" in text]


def test_entries_of_several_pages_come_once_each_and_in_order(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read outside and inside a writing transaction, whether the last page is full or not."""
    for module in (ledger_module, reading):
        monkeypatch.setattr(module, "PAGE", 2)
    seen: list[list[int]] = []

    def decide(reader: Reader) -> list[NewEntry]:
        seen.append([entry.number for entry in reader.entries()])
        return [look("P1")]

    with Ledger.open(url) as ledger:
        for written in range(6):
            assert [entry.number for entry in ledger.entries()] == list(range(1, written + 1))
            ledger.append_decided(decide)
    assert seen == [list(range(1, written + 1)) for written in range(6)]
