"""A list for a meeting drawn up from the records of a day: the same basis gives the same lines, byte for byte."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from matac_ml import __version__
from matac_ml.asof import PersonFile, read_people
from matac_ml.casework.entry import digest_of
from matac_ml.casework.listed import DrawnLine, ListBasis, Standing
from matac_ml.casework.lots import Lot
from matac_ml.errors import UsageError
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import OnRegisters, Ranking
from matac_ml.lists.marks import Missing, find_gaps
from matac_ml.lists.sections import MOST_LISTED, AtHand, Order, section_lines
from matac_ml.records import Extract

Find = Callable[[list[str]], Mapping[str, PersonFile]]


def draw_up(
    extract: Extract,
    context: ScoringContext,
    ranking: Ranking,
    *,
    area: str | None = None,
    places: int | None = None,
    order: Order = "matrix",
    quotas: Mapping[str, int] | None = None,
    lot: Lot | None = None,
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
    lot : Lot, optional
        The seed that was committed to, where the policy puts ties at the last place in order by lot.
    serial, find : optional
        The registers and the reader of files, where they are at hand already.

    Returns
    -------
    basis : ListBasis
    lines : tuple of DrawnLine
        Whoever has a place, in order; all of those who are equal at the last place; then, on a list by the matrix,
        whoever is below the line and could have a place if missing records were known, and whoever would be among them
        and is left out, with the reason. Areas with quotas follow each other by name.

    Raises
    ------
    UsageError
        The area is not known, a number of places is none, too many people are equal at the last place, or a lot is to
        be drawn and no seed was given.
    """
    _check(ranking, area=area, order=order, places=places, quotas=quotas, has_model=context.model is not None)
    registers = serial or OnRegisters.draw(extract, context.policy, context.as_of)
    lots = lot if context.policy.lots else None
    reader = find or (lambda people: read_people(extract, people))
    missing = Missing.of(find_gaps(extract, context) if order == "matrix" else (), context, ranking)
    at_hand = AtHand(extract, context, ranking, registers, lots, reader, missing)
    sections = sorted(quotas.items()) if quotas else [(area, places or context.policy.capacity)]
    lines = tuple(line for named, size in sections for line in section_lines(at_hand, named, size, order))
    tied = any(line.standing is Standing.TIED for line in lines)
    _check_lot(context, lot, tied=tied)
    basis = _basis(context, area, order, sum(size for _, size in sections), quotas or {})
    return (replace(basis, lot=lot.payload()) if lot is not None and tied else basis), lines


def _check_lot(context: ScoringContext, lot: Lot | None, *, tied: bool) -> None:
    if lot is not None and not context.policy.lots:
        raise UsageError("The policy puts nobody in order by lot (lots: true would): draw the list without a seed.")
    if lot is None and context.policy.lots and tied:
        raise UsageError(
            "People tie at the last place, and the policy puts them in order by lot: commit to a seed first "
            "(matac-ml list commit), then draw the list with it."
        )


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
    context: ScoringContext, area: str | None, order: Order, places: int, quotas: Mapping[str, int]
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
