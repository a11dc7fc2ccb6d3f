"""Every bad row of an extract is listed at once: file, row, column and rule, never a value that names somebody."""

from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.cli import main
from matac_ml.errors import RecordsError
from matac_ml.records import check_extract, read_extract
from matac_ml.synthetic import make_force
from tests.proving import in_prove
from tests.records.folders import INCIDENTS, folder_of

#: planted fault -> (file, a line added to it, what the message must hold)
PLANTED = {
    "a date that is none": ("incidents", "F1,31/02/2024,2024-03-01,true", "occurred_on"),
    "recorded before it occurred": ("incidents", "F2,2024-03-02,2024-03-01,true", "recorded_before_occurred"),
    "recorded after the cut-off": ("incidents", "F3,2024-03-01,2031-01-01,true", "after_cut_off"),
    "not true or false": ("incidents", "F4,2024-03-01,2024-03-01,perhaps", "is_crime"),
    "an identifier left out": ("incidents", ",2024-03-01,2024-03-01,true", "incident_id"),
    "an incident twice": ("incidents", "F6,2024-03-01,2024-03-01,true\nF6,2024-03-01,2024-03-01,true", "repeated"),
    "a link to no incident": ("involvements", "F9,SECRET7,suspect,2024-03-01,", "no_such_incident"),
    "a role that is none": ("involvements", "F8,SECRET8,bystander,2024-03-01,", "role"),
    "a relationship that is none": ("involvements", "F8,SECRET9,victim,2024-03-01,neighbour", "relationship"),
    "a person twice": ("people", "SECRET1,1980-01-01,male\nSECRET1,1980-01-01,male", "repeated"),
    "a sex that is none": ("people", "SECRET2,1980-01-01,x", "sex"),
    "died before birth": ("people", "SECRET3,1980-01-01,male,1970-01-01", "died_before_birth"),
}
HEADS = {
    "incidents": "incident_id,occurred_on,recorded_on,is_crime",
    "involvements": "incident_id,person_id,role,recorded_on,relationship",
    "people": "person_id,birth_date,sex,deceased_on",
}
SOUND = {
    "incidents": ["F8,2024-03-01,2024-03-01,true"],
    "involvements": ["F8,SECRET0,suspect,2024-03-01,"],
    "people": ["SECRET0,1980-01-01,female,"],
}


def extract_with(folder: Path, *kinds: str) -> Path:
    """A folder with these kinds of fault, and nothing else wrong."""
    folder.mkdir()
    for name, head in HEADS.items():
        lines = [*SOUND[name]]
        for kind in kinds:
            file, line, _ = PLANTED[kind]
            lines += line.split("\n") if file == name else []
        width = head.count(",")
        lines = [line + "," * (width - line.count(",")) for line in lines]
        (folder / f"{name}.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    (folder / "extract.yaml").write_text("cut_off: 2024-12-31\n", encoding="utf-8")
    return folder


def test_twelve_kinds_of_fault_are_named_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One run of the command names all twelve, exits with its own code, and says nobody's identifier."""
    folder = extract_with(tmp_path / "extract", *PLANTED)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(SystemExit) as ended:
        main(["check", str(folder)])
    said = capsys.readouterr()
    text = said.out + said.err
    assert ended.value.code == RecordsError.exit_code
    assert len(PLANTED) == 12
    for kind, (file, _, word) in PLANTED.items():
        assert word in text, kind
        assert file in text
    assert "SECRET" not in text
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize(
    "kind", in_prove(PLANTED, but=["a date that is none", "a link to no incident", "a person twice"])
)
def test_each_kind_alone_is_a_fault(kind: str, tmp_path: Path) -> None:
    """Each fault by itself stops the extract from being read, and its rule is named."""
    folder = extract_with(tmp_path / "extract", kind)
    assert not check_extract(folder).ok
    with pytest.raises(RecordsError) as caught:
        read_extract(folder)
    assert PLANTED[kind][2] in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_without_a_fault_the_extract_is_read(tmp_path: Path) -> None:
    """The folder the faults are planted in is sound by itself."""
    assert check_extract(extract_with(tmp_path / "extract")).ok


def test_rows_of_a_file_read_by_several_cores_keep_their_numbers(tmp_path: Path) -> None:
    """In 400,000 lines, three bad cells and a line with too many cells are reported at the lines they stand in."""
    folder, wide = extract_with(tmp_path / "extract"), "x" * 20
    lines = [HEADS["incidents"], *SOUND["incidents"]]
    lines += [f"{wide}{number},2024-03-01,2024-03-01,true" for number in range(400_000 - len(lines))]
    for line in (70_000, 250_000, 400_000):
        lines[line - 1] = f"{wide}bad{line},2024-03-01,2024-03-01,perhaps"
    lines[100_000 - 1] += ",more"
    (folder / "incidents.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    found = {(fault.rule, fault.column): fault.rows for fault in check_extract(folder).faults}
    assert found["not_boolean", "is_crime"] == (70_000, 250_000, 400_000)
    assert found["too_many_cells", None] == (100_000,)


def test_a_made_up_force_has_no_fault_and_a_quality_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sound extract passes, and the report for a board is written where it is asked for."""
    make_force(tmp_path / "force", incidents=800, years=2, seed=2)
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path / "force"), "--html", str(tmp_path / "quality.html")])
    assert ended.value.code == 0
    assert "QUALITY OF THE RECORDS" in capsys.readouterr().out
    page = (tmp_path / "quality.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "without self-defined ethnicity" in page


@pytest.mark.parametrize(
    ("kind", "table"),
    in_prove(
        product(("csv", "csv with blank lines", "parquet"), ("incidents", "involvements")),
        but=[("csv", "incidents"), ("csv with blank lines", "involvements"), ("parquet", "incidents")],
    ),
)
def test_an_extract_that_holds_nobody_is_a_fault(table: str, kind: str, tmp_path: Path) -> None:
    """A header alone: nobody could come on a list, and the export went wrong."""
    header = {"incidents": INCIDENTS, "involvements": "incident_id,person_id,role"}[table]
    folder = folder_of(tmp_path, **{table: f"{header}\n{'  ' if 'blank' in kind else ''}\n"})
    if kind == "parquet":
        (folder / f"{table}.csv").unlink()
        columns = {name: pa.array([], pa.string()) for name in header.split(",")}
        pq.write_table(pa.table(columns), folder / f"{table}.parquet")
    found = [finding for finding in check_extract(folder).faults if finding.rule == "no_rows"]
    assert [finding.file.partition(".")[0] for finding in found] == [table]
    with pytest.raises(RecordsError, match="there must be at least one"):
        read_extract(folder)
