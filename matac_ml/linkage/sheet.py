"""The review sheet: one row a pair with the evidence, and the cell in which a named person answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from matac_ml.errors import RecordsError
from matac_ml.linkage.evidence import TRAITS
from matac_ml.linkage.proposal import Proposal
from matac_ml.outfile import write_whole
from matac_ml.records.checking import faults_of
from matac_ml.records.importing.batches import RefusedRows, UnreadableError, Wanted
from matac_ml.records.importing.mapping import SourceEntry
from matac_ml.records.importing.sheetrows import sheet_batches
from matac_ml.wording import count

FIRST, PAIRS = "Read first", "Pairs"
#: What may stand in an answer's cell; nothing means that nobody has answered.
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
ANSWERS = (SAME, DIFFERENT, UNSURE)
_PROPOSAL = "Proposal"
_EPOCH = datetime(2000, 1, 1)
PARTICULARS = {
    "surname": "Surname", "forename": "First name", "full_name": "Full name", "birth_date": "Born", "sex": "Sex",
    "postcode": "Postcode", "address": "Address",
}  # fmt: skip
_ADVICE = (
    "Each row of the sheet Pairs shows two identities that may be one person. A program proposes, and you decide.",
    "Answer same, different or unsure. Leave the cell empty if you have not looked. unsure stays open.",
    "Answer same only if you are certain: the records of both are then shown and counted as one person's.",
    "Twins, and parents and children of one name, look alike here. Look them up in the records system.",
    "Do not change any other cell. Whoever accepts the sheet signs with their name, and the day is kept.",
    "This file holds names and dates of birth. Keep it where only reviewers can read it, and delete it afterwards.",
)


def evidence(pair: Mapping[str, Any]) -> tuple[str, ...]:
    """What speaks for and against a pair, in words."""
    found = [
        one.levels[pair[one.name]].words if pair.get(one.name) is not None else f"{_called(one.name)} not known of both"
        for one in TRAITS
    ]
    said = [words for words in found if words]
    if pair["together"]:
        said.append(f"LOOK OUT: both stand in {count(pair['together'], 'incident')} together and may be two people")
    return tuple(said)


def _called(name: str) -> str:
    return {"birth_date": "date of birth", "forename": "first name", "others": "others in their incidents"}.get(
        name, name
    )


def strength(pair: Mapping[str, Any]) -> str:
    """How likely a pair is, as people say it."""
    likely = pair["probability"]
    words = ((0.999, "almost certain"), (0.99, "very likely"), (0.9, "likely"), (0.5, "as likely as not"))
    return next((said for least, said in words if likely >= least), "unlikely")


def heads(proposal: Proposal) -> list[str]:
    """Columns of the sheet, by what the proposal knows of anybody."""
    return ["Pair", "Answer", "How likely", "Evidence", *(f"{side}: {what}" for what in ["Number", *(
        PARTICULARS[name] for name in known(proposal)), "Incidents"] for side in ("First", "Second"))]  # fmt: skip


def known(proposal: Proposal) -> list[str]:
    """Particulars that somebody has."""
    return [name for name in PARTICULARS if any(row[name] for row in proposal.names.values())]


def row_of(proposal: Proposal, pair: Mapping[str, Any]) -> list[str | int]:
    """One row: the two sides of each particular stand beside each other."""
    sides = [proposal.names.get(pair[side], {}) for side in ("first", "second")]
    cells: list[str | int] = [pair["number"], "", strength(pair), "; ".join(evidence(pair)), pair["first"],
                              pair["second"]]  # fmt: skip
    for name in known(proposal):
        cells += [side.get(name) or "" for side in sides]
    return [*cells, pair["first_incidents"], pair["second_incidents"]]


def write_sheet(path: Path, proposal: Proposal, pairs: Sequence[Mapping[str, Any]]) -> None:
    """Write the workbook; only its owner can read it, from its first byte."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with write_whole(path) as partial, partial.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        # The day of writing would make two sheets of one proposal differ.
        book.set_properties({"title": "Pairs to review", "created": _EPOCH})
        bold = book.add_format({"bold": True, "text_wrap": True})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet(FIRST)
        first.set_column(0, 0, 110)
        first.write_row(0, 0, ["How to review", _PROPOSAL], bold)
        first.write_string(1, 1, proposal.sha256)
        for row, text in enumerate(_ADVICE, 1):
            first.write_string(row, 0, text, plain)
        sheet = book.add_worksheet(PAIRS)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 2, 12)
        sheet.set_column(3, 3, 60)
        sheet.set_column(4, 40, 16)
        sheet.write_row(0, 0, heads(proposal), bold)
        for row, pair in enumerate(pairs, 1):
            for column, cell in enumerate(row_of(proposal, pair)):
                write = sheet.write_number if isinstance(cell, int) else sheet.write_string
                write(row, column, cell, plain)
        if pairs:
            sheet.data_validation(1, 1, len(pairs), 1, {"validate": "list", "source": list(ANSWERS)})


@dataclass(frozen=True)
class Answered:
    """One row of a sheet that came back."""

    row: int
    pair: str
    answer: str
    first: str
    second: str


def read_sheet(path: Path) -> tuple[str, list[Answered]]:
    """Read the proposal that a sheet belongs to, and its rows.

    Raises
    ------
    RecordsError
        When the file is no such workbook, naming every sheet and column that is missing.
    """
    faults: list[str] = []
    found: dict[str, list[tuple[int, list[str]]]] = {}
    for sheet, columns in ((FIRST, (_PROPOSAL,)), (PAIRS, ("Pair", "Answer", "First: Number", "Second: Number"))):
        refused = RefusedRows(path.name)
        try:
            wanted = Wanted(path, path.name, SourceEntry(file=path.name, sheet=sheet), columns, refused)
            found[sheet] = list(_rows(wanted))
        except UnreadableError as error:
            faults += [f"sheet {sheet}: {line}" for line in faults_of(error.findings)]
        except OSError as error:
            raise RecordsError(f"{path.name} must be a review sheet that can be read; {error.strerror}.") from error
    if faults:
        raise RecordsError(
            f"{path.name} must be a review sheet as `matac-ml identities review` wrote it.", faults=faults
        )
    belongs = next((cells[0] for _, cells in found[FIRST] if cells[0]), "")
    return belongs, [Answered(row, *cells) for row, cells in found[PAIRS] if any(cells)]


def _rows(wanted: Wanted) -> Iterator[tuple[int, list[str]]]:
    for numbers, columns in sheet_batches(wanted):
        for number, *cells in zip(numbers, *columns, strict=True):
            yield number, [str(cell or "").strip() for cell in cells]
