"""A wrong clock, or one that was set right, makes the ledger neither unusable nor false."""

from datetime import UTC, datetime, timedelta

import pytest

from matac_ml.casework import Ledger
from matac_ml.cli import main
from matac_ml.clock import set_clock
from matac_ml.errors import LedgerError
from tests.casework.steps import look

TODAY = datetime(2025, 6, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "apart", [timedelta(days=-366), timedelta(days=-30), timedelta(minutes=-5, seconds=-1), timedelta(days=366)]
)
def test_each_entry_is_dated_by_its_own_clock(each_url: str, apart: timedelta) -> None:
    """Up to a year ahead or back the clock is believed; an entry dated before another is said, and the chain holds."""
    with Ledger.open(each_url) as ledger:
        for moment in (TODAY, TODAY + apart, TODAY):
            with set_clock(moment):
                assert ledger.append(look("P1")).recorded_at == moment
        assert ledger.verify().set_back == ((2,) if apart < timedelta() else (3,))


@pytest.mark.parametrize("moment", [datetime(2099, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC),
                                    TODAY + timedelta(days=367), TODAY - timedelta(days=367)])  # fmt: skip
def test_an_implausible_clock_writes_nothing(url: str, moment: datetime) -> None:
    """More than a year from the last entry: refused, and the next entry by the mended clock is dated by it."""
    with Ledger.open(url) as ledger:
        with set_clock(TODAY):
            ledger.append(look("P1"))
        with (
            set_clock(moment),
            pytest.raises(LedgerError, match=r"more than 366 days .*2025-06-02. Nothing was written"),
        ):
            ledger.append(look("P2"))
        with set_clock(TODAY + timedelta(hours=1)):
            assert ledger.append(look("P2")).recorded_at == TODAY + timedelta(hours=1)
        assert ledger.verify().set_back == ()


def test_clocks_that_differ_a_little_make_no_step_back(url: str) -> None:
    """Two machines up to five minutes apart: the entry is dated as the one before it."""
    with Ledger.open(url) as ledger:
        for seconds in (0, -60, -299):
            with set_clock(TODAY + timedelta(seconds=seconds)):
                assert ledger.append(look("P1")).recorded_at == TODAY
        assert ledger.verify().set_back == ()


@pytest.mark.parametrize("first", [datetime(2099, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)])
def test_a_clock_that_is_right_after_all_is_acknowledged_on_the_record(
    url: str, first: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a year without an entry, or a first entry by a wrong clock, a named person says so, and work goes on."""
    with Ledger.open(url) as ledger:
        with set_clock(first):
            ledger.append(look("P1"))
        with set_clock(TODAY):
            with pytest.raises(LedgerError, match="acknowledge-clock"):
                ledger.append(look("P2"))
            with pytest.raises(SystemExit) as ended:
                main(["ledger", "acknowledge-clock", "--ledger", url, "--actor", "an.administrator",
                      "--reason", "The machine's battery was changed."])  # fmt: skip
            assert not ended.value.code
            assert ledger.append(look("P2")).recorded_at == TODAY
        done = next(ledger.entries(kind="clock_acknowledged"))
        assert done.personal is not None
        assert (done.recorded_at, done.personal.payload["last entry"]) == (
            TODAY,
            first.isoformat(timespec="microseconds"),
        )
        ledger.verify()
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["ledger", "verify", "--ledger", url])
    assert ("dated earlier than others: 2" in capsys.readouterr().out) == (first.year == 2099)
