"""What cannot be proposed or accepted: one error with every fault, nobody's data in it, and nothing half-written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from matac_ml.errors import RecordsError
from matac_ml.linkage.accepting import accept
from matac_ml.linkage.decisions import Answer, Decision, read_decisions
from matac_ml.linkage.merging import merges_of
from matac_ml.linkage.proposal import read_proposal
from matac_ml.linkage.proposing import propose
from matac_ml.linkage.sheet import write_sheet
from tests.linkage.made_up import MAPPING, TWICE, answer, make_source, names_text, refused
from tests.linkage.test_review import TODAY

NAMES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "no such columns": (
        names_text(),
        MAPPING.replace("surname: Surname", "surname: Sirname").replace("column: Born", "column: Birth"),
        ("the column Sirname must be there once; came no such column; did you mean Surname?",
         "the column Birth must be there once"),
    ),
    "one file twice": (
        names_text(),
        MAPPING.replace("{file: names.csv}", "{files: [names.csv, names.csv]}"),
        ("must name each file once",),
    ),
    "two people with one identifier": (
        names_text(("P100", "Somebody", "Else", "01/02/1960", "m", "", "")),
        MAPPING,
        ("names.csv, row 8, column particulars.person_id: an identifier must stand for one person",
         "names.csv, row 85, column particulars.person_id"),
    ),
    "dates and codes that are none": (
        names_text(("P300", "Zebedee", "Quill", "31/02/1960", "m", "", ""),
                   ("P301", "A", "B", "01/02/1960", "?", "", ""), ("NULL", "A", "B", "01/02/1960", "f", "", "")),
        MAPPING,
        ("row 85, column Born (particulars.birth_date): must be a date written as DD/MM/YYYY", "'?' in 1 row",
         "row 87, column particulars.person_id: must be an identifier"),
    ),
    "a mapping without names": (
        names_text(),
        MAPPING.replace("surname: Surname, ", "").replace("birth_date: {column: Born, date: DD/MM/YYYY},", ""),
        ("must say where surname or full_name comes from", "must say where birth_date comes from"),
    ),
    "a mapping of incidents": (
        names_text(),
        MAPPING.replace("table: particulars", "table: people"),
        ("must be one of our tables, got 'people'",),
    ),
    "nobody of this extract": (
        names_text().replace("\nP", "\nQ"), MAPPING, ("gives nobody of this extract a name or a date of birth",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_names_that_cannot_be_used_are_refused_with_every_fault(case: str, small: Path, tmp_path: Path) -> None:
    """Nothing is written, and no name stands in the message."""
    text, mapping, expected = NAMES[case]
    names, source = make_source(tmp_path, text, mapping)
    said = refused(lambda: propose(names, source, small / "extract", tmp_path / "pairs"))
    assert [line for line in expected if line not in said] == []
    assert [word for word in ("Zebedee", "Ravenscroft", "31/02/1960", "Somebody") if word in said] == []
    assert not (tmp_path / "pairs").exists()


@pytest.fixture
def pairs(small: Path, tmp_path: Path) -> Path:
    """A folder of pairs, with ``sheet.xlsx`` beside it on which nothing is answered."""
    shutil.copytree(small / "pairs", tmp_path / "pairs")
    proposal = read_proposal(tmp_path / "pairs")
    write_sheet(tmp_path / "sheet.xlsx", proposal, proposal.at(0.9))
    return tmp_path / "pairs"


def _edit(sheet: Path, change: Callable[[openpyxl.Workbook], object]) -> None:
    book = openpyxl.load_workbook(sheet)
    change(book)
    book.save(sheet)


def test_a_sheet_with_faults_is_refused_with_all_of_them(pairs: Path, tmp_path: Path) -> None:
    """An answer of another kind, identities that were moved and a pair that is none: nothing of the sheet is kept."""
    sheet = answer(tmp_path / "sheet.xlsx", {("P001", "P901"): "same", ("P002", "P902"): "Dmitri says yes"})
    _edit(sheet, lambda book: (book["Pairs"].append([99, "same", "", "", "P001", "P002"]),
                               book["Pairs"].append([1, "different", "", "", "P001", "P003"])))  # fmt: skip
    said = refused(lambda: accept(pairs, sheet, by="\u200b"))
    for line in (
        "--by must be given",
        "the answer must be same, different, unsure or nothing; came another text",
        "row 5: the proposal has no pair of that number",
        "row 6: these are not the identities of the pair",
        "row 6: the pair stands here 2 times",
    ):
        assert line in said
    assert "Dmitri" not in said
    assert read_decisions(pairs) == ()


def test_a_sheet_of_another_proposal_is_refused(pairs: Path, tmp_path: Path) -> None:
    """Its numbers would stand for other people."""
    _edit(tmp_path / "sheet.xlsx", lambda book: book["Read first"].__setitem__("B2", "0" * 64))
    said = refused(lambda: accept(pairs, tmp_path / "sheet.xlsx", by="A. Reviewer"))
    assert "was written from another proposal, perhaps for another extract" in said


def test_a_workbook_that_is_no_sheet_is_refused_with_what_is_missing(pairs: Path, tmp_path: Path) -> None:
    """Both sheets are named."""
    _edit(tmp_path / "sheet.xlsx", lambda book: (book.remove(book["Read first"]), book["Pairs"].delete_cols(2)))
    said = refused(lambda: accept(pairs, tmp_path / "sheet.xlsx", by="A. Reviewer"))
    assert "sheet Read first" in said
    assert "the column Answer must be there once" in said
    (tmp_path / "text.xlsx").write_text("Pair,Answer\n", encoding="utf-8")
    assert "must be a workbook" in refused(lambda: accept(pairs, tmp_path / "text.xlsx", by="A. Reviewer"))


def test_a_pair_is_decided_once(pairs: Path, tmp_path: Path) -> None:
    """Two people with the same sheet do not sign for each other."""
    sheet = answer(tmp_path / "sheet.xlsx", {("P001", "P901"): "same"})
    accept(pairs, sheet, by="A. Reviewer")
    said = refused(lambda: accept(pairs, sheet, by="B. Reviewer"))
    assert "the pair was decided already, on" in said
    assert len(read_decisions(pairs)) == 1


def test_answers_that_contradict_each_other_are_refused(tmp_path: Path, small: Path) -> None:
    """Who is the same as the same person cannot be two people."""
    third = ("P100", *TWICE[0][1:])
    text = "".join(line for line in names_text(third).splitlines(keepends=True) if not line.startswith("P100,App"))
    mapping, source = make_source(tmp_path, text)
    proposal = propose(mapping, source, small / "extract", tmp_path / "pairs")
    write_sheet(tmp_path / "sheet.xlsx", proposal, proposal.at(0.9))
    answers = {("P001", "P100"): "same", ("P001", "P901"): "same", ("P100", "P901"): "different"}
    said = refused(lambda: accept(tmp_path / "pairs", answer(tmp_path / "sheet.xlsx", answers), by="A. Reviewer"))
    assert "said to be different, and other answers together make both one person" in said


def test_files_that_do_not_belong_together_are_refused(pairs: Path, small: Path, tmp_path: Path) -> None:
    """A killed writer, or a folder that was put together by hand."""
    (pairs / "pairs.parquet").write_bytes(b"PAR1")
    assert "do not belong together" in refused(lambda: read_proposal(pairs))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    said = refused(lambda: propose(small / "names.yaml", small / "source", small / "extract", tmp_path / "other"))
    assert "must be a new or empty folder" in said


def _same(first: str, second: str) -> Decision:
    return Decision(first, second, Answer.SAME, "A. Reviewer", TODAY)


def test_each_identity_is_given_up_once_and_chains_end_at_the_one_with_most_incidents() -> None:
    """The form of the merges: one row an identity, no circle."""
    made = merges_of([_same("A", "B"), _same("B", "C"), _same("A", "C")], [], {"A": 1, "B": 2, "C": 3})
    assert [(row["person_id"], row["merged_into"]) for row in made] == [("A", "B"), ("B", "C")]


def test_an_identity_whose_merge_was_taken_back_stays_the_next_time() -> None:
    """It has its row already; where both have, the pair is refused."""
    withdrawn = {"person_id": "A", "merged_into": "Z", "merged_on": TODAY, "withdrawn_on": TODAY}
    [made] = merges_of([_same("A", "B")], [withdrawn], {"A": 1, "B": 9})
    assert (made["person_id"], made["merged_into"]) == ("B", "A")
    with pytest.raises(RecordsError, match="both identities were given up before"):
        merges_of([_same("A", "B")], [withdrawn, {**withdrawn, "person_id": "B"}], {})
