"""An extract with the merges that people accepted, dated the day on which they were."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matac_ml.errors import RecordsError
from matac_ml.linkage.candidates import known_people
from matac_ml.linkage.decisions import Answer, Decision, read_decisions
from matac_ml.linkage.proposal import read_proposal
from matac_ml.outfile import whole_folder
from matac_ml.records import read_extract
from matac_ml.vocabulary import MERGES

_NAMES = tuple(column.name for column in MERGES.columns)
_SCHEMA = pa.schema({name: pa.date32() if name.endswith("_on") else pa.string() for name in _NAMES})


@dataclass(frozen=True)
class Merged:
    """Merges that were added, and accepted pairs that the extract does not need or does not know."""

    added: int
    there: int
    unknown: int


def merge_accepted(folder: Path, extract: Path, out: Path) -> Merged:
    """Write an extract again with what people accepted added to its merges; the extract itself stays as it is.

    Parameters
    ----------
    folder : Path
        Of the proposals and decisions.
    extract : Path
        The extract, or a later one of the same force.
    out : Path
        A new or empty folder.

    Raises
    ------
    RecordsError
        When two identities cannot be joined in the form that merges are kept in, or the result is no sound extract.
    """
    read_proposal(folder)
    records = read_extract(extract)
    people = known_people(records)
    before = records.connect().execute(f"SELECT {', '.join(_NAMES)} FROM typed.merges ORDER BY row").fetchall()
    rows = [dict(zip(_NAMES, row, strict=True)) for row in before]
    known = {*people, *(row[name] for row in rows for name in _NAMES[:2])}
    decisions = read_decisions(folder)
    usable = [decision for decision in decisions if {*decision.pair} <= known]
    made = merges_of(usable, rows, {person: row["incidents"] for person, row in people.items()})
    accepted = {decision.pair for decision in decisions if decision.answer is Answer.SAME}
    unknown = sum(not {*pair} <= known for pair in accepted)
    with whole_folder(out) as partial:
        shutil.copytree(extract, partial, dirs_exist_ok=True, ignore=shutil.ignore_patterns("merges.*"))
        partial.chmod(0o700)
        if rows or made:
            pq.write_table(pa.Table.from_pylist([*rows, *made], schema=_SCHEMA), partial / "merges.parquet")
        # Read again as everybody will: a circle, or too many changes of one person, is found here.
        read_extract(partial)
    return Merged(len(made), len(accepted) - unknown - len(made), unknown)


def merges_of(
    decisions: Iterable[Decision], rows: Iterable[Mapping[str, Any]], incidents: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Rows to add to the merges, one an identity that is given up.

    Of two identities the one with more incidents stays, and of equal ones the first in alphabetical order. An identity
    has one row for ever, so one that was given up before, also when that was taken back, stays this time.

    Parameters
    ----------
    decisions : iterable of Decision
        In the order in which they were made.
    rows : iterable of mapping
        The merges that the extract has.
    incidents : mapping of str to int
        Of each identity.

    Raises
    ------
    RecordsError
        When both of a pair have a row already.
    """
    into = {row["person_id"]: (row["merged_into"], row["withdrawn_on"]) for row in rows}
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for decision in decisions:
        if decision.answer is Answer.WITHDRAWN and (row := made.get(decision.pair)):
            row["withdrawn_on"] = decision.on
            into[row["person_id"]] = (row["merged_into"], decision.on)
        if decision.answer is not Answer.SAME:
            continue
        ends = [_stays(side, into) for side in decision.pair]
        if ends[0] == ends[1]:
            continue
        free = [end for end in ends if end not in into]
        if not free:
            raise RecordsError(
                f"A pair accepted on {decision.on} cannot be merged: both identities were given up before, and that "
                "was taken back. Correct the table merges in the source."
            )
        given_up = min(free, key=lambda end: (incidents.get(end, 0), _reversed(end)))
        stays = ends[1] if given_up == ends[0] else ends[0]
        made[decision.pair] = _row(given_up, stays, decision.on)
        into[given_up] = (stays, None)
    return list(made.values())


def _row(given_up: str, stays: str, day: date) -> dict[str, Any]:
    return {"person_id": given_up, "merged_into": stays, "merged_on": day, "withdrawn_on": None}


def _reversed(text: str) -> tuple[int, ...]:
    """Orders texts the other way round."""
    return tuple(-ord(character) for character in text)


def _stays(person: str, into: Mapping[str, tuple[str, date | None]]) -> str:
    seen: set[str] = set()
    while person in into and into[person][1] is None and person not in seen:
        seen.add(person)
        person = into[person][0]
    return person
