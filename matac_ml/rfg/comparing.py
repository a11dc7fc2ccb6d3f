"""Try a change: who would enter and leave the list under another policy, and what each list would have held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from matac_ml.asof import LOOKBACK_DAYS, eligibility_frame, feature_matrix, outcome_matrix
from matac_ml.evaluation import captured_at_k, places
from matac_ml.records import Extract
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.points import is_eligible, place_scores, score_matrix
from matac_ml.rfg.policy import Component, Policy, PolicyEntry
from matac_ml.spec import Outcome, OutcomeKind

CYCLE_DAYS = 28
_COUNTED = (
    ("records_after", OutcomeKind.RECORD, "New records"),
    ("harm_after", OutcomeKind.HARM_DAYS, "Harm days"),
    ("new_victims_after", OutcomeKind.NEW_VICTIM, "New victims"),
)


@dataclass(frozen=True)
class Listed:
    """Everybody eligible under one policy on one day.

    Attributes
    ----------
    frame : DataFrame
        Indexed by person: points of each component, ``total``, ``order`` (the total with the rule for ties below one
        point), ``place`` (share of a place among the first k), ``also_victim``, and what the matrix measured.
    """

    policy: Policy
    frame: pd.DataFrame
    k: int

    def ordered(self) -> pd.DataFrame:
        """Everybody in order of the list, ``person_id`` as the first column; who is equal comes by identifier."""
        frame = self.frame.rename_axis("person_id").reset_index()
        return frame.sort_values(["order", "person_id"], ascending=[False, True]).reset_index(drop=True)


@dataclass(frozen=True)
class Change:
    """Somebody who enters or leaves the list.

    Attributes
    ----------
    before, after : int
        Totals.
    because : str
        The component whose points changed the most, in words.
    """

    person_id: str
    before: int
    after: int
    because: str


@dataclass(frozen=True)
class Compared:
    """Two policies on one extract.

    Attributes
    ----------
    captured : mapping of what to (old, new)
        Mean share of it, over past lists whose horizon has closed, that falls on people of the list.
    stability : mapping of policy name to (lowest, mean)
        Share of its list that stays when every edge and every point of its bands moves by a tenth.
    """

    as_of: date
    k: int
    entering: tuple[Change, ...]
    leaving: tuple[Change, ...]
    correlation: float
    captured: dict[str, tuple[float, float]]
    cycles: int
    stability: dict[str, tuple[float, float]]


def listed(extract: Extract, policy: Policy, as_of: date, *, k: int | None = None) -> Listed:
    """Score everybody eligible on a day."""
    back = max(LOOKBACK_DAYS, policy.entry.window_days)
    frame = feature_matrix(extract, policy.features, [as_of], harm=policy.harm_index, lookback_days=back)
    who = eligibility_frame(extract, [as_of], lookback_days=back)
    frame = frame.set_index("person_id").loc[who["person_id"]][is_eligible(policy, who)]
    scored = score_matrix(policy, frame)
    size = k or policy.capacity
    scored["order"] = place_scores(policy, scored)
    scored["place"] = places(scored["order"].to_numpy(np.float64), size) if len(scored) else 0.0
    return Listed(policy, scored.join(frame).join(who.set_index("person_id")["also_victim"]), size)


def compare_policies(
    old: Policy, new: Policy, extract: Extract, *, k: int, cycles: int = 6, horizon: int = 182
) -> Compared:
    """Compare two policies today and over past meetings.

    Parameters
    ----------
    k : int
        Places on the list.
    cycles : int
        Past four-weekly lists whose horizon had closed by the cut-off.
    horizon : int
        Days after each in which records are counted.
    """
    today = extract.cut_off + timedelta(days=1)
    a, b = listed(extract, old, today, k=k), listed(extract, new, today, k=k)
    both = a.frame.merge(b.frame, left_index=True, right_index=True, suffixes=("_old", "_new"))
    captured, done = _captured(extract, old, new, k=k, cycles=cycles, horizon=horizon)
    return Compared(
        as_of=today,
        k=k,
        entering=_changes(both, both["place_new"] > both["place_old"], old, new),
        leaving=_changes(both, both["place_old"] > both["place_new"], old, new),
        correlation=float(spearmanr(both["total_old"], both["total_new"]).statistic),
        captured=captured,
        cycles=done,
        stability={one.policy.name: stability(one) for one in (a, b)},
    )


def _changes(both: pd.DataFrame, who: pd.Series, old: Policy, new: Policy) -> tuple[Change, ...]:
    moved = both[who].sort_values(["total_new", "total_old"], ascending=False)
    return tuple(
        Change(str(person), int(row["total_old"]), int(row["total_new"]), _because(row, old, new))
        for person, row in moved.iterrows()
    )


def _because(row: pd.Series, old: Policy, new: Policy) -> str:
    names = [*old.components, *(name for name in new.components if name not in old.components)]
    gaps = {name: _points(row, name, "_new") - _points(row, name, "_old") for name in names}
    most = max(gaps, key=lambda name: abs(gaps[name]))
    if not gaps[most]:
        return "the same points; others moved"
    return f"{most.value} {gaps[most]:+d} ({_points(row, most, '_old')} became {_points(row, most, '_new')})"


def _points(row: pd.Series, name: ComponentName, side: str) -> int:
    key = f"points_{name}"
    return int(row[key + side] if key + side in row else row.get(key, 0))


def _captured(
    extract: Extract, old: Policy, new: Policy, *, k: int, cycles: int, horizon: int
) -> tuple[dict[str, tuple[float, float]], int]:
    last = extract.cut_off + timedelta(days=1 - horizon)
    days = [last - timedelta(days=CYCLE_DAYS * back) for back in range(cycles)]
    declared = counted_after(horizon)
    found: dict[str, list[tuple[float, float]]] = {outcome.sentence: [] for outcome in declared}
    drawn = 0
    for day in days:
        a, b = listed(extract, old, day, k=k), listed(extract, new, day, k=k)
        if a.frame.empty or b.frame.empty:
            continue
        drawn += 1
        after = outcome_matrix(extract, declared, [day], harm=old.harm_index).set_index("person_id")
        for outcome in declared:
            column = after[outcome.name]
            if column.fillna(0).sum() > 0:
                found[outcome.sentence].append((share_held(column, a), share_held(column, b)))
    means = {text: tuple(np.mean(pairs, axis=0)) for text, pairs in found.items() if pairs}
    return {text: (float(one), float(other)) for text, (one, other) in means.items()}, drawn


def counted_after(horizon: int) -> tuple[Outcome, ...]:
    """What is counted in the days after a list: records, harm and new victims."""
    return tuple(Outcome(name=n, kind=kind, horizon_days=horizon, sentence=text) for n, kind, text in _COUNTED)


def share_held(column: pd.Series, one: Listed) -> float:
    """Share of what came after (indexed by person) that fell on people of the list."""
    value = column.reindex(one.frame.index).fillna(0).to_numpy(np.float64)
    return captured_at_k(value, one.frame["order"].to_numpy(np.float64), k=one.k)


def stability(one: Listed) -> tuple[float, float]:
    """Overlap of the list with those of policies in which one thing moved by a tenth, up or down."""
    before = one.frame["place"].to_numpy(np.float64)
    kept = []
    for entry in moved_by_a_tenth(one.policy.entry):
        other = Policy(entry, one.policy.text, one.policy.folder)
        order = place_scores(other, score_matrix(other, one.frame))
        kept.append(float(np.minimum(before, places(order, one.k)).sum() / max(1.0, before.sum())))
    return (min(kept), float(np.mean(kept))) if kept else (1.0, 1.0)


def moved_by_a_tenth(entry: PolicyEntry) -> Sequence[PolicyEntry]:
    """Policies in which every edge, or every point, of one component is a tenth higher or lower; order is kept."""
    moved = []
    for name, component in entry.components.items():
        for factor in (Decimal("0.9"), Decimal("1.1")):
            for what in ("edges", "points"):
                changed = _moved(component, factor, what)
                if changed != component:
                    moved.append(entry.model_copy(update={"components": {**entry.components, name: changed}}))
    return moved


def _moved(component: Component, factor: Decimal, what: str) -> Component:
    if what == "points":
        bands = [band.model_copy(update={"points": round(band.points * factor)}) for band in component.bands]
        return component.model_copy(update={"bands": tuple(bands)})
    bands = [
        band.model_copy(
            update={
                edge: (value * factor).quantize(Decimal("0.01"))
                for edge in ("up_to", "at_least")
                if (value := getattr(band, edge)) is not None
            }
        )
        for band in component.bands
    ]
    per_unit = component.per_unit
    if per_unit is not None:
        every = max(Decimal("0.01"), (per_unit.every * factor).quantize(Decimal("0.01")))
        per_unit = per_unit.model_copy(update={"every": every})
    return component.model_copy(update={"bands": tuple(bands), "per_unit": per_unit})
