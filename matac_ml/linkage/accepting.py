"""From a review sheet to decisions that a named person signs: all of it, or nothing and every fault."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matac_ml import clock
from matac_ml.errors import RecordsError, UsageError
from matac_ml.linkage.decisions import Answer, Decision, add_decisions, groups, read_decisions, standing
from matac_ml.linkage.proposal import Proposal, read_proposal
from matac_ml.linkage.sheet import ANSWERS, DIFFERENT, SAME, Answered, read_sheet
from matac_ml.written import fault_of_reason, faults_of_name

_DECIDED = {SAME: Answer.SAME, DIFFERENT: Answer.DIFFERENT}


@dataclass(frozen=True)
class Accepted:
    """How many pairs of a sheet were decided, and how many stay open."""

    same: int
    different: int
    unsure: int
    empty: int


def accept(folder: Path, sheet: Path, *, by: str) -> Accepted:
    """Keep the answers of a sheet, dated today.

    Parameters
    ----------
    folder : Path
        Of the proposal that the sheet was written from.
    by : str
        Who answers for them.

    Raises
    ------
    RecordsError
        With every fault at once: the sheet is another proposal's, an answer is not allowed, a pair was changed, stands
        there twice or was decided before. Nothing is kept then.
    """
    proposal, before = read_proposal(folder), read_decisions(folder)
    belongs, rows = read_sheet(sheet)
    faults = faults_of_name(by, "--by")
    if belongs != proposal.sha256:
        faults.append(
            f"{sheet.name}: was written from another proposal, perhaps for another extract; write it again with "
            "`matac-ml identities review`"
        )
    else:
        faults += _row_faults(sheet.name, rows, proposal, before)
    day = clock.today()
    made = [
        Decision(row.first, row.second, _DECIDED[row.answer.lower()], by.strip(), day, proposal.sha256)
        for row in rows
        if row.answer.lower() in _DECIDED
    ]
    if not faults:
        faults += _contradictions(sheet.name, rows, before, made)
    if faults:
        raise RecordsError("The answers were not kept: every fault below must be corrected first.", faults=faults)
    add_decisions(folder, made)
    said = Counter(row.answer.lower() for row in rows)
    return Accepted(said[SAME], said[DIFFERENT], said["unsure"], said[""])


def _row_faults(name: str, rows: list[Answered], proposal: Proposal, before: tuple[Decision, ...]) -> Iterator[str]:
    pairs: Mapping[str, Mapping[str, Any]] = {str(pair["number"]): pair for pair in proposal.pairs}
    times = Counter(row.pair for row in rows)
    decided = standing(before)
    for row in rows:
        where = f"{name}, row {row.row}"
        pair = pairs.get(row.pair)
        if row.answer and row.answer.lower() not in ANSWERS:
            yield f"{where}: the answer must be {', '.join(ANSWERS)} or nothing; came another text"
        if pair is None:
            yield f"{where}: the proposal has no pair of that number; do not change the column Pair"
            continue
        if (row.first, row.second) != (pair["first"], pair["second"]):
            yield f"{where}: these are not the identities of the pair; sort and move whole rows alone"
        if times[row.pair] > 1:
            yield f"{where}: the pair stands here {times[row.pair]} times; keep one of its rows"
        last = decided.get((pair["first"], pair["second"]))
        if last is not None and row.answer.lower() in _DECIDED:
            yield f"{where}: the pair was decided already, on {last.on}; take the answer out"


def _contradictions(
    name: str, rows: list[Answered], before: tuple[Decision, ...], made: list[Decision]
) -> Iterator[str]:
    """Pairs said to be different whose two sides other answers make one person."""
    last = standing((*before, *made))
    places = {(row.first, row.second): row.row for row in rows}
    joined = list(groups(pair for pair, said in last.items() if said.answer is Answer.SAME))
    for pair, said in last.items():
        if said.answer is Answer.DIFFERENT and any({*pair} <= group for group in joined):
            where = f", row {places[pair]}" if pair in places else ", a pair decided earlier"
            yield f"{name}{where}: said to be different, and other answers together make both one person"


def withdraw(folder: Path, first: str, second: str, *, by: str, because: str) -> Decision:
    """Take back that two identities are the same, from today on.

    Raises
    ------
    UsageError
        When nobody has accepted that they are the same, or there is no name or reason.
    """
    pair = (min(first, second), max(first, second))
    faults = faults_of_name(by, "--by")
    if said := fault_of_reason(because):
        faults.append(f"--because {said}")
    last = standing(read_decisions(folder)).get(pair)
    if last is None or last.answer is not Answer.SAME:
        faults.append("nobody has accepted that these two are the same; check both identifiers")
    if faults:
        raise UsageError("Nothing was withdrawn.", faults=faults)
    made = Decision(*pair, Answer.WITHDRAWN, by.strip(), clock.today(), because=because)
    add_decisions(folder, [made])
    return made
