"""One person is one key, whatever type a program gave the identifier; what is no identifier is a fault."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.errors import RecordsError
from matac_ml.records import CheckReport, Extract, check_extract, read_extract
from matac_ml.written import has_hidden
from tests.proving import in_prove
from tests.records.folders import SOUND, checked, folder_of

ONE = ["1", "1.0", " 1 ", "1.00"]
NONE = [
    "NULL", "null", "N/A", "#N/A", "NaN", "nan", "None", "NIL", "<NA>", "NaT", "(null)", "\\N", "n.a.", "True", "FALSE",
    "#REF!", "#VALUE!", "inf", "undefined", "1e15", "1.23457E+15", "1E+5", "1234567890123456.0", "2024-06-08",
    "2024-06-08 00:00:00",
]  # fmt: skip
HIDDEN = [
    "A\u200b1",
    "\u202eA1",
    "A\u00a01",
    "A1\u2060",
    "A\u00ad1",
    "A\u30001",
    "A\u31641",
    "e\u0301",
    "A\ufeff1",
    "A\x851",
]
KEPT = ["01", "12E5", "A/1.5", "1234567890123456", "\u00e9", "O'Brien-7", "REF", "true1", "x" * 80]


def inline(person: object, other: object = "1") -> Extract:
    """One incident, a suspect, and one row of people under another form of the identifier."""
    incident: dict[str, Any] = {"incident_id": 7.0, "occurred_on": "2024-01-01", "recorded_on": "2024-01-01",
                                "is_crime": True}  # fmt: skip
    return Extract.from_tables({
        "incidents": [incident],
        "involvements": [{"incident_id": "7", "person_id": person, "role": "suspect"}],
        "people": pd.DataFrame({"person_id": [other]}),
    })  # fmt: skip


def people(extract: Extract) -> list[str]:
    """Everybody's key."""
    return [str(one) for one in extract.people_frame()["person_id"]]


@pytest.mark.parametrize("form", [*ONE, 1, 1.0, Decimal("1.00"), np.int64(1), np.float64(1), np.float32(1)], ids=repr)
def test_one_identifier_in_every_form_is_one_person(form: object) -> None:
    """A number with or without a decimal point, as text or as a number, is the same person as '1'."""
    assert people(inline(form)) == ["1"]
    assert people(inline("1", form)) == ["1"]


def linked(texts: list[str]) -> str:
    """A file of the people in one incident, all suspects."""
    return "\n".join(["incident_id,person_id,role", *(f"I1,{text},suspect" for text in texts), ""])


def test_other_texts_stay_as_they_are(tmp_path: Path) -> None:
    """A leading zero, a code that merely looks odd, and accents are part of an identifier."""
    rows = "".join(f"{text},male\n" for text in KEPT)
    folder = folder_of(tmp_path / "e", involvements=linked(KEPT), people=f"person_id,sex\n{rows}")
    assert sorted(people(read_extract(folder))) == sorted(KEPT)


def test_what_is_no_identifier_is_a_fault(tmp_path: Path) -> None:
    """Words for no value, numbers that lost digits, dates, and characters that cannot be seen; none is shown."""
    texts = [*NONE, *HIDDEN]
    (fault,) = checked(tmp_path / "e", involvements=linked(texts)).faults
    assert (fault.rule, fault.column) == ("not_identifier", "person_id")
    assert fault.rows == tuple(range(2, 2 + len(texts)))
    for text, came in zip(texts, fault.came, strict=True):
        assert text not in came, ascii(text)


def test_every_hidden_character_is_a_fault(tmp_path: Path) -> None:
    """Of all characters, those and only those that matac_ml.written calls hidden stop an identifier."""
    rows = [f"A{chr(code)}1" for code in range(1, 0x3000, 7) if chr(code) not in ',"\n\r']
    hidden = [number for number, row in enumerate(rows, 2) if has_hidden(row)]
    other = [number for number, row in enumerate(rows, 2) if row != normalize("NFC", row)]
    report = checked(tmp_path / "e", people="person_id,sex\n" + "".join(f"{row},male\n" for row in rows))
    (fault,) = [fault for fault in report.faults if fault.rule == "not_identifier"]
    assert list(fault.rows) == sorted({*hidden, *other})


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (True, "not_identifier"), (0.5, "not_identifier"), (1e15, "not_identifier"), (1e300, "not_identifier"),
        (float("inf"), "not_identifier"), (np.float32(16_777_217), "not_identifier"), (b"1", "not_identifier"),
        (Decimal("1.5"), "not_identifier"), ([1], "not_identifier"), ({"a": 1}, "not_identifier"),
        (date(2024, 1, 1), "not_identifier"),
        ("\ud800", "not_identifier"), (10**500, "not_identifier"), (np.datetime64("2024-01-01"), "not_identifier"),
        (float("nan"), "empty"), (pd.NA, "empty"), (pd.NaT, "empty"), (None, "empty"), (Decimal("NaN"), "empty"),
    ],
    ids=lambda one: ascii(one)[:30],
)  # fmt: skip
def test_a_value_that_can_be_no_identifier_is_a_fault(value: object, rule: str) -> None:
    """True, fractions, numbers that lost digits and nested values are faults; NaN and its like are missing."""
    with pytest.raises(RecordsError) as caught:
        inline(value)
    assert f"[{rule}]" in str(caught.value)


COLUMNS: dict[str, tuple[pa.Array, str | None]] = {
    "whole numbers": (pa.array([1]), None),
    "unsigned": (pa.array([1], pa.uint64()), None),
    "doubles": (pa.array([1.0]), None),
    "floats": (pa.array([1.0], pa.float32()), None),
    "decimals": (pa.array([Decimal("1.00")]), None),
    "texts": (pa.array(["1"]), None),
    "a dictionary of texts": (pa.array(["1"]).dictionary_encode(), None),
    "a dictionary of numbers": (pa.array([1]).dictionary_encode(), None),
    "a missing double": (pa.array([float("nan")]), "empty"),
    "a fraction": (pa.array([1.5]), "not_identifier"),
    "a decimal fraction": (pa.array([Decimal("1.50")]), "not_identifier"),
    "a double that lost digits": (pa.array([1e15]), "not_identifier"),
    "a float that lost digits": (pa.array([16_777_217.0], pa.float32()), "not_identifier"),
    "true": (pa.array([True]), "not_identifier"),
    "a time": (pa.array([datetime(2024, 1, 1)]), "not_identifier"),
    "a date": (pa.array([date(2024, 1, 1)]), "not_identifier"),
    "a list": (pa.array([[1]]), "nested_column"),
    "a structure": (pa.array([{"a": 1}]), "nested_column"),
    "bytes": (pa.array([b"1"]), "nested_column"),
    "nothing": (pa.nulls(1), "empty"),
}


@pytest.mark.parametrize(
    "kind",
    in_prove(
        COLUMNS,
        but=["whole numbers", "floats", "decimals", "a dictionary of numbers", "a missing double", "a fraction",
             "a time", "a list"],
    ),
)  # fmt: skip
def test_parquet_gives_the_same_key_for_every_type(kind: str, tmp_path: Path) -> None:
    """A person of a CSV file and of a Parquet column of any type is one person, or the column is a fault."""
    column, rule = COLUMNS[kind]
    folder = folder_of(tmp_path / "e", people="person_id,sex\n1,male\n")
    (folder / "involvements.csv").unlink()
    pq.write_table(pa.table({"incident_id": ["I1"], "person_id": column, "role": ["suspect"]}),
                   folder / "involvements.parquet")  # fmt: skip
    report = check_extract(folder)
    assert [fault.rule for fault in report.faults] == ([rule] if rule else [])
    if rule is None:
        assert people(read_extract(folder)) == ["1"]


def warned(report: CheckReport, rule: str) -> tuple[str, ...]:
    """What came in the warnings of a rule."""
    return tuple(came for warning in report.warnings if warning.rule == rule for came in warning.came)


PLACEHOLDERS = [
    "UNKNOWN", "U/K", "unknown person", "Unknown 2", "0", "0000", "9999", "-", "?", "-1", "N/K", "Not known", "TBC",
    "XX",
]  # fmt: skip


def test_a_placeholder_is_reported(tmp_path: Path) -> None:
    """What people write instead of an identifier is a warning with its first row and its number of rows."""
    report = checked(tmp_path / "e", involvements=f"{linked(PLACEHOLDERS)}I1,A1,victim\n")
    assert report.ok
    found = {
        row: came
        for warning in report.warnings
        if warning.rule == "placeholder"
        for row, came in zip(warning.rows, warning.came, strict=True)
    }
    assert sorted(found) == list(range(2, 2 + len(PLACEHOLDERS)))
    assert all("number of rows: 1" in came for came in found.values())
    assert sorted(read_extract(tmp_path / "e").doubtful()) == sorted(PLACEHOLDERS)


def test_numbers_in_a_row_are_no_placeholders(tmp_path: Path) -> None:
    """Among people who are numbered 9,990 to 10,010, number 9999 is one of them."""
    involvements = "".join(f"I1,{number},suspect\n" for number in range(9990, 10010))
    report = checked(tmp_path / "e", involvements=f"incident_id,person_id,role\n{involvements}")
    assert warned(report, "placeholder") == ()


@pytest.mark.parametrize(
    ("largest", "next_one", "found"), [(60, 3, True), (60, 20, True), (60, 21, True), (19, 1, False)]
)
def test_an_identity_far_larger_than_the_others_is_reported(
    largest: int, next_one: int, found: bool, tmp_path: Path
) -> None:
    """From 20 incidents on, an identity with three times the incidents of the next may stand for several people."""
    incidents = "".join(f"I{n},2024-01-01,2024-01-02,true\n" for n in range(100))
    rows = [f"I{n},BIG,suspect" for n in range(largest)] + [f"I{n},NEXT,suspect" for n in range(next_one)]
    rows += [f"I{n},P{n},suspect" for n in range(20)]
    report = checked(
        tmp_path / "e",
        incidents=f"{SOUND['incidents'].splitlines()[0]}\n{incidents}",
        involvements="incident_id,person_id,role\n" + "\n".join(rows) + "\n",
    )
    assert bool(warned(report, "implausibly_large")) is found


def test_a_moment_is_no_incident_number() -> None:
    """A time where an identifier belongs is a fault, with its zone or without."""
    with pytest.raises(RecordsError):
        inline(datetime(2024, 1, 1, tzinfo=UTC))
