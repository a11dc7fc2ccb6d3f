"""A check ends with findings or none, whatever the files hold; long chains and repeated keys cost little."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matac_ml.cli import main
from matac_ml.page import as_html, as_markdown, as_text
from matac_ml.records import check_extract, identities, read_extract
from matac_ml.records.document import check_page
from matac_ml.vocabulary import TABLES
from tests.proving import at_least
from tests.records.folders import INCIDENTS, SOUND, checked, folder_of, rows_of

CELLS = st.one_of(
    st.sampled_from(["", "I1", "A1", "A2", "2024-01-01", "true", "suspect", "victim", '"', '"a\n"', "NULL", "x" * 300]),
    st.text(max_size=8),
)


@st.composite
def files(draw: st.DrawFn) -> dict[str, bytes]:
    """Some of the tables, with some of their columns and rows of any cells; perhaps with a few bytes changed."""
    found = {}
    for table in draw(st.lists(st.sampled_from(TABLES), unique=True, min_size=1)):
        names = [c.name for c in table.columns if c.required or draw(st.booleans())]
        rows = draw(st.lists(st.lists(CELLS, min_size=len(names) - 1, max_size=len(names)), max_size=4))
        text = "\n".join(",".join(row) for row in [names, *rows]).encode(errors="replace")
        if draw(st.booleans()):
            at = draw(st.integers(0, len(text)))
            text = text[:at] + draw(st.binary(max_size=4)) + text[at:]
        found[table.name] = text
    return found


@given(files())
@settings(max_examples=at_least(7, 25), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_check_ends_with_findings_or_none(given_files: dict[str, bytes]) -> None:
    """Rows, cells and bytes of any kind give a report that can be written in every form, and never a traceback."""
    with tempfile.TemporaryDirectory() as name:
        report = checked(Path(name) / "e", **given_files)  # type: ignore[arg-type]
        page = check_page(report)
        assert as_text(page)
        assert as_html(page)
        assert as_markdown(page)


@pytest.mark.parametrize("row", ["I2,2024-01-01,,true", "I2,2024-01-01,x,true", "I2,,2024-01-01,true", ",,,", "I2,,,"])
def test_a_row_without_its_days_is_listed(row: str, tmp_path: Path) -> None:
    """A row that lacks a day, or has a bad one, is a fault; the report of quality counts the others."""
    report = checked(tmp_path / "e", incidents=f"{SOUND['incidents']}{row}\n")
    assert all(3 in fault.rows for fault in report.faults)
    assert report.faults
    assert report.quality is not None


CHAIN = 20_000


def test_a_chain_of_merges_is_followed_to_its_end(tmp_path: Path) -> None:
    """20,000 identities that were merged one into the next are all the last one."""
    merges = "person_id,merged_into\n" + "".join(f"M{n},M{n + 1}\n" for n in range(CHAIN))
    extract = read_extract(folder_of(tmp_path / "e", merges=merges))
    assert identities(extract, "M7")[0] == f"M{CHAIN}"
    assert len(identities(extract, "M7")) == CHAIN + 1


def test_merges_of_one_person_on_very_many_days_are_faults(tmp_path: Path) -> None:
    """Identities times days would be kept: 20,000 merges, each on a day of its own, are refused row by row."""
    days = [date(1950, 1, 1) + timedelta(days=n) for n in range(CHAIN)]
    merges = "person_id,merged_into,merged_on\n" + "".join(f"M{n},M{n + 1},{day}\n" for n, day in enumerate(days))
    report = checked(tmp_path / "e", merges=f"{merges}A,B,2024-01-01\n")
    assert {fault.rule: fault.count for fault in report.faults} == {"merges_on_many_days": CHAIN}


def test_every_row_of_a_circle_of_merges_is_a_fault(tmp_path: Path) -> None:
    """Two circles of different length are listed row by row; a chain that leads into one is not."""
    merges = "person_id,merged_into\nA,B\nB,C\nC,A\nD,A\nX,Y\nY,X\nP,Q\nQ,R\n"
    assert rows_of(checked(tmp_path / "e", merges=merges).faults) == {("merge_cycle", "merged_into"): (2, 3, 4, 6, 7)}


def test_one_incident_repeated_many_times_costs_no_more_than_its_rows(tmp_path: Path) -> None:
    """20,000 rows of one incident and 20,000 links to it are faults and warnings, not 400 million pairs."""
    n = 20_000
    report = checked(
        tmp_path / "e",
        incidents=f"{INCIDENTS}\n" + "I1,2024-01-01,2024-01-02,true\n" * n,
        involvements="incident_id,person_id,role\n" + "I1,A1,suspect\nI1,A1,victim\n" * (n // 2),
        reclassifications="incident_id,reclassified_on,is_crime\n" + "I1,2024-01-01,true\n" * n,
    )
    assert {fault.rule: fault.count for fault in report.faults} == {
        "repeated": n - 1,
        "reclassified_before_recorded": n,
    }


def test_a_parquet_file_made_to_exhaust_memory_is_a_fault(tmp_path: Path) -> None:
    """More rows than bytes, a huge text held many times, thousands of columns: found before reading."""
    n = 500_000
    held = {"rows": (n, "x"), "texts": (1000, "x" * 1_000_000)}
    tables = {
        name: pa.table({
            column: pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text]))
            for column in INCIDENTS.split(",")
        })
        for name, (rows, text) in held.items()
    } | {"columns": pa.table({f"c{number}": [1] for number in range(1500)})}  # fmt: skip
    for name, table in tables.items():
        folder = folder_of(tmp_path / name)
        (folder / "incidents.csv").unlink()
        pq.write_table(table, folder / "incidents.parquet", compression="zstd")
        assert ("too_large", None) in rows_of(check_extract(folder).faults), name


def test_offence_codes_that_are_dates_or_unknown_are_reported_with_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A code that a spreadsheet made a date of is a warning, and every code the harm index lacks is counted."""
    codes = [
        "2024-06-08",
        "08-Jun",
        "Jun-08",
        "08/06/2024",
        "8/6",
        "105-A",
        "2024-06-08 00:00:00",
        "NO_SUCH_CODE",
        "NO_SUCH_CODE",
    ]
    rows = "".join(f"I{n},2024-01-01,2024-01-02,true,{code}\n" for n, code in enumerate(codes, 1))
    folder = folder_of(tmp_path / "e", incidents=f"{INCIDENTS},offence_code\n{rows}")
    assert rows_of(check_extract(folder).warnings)["offence_is_a_date", "offence_code"] == (2, 3, 4, 5, 8)
    with pytest.raises(SystemExit) as ended:
        main(["check", str(folder)])
    assert ended.value.code == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "2024-06-08 1" in said
    assert "NO_SUCH_CODE 2" in said


@pytest.mark.parametrize("state", ["absent", "no value", "the same value in every row"])
def test_a_column_that_says_nothing_is_reported_with_what_follows(state: str, tmp_path: Path) -> None:
    """An optional column that is absent, empty or constant is no fault, and the report says what follows."""
    cell = {"absent": "", "no value": ",", "the same value in every row": ",true"}[state]
    head = INCIDENTS + (",alcohol" if cell else "")
    rows = "".join(f"I{n},2024-01-01,2024-01-02,true{cell}\n" for n in range(1, 13))
    report = checked(tmp_path / "e", incidents=f"{head}\n{rows}")
    assert report.ok
    assert report.quality is not None
    (found,) = [one for one in report.quality.uninformative if one.what == "incidents.alcohol"]
    assert found.state == ("no value" if state == "absent" else state)
    assert "incidents.alcohol" in as_text(check_page(report))


def test_a_list_says_first_which_identity_may_be_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Above the places of a list stands who of them may not be one person."""
    folder = folder_of(tmp_path / "e", involvements="incident_id,person_id,role\nI1,UNKNOWN,suspect\n")
    with pytest.raises(SystemExit):
        main(["matrix", "score", str(folder)])
    said = capsys.readouterr().out
    assert said.index("CHECK FIRST") < said.index("person  ")
