"""From names to a merge: a program proposes, a named person decides, and the day is kept."""

import shutil
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from matac_ml import clock
from matac_ml.linkage.accepting import accept, withdraw
from matac_ml.linkage.merging import merge_accepted
from matac_ml.linkage.proposal import THRESHOLD, read_proposal
from matac_ml.linkage.proposing import propose
from matac_ml.linkage.sheet import evidence, write_sheet
from matac_ml.linkage.unreviewed import duplicate_warnings, open_pairs
from matac_ml.records import read_extract
from tests.linkage.made_up import TWICE, answer, make_source, names_text, run

TRUE = {("P001", "P901"), ("P002", "P902"), ("P003", "P903")}
TODAY = date(2024, 9, 5)


def review(small: Path, folder: Path, answers: dict[tuple[str, str], str]) -> Path:
    """A copy of the pairs, and the answers of a sheet kept."""
    shutil.copytree(small / "pairs", folder / "pairs")
    proposal = read_proposal(folder / "pairs")
    write_sheet(folder / "sheet.xlsx", proposal, open_pairs(folder / "pairs", proposal))
    with clock.set_clock(datetime(2024, 9, 5, 12, tzinfo=UTC)):
        accept(folder / "pairs", answer(folder / "sheet.xlsx", answers), by="Sgt A. Reviewer")
    return folder / "pairs"


def test_people_who_stand_twice_are_proposed_and_nobody_else(small: Path) -> None:
    """A typing error, a short form, a turned date and another script are seen through; strangers are left alone."""
    proposal = read_proposal(small / "pairs")
    assert {(pair["first"], pair["second"]) for pair in proposal.at(THRESHOLD)} == TRUE
    said = {pair["first"]: evidence(pair) for pair in proposal.at(THRESHOLD)}
    assert {"surnames differ by one letter", "one first name is short for the other", "same address"} <= {*said["P001"]}
    assert {"same surname", "same date of birth", "different postcodes"} <= {*said["P002"]}
    assert "day and month of birth are changed over" in said["P003"]


def test_the_same_people_give_the_same_bytes(small: Path, tmp_path: Path) -> None:
    """Proposal and sheet can be made again and compared."""
    again = propose(small / "names.yaml", small / "source", small / "extract", tmp_path / "pairs")
    for file in (small / "pairs").iterdir():
        assert (tmp_path / "pairs" / file.name).read_bytes() == file.read_bytes(), file.name
    for name in ("one.xlsx", "two.xlsx"):
        write_sheet(tmp_path / name, again, again.pairs)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_only_what_was_accepted_is_merged_from_its_day(small: Path, tmp_path: Path) -> None:
    """As of that day both stand for themselves, as of the next one they are one person; the other pair never is."""
    pairs = review(small, tmp_path, {("P001", "P901"): "Same", ("P002", "P902"): "different"})
    merged = merge_accepted(pairs, small / "extract", tmp_path / "out")
    assert (merged.added, merged.unknown) == (1, 0)
    extract = read_extract(tmp_path / "out")
    rows = extract.connect().execute("SELECT person_id, merged_into, merged_on FROM typed.merges").fetchall()
    assert rows == [("P901", "P001", TODAY)], "the identity with more incidents stays"
    assert extract.merged_as_of(TODAY) == {}
    assert extract.merged_as_of(TODAY + timedelta(days=1)) == {"P901": "P001"}


def test_a_merge_that_is_taken_back_ends_that_day(small: Path, tmp_path: Path) -> None:
    """What was believed meanwhile stays visible as of its days."""
    pairs = review(small, tmp_path, {("P001", "P901"): "same"})
    with clock.set_clock(datetime(2024, 10, 1, 12, tzinfo=UTC)):
        withdraw(pairs, "P901", "P001", by="Insp B. Reviewer", because="They are two sisters.")
    merge_accepted(pairs, small / "extract", tmp_path / "out")
    extract = read_extract(tmp_path / "out")
    assert extract.merged_as_of(date(2024, 9, 30)) == {"P901": "P001"}
    assert extract.merged_as_of(date(2024, 10, 2)) == {}


def test_what_was_decided_is_not_proposed_again(small: Path, tmp_path: Path) -> None:
    """The next month's sheet holds what is new."""
    pairs = review(small, tmp_path, {("P001", "P901"): "same", ("P002", "P902"): "unsure"})
    again = propose(small / "names.yaml", small / "source", small / "extract", pairs)
    assert {(pair["first"], pair["second"]) for pair in again.at(THRESHOLD)} == TRUE - {("P001", "P901")}


def test_check_says_what_nobody_has_reviewed_or_merged(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Likely duplicates are a warning until somebody decides, and an accepted pair until it is merged."""
    run("check", small / "extract", "--identities", small / "pairs")
    assert "came 3 likely pairs that nobody has reviewed" in capsys.readouterr().out
    pairs = review(small, tmp_path, dict.fromkeys(TRUE, "same"))
    rules = [finding.rule for finding in duplicate_warnings(pairs, read_extract(small / "extract"))]
    assert rules == ["accepted_not_merged"]
    merge_accepted(pairs, small / "extract", tmp_path / "out")
    assert duplicate_warnings(pairs, read_extract(tmp_path / "out")) == ()


def test_no_name_leaves_the_folder_and_its_sheets(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither what is printed nor the extract holds a name, an address or a date of birth; strangers are not kept."""
    pairs = review(small, tmp_path, dict.fromkeys(TRUE, "same"))
    run("identities", "merge", pairs, small / "extract", tmp_path / "out")
    run("identities", "review", pairs, tmp_path / "next.xlsx")
    run("identities", "propose", small / "names.yaml", small / "source", small / "extract", tmp_path / "more")
    printed = capsys.readouterr()
    texts = [printed.out, printed.err, *(path.read_bytes().decode("latin-1") for path in _files(tmp_path / "out"))]
    words = {word for row in TWICE for word in row[1:] if len(word) > 2}
    assert [word for word in words for text in texts if word in text] == []
    assert {row["person_id"] for row in read_proposal(pairs).names.values()} == {row[0] for row in TWICE}


def test_files_are_their_owners_alone(small: Path, tmp_path: Path) -> None:
    """Folder, files and sheet, whatever the machine's habit."""
    run("identities", "review", small / "pairs", tmp_path / "sheet.xlsx", "--html", tmp_path / "a.html")
    assert stat.S_IMODE((small / "pairs").stat().st_mode) == 0o700
    found = [*_files(small / "pairs"), tmp_path / "sheet.xlsx", tmp_path / "a.html"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}


def test_somebody_without_a_name_is_counted_and_names_for_nobody_are_none(small: Path, tmp_path: Path) -> None:
    """UNKNOWN is not a surname that two people share."""
    text = names_text()
    for number in ("V0", "V1"):
        text += f"{number},UNKNOWN,n/k,,f,,\n"
    mapping, source = make_source(tmp_path, text)
    proposal = propose(mapping, source, small / "extract", tmp_path / "pairs")
    assert proposal.told["not_compared"] == 3  # V2 is in no file of names
    assert len(proposal.at(THRESHOLD)) == len(TRUE)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
