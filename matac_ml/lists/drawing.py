"""A list for a meeting drawn up from the records of a day: the same basis gives the same lines, byte for byte."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Literal

import pandas as pd

from matac_ml import __version__
from matac_ml.asof import PersonFile, read_people
from matac_ml.casework.entry import digest_of
from matac_ml.casework.listed import DrawnLine, ListBasis, Standing
from matac_ml.errors import UsageError
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import FirstPlaces, OnRegisters, Ranking
from matac_ml.lists.known import counted, fingerprints, not_eligible
from matac_ml.records import Extract

#: People whom one list holds at most, whoever is equal at its last place included.
MOST_LISTED = 2_000

#: A row of a ranking.
_Row = dict[Hashable, Any]
Find = Callable[[list[str]], Mapping[str, PersonFile]]


def draw_up(
    extract: Extract,
    context: ScoringContext,
    ranking: Ranking,
    *,
    area: str | None = None,
    places: int | None = None,
    order: Literal["matrix", "model"] = "matrix",
    quotas: Mapping[str, int] | None = None,
    serial: OnRegisters | None = None,
    find: Find | None = None,
) -> tuple[ListBasis, tuple[DrawnLine, ...]]:
    """Draw up a list.

    Parameters
    ----------
    ranking : Ranking
        Everybody as of the context's day.
    area : str, optional
        The whole force unless told.
    places : int, optional
        The policy's capacity unless told.
    quotas : mapping of str to int, optional
        So many places for each area, in place of ``area`` and ``places``.
    serial, find : optional
        The registers and the reader of files, where they are at hand already.

    Returns
    -------
    basis : ListBasis
    lines : tuple of DrawnLine
        Whoever has a place, in order; all of those who are equal at the last place; then, on a list by the matrix,
        whoever would be among them and is left out, with the reason. Areas with quotas follow each other by name.

    Raises
    ------
    UsageError
        The area is not known, a number of places is none, or too many people are equal at the last place.
    """
    _check(ranking, area=area, order=order, places=places, quotas=quotas, has_model=context.model is not None)
    sections = sorted(quotas.items()) if quotas else [(area, places or context.policy.capacity)]
    rows = [row for named, size in sections for row in _section(ranking, named, size, order)]
    people = [str(row["person_id"]) for row in rows]
    files = (find or (lambda asked: read_people(extract, asked)))(people)
    registers = serial or OnRegisters.draw(extract, context.policy, context.as_of)
    lines = tuple(_line(row, files[str(row["person_id"])], ranking, context, registers) for row in rows)
    return _basis(context, area, order, sum(size for _, size in sections), quotas or {}), lines


def _check(
    ranking: Ranking,
    *,
    area: str | None,
    order: str,
    places: int | None,
    quotas: Mapping[str, int] | None,
    has_model: bool,
) -> None:
    faults = []
    if quotas and (area is not None or places is not None):
        faults.append("quotas give every area its places: name neither an area nor a number of places beside them")
    known = set(ranking.areas())
    for named in (*([area] if area is not None else []), *(quotas or {})):
        if named not in known:
            faults.append("an area must be one in which somebody ranked has an incident; one that is named is not")
    sizes = [*([places] if places is not None else []), *(quotas or {}).values()]
    if any(not 1 <= size <= MOST_LISTED for size in sizes):
        faults.append(f"places must be 1 to {MOST_LISTED:,}")
    if order == "model" and not has_model:
        faults.append("no model is in force, so none can order a list")
    if faults:
        raise UsageError("The list cannot be drawn.", faults=faults)


def _basis(
    context: ScoringContext, area: str | None, order: Literal["matrix", "model"], places: int, quotas: Mapping[str, int]
) -> ListBasis:
    versions = context.versions
    return ListBasis(
        as_of=context.as_of,
        area=area,
        order=order,
        places=places,
        policy=versions.policy,
        policy_sha256=versions.policy_sha256,
        harm_index=versions.harm_index,
        harm_sha256=digest_of(context.harm.to_yaml()),
        model_sha256=versions.model_hash,
        data_sha256=versions.data_hash,
        code=__version__,
        quotas=dict(sorted(quotas.items())),
    )


def _section(ranking: Ranking, area: str | None, places: int, order: Literal["matrix", "model"]) -> list[_Row]:
    """Rows of one area in order: those listed, those tied at the cut, then whoever is left out and would be there."""
    first = ranking.first(places, order=order, area=area, most_lines=MOST_LISTED)
    rows: list[_Row] = [
        {**row, "standing": Standing.TIED if row["tied_at_cut"] else Standing.ON}
        for row in first.people.to_dict("records")
    ]
    if first.tied and not first.tied_shown:
        raise UsageError(
            f"{first.tied:,} people are equal at the last place of this list, and it can hold {MOST_LISTED:,}. "
            "Ask for another number of places, or give the policy a rule for ties."
        )
    return rows + (_left_out(ranking, first, area) if order == "matrix" else [])


def _left_out(ranking: Ranking, first: FirstPlaces, area: str | None) -> list[_Row]:
    """Whoever the policy leaves out and whose points would give a rank among those listed."""
    if first.people.empty:
        return []
    people = ranking.people
    out = people[~people["eligible"].to_numpy(dtype=bool)]
    if area is not None:
        out = out[out["area"] == area]
    by = list(ranking.order)
    listed = [tuple(row) for row in first.people[by].itertuples(index=False)]
    rows = []
    for row in out.rename_axis("person_id").reset_index().to_dict("records"):
        mine = tuple(row[name] for name in by)
        if mine >= min(listed):
            rank = 1 + sum(other > mine for other in listed)
            rows.append({**row, "rank": rank, "tied_with": 0, "standing": Standing.LEFT_OUT})
    return sorted(rows, key=lambda row: (row["rank"], str(row["person_id"])))


def _line(row: _Row, person: PersonFile, ranking: Ranking, context: ScoringContext, serial: OnRegisters) -> DrawnLine:
    person_id, view = str(row["person_id"]), context.view(person)
    probability = row["probability"]
    return DrawnLine(
        person_id=person_id,
        standing=row["standing"],
        rank=int(row["rank"]),
        tied_with=int(row["tied_with"]),
        points={name: int(row[f"points_{name}"]) for name in ranking.components},
        total=int(row["total"]),
        band=str(row["band"]),
        probability=None if pd.isna(probability) else round(float(probability), 6),
        also_victim=bool(row["also_victim"]),
        serial_perpetrator=person_id in serial.perpetrators,
        serial_victim=person_id in serial.victims,
        area=row["area"] if isinstance(row["area"], str) else None,
        last_incident=view.as_suspect[0].occurred_on if view.as_suspect else None,
        records=fingerprints(counted(view, context.policy)),
        not_eligible=not_eligible(view, context.policy),
    )
