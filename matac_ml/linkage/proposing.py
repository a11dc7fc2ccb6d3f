"""From an extract and a mapping of names to a proposal."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matac_ml.errors import RecordsError
from matac_ml.linkage.candidates import compared, known_people, together
from matac_ml.linkage.decisions import ruled_out
from matac_ml.linkage.matching import ONE_IN, match
from matac_ml.linkage.particulars import Particulars, read_particulars
from matac_ml.linkage.proposal import CURVE, THRESHOLD, Proposal, require_place, write_proposal
from matac_ml.records import Extract, read_extract


def propose(
    mapping: Path, source: Path, extract: Path, folder: Path, *, threshold: float = THRESHOLD, seed: int = 1
) -> Proposal:
    """Find pairs of identities that may be one person, and keep them with the names that a reviewer needs.

    Parameters
    ----------
    mapping : Path
        Which file has the names, dates of birth and addresses; read here alone.
    source : Path
        The folder of the files.
    extract : Path
        The records in which people may stand twice. It is not changed.
    folder : Path
        New, or that of an earlier proposal, whose decisions stay: what was decided is not proposed again.

    Raises
    ------
    RecordsError
        With every fault of the mapping, of the files or of the extract; nothing is written then.
    """
    require_place(folder)
    records = read_extract(extract)
    particulars = read_particulars(mapping, source)
    people = known_people(records)
    identities = compared(particulars.table.to_pylist(), people)
    if not identities.num_rows:
        raise RecordsError(
            "No pair can be proposed: the mapping gives nobody of this extract a name or a date of birth. "
            "Are the identifiers those of the extract?"
        )
    found = match(identities, seed=seed)
    decided = ruled_out(folder)
    kept = [pair for pair in found.pairs if (pair["first"], pair["second"]) not in decided]
    pairs = _numbered(records, people, kept)
    told = {
        "extract": records.data_hash,
        "mapping": particulars.mapping,
        "threshold": threshold,
        "seed": seed,
        "one_in": ONE_IN,
        "splink": version("splink"),
        "identities": identities.num_rows,
        "not_compared": len(people) - identities.num_rows,
        "not_in_the_extract": sum(person not in people for person in particulars.table["person_id"].to_pylist()),
        "curve": [[at, sum(pair["probability"] >= at for pair in pairs)] for at in CURVE],
        "strangers": found.strangers,
    }
    return write_proposal(folder, told, pairs, _names_of(particulars, pairs))


def _numbered(extract: Extract, people: dict[str, Any], pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    both = together(extract, pairs)
    return [
        {
            **pair,
            "number": number,
            "together": both.get((pair["first"], pair["second"]), 0),
            "first_incidents": people[pair["first"]]["incidents"],
            "second_incidents": people[pair["second"]]["incidents"],
        }
        for number, pair in enumerate(pairs, 1)
    ]


def _names_of(particulars: Particulars, pairs: list[dict[str, Any]]) -> pa.Table:
    """The particulars of people in a pair: nobody else's are kept."""
    wanted = {pair[side] for pair in pairs for side in ("first", "second")}
    inside = pc.is_in(particulars.table["person_id"], value_set=pa.array(sorted(wanted), pa.string()))
    return particulars.table.filter(inside)
