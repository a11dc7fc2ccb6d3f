"""An agency's records as they are typed on a command line."""

from datetime import date
from pathlib import Path

import pytest

from matac_ml.casework import Ledger
from matac_ml.casework.referral import AgencyRecord, records_typed
from matac_ml.errors import UsageError
from tests.cli.test_commands import ended


def test_each_record_has_a_day_and_what_happened() -> None:
    """An equals sign in what happened is part of it; a fault names the record and not what it says."""
    assert records_typed(["2026-11-01=Rent = late"]) == (AgencyRecord(date(2026, 11, 1), "Rent = late"),)
    with pytest.raises(UsageError) as refused:
        records_typed(["2026-11-01=Visit", "Shouting heard"])
    assert "Record 2" in str(refused.value)
    assert "Shouting heard." not in str(refused.value).replace("2026-11-28=Shouting heard.", "")


def test_a_referral_by_command_keeps_an_agencys_records(tmp_path: Path) -> None:
    """Beside the terms, as a form of the pages and a request do."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    said = ("--actor", "H. Officer", "--reason", "Two complaints this month.", "--source", "Housing")
    assert ended("cycle", "refer", "H-1", "--ledger", url, *said, "--record", "2025-03-01=Shouting heard.") == 0
    with Ledger.open(url) as ledger:
        (entry,) = ledger.entries(kind="referral")
    assert entry.personal is not None
    assert entry.personal.payload["records"] == [{"on": "2025-03-01", "what": "Shouting heard."}]
