"""Every row of a CSV file is read or is a fault, and a finding names the line that an editor shows."""

from itertools import product
from pathlib import Path

import pytest

from matac_ml.records.csvrows import copy_rows
from tests.proving import in_prove
from tests.records.folders import INCIDENT, INCIDENTS, checked, rows_of

BAD = "I9,x,2024-01-02,true"
WITH_AREA = f"{INCIDENTS},area"
#: What stands in incidents.csv -> the rules broken, with the lines.
FILES: dict[str, tuple[str, dict[str, tuple[int, ...]]]] = {
    "blank lines": (f"{INCIDENTS}\n{INCIDENT}\n\n\n\n{BAD}\n", {"not_date": (6,)}),
    "blank lines first": (f"\n\n{INCIDENTS}\n\n{INCIDENT}\n{BAD}\n", {"not_date": (6,)}),
    "lines of blanks": (f"{INCIDENTS}\n  \n\t\n{INCIDENT}\n{BAD}\n", {"not_date": (5,)}),
    "a byte order mark": (f"\ufeff{INCIDENTS}\n\n{INCIDENT}\n{BAD}\n", {"not_date": (4,)}),
    "carriage returns and line feeds": (f"{INCIDENTS}\r\n\r\n{INCIDENT}\r\n{BAD}\r\n", {"not_date": (4,)}),
    "carriage returns alone": (f"{INCIDENTS}\r{INCIDENT}\r\r{BAD}\r", {"not_date": (4,)}),
    "two kinds of line ends": (f"{INCIDENTS}\n{INCIDENT}\r\n{BAD}\n", {"not_date": (3,)}),
    "a carriage return inside": (f"{INCIDENTS}\n{INCIDENT}\nI\r2,2024-01-01,2024-01-02,true\n", {"not_csv": (3,)}),
    "a quoted line break": (f'{WITH_AREA}\n{INCIDENT},"a\n\nb"\n{BAD},c\n', {"not_text": (2,), "not_date": (5,)}),
    "an open quote": (f'{WITH_AREA}\n{INCIDENT},"a\n{BAD},c\n', {"bad_quotes": (2,), "not_date": (3,)}),
    "an open quote that a later one ends": (
        f'{WITH_AREA}\n{INCIDENT},a\nI2,2024-01-01,2024-01-02,true,"b\n{BAD},"c"\n',
        {"bad_quotes": (3,), "not_date": (4,)},
    ),
    "text after a quote": (f'{WITH_AREA}\n{INCIDENT},a\nI2,2024-01-01,2024-01-02,true,"b"c\n', {"bad_quotes": (3,)}),
    "a row of few cells": (f"{INCIDENTS}\n{INCIDENT}\n\nI2,2024-01-01\n", {"too_few_cells": (4,)}),
    "the last row without its end": (f"{INCIDENTS}\n{INCIDENT}\nI2,2024-01-01", {"too_few_cells": (3,)}),
    "a row of many cells": (f"{INCIDENTS}\n{INCIDENT}\n{BAD},1\n", {"too_many_cells": (3,)}),
    "a long row": (f"{INCIDENTS}\n{INCIDENT}\n{'x' * 300_000}\n{BAD}\n", {"long_row": (3,), "not_date": (4,)}),
    "a quoted comma": (f'{WITH_AREA}\n\n{INCIDENT},"a, ""b"""\n{BAD}, "c,d" \n', {"not_date": (4,)}),
    "every cell empty": (f"{INCIDENTS}\n{INCIDENT}\n,,,\n", {"empty": (3,)}),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_finding_names_the_line_of_the_file(kind: str, tmp_path: Path) -> None:
    """Whatever stands between the rows, each bad row is found, at its own line, and nothing else is."""
    text, expected = FILES[kind]
    faults = checked(tmp_path / "e", incidents=text).faults
    assert {fault.rule: fault.rows for fault in faults if fault.file == "incidents.csv"} == expected


OPEN_QUOTE = 'LOST,2024-01-01,2024-01-02,"true'


def test_bytes_in_another_encoding_are_a_fault_of_their_row(tmp_path: Path) -> None:
    """A row in Latin-1 is named; the rows around it are read."""
    text = f"{INCIDENTS}\n{INCIDENT}\nI\u00e9,2024-01-01,2024-01-02,true\n{BAD}\n".encode("latin-1")
    found = rows_of(checked(tmp_path / "e", incidents=text).faults)
    assert found[("not_utf8", None)] == (3,)
    assert found[("not_date", "occurred_on")] == (4,)


@pytest.mark.parametrize(
    ("over", "last"),
    in_prove(
        product((-1, 0, 1, 7), ("LOST,2024-01-01", OPEN_QUOTE, "LOST")),
        but=[(-1, "LOST,2024-01-01"), (0, OPEN_QUOTE), (1, "LOST")],
    ),
)
def test_an_incomplete_last_row_is_a_fault_wherever_a_buffer_ends(last: str, over: int, tmp_path: Path) -> None:
    """At 16 MiB and around it, a last row that lacks cells or the end of a quote is found at its line."""
    row = f"{'x' * 70},2024-01-01,2024-01-02,true\n"
    head = f"{INCIDENTS}\n"
    room = 16 * 2**20 + over - len(last) // 2 - len(head)  # the last row lies across the boundary
    rows = room // len(row)
    filled = "y" * (room - rows * len(row)) + row
    text = head + row * (rows - 1) + filled + last
    found = rows_of(checked(tmp_path / "e", incidents=text).faults)
    assert found[("bad_quotes" if '"' in last else "too_few_cells", None)] == (rows + 2,)


def test_reading_costs_no_more_for_quotes_that_stay_open(tmp_path: Path) -> None:
    """100,000 rows with an open quote are counted as faults; beyond them the file is not read, and this is said."""
    (tmp_path / "in.csv").write_text("a,b\n" + '"x,1\n' * 120_000, encoding="ascii")
    rows, refused = copy_rows(tmp_path / "in.csv", tmp_path / "out.csv", cells=2, ending="\n")
    assert rows == 0
    assert refused.counts == {"bad_quotes": 100_000, "not_read": 1}
    assert len(refused.lines["bad_quotes"]) == 1000
