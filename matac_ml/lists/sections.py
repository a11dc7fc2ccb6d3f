"""The lines of one area of a list: places, ties, whoever missing records could give a place, and who is left out."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from matac_ml.asof import PersonFile
from matac_ml.casework.listed import DrawnLine, Standing
from matac_ml.casework.lots import Lot
from matac_ml.errors import UsageError
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import FirstPlaces, OnRegisters, Ranking
from matac_ml.lists.known import counted, fingerprints, not_eligible
from matac_ml.lists.marks import Missing, below_the_line, marks_of_listed
from matac_ml.ranks import rank_among
from matac_ml.records import Extract

#: People who have a place on one list or tie for one, at most.
MOST_LISTED = 2_000

Order = Literal["matrix", "model"]
#: A row of a ranking, with what this file adds to it.
_Row = dict[Hashable, Any]


@dataclass(frozen=True)
class AtHand:
    """What a list is drawn from.

    Attributes
    ----------
    ranking : Ranking
        Everybody as of the context's day.
    lot : Lot or None
        Puts people who tie at the last place in order; None where the policy draws no lots.
    find : callable
        Reads people's files.
    missing : Missing
        What may be missing of everybody: the same for every list of the day.
    """

    extract: Extract
    context: ScoringContext
    ranking: Ranking
    serial: OnRegisters
    lot: Lot | None
    find: Callable[[list[str]], Mapping[str, PersonFile]]
    missing: Missing


def section_lines(at_hand: AtHand, area: str | None, places: int, order: Order) -> list[DrawnLine]:
    """The lines of one area, or of the whole force, in order.

    Raises
    ------
    UsageError
        Too many people are equal at the last place.
    """
    ranking = at_hand.ranking
    first = ranking.first(places, order=order, area=area, most_lines=MOST_LISTED)
    if first.tied and not first.tied_shown:
        raise UsageError(
            f"{first.tied:,} people are equal at the last place of this list, and it can hold {MOST_LISTED:,}. "
            "Ask for another number of places, or give the policy a rule for ties."
        )
    rows: list[_Row] = [
        {**row, "standing": Standing.TIED if row["tied_at_cut"] else Standing.ON}
        for row in first.people.to_dict("records")
    ]
    if first.tied and at_hand.lot is not None:
        rows = _by_lot(rows, at_hand.lot, places)
    if order == "matrix":
        rows += [*_below(at_hand, first, area), *_left_out(ranking, first, area)]
    files = at_hand.find([str(row["person_id"]) for row in rows])
    return [_line(at_hand, row, files[str(row["person_id"])]) for row in rows]


def _by_lot(rows: list[_Row], lot: Lot, places: int) -> list[_Row]:
    """Put those who tie in order of their lots; as many as there are places left are drawn."""
    certain = [row for row in rows if row["standing"] is Standing.ON]
    tied = {str(row["person_id"]): row for row in rows if row["standing"] is Standing.TIED}
    left = places - len(certain)
    return certain + [
        {**tied[person], "lot": lot.of(person), "lot_place": place, "drawn_by_lot": place <= left}
        for place, person in enumerate(lot.order(tied), 1)
    ]


def _below(at_hand: AtHand, first: FirstPlaces, area: str | None) -> list[_Row]:
    """Whoever is below the line, and whom missing records could put across it."""
    ranking = at_hand.ranking
    listed = [str(person) for person in first.people["person_id"]]
    found = below_the_line(at_hand.context, ranking, at_hand.missing, area=area, listed=listed, find=at_hand.find)
    return [
        {**row, "standing": Standing.BELOW, "could_matter": found[str(row["person_id"])]}
        for row in _others(ranking, found, area)
    ]


def _left_out(ranking: Ranking, first: FirstPlaces, area: str | None) -> list[_Row]:
    """Whoever the policy leaves out and whose points would give a rank among those listed."""
    if first.people.empty:
        return []
    people, by = ranking.people, list(ranking.order)
    out = people[~people["eligible"].to_numpy(dtype=bool)]
    if area is not None:
        out = out[out["area"] == area]
    line = min(tuple(row) for row in first.people[by].itertuples(index=False, name=None))
    points = out[by].itertuples(index=False, name=None)
    there = [str(person) for person, its in zip(out.index, points, strict=True) if its >= line]
    return [{**row, "standing": Standing.LEFT_OUT} for row in _others(ranking, there, area)]


def _others(ranking: Ranking, people: Mapping[str, object] | list[str], area: str | None) -> list[_Row]:
    """Rows of people who are not among those listed, each with the rank that their points give there."""
    everybody, by = ranking.people, list(ranking.order)
    taken = everybody["eligible"].to_numpy(dtype=bool)
    if area is not None:
        taken = taken & (everybody["area"] == area).to_numpy(dtype=bool)
    columns = [everybody[name].to_numpy(np.float64)[taken] for name in by]
    places = ranking.rows_of(people)
    found = everybody.iloc[places].rename_axis("person_id").reset_index().to_dict("records")
    rows: list[_Row] = []
    for place, row in zip(places, found, strict=True):
        rank, equal = rank_among(columns, [float(row[name]) for name in by])
        # Nobody ties with themselves.
        rows.append({**row, "rank": rank, "tied_with": equal - int(taken[place])})
    return sorted(rows, key=lambda row: (row["rank"], str(row["person_id"])))


def _line(at_hand: AtHand, row: _Row, person: PersonFile) -> DrawnLine:
    context, person_id = at_hand.context, str(row["person_id"])
    view, probability, standing = context.view(person), row["probability"], row["standing"]
    marks = row.get("could_matter", ())
    if standing in (Standing.ON, Standing.TIED):
        marks = marks_of_listed(person, context, tied=standing is Standing.TIED)
    return DrawnLine(
        person_id=person_id,
        standing=standing,
        rank=int(row["rank"]),
        tied_with=int(row["tied_with"]),
        points={name: int(row[f"points_{name}"]) for name in at_hand.ranking.components},
        total=int(row["total"]),
        band=str(row["band"]),
        probability=None if pd.isna(probability) else round(float(probability), 6),
        also_victim=bool(row["also_victim"]),
        serial_perpetrator=person_id in at_hand.serial.perpetrators,
        serial_victim=person_id in at_hand.serial.victims,
        area=row["area"] if isinstance(row["area"], str) else None,
        last_incident=view.as_suspect[0].occurred_on if view.as_suspect else None,
        records=fingerprints(counted(view, context.policy)),
        not_eligible=not_eligible(view, context.policy),
        could_matter=tuple(marks),
        lot=row.get("lot"),
        lot_place=row.get("lot_place"),
        drawn_by_lot=row.get("drawn_by_lot"),
    )
