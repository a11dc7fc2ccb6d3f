"""Lists drawn up in each area by itself: where people are listed, every contender's places there, and their table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.asof import area_frame
from matac_ml.evaluation import InArea, PersonBootstrap, measure_in_areas
from matac_ml.facts import Estimate
from matac_ml.fairness.disclosure import MINIMUM_CELL, ROUNDING, rounded
from matac_ml.fairness.performance import (
    PLACES_A_POINT,
    capacity_cells,
    coarse,
    coarse_estimate,
    coarse_recall,
    possible,
)
from matac_ml.page import Table
from matac_ml.records import Extract
from training.compare import Comparison
from training.dataset import Dataset
from training.recipe import Recipe
from training.report import as_interval, with_interval

#: Areas shown, those with most rows; beats and wards can be hundreds, and no meeting is held in each.
MOST = 20
#: People of whom no incident says where it was: they stand on no area's list.
NOWHERE = ""


@dataclass(frozen=True)
class ByArea:
    """Every contender on the lists of every area.

    Attributes
    ----------
    lists : mapping of contender to tuple of InArea
        Areas in the same order for all; the last is all of them together, where there is more than one.
    left_out : float
        Share of the test rows that are in no area.
    """

    lists: dict[str, tuple[InArea, ...]]
    left_out: float


def areas_of(extract: Extract, dataset: Dataset) -> npt.NDArray[np.object_]:
    """The area of every row of the test; :data:`NOWHERE` where none is known."""
    test = dataset.folds.test
    days = [test.dates[cycle] for cycle in np.unique(test.cycle)]
    found = area_frame(extract, days)
    known = dict(zip(zip(found["person_id"], found["as_of"].dt.date, strict=True), found["area"], strict=True))
    return np.array(
        [
            str(known.get((dataset.identities[identity], test.dates[cycle]), NOWHERE))
            for identity, cycle in zip(test.identity, test.cycle, strict=True)
        ],
        dtype=object,
    )


def by_area(extract: Extract, dataset: Dataset, found: Comparison, *, recipe: Recipe) -> ByArea | None:
    """Measure every contender on lists of each area; None where records name fewer than two areas."""
    area = areas_of(extract, dataset)
    inside = np.flatnonzero(area != NOWHERE)
    if len(set(area[inside])) < 2:
        return None
    test = found.test.take(inside)
    draws = PersonBootstrap(test.person, resamples=recipe.resamples, seed=recipe.seed)
    named = [str(name) for name in area[inside]]
    lists = {
        name.label: measure_in_areas(test.y, name.score[inside], test.cycle, named, k=found.k, draws=draws)
        for name in found.contenders
    }
    return ByArea(lists, 1 - len(inside) / len(area))


def area_tables(found: ByArea, k: int) -> tuple[Table, ...]:
    """Precision and recall, one line an area and one column a contender, so printed that no small count comes back."""
    some = next(iter(found.lists.values()))
    ordered = sorted(range(len(some) - 1), key=lambda i: (-some[i].rows, some[i].area))[:MOST]
    whole = len(some) - 1
    together = {label: _open(lists[:whole], lists[whole]) for label, lists in found.lists.items()}
    head = ("Area", "Places", *found.lists)
    text = (
        f"In each area by itself, the first {k} places of each test list, or all where fewer people are ranked; people "
        "are listed where the latest incident known by then was. Where an area has fewer than "
        f"{MINIMUM_CELL} different people with or without the outcome or on its lists, or {PLACES_A_POINT} places, "
        "nothing is printed; elsewhere precision is printed in steps that leave several counts possible, its interval "
        f"widened to them, and recall follows from it. {_not_shown(len(some) - 1, found.left_out)}"
    )
    tables, numbers = [], frozenset(range(1, len(head)))
    open_recall = _outcomes_open(some[:whole], some[whole])
    for title, printed in (("Precision", _precision), ("Recall", _recall if open_recall else lambda _: "hidden")):
        rows = [
            (some[i].area, _places(some[i]), *(printed(lists[i]) for lists in found.lists.values())) for i in ordered
        ]
        last = (printed(lists[whole]) if together[label] else "hidden" for label, lists in found.lists.items())
        given = _places(some[whole]) if all(_enough(area) for area in some) else "hidden"
        rows.append(("All areas' lists together", given, *last))
        note = text if title == "Precision" else ""
        tables.append(Table(f"{title} at {k} in each area", head, tuple(rows), numbers, note=note))
    return tuple(tables)


def _places(area: InArea) -> str:
    """To the nearest five: where fewer people are ranked than there are places, it counts people."""
    return f"{rounded(area.places):,}" if _enough(area) else "hidden"


def _not_shown(areas: int, left_out: float) -> str:
    more = f"The {MOST} areas with most rows of {areas}. " if areas > MOST else ""
    return f"{more}{left_out:.0%} of the test rows are in no area that is known, and on none of these lists."


def _enough(area: InArea) -> bool:
    fewest = min(area.people_with, area.people_without, area.people_listed)
    return area.places >= PLACES_A_POINT and fewest >= MINIMUM_CELL


def _precision(area: InArea) -> str:
    return _shown(coarse_estimate(Estimate.of(area.precision), area.places)) if _enough(area) else "hidden"


def _recall(area: InArea) -> str:
    if not _enough(area):
        return "hidden"
    cells = capacity_cells(area.hits, area.places, area.outcomes, area.rows)
    return _shown(coarse_recall(Estimate.of(area.recall), cells, places=area.places, outcomes=area.outcomes))


def _shown(estimate: Estimate) -> str:
    return "hidden" if estimate.value is None else with_interval(as_interval(estimate))


def _open(areas: Sequence[InArea], whole: InArea) -> bool:
    """Whether two or more counts of hits remain possible in every area, given what is printed of all of them."""
    each = [_counts(area) if _enough(area) else range(round(area.places) + 1) for area in areas]
    return _two_remain(each, _counts(whole))


def _outcomes_open(areas: Sequence[InArea], whole: InArea) -> bool:
    """The same of outcomes, which recall gives back to within two, and whose exact total readers know."""
    printed = [rounded(area.outcomes) for area in areas]
    each = [
        range(max(0, about - ROUNDING // 2), about + ROUNDING // 2 + 1) if _enough(area) else range(area.rows + 1)
        for area, about in zip(areas, printed, strict=True)
    ]
    return _two_remain(each, range(whole.outcomes, whole.outcomes + 1))


def _two_remain(each: Sequence[range], total: range) -> bool:
    """Whether every one of several counts has two possible values or more, where their sum is in a range."""
    for counts in each:
        least = sum(c[0] for c in each) - counts[0]
        most = sum(c[-1] for c in each) - counts[-1]
        if sum(total[0] <= count + most and count + least <= total[-1] for count in counts) < 2:
            return False
    return True


def _counts(area: InArea) -> range:
    places = round(area.places)
    return possible(coarse(area.hits / area.places, area.places), places)
