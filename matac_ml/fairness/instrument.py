"""One instrument at one cut: every group of every attribute measured, with intervals, and compared."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.evaluation import wilson
from matac_ml.facts import AttributeFacts, Estimate, GroupFacts, InstrumentFacts, finite
from matac_ml.fairness.gaps import Compared, chance_by_error, compare_groups, normal_interval, with_verdicts
from matac_ml.fairness.measures import FEWEST_PEOPLE, MEASURES, SUMS, GroupMeasure, row_sums
from matac_ml.fairness.resampling import (
    Counts,
    bootstrap_sums,
    by_group,
    by_person,
    draw_people,
    percentiles,
    permuted_sums,
)
from matac_ml.fairness.within import auc_by_group, slope_by_group

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_SELECTED, _ROWS = SUMS.index("selected"), SUMS.index("rows")


@dataclass(frozen=True)
class Instrument:
    """Scores to be audited.

    Attributes
    ----------
    score : ndarray, shape (n,)
        Decides the order on the list; may tie.
    probability : ndarray, shape (n,), or None
        Calibrated, for measures that need one.
    """

    name: str
    label: str
    score: Floats
    probability: Floats | None = None


@dataclass(frozen=True)
class Attribute:
    """An attribute: its groups by name, and everybody's group, shape ``(people,)``."""

    name: str
    title: str
    groups: tuple[str, ...]
    code: Ints

    @classmethod
    def of(cls, name: str, title: str, group: pd.Series) -> "Attribute":
        """Read an attribute from everybody's group in words."""
        code, found = pd.factorize(group.astype(str))
        names = sorted((str(one) for one in found), key=_natural)
        place = np.array([names.index(str(one)) for one in found], dtype=np.int64)
        return cls(name, title, tuple(names), place[code])


def _natural(text: str) -> list[tuple[int, str]]:
    """Sorts *decile 2* before *decile 10*."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


@dataclass(frozen=True)
class Audited:
    """Whom the audit is about, and how hard it looks.

    Attributes
    ----------
    person : ndarray of int, shape (n,)
        Codes below the number of people.
    same : ndarray of int, shape (people,), or None
        Where somebody's group changes between rows, every group that somebody was in has a code of its own in
        ``person``, and this says whose they are: one number a real person.
    """

    person: Ints
    attributes: tuple[Attribute, ...]
    resamples: int
    permutations: int
    seed: int
    people: int = field(default=0)
    same: Ints | None = None

    @cached_property
    def drawn(self) -> Counts:
        """The resamples of people, the same for every instrument and cut; a real person is drawn whole."""
        if self.same is None:
            return draw_people(self.people, resamples=self.resamples, seed=self.seed)
        everybody = int(self.same.max(initial=-1)) + 1
        return draw_people(everybody, resamples=self.resamples, seed=self.seed)[self.same]

    def people_of(self, code: Ints, size: int, present: npt.NDArray[np.bool_] | None = None) -> Ints:
        """How many real people each group holds, shape ``(size,)``, among those present."""
        same = np.arange(self.people) if self.same is None else self.same
        pairs = np.column_stack([code, same])
        return np.bincount(np.unique(pairs if present is None else pairs[present], axis=0)[:, 0], minlength=size)


def audit_instrument(
    one: Instrument,
    audited: Audited,
    *,
    outcome: Floats,
    chosen: Floats,
    displacement: Floats | None = None,
    rule: str = "",
    only: Sequence[str] | None = None,
    also_tested: Sequence[str] = (),
) -> InstrumentFacts:
    """Audit one instrument.

    Parameters
    ----------
    outcome, chosen : ndarray, shape (n,)
        What happened, and each row's share of a place.
    displacement : ndarray, shape (n,), or None
        Share of the list by which each row stands nearer to the top than under the matrix.
    only : sequence of str, optional
        Names of measures, where not all are wanted; AUC and slope are then left out unless named.
    also_tested : sequence of str
        Measures compared here that otherwise are only shown.
    """
    has = {"": True, "probability": one.probability is not None, "matrix": displacement is not None}
    measures = [m for m in MEASURES if has[m.needs] and (only is None or m.name in only)]
    needed = {name for m in measures for name, _ in (*m.above, *m.below)} | {"rows", "outcomes", "selected"}
    rows = row_sums(outcome, chosen, score=one.score, probability=one.probability, displacement=displacement)
    rows[:, [place for place, name in enumerate(SUMS) if name not in needed]] = 0.0
    sums = by_person(rows, audited.person, audited.people)
    tested = [m for m in measures if m.tested or m.name in also_tested]
    compared = list(_compared(tested, sums, audited))
    within = _Within(one, audited, outcome, only)
    attributes = []
    for attribute, found in zip(audited.attributes, compared, strict=True):
        groups = _groups(attribute, measures, sums, audited, ratio=only is None or "selected_share" in only)
        extra, more = within.of(attribute)
        attributes.append(
            AttributeFacts(
                attribute=attribute.name,
                title=attribute.title,
                groups=tuple(
                    g.model_copy(update={"measures": g.measures | e}) for g, e in zip(groups, extra, strict=True)
                ),
                gaps=(),
            )
        )
        found += more
    return InstrumentFacts(name=one.name, label=one.label, rule=rule, attributes=with_verdicts(attributes, compared))


def _compared(tested: Sequence[GroupMeasure], sums: Floats, audited: Audited) -> Iterator[list[Compared]]:
    """The comparisons of each attribute whose measures are ratios of sums."""
    attributes = audited.attributes
    totals = [by_group(sums, a.code, len(a.groups)) for a in attributes]
    everybody = sums.sum(axis=0)
    large = [
        [
            (m.below_line(total) >= m.enough) & (audited.people_of(a.code, len(a.groups)) >= FEWEST_PEOPLE)
            for m in tested
        ]
        for a, total in zip(attributes, totals, strict=True)
    ]
    chance: list[list[list[Floats]]] = [[[] for _ in tested] for _ in attributes]
    sizes = [len(a.groups) for a in attributes]
    batches = permuted_sums(
        sums, [a.code for a in attributes], sizes, permutations=audited.permutations, seed=audited.seed
    )
    for batch in batches:
        for place, found in enumerate(batch):
            for which, m in enumerate(tested):
                deviation = m.of(found[:, large[place][which]]) - m.of(everybody)
                chance[place][which].append(deviation.astype(np.float32))
    for place, a in enumerate(attributes):
        yield [
            compare_groups(
                m.name, m.title, a.groups, large[place][which], m.of(totals[place]), overall=float(m.of(everybody)),
                chance=np.concatenate(chance[place][which]), worst=m.worst,
            )
            for which, m in enumerate(tested)
        ]  # fmt: skip


def _groups(
    attribute: Attribute, measures: Sequence[GroupMeasure], sums: Floats, audited: Audited, *, ratio: bool
) -> list[GroupFacts]:
    size = len(attribute.groups)
    total = by_group(sums, attribute.code, size)
    drawn = bootstrap_sums(sums, attribute.code, size, drawn=audited.drawn)
    people = audited.people_of(attribute.code, size, sums[:, _ROWS] > 0)
    found: list[dict[str, Estimate]] = [{} for _ in range(size)]
    for m in measures:
        values, (low, high) = m.of(total), percentiles(m.of(drawn))
        enough = m.below_line(total) >= m.enough
        for g in range(size):
            found[g][m.name] = _estimate(values[g], low[g], high[g], int(people[g]), enough=bool(enough[g]))
    if ratio:
        values, (low, high) = _ratio(total), percentiles(_ratio(drawn))
        for g in range(size):
            found[g]["selection_ratio"] = Estimate(value=finite(values[g]), low=finite(low[g]), high=finite(high[g]))
    return [
        GroupFacts(
            group=name,
            rows=round(total[g, _ROWS]),
            people=int(people[g]),
            outcomes=round(total[g, SUMS.index("outcomes")]),
            selected=round(float(total[g, _SELECTED]), 9),
            measures=found[g],
        )
        for g, name in enumerate(attribute.groups)
    ]


def _estimate(value: float, low: float, high: float, people: int, *, enough: bool) -> Estimate:
    if not enough or not np.isfinite(value):
        return Estimate(value=finite(value))
    if not high - low >= 1e-12:
        # Resampling nobody gives nobody, but none of a few is not none of all: Wilson's interval over people.
        low, high = wilson(value * people, people) if 0 <= value <= 1 else (float("nan"), float("nan"))
    return Estimate(value=finite(value), low=finite(low), high=finite(high))


def _ratio(sums: Floats) -> Floats:
    """Selected share of each group over that of everybody else, shape ``(..., groups)``."""
    rows, selected = sums[..., _ROWS], sums[..., _SELECTED]
    others, theirs = rows.sum(-1, keepdims=True) - rows, selected.sum(-1, keepdims=True) - selected
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (selected / rows) / np.where(theirs > 1e-9, theirs / others, np.nan)
    return found


class _Within:
    """AUC and calibration slope of each group, measured and compared by their own errors."""

    def __init__(self, one: Instrument, audited: Audited, outcome: Floats, only: Sequence[str] | None) -> None:
        wanted = {"auc": "AUC within the group", "calibration_slope": "Calibration slope"}
        if one.probability is None:
            del wanted["calibration_slope"]
        self._wanted = {name: title for name, title in wanted.items() if only is None or name in only}
        self._one, self._audited, self._outcome = one, audited, outcome

    def of(self, attribute: Attribute) -> tuple[list[dict[str, Estimate]], list[Compared]]:
        """The measures of every group, and the comparisons."""
        measures: list[dict[str, Estimate]] = [{} for _ in attribute.groups]
        compared = []
        people = self._audited.people_of(attribute.code, len(attribute.groups))
        for name, title in self._wanted.items():
            value, error = self._measured(name, attribute)
            low, high = normal_interval(value, error)
            if name == "auc":
                low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
            for g, found in enumerate(measures):
                found[name] = Estimate(value=finite(value[g]), low=finite(low[g]), high=finite(high[g]))
            large = np.isfinite(value) & (error > 1e-9) & (people >= FEWEST_PEOPLE)
            compared.append(self._compare(name, title, attribute, large, value, error))
        return measures, compared

    def _measured(self, name: str, attribute: Attribute) -> tuple[Floats, Floats]:
        person, code, groups = self._audited.person, attribute.code, len(attribute.groups)
        if name == "auc":
            return auc_by_group(self._outcome, self._one.score, person, code, groups)
        p = self._one.probability if self._one.probability is not None else self._one.score
        return slope_by_group(self._outcome, p, person, code, groups)

    def _compare(
        self, name: str, title: str, attribute: Attribute, large: npt.NDArray[np.bool_], value: Floats, error: Floats
    ) -> Compared:
        weight = 1 / error[large] ** 2
        overall = float(value[large] @ weight / weight.sum()) if large.any() else float("nan")
        seed, replicates = self._audited.seed, self._audited.permutations
        chance = chance_by_error(error[large], replicates=replicates, seed=seed)
        return compare_groups(name, title, attribute.groups, large, value, overall=overall, chance=chance)
