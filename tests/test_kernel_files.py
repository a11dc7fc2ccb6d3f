"""Small rooms of the kernel: the clock, text that people write, CSV that leaves, files that are private."""

import os
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml import clock
from matac_ml.csvfile import csv_text, frame_text, safe_cell
from matac_ml.errors import InvariantError, LedgerError, shown_errors
from matac_ml.outfile import write_whole
from matac_ml.written import fault_of_reason, faults_of_name, has_hidden, is_reason, seen_characters


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_today_is_of_the_stated_zone_and_never_of_the_machine(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late on a summer evening in UTC it is the next day in London, whatever the machine believes."""
    monkeypatch.setenv("TZ", zone)
    with clock.set_clock(datetime(2025, 6, 30, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2025, 7, 1)
        assert clock.today(ZoneInfo("America/New_York")) == date(2025, 6, 30)


def test_the_clock_refuses_a_moment_without_a_zone() -> None:
    """A moment without a time zone is not a moment."""
    with pytest.raises(ValueError, match="time zone"), clock.set_clock(datetime(2025, 1, 1)):
        pass


@pytest.mark.parametrize(
    "blank",
    [" ", "\u00a0", "\u3164", "\u200b", "\u2800", "\u00ad", "\ufe0f", "\uffa0", "\u115f", "\t", "\U000e0020", "\ufffc",
     "\U0001d159"],
)  # fmt: skip
def test_blanks_explain_nothing(blank: str) -> None:
    """Ten of any character that shows nothing are no reason, alone or between letters."""
    assert not is_reason(blank * 10)
    assert not is_reason(blank.join("too short"[:5]))
    assert seen_characters(f"a{blank}b") == 2


@pytest.mark.parametrize("mark", ["\u0301", "\u0336", "\u20dd", "\u0f35"])
def test_an_accent_is_no_character_of_a_reason(mark: str) -> None:
    """Accents alone are neither a reason nor a name, and ten of them on one letter are one character."""
    assert not is_reason(mark * 12)
    assert faults_of_name(mark, "a name")
    assert seen_characters("a" + mark * 9) == 1
    assert not has_hidden("a" + mark)


@pytest.mark.parametrize(
    "text",
    ["." * 10, "-" * 40, "1234567890", "12/06/2025 14:30", "xxxxxxxxxxxx", "aAaAaAaAaA", "ababababab",
     "\U0001f44d" * 10, "?!?!?!?!?!?!", "£" * 11, "\u0410" * 10, "n/a, n/a, n/a", "_" * 11],
)  # fmt: skip
def test_signs_explain_nothing(text: str) -> None:
    """Ten signs, digits or one letter repeated are no reason: whoever reads it later learns nothing."""
    assert not is_reason(text)
    assert "words" in fault_of_reason(text)


@pytest.mark.parametrize("name", [".", "-", "...", "?!", "\U0001f44d", "__", "´"])
def test_a_name_has_a_letter_or_a_digit(name: str) -> None:
    """A full stop names nobody; a collar number does."""
    assert faults_of_name(name, "a name")
    assert not faults_of_name("4711", "a name")


def test_ordinary_writing_is_seen() -> None:
    """Letters of any script, accents and signs count; nothing in them is hidden."""
    for text in (
        "Panel of 3 May",
        "MARAC 12/06/2025",
        "Ref. 2024/0017 (AB, C)",
        "Żółć gęślą jaźń",
        "ابتعد عن المنزل",
        "中文说明原因已经写明了啊",
    ):
        assert is_reason(text)
        assert not has_hidden(text)
    assert has_hidden("P\u202e1")
    assert has_hidden("P\u200b1")


@given(st.text(min_size=1))
def test_no_cell_begins_a_formula(text: str) -> None:
    """Whatever the text, the cell that leaves begins with no sign that a spreadsheet runs; the text stays in it."""
    cell = str(safe_cell(text))
    assert cell.lstrip()[:1] not in ("=", "+", "-", "@")
    assert cell[:1] not in ("\t", "\r", "\n")
    assert cell.removeprefix("'") == text or cell == text


def test_tables_leave_with_safe_cells_and_numbers_as_they_are() -> None:
    """Names of columns and texts are made safe; a negative number is a number still."""
    table = pd.DataFrame({"=person": ["@A", "B"], "points": [-3, 4]})
    assert frame_text(table) == "'=person,points\n'@A,-3\nB,4\n"
    assert csv_text(["-x"], [["+1", -1]]) == "'-x\n'+1,-1\n"


def test_a_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    """Neither the file nor what is written beside it can be read by another user, at any moment."""
    with write_whole(tmp_path / "list.csv") as partial:
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600
        partial.write_text("person\n", encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_writers_of_one_file_are_not_in_each_others_way(tmp_path: Path) -> None:
    """The last to end has written the file whole; what a killed writer left behind stops nobody."""
    (tmp_path / f".partial-{os.getpid()}-list.csv").touch()
    with write_whole(tmp_path / "list.csv") as first:
        first.write_text("first", encoding="utf-8")
        with write_whole(tmp_path / "list.csv") as second:
            second.write_text("second", encoding="utf-8")
        assert (tmp_path / "list.csv").read_text(encoding="utf-8") == "second"
    assert (tmp_path / "list.csv").read_text(encoding="utf-8") == "first"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            LedgerError("The ledger is shut.", faults=["one", "two"]),
            7,
            "matac: The ledger is shut.\n  - one\n  - two\n",
        ),
        (FileNotFoundError(2, "No such file or directory", "codes.csv"), 2, "codes.csv: No such file or directory"),
        (OSError(28, "No space left on device"), 2, "matac: No space left on device\n"),
    ],
)
def test_an_error_for_the_reader_ends_with_its_message(
    error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every program says what is wrong in the same form, with the exit code of the kind of error."""
    with pytest.raises(SystemExit) as ended, shown_errors("matac"):
        raise error
    assert (ended.value.code, said in capsys.readouterr().err) == (code, True)


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    """What the reader cannot mend is not made to look as if they could."""
    with pytest.raises(InvariantError), shown_errors("matac"):
        raise InvariantError("a law did not hold")
