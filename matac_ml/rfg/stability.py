"""How much of a list stays when its policy moves a little."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from matac_ml.evaluation import places
from matac_ml.rfg.lists import Listed
from matac_ml.rfg.points import place_scores, score_matrix
from matac_ml.rfg.policy import Band, Component, Policy, PolicyEntry

_FACTORS = (Decimal("0.9"), Decimal("1.1"))
_HUNDREDTH = Decimal("0.01")


def stability(drawn: Listed) -> tuple[float, float]:
    """Overlap of the list with those of policies in which one thing moved by a tenth, up or down.

    Returns
    -------
    (float, float)
        The smallest share of the list that stays and the mean; NaN where nobody is listed.
    """
    if drawn.frame.empty:
        return float("nan"), float("nan")
    before = drawn.frame["place"].to_numpy(np.float64)
    kept = []
    for entry in moved_by_a_tenth(drawn.policy.entry):
        moved = Policy(entry, drawn.policy.text, drawn.policy.folder)
        order = place_scores(moved, score_matrix(moved, drawn.frame))
        kept.append(float(np.minimum(before, places(order, drawn.k)).sum() / max(1.0, before.sum())))
    return (min(kept), float(np.mean(kept))) if kept else (1.0, 1.0)


def moved_by_a_tenth(entry: PolicyEntry) -> Iterator[PolicyEntry]:
    """Policies in which every edge, or every point, of one component is a tenth higher or lower; order is kept."""
    for name, component in entry.components.items():
        for factor in _FACTORS:
            for changed in (_edges_moved(component, factor), _points_moved(component, factor)):
                if changed != component:
                    yield entry.model_copy(update={"components": {**entry.components, name: changed}})


def _points_moved(component: Component, factor: Decimal) -> Component:
    bands = [band.model_copy(update={"points": round(band.points * factor)}) for band in component.bands]
    return component.model_copy(update={"bands": tuple(bands)})


def _edges_moved(component: Component, factor: Decimal) -> Component:
    per_unit = component.per_unit
    if per_unit is not None:
        every = max(_HUNDREDTH, (per_unit.every * factor).quantize(_HUNDREDTH))
        per_unit = per_unit.model_copy(update={"every": every})
    bands = tuple(
        band.model_copy(update={_which(band): (band.edge * factor).quantize(_HUNDREDTH)}) for band in component.bands
    )
    return component.model_copy(update={"bands": bands, "per_unit": per_unit})


def _which(band: Band) -> str:
    return "at_least" if band.up_to is None else "up_to"
