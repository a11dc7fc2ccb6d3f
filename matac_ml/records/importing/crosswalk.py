"""Cross-walks: their code to ours, from a CSV file or from the mapping itself; no code is passed over."""

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from matac_ml.codes import normalise_offence_code
from matac_ml.identifiers import NO_VALUE
from matac_ml.infile import read_plain
from matac_ml.records.cells import FALSE, TRUE
from matac_ml.vocabulary import Column, Kind

_LARGEST = 4 << 20
_HEADER = ("theirs", "ours")


@dataclass(frozen=True)
class Crosswalk:
    """What each of their codes is with us; None where it says that nothing is known.

    Attributes
    ----------
    ours : mapping of str to (str or None)
        By their code in lower case, without blanks around it.
    """

    name: str
    ours: Mapping[str, str | None]

    def nearest(self, code: str) -> tuple[str, ...]:
        """Known codes that are spelt most like this one, at most two."""
        return tuple(difflib.get_close_matches(code.strip().lower(), self.ours, n=2, cutoff=0.6))


def own_codes(column: Column) -> Crosswalk | None:
    """Our own spellings of a column's codes, for a source that has them; None where a column has no list of codes."""
    if column.kind is Kind.BOOLEAN:
        return Crosswalk(column.name, {**dict.fromkeys(TRUE, "true"), **dict.fromkeys(FALSE, "false")})
    if column.kind is Kind.CODE:
        said = {code.lower(): str(code) for code in column.codes}
        return Crosswalk(column.name, said | {alias.lower(): str(code) for alias, code in column.aliases})
    return None


def read_crosswalk(name: str, path: Path) -> tuple[Crosswalk, list[str]]:
    """Read a CSV file with the heads ``theirs`` and ``ours``, and what is wrong with it."""
    try:
        text = read_plain(path, largest=_LARGEST).decode("utf-8-sig")
        rows = list(csv.reader(text.splitlines(), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        said = f"must be a CSV file in UTF-8 beside the mapping, at most 4 MiB; {path.name}: {type(error).__name__}"
        return Crosswalk(name, {}), [said]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if any(head not in header for head in _HEADER):
        return Crosswalk(name, {}), [f"{path.name} must have the heads theirs and ours in its first row"]
    theirs, ours = (header.index(head) for head in _HEADER)
    faults = [f"{path.name}, row {number}: must have {len(header)} cells, got {len(row)}"
              for number, row in enumerate(rows[1:], 2) if row and len(row) != len(header)]  # fmt: skip
    good = [(row[theirs], row[ours]) for row in rows[1:] if len(row) == len(header)]
    walk, found = made(name, good)
    return walk, faults + [f"{path.name}: {fault}" for fault in found]


def made(name: str, pairs: Iterable[tuple[str, str | None]]) -> tuple[Crosswalk, list[str]]:
    """Make a cross-walk, and say which codes stand in it twice with two meanings."""
    ours: dict[str, str | None] = {}
    faults = []
    for code, meaning in pairs:
        key, value = code.strip().lower(), (meaning or "").strip() or None
        if not key:
            faults.append("a row has nothing under theirs; take it out, or use empty: for empty cells")
        elif key in ours and ours[key] != value:
            faults.append(f"{code.strip()!r} stands there twice with two meanings; keep one")
        else:
            ours[key] = value
    return Crosswalk(name, ours), faults


def unusable(walk: Crosswalk, column: Column) -> list[str]:
    """Our side of a cross-walk that the column does not take, each with the nearest value that it takes."""
    own = own_codes(column)
    said = sorted({meaning for meaning in walk.ours.values() if meaning is not None})
    if own is not None:
        bad = [(meaning, own.nearest(meaning)) for meaning in said if meaning.lower() not in own.ours]
    elif column.kind is Kind.INTEGER:
        allowed = {str(value) for value in column.values}
        bad = [(meaning, ()) for meaning in said if meaning not in allowed]
    elif column.kind is Kind.OFFENCE:
        # Nothing where a word says that nothing is known: such an offence would be an unmapped code for ever.
        bad = [(meaning, ()) for meaning in said if re.fullmatch(NO_VALUE, meaning.lower()) or not _offence(meaning)]
    else:
        bad = []
    return [
        f"{meaning!r} is not a value of {column.name}; it must be {column.expectation}"
        + (f"; nearest: {', '.join(near)}" if near else "")
        for meaning, near in bad
    ]


def _offence(meaning: str) -> bool:
    return len(normalise_offence_code(meaning)) <= 60
