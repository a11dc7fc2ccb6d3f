"""Ledgers of each database, and a cycle whose today is the day of the meeting."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger
from matac_ml.casework.toolkit import load_toolkit

MEETING = date(2025, 6, 2)
#: Of a force in which one specialist judges alone: most tests are about what comes before or after.
ONE_JUDGE = Path(__file__).parent / "one-judgement.yaml"
ONE = load_toolkit(ONE_JUDGE)


@pytest.fixture(autouse=True)
def _one_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of these tests go by that toolkit, unless they name another."""
    monkeypatch.setenv("MATAC_TOOLKIT", str(ONE_JUDGE))


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of an empty ledger."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def each_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty ledger, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    import psycopg

    address = request.getfixturevalue("postgresql")
    name = f"ledger_{abs(hash(tmp_path)):x}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return (
        address.replace("/postgres?", f"/{name}?") if "/postgres?" in address else f"{address.rsplit('/', 1)[0]}/{name}"
    )


@pytest.fixture
def cycle(url: str) -> Iterator[Cycle]:
    """A cycle on the day of the meeting."""
    with Ledger.open(url) as ledger:
        yield Cycle(ledger, ONE, today=lambda: MEETING)
