"""Try a change: who would enter and leave the list under another policy, and what each list would have held."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from matac_ml.asof import outcome_table
from matac_ml.evaluation import captured_at_k
from matac_ml.practice import CYCLE_DAYS, HORIZON_DAYS
from matac_ml.records import Extract
from matac_ml.rfg.lists import ON, TIED, UNRANKED, Listed, listed
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.policy import Policy
from matac_ml.rfg.stability import stability
from matac_ml.spec import Outcome, OutcomeKind

#: The title of changes that are neither entering nor leaving.
TIE_CHANGES = "Into or out of a tie for the last places"
_COUNTED = (
    ("records_after", OutcomeKind.RECORD, "New records"),
    ("harm_after", OutcomeKind.HARM_DAYS, "Harm days"),
    ("new_victims_after", OutcomeKind.NEW_VICTIM, "New victims"),
)


@dataclass(frozen=True)
class Change:
    """Somebody whose standing on the list changes.

    Attributes
    ----------
    before, after : int or None
        Totals; None where the policy does not rank the person.
    standing : (str, str)
        Before and after: ``on the list``, ``tied``, ``not on the list`` or ``not ranked``.
    because : str
        Every component whose points changed, in words; the changes add up to that of the total.
    """

    person_id: str
    before: int | None
    after: int | None
    standing: tuple[str, str]
    because: str


@dataclass(frozen=True)
class Compared:
    """Two policies on one extract.

    Attributes
    ----------
    entering, leaving : tuple of Change
        People who hold a place under one policy and none under the other, whatever the order of equal people.
    tied : tuple of Change
        Everybody else whose standing changes: into, or out of, a tie for the last places.
    places : (str, str)
        How the places of each list are held, in words.
    correlation : float
        Spearman's rank correlation of the totals of people ranked by both; NaN where there are fewer than two, or
        where all have the same total.
    captured : mapping of what to (old, new)
        Mean share of it, over past lists whose horizon has closed, that falls on people of the list.
    stability : (lowest, mean) before and after
        Share of each list that stays when every edge and every point of its bands moves by a tenth; NaN of nobody.
    """

    as_of: date
    k: int
    entering: tuple[Change, ...]
    leaving: tuple[Change, ...]
    tied: tuple[Change, ...]
    places: tuple[str, str]
    correlation: float
    captured: dict[str, tuple[float, float]]
    cycles: int
    stability: tuple[tuple[float, float], tuple[float, float]]


def compare_policies(
    old: Policy, new: Policy, extract: Extract, *, k: int, cycles: int = 6, horizon: int = HORIZON_DAYS
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
    moved = _moved_people(a, b)
    captured, done = _captured(extract, old, new, k=k, cycles=cycles, horizon=horizon)
    return Compared(
        as_of=today,
        k=k,
        entering=tuple(change for change in moved if change.standing[1] == ON and TIED not in change.standing),
        leaving=tuple(change for change in moved if change.standing[0] == ON and TIED not in change.standing),
        tied=tuple(change for change in moved if TIED in change.standing),
        places=(_held(a), _held(b)),
        correlation=rank_correlation(a, b),
        captured=captured,
        cycles=done,
        stability=(stability(a), stability(b)),
    )


def _held(drawn: Listed) -> str:
    """How the places of a list are held."""
    certain, tied = int(drawn.line.certain.sum()), int(drawn.line.tied.sum())
    if drawn.frame.empty:
        return "nobody is ranked"
    if not tied:
        return f"{certain} people on the list"
    return f"{certain} people on the list; {tied} people equal at the last place for {drawn.line.places_left} more"


def rank_correlation(a: Listed, b: Listed) -> float:
    """Spearman's rank correlation of the totals of people on both; NaN where it has none."""
    both = pd.concat([a.frame["total"], b.frame["total"]], axis=1, join="inner").to_numpy(np.float64)
    if len(both) < 2 or (both == both[0]).all(axis=0).any():
        return float("nan")
    return float(spearmanr(both[:, 0], both[:, 1]).statistic)


def _moved_people(a: Listed, b: Listed) -> list[Change]:
    """Everybody whose standing is not the same on both lists and who holds, or may hold, a place on one."""
    columns = ["standing", "total", "rank", *(f"points_{name}" for name in ComponentName)]
    old, new = (drawn.frame.reindex(columns=columns) for drawn in (a, b))
    both = old.add_suffix("_old").join(new.add_suffix("_new"), how="outer")
    for side in ("_old", "_new"):
        both["standing" + side] = both["standing" + side].astype(object).where(both["total" + side].notna(), UNRANKED)
    held = both[["standing_old", "standing_new"]].isin([ON, TIED]).any(axis=1)
    moved = both[held & (both["standing_old"] != both["standing_new"])].rename_axis("person_id").reset_index()
    moved = moved.sort_values(["rank_new", "rank_old", "person_id"], na_position="last")
    return [_change(row, a.policy, b.policy) for row in moved.to_dict("records")]


def _change(row: dict[Hashable, Any], old: Policy, new: Policy) -> Change:
    before, after = (None if row[key] != row[key] else int(row[key]) for key in ("total_old", "total_new"))
    if before is None or after is None:
        because = f"{(old if before is None else new).name} does not rank this person"
    else:
        because = _because(row)
    return Change(str(row["person_id"]), before, after, (row["standing_old"], row["standing_new"]), because)


def _because(row: dict[Hashable, Any]) -> str:
    """Every component whose points changed, the largest change first."""
    points = {name: (_points(row, name, "_old"), _points(row, name, "_new")) for name in ComponentName}
    changed = sorted(((b - a, name) for name, (a, b) in points.items() if a != b), key=lambda change: -abs(change[0]))
    if not changed:
        return "the same points; others moved"
    return ", ".join(f"{n.value} {gap:+d} ({points[n][0]} became {points[n][1]})" for gap, n in changed)


def _points(row: dict[Hashable, Any], name: ComponentName, side: str) -> int:
    value = row[f"points_{name}{side}"]
    return 0 if value != value else int(value)


def _captured(
    extract: Extract, old: Policy, new: Policy, *, k: int, cycles: int, horizon: int
) -> tuple[dict[str, tuple[float, float]], int]:
    declared = counted_after(horizon)
    found: dict[str, list[tuple[float, float]]] = {outcome.sentence: [] for outcome in declared}
    drawn = 0
    for day in past_meetings(extract, cycles=cycles, horizon=horizon):
        a, b = listed(extract, old, day, k=k), listed(extract, new, day, k=k)
        if a.frame.empty or b.frame.empty:
            continue
        drawn += 1
        after = outcome_table(extract, declared, [day], harm=old.harm_index).set_index("person_id")
        for outcome in declared:
            column = after[outcome.name]
            if column.fillna(0).sum() > 0:
                found[outcome.sentence].append((share_held(column, a), share_held(column, b)))
    means = {text: tuple(np.mean(pairs, axis=0)) for text, pairs in found.items() if pairs}
    return {text: (float(a), float(b)) for text, (a, b) in means.items()}, drawn


def past_meetings(extract: Extract, *, cycles: int, horizon: int) -> list[date]:
    """Days of four-weekly lists whose horizon has closed by the cut-off, the latest first."""
    last = extract.cut_off + timedelta(days=1 - horizon)
    return [last - timedelta(days=CYCLE_DAYS * back) for back in range(cycles)]


def counted_after(horizon: int) -> tuple[Outcome, ...]:
    """What is counted in the days after a list: records, harm and new victims."""
    return tuple(Outcome(name=n, kind=kind, horizon_days=horizon, sentence=text) for n, kind, text in _COUNTED)


def share_held(column: pd.Series, drawn: Listed) -> float:
    """Share of what came after (indexed by person) that fell on people of the list."""
    value = column.reindex(drawn.frame.index).fillna(0).to_numpy(np.float64)
    return captured_at_k(value, drawn.frame["order"].to_numpy(np.float64), k=drawn.k)
