"""Several policies side by side: what their lists share, would have held, and whom they draw from which group.

Two harm indices order the same people differently (Ashby 2018), so a force that changes its index changes its list. A
review shows by how much before anybody decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.asof import outcome_table
from matac_ml.fairness.disclosure import protect
from matac_ml.fairness.groups import TITLES, audit_groups
from matac_ml.harm import load_harm_index
from matac_ml.practice import HORIZON_DAYS
from matac_ml.records import Extract
from matac_ml.rfg.comparing import counted_after, past_meetings, rank_correlation, share_held
from matac_ml.rfg.lists import Listed, listed
from matac_ml.rfg.policy import Policy
from matac_ml.rfg.stability import stability

_Lists = Sequence[Listed]
Floats = npt.NDArray[np.float64]
#: Groups by which the people on the lists are counted.
GROUPS = ("sex", "ethnicity", "ethnicity_officer")
#: A person whose gravity points are no more than this share of the highest of all is recorded for little harm.
LITTLE_HARM = 0.5


@dataclass(frozen=True)
class Reviewed:
    """One policy.

    Attributes
    ----------
    held : mapping of what to tuple of float
        Share of it that fell on people of the list, one number a past list whose horizon has closed, oldest first.
    turnover : float
        Mean share of a list that is new against the list four weeks before.
    stays : tuple of float
        Smallest and mean share of today's list that stays when edges or points move by a tenth.
    little_harm_many_victims : int or None
        People shown on today's list (those equal at the last place included) who are recorded for little harm against
        two or more victims; None without those components.
    """

    name: str
    label: str
    harm_index: str
    held: Mapping[str, tuple[float, ...]]
    turnover: float
    stays: tuple[float, float]
    little_harm_many_victims: int | None


@dataclass(frozen=True)
class Review:
    """Policies side by side on one extract.

    Attributes
    ----------
    ranked : int
        The most people that any of the policies ranks today.
    shared : ndarray, shape (policies, policies)
        Mean share of places that two policies' lists have in common, over today's and all past lists.
    correlation : ndarray, shape (policies, policies)
        Spearman's rank correlation of everybody's totals today.
    groups : mapping of title to rows of (group, cell of each policy)
        Places on all lists by group, small counts hidden and others rounded.
    """

    as_of: date
    k: int
    horizon: int
    lists: int
    ranked: int
    policies: tuple[Reviewed, ...]
    shared: Floats
    correlation: Floats
    groups: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]


def with_index(policy: Policy, index: str) -> Policy:
    """The same policy by another harm index, under a name that says so."""
    entry = policy.entry.model_copy(
        update={"harm_index": index, "name": f"{policy.name} by {load_harm_index(index).name}"}
    )
    return Policy(entry, f"{policy.text}\n# tried with the harm index {index}\n", policy.folder)


def review_policies(
    policies: Sequence[Policy], extract: Extract, *, k: int, cycles: int = 6, horizon: int = HORIZON_DAYS
) -> Review:
    """Draw every policy's lists of today and of past meetings, and compare them.

    Parameters
    ----------
    policies : sequence of Policy
        Two or more, in the order of the report.
    k : int
        Places on each list; ties at the last place share it.
    cycles : int
        Past four-weekly lists whose horizon had closed by the cut-off.
    horizon : int
        Days after each in which records are counted. Harm is counted by the first policy's index for all.
    """
    today = extract.cut_off + timedelta(days=1)
    past = past_meetings(extract, cycles=cycles, horizon=horizon)[::-1]
    drawn = [[listed(extract, policy, day, k=k) for day in (*past, today)] for policy in policies]
    after = [
        outcome_table(extract, counted_after(horizon), [day], harm=policies[0].harm_index).set_index("person_id")
        for day in past
    ]
    lists = len(past) + 1
    return Review(
        as_of=today,
        k=k,
        horizon=horizon,
        lists=lists,
        ranked=max(len(mine[-1].frame) for mine in drawn),
        policies=tuple(_reviewed(mine, after) for mine in drawn),
        shared=_pairs(drawn, _mean_shared),
        correlation=_pairs(drawn, lambda a, b: rank_correlation(a[-1], b[-1])),
        groups=_groups(extract, drawn, today),
    )


def _reviewed(lists: Sequence[Listed], after: Sequence[pd.DataFrame]) -> Reviewed:
    policy = lists[-1].policy
    held = {
        outcome.sentence: tuple(
            share_held(frame[outcome.name], drawn)
            for drawn, frame in zip(lists, after, strict=False)
            if not drawn.frame.empty and frame[outcome.name].fillna(0).sum() > 0
        )
        for outcome in counted_after(1)
    }
    new = [1 - _shared(a, b) for a, b in pairwise(lists[:-1]) if len(a.frame) and len(b.frame)]
    return Reviewed(
        policy.name,
        policy.label,
        f"{policy.harm_index.name} {policy.harm_index.version}",
        held,
        float(np.mean(new)) if new else float("nan"),
        stability(lists[-1]),
        little_harm_many_victims(lists[-1]),
    )


def little_harm_many_victims(drawn: Listed) -> int | None:
    """How many of those a list shows are recorded for little harm against two or more victims."""
    if not {"points_gravity", "policy_victims"} <= set(drawn.frame):
        return None
    head = drawn.first()
    low = head["points_gravity"] <= LITTLE_HARM * drawn.frame["points_gravity"].max()
    return int((low & (head["policy_victims"].fillna(0) >= 2)).sum())


def _pairs(drawn: Sequence[_Lists], of: Callable[[_Lists, _Lists], float]) -> Floats:
    return np.array([[of(a, b) for b in drawn] for a in drawn], dtype=np.float64)


def _mean_shared(a: _Lists, b: _Lists) -> float:
    """Over the days on which both had somebody to list: before the first records nobody had."""
    both = [_shared(x, y) for x, y in zip(a, b, strict=True) if len(x.frame) and len(y.frame)]
    return float(np.mean(both)) if both else float("nan")


def _shared(a: Listed, b: Listed) -> float:
    places = pd.concat([a.frame["place"], b.frame["place"]], axis=1).fillna(0).to_numpy(np.float64)
    return float(places.min(axis=1).sum() / max(1.0, places.sum(axis=0).max()))


def _groups(
    extract: Extract, drawn: Sequence[Sequence[Listed]], today: date
) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Places by group on every policy's lists, each policy's line protected as a whole."""
    placed = [pd.concat([each.frame["place"] for each in lists]).groupby(level=0).sum() for lists in drawn]
    everybody = sorted(set().union(*(mine.index for mine in placed)))
    if not everybody:
        return {}
    known = audit_groups(extract.people_frame(), everybody, today)
    found = {}
    for attribute in GROUPS:
        if attribute not in known:
            continue
        counted = [mine.groupby(known[attribute].reindex(mine.index)).sum().to_dict() for mine in placed]
        names = sorted({str(name) for mine in counted for name in mine})
        shown = [protect({name: mine.get(name, 0.0) for name in names}) for mine in counted]
        found[TITLES[attribute]] = tuple((name, tuple(mine[name] for mine in shown)) for name in names)
    return found
