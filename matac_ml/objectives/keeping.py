"""What an honest estimate of the effect will need, and the ledger keeps: who was tied and not drawn, ranks, dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import DrawnList, drawn_lists, find_list

HEAD = (
    "list",
    "as_of",
    "area",
    "places",
    "person_id",
    "standing",
    "rank",
    "rank_at_line",
    "points",
    "lot_place",
    "drawn_by_lot",
    "taken_on",
)


@dataclass(frozen=True)
class Kept:
    """How much is kept of what an estimate needs.

    Attributes
    ----------
    lists, by_lot : int
        Lists that were drawn, and those on which a tie was put in order by lot.
    tied_not_drawn : int
        People whom a lot did not put among the places.
    """

    lists: int
    by_lot: int
    tied_not_drawn: int


def lists_in_full(ledger: Ledger) -> tuple[DrawnList, ...]:
    """Every list that was drawn with the lines that were not erased, oldest first."""
    return tuple(find_list(ledger, drawn.number) for drawn in drawn_lists(ledger))


def comparison_rows(lists: Iterable[DrawnList], taken: Mapping[str, date]) -> list[tuple[str, ...]]:
    """One row a person and list, as :data:`HEAD` names the cells: an analysis needs them and no force publishes them.

    Parameters
    ----------
    taken : mapping of person to date
        The first day on which a cohort took the person.
    """
    rows: list[tuple[str, ...]] = []
    for drawn in lists:
        at_line = max((line.rank for line in drawn.lines if line.is_listed), default=0)
        for line in drawn.lines:
            day = taken.get(line.person_id)
            rows.append(
                (
                    str(drawn.number),
                    drawn.basis.as_of.isoformat(),
                    line.area or "",
                    str(drawn.basis.places),
                    line.person_id,
                    line.standing.value,
                    str(line.rank),
                    str(at_line),
                    str(line.total),
                    "" if line.lot_place is None else str(line.lot_place),
                    "" if line.drawn_by_lot is None else "yes" if line.drawn_by_lot else "no",
                    day.isoformat() if day else "",
                )
            )
    return rows


def kept_of(lists: Iterable[DrawnList]) -> Kept:
    """How much the lists keep."""
    every = list(lists)
    lots = [[line for line in drawn.lines if line.drawn_by_lot is not None] for drawn in every]
    not_drawn = {line.person_id for lines in lots for line in lines if line.drawn_by_lot is False}
    return Kept(len(every), sum(bool(lines) for lines in lots), len(not_drawn))
