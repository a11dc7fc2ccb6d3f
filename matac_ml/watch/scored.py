"""What a model saw, said and met, cycle by cycle: its inputs, its scores, matured outcomes, and both by group.

A cycle begins on a Monday. Everybody is scored as of that day, with what was known before it; so everything here can be
worked out again from the newest extract and the bundle.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.asof import eligibility_frame, feature_table, outcome_table, recorded_frame
from matac_ml.bundle import RiskModel
from matac_ml.codes import NOT_STATED
from matac_ml.practice import CYCLE_DAYS
from matac_ml.records import Extract
from matac_ml.rfg import is_eligible, score_matrix
from matac_ml.rfg.points import place_scores
from matac_ml.watch.counting import GROUPED_BY, KindCounts, groups_on
from matac_ml.watch.series import FEWEST_WEEKS

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

#: Cycles before the watch that it is judged by, at most; and days of records before the first of them.
MOST_BEFORE, WARM_UP_DAYS = 26, 364
#: Dates that are worked out together.
_TOGETHER = 6
#: Above this share of those newly recorded, just before the watch, a value or a score counts as high.
_HIGH = 0.75
_NEXT = "recorded_again"
#: A list holds too few people to compare groups: so many times as many places are looked at.
WIDER = 10


@dataclass(frozen=True)
class ScoredCycles:
    """Counts by cycle, and how many cycles lie before the watch."""

    kinds: tuple[KindCounts, ...]
    cycles_before: int


@dataclass
class _Tally:
    """Counts by name and cycle; what is missing is nothing."""

    held: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))

    def put(self, name: str, cycle: int, value: float) -> None:
        self.held[name][cycle] = float(value)

    def array(self, name: str, cycles: Sequence[int]) -> Floats:
        return np.array([self.held[name].get(cycle, 0.0) for cycle in cycles])


def count_scored(extract: Extract, model: RiskModel, *, begun: date) -> ScoredCycles:
    """Score everybody as of each cycle, and count.

    Parameters
    ----------
    begun : date
        The Monday on which the watch began; cycles run from it in both directions.
    """
    first = extract.connect().execute("SELECT min(recorded_on) FROM incidents WHERE domestic").fetchone()
    oldest = first[0] if first and first[0] else begun
    warm = oldest + timedelta(days=WARM_UP_DAYS)
    before = min(MOST_BEFORE, max(0, (begun - warm).days // CYCLE_DAYS))
    after = max(0, (extract.cut_off + timedelta(days=1) - begun).days // CYCLE_DAYS)
    days = [begun + timedelta(days=CYCLE_DAYS * cycle) for cycle in range(-before, after + 1)]
    tally, counter = _Tally(), _Counter(extract, model)
    reference = counter.people([days[before]])
    new = reference[reference["new"]]
    counter.high = {name: float(new[name].quantile(_HIGH)) for name in (*counter.inputs, "missing")}
    for start in range(0, len(days), _TOGETHER):
        some = range(start, min(start + _TOGETHER, len(days)))
        frame = counter.people([days[cycle] for cycle in some])
        for cycle in some:
            counter.count(frame[frame["as_of"] == pd.Timestamp(days[cycle])], cycle, tally)
    cycles = range(before + after)
    # While the records hold less than the look-back, everybody's history only grows, and every input with it.
    growing = sum(day < oldest + timedelta(days=model.lookback_days) for day in days)
    counter.inputs_from = growing if growing <= before - FEWEST_WEEKS // 4 else None
    return ScoredCycles(tuple(_kinds(tally, counter, cycles)), before)


class _Counter:
    """Scores people and counts them; keeps who was on the list of the cycle before."""

    def __init__(self, extract: Extract, model: RiskModel) -> None:
        self.extract, self.model = extract, model
        both = {feature.name: feature for feature in (*model.policy.features, *model.features)}
        self.features = tuple(both.values())
        self.inputs = ("probability", *model.feature_names)
        self.high: dict[str, float] = {}
        self.inputs_from: int | None = None
        self.lag = -(-model.outcome.horizon_days // CYCLE_DAYS)
        self.listed: set[str] = set()
        self.groups: set[tuple[str, str]] = set()

    def people(self, days: Sequence[date]) -> pd.DataFrame:
        """Everybody who is ranked on these days: inputs, score, place, outcomes and groups."""
        back = {"lookback_days": self.model.lookback_days}
        frame = feature_table(self.extract, self.features, days, harm=self.model.harm, **back)
        eligible = is_eligible(self.model.policy, eligibility_frame(self.extract, days, **back))
        since = recorded_frame(self.extract, days, **back)["days_since_recorded"].to_numpy(dtype=np.float64)
        scored = self.model.scored(frame[list(self.model.feature_names)].to_numpy(dtype=np.float64))
        frame["probability"] = np.where(scored.interval.thin, np.nan, scored.probability)
        frame["missing"] = frame[list(self.model.feature_names)].isna().sum(axis=1)
        frame["new"] = since <= CYCLE_DAYS
        outcomes = self._outcomes(days)
        frame = frame[eligible].merge(outcomes, on=["person_id", "as_of"], how="left")
        return pd.concat([frame, groups_on(self.extract, frame["person_id"], frame["as_of"])], axis=1)

    def _outcomes(self, days: Sequence[date]) -> pd.DataFrame:
        main = replace(self.model.outcome, name="happened")
        following = replace(self.model.outcome, name=_NEXT, horizon_days=CYCLE_DAYS)
        last = self.extract.cut_off - timedelta(days=CYCLE_DAYS - 1)
        known = [day for day in days if day <= last]
        if not known:
            return pd.DataFrame({"person_id": [], "as_of": pd.to_datetime([]), "happened": [], _NEXT: []})
        return outcome_table(
            self.extract, [main, following], known, harm=self.model.harm, lookback_days=self.model.lookback_days
        )

    def count(self, frame: pd.DataFrame, cycle: int, tally: _Tally) -> None:
        """Count what one day says, in the cycle at whose end it is known."""
        new, said = frame["new"].to_numpy(dtype=bool), frame["probability"].to_numpy(dtype=np.float64)
        tally.put("new", cycle - 1, new.sum())
        tally.put(
            "missing", cycle - 1, (new & (frame["missing"].to_numpy(dtype=np.float64) > self.high["missing"])).sum()
        )
        for name in self.inputs:
            values = frame[name].to_numpy(dtype=np.float64)
            tally.put(f"high-{name}", cycle - 1, (new & (values > self.high[name])).sum())
        known = frame["happened"].notna().to_numpy() & np.isfinite(said)
        happened = frame["happened"].fillna(0).to_numpy(dtype=np.float64)
        matured = cycle + self.lag - 1
        tally.put("calibration", matured, happened[known].sum())
        tally.put("calibration-said", matured, said[known].sum())
        place = place_scores(self.model.policy, score_matrix(self.model.policy, frame))
        capacity = self.model.policy.capacity
        first = np.argsort(-np.nan_to_num(said, nan=-1.0), kind="stable")[:capacity]
        tally.put("precision", matured, happened[first][known[first]].sum())
        tally.put("precision-said", matured, said[first][known[first]].sum())
        on_list = np.argsort(-place, kind="stable")[:capacity]
        tally.put("list", matured, happened[on_list].sum())
        tally.put("list-of", matured, frame["happened"].notna().to_numpy()[on_list].sum())
        self._by_group(frame, cycle, tally, np.argsort(-place, kind="stable")[: WIDER * capacity])

    def _by_group(self, frame: pd.DataFrame, cycle: int, tally: _Tally, first: npt.NDArray[np.int64]) -> None:
        again = frame[_NEXT].fillna(0).to_numpy(dtype=np.float64) > 0
        weight = np.nan_to_num(frame["probability"].to_numpy(dtype=np.float64))
        person = frame["person_id"].to_numpy()
        arrived = np.zeros(len(frame), bool)
        arrived[[place for place in first if person[place] not in self.listed]] = True
        self.listed = set(person[first])
        for name, places in (("list", first[: self.model.policy.capacity]), ("first", first)):
            share = weight[places].sum() / max(weight.sum(), 1e-9)
            tally.put(f"{name}-again", cycle, again[places].sum())
            tally.put(f"{name}-again-said", cycle, share * again.sum())
        tally.put("again", cycle, again.sum())
        for attribute in GROUPED_BY:
            of = frame[attribute].to_numpy(dtype=object)
            known = of != NOT_STATED
            tally.put(f"again-{attribute}", cycle, (again & known).sum())
            tally.put(f"listed-{attribute}", cycle - 1, (arrived & known).sum())
            for group in sorted(set(of[known])):
                mine = of == group
                self.groups.add((attribute, str(group)))
                share = weight[mine].sum() / max(weight[known].sum(), 1e-9)
                tally.put(f"again-{attribute}-{group}", cycle, (again & mine).sum())
                tally.put(f"again-said-{attribute}-{group}", cycle, share * (again & known).sum())
                tally.put(f"listed-{attribute}-{group}", cycle - 1, (arrived & mine).sum())


def _kinds(tally: _Tally, counter: _Counter, cycles: Sequence[int]) -> Iterator[KindCounts]:
    def held(name: str) -> Floats:
        return tally.array(name, cycles)

    judged = counter.inputs_from is not None
    scores = partial(KindCounts, part="scores", weeks_each=4, usable_from=counter.inputs_from or 0)
    new = held("new") if judged else np.zeros(len(cycles))
    for name in counter.inputs:
        what = "the score" if name == "probability" else name
        yield scores(f"high-{name}", f"people newly recorded, {what}: high", np.minimum(held(f"high-{name}"), new), new)
    many = np.minimum(held("missing"), new)
    yield scores("missing-inputs", "people newly recorded, of whom many inputs are missing", many, new)
    outcomes = partial(KindCounts, part="outcomes", weeks_each=4, lag=counter.lag)
    for name, whose in (("calibration", "outcomes"), ("precision", "outcomes of the first places by score")):
        yield outcomes(name, f"{whose}, beside what scores said", held(name), None, base=held(f"{name}-said"))
    yield outcomes("list-precision", "outcomes of the first places by the matrix", held("list"), held("list-of"))
    feedback = partial(KindCounts, part="feedback", weeks_each=4)
    for name, places in (("list", "on the list"), ("first", "among ten times as many first places")):
        yield feedback(f"{name}-again", f"people recorded again within a cycle who are {places}, beside their scores",
                       held(f"{name}-again"), held("again"), base=held(f"{name}-again-said"))  # fmt: skip
    fairness = partial(KindCounts, part="fairness", weeks_each=4)
    for attribute, group in _told_apart(counter.groups):
        name, words = f"{attribute}-{group}", f"{GROUPED_BY[attribute]}: {group}"
        yield fairness(f"again-{name}", f"people recorded again within a cycle, beside their scores, {words}",
                       held(f"again-{name}"), held(f"again-{attribute}"), base=held(f"again-said-{name}"))  # fmt: skip
        yield fairness(f"listed-{name}", f"people new among the first places by the matrix, {words}",
                       held(f"listed-{name}"), held(f"listed-{attribute}"))  # fmt: skip


def _told_apart(groups: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The groups in order, without the second of two: one says all there is to say of the other."""
    for attribute in GROUPED_BY:
        names = sorted(group for of, group in groups if of == attribute)
        yield from ((attribute, name) for name in (names[:1] if len(names) == 2 else names))
