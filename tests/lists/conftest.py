"""An empty ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from matac_ml.casework import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger in which nothing stands."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as book:
        yield book
