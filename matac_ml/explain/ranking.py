"""Everybody's scores on one day: what ranks are read from, what a list is made of, and what a batch writes."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.api.answers import RankedPerson
from matac_ml.asof import area_frame, eligibility_frame, feature_table
from matac_ml.explain.cautions import LEFT_OUT, too_young
from matac_ml.explain.context import ScoringContext, Values
from matac_ml.explain.rank_table import RankTable
from matac_ml.ranks import cut_line, dense_order, shared_ranks
from matac_ml.records import Extract
from matac_ml.rfg import Policy, is_eligible, order_columns, score_matrix
from matac_ml.serial import registers

_POINTS = "points_"
#: Lines of a list at most, where a tie at the cut line makes it longer than was asked for.
MOST_LINES = 400


@dataclass(frozen=True)
class OnRegisters:
    """The members of both serial registers, by a policy's serial rule, as of one day."""

    perpetrators: frozenset[str]
    victims: frozenset[str]

    @classmethod
    def draw(cls, extract: Extract, policy: Policy, as_of: date) -> "OnRegisters":
        """Draw up both registers of a whole force: seconds for millions of incidents."""
        found = registers(extract, policy.serial_rule, as_of)
        return cls(
            frozenset(member.person_id for member in found.perpetrators),
            frozenset(member.person_id for member in found.victims),
        )


@dataclass(frozen=True)
class FirstPlaces:
    """The first people of a list.

    Attributes
    ----------
    people : DataFrame
        In order: the columns of :attr:`Ranking.people`, ``person_id``, ``rank`` (equal people share the best),
        ``tied_with`` (how many others share it) and ``tied_at_cut``.
    tied, places_left : int
        How many people are equal at the last place, and for how many places; 0 and 0 when nobody ties there. They are
        all among ``people``, or none of them is: more than :data:`MOST_LINES` lines are not shown.
    """

    people: pd.DataFrame
    tied: int
    places_left: int

    @property
    def tied_shown(self) -> bool:
        """Whether the people who are equal at the last place are among those listed."""
        return bool(self.people["tied_at_cut"].any())


@dataclass(frozen=True)
class _InOrder:
    """An order of some of those ranked: their rows, and of each its place from below, rank and how many are equal."""

    rows: npt.NDArray[np.int64]
    dense: npt.NDArray[np.int64]
    ranks: npt.NDArray[np.int64]
    tied_with: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ranking:
    """Everybody with a visible incident as suspect, scored as of one day.

    Attributes
    ----------
    people : DataFrame
        One row a person, indexed by ``person_id``: ``points_<component>``, ``total``, ``band``, ``probability`` (NaN
        where the model abstains or is not in force, and of whoever is not eligible), ``low``, ``high``,
        ``also_victim``, ``eligible``, ``ineligible`` (reasons), ``area``.
    rank_table : RankTable
        Ranks among those the policy would take.
    order : tuple of str
        Columns of ``people`` that put them in the matrix's order: ``total``, then the policy's rule for ties.
    """

    people: pd.DataFrame
    rank_table: RankTable
    order: tuple[str, ...]
    _names: tuple[str, ...]
    _values: npt.NDArray[np.float64]

    @cached_property
    def _place(self) -> dict[str, int]:
        """The row of every person: an index of pandas costs ten times as much to ask."""
        return {str(person): row for row, person in enumerate(self.people.index)}

    @property
    def components(self) -> tuple[str, ...]:
        """Components of the matrix, in its order."""
        return tuple(name.removeprefix(_POINTS) for name in self.people.columns if name.startswith(_POINTS))

    @property
    def of(self) -> int:
        """How many people were ranked."""
        return self.rank_table.of

    def place(self, person_id: str) -> int | None:
        """The row of a person in :attr:`people`; None for anybody else."""
        return self._place.get(person_id)

    def rows_of(self, people: Iterable[str]) -> npt.NDArray[np.int64]:
        """The rows of people who are all ranked."""
        return np.array([self._place[person] for person in people], dtype=np.int64)

    def values(self, person_id: str) -> Values | None:
        """The features of a person ranked; None for anybody else."""
        place = self.place(person_id)
        if place is None:
            return None
        row = self._values[place].tolist()
        return {name: None if value != value else value for name, value in zip(self._names, row, strict=True)}

    def measured(self) -> pd.DataFrame:
        """The features of everybody ranked: one row a person, one column a feature, NaN where missing."""
        return pd.DataFrame(self._values, index=self.people.index, columns=list(self._names))

    def areas(self) -> tuple[str, ...]:
        """Areas of the people ranked, in alphabetical order."""
        return tuple(sorted(self.people["area"].dropna().unique()))

    @cached_property
    def _orders(self) -> dict[tuple[str | None, str], _InOrder]:
        return {}

    def _in_order(self, area: str | None, order: str) -> _InOrder:
        """Whom a list could show, in its order, worked out once: by the model, whoever it gives a number."""
        known = self._orders.get((area, order))
        if known is not None:
            return known
        taken = self.people["eligible"].to_numpy(dtype=bool)
        if area is not None:
            taken = taken & (self.people["area"] == area).to_numpy(dtype=bool)
        if order == "model":
            taken = taken & self.people["probability"].notna().to_numpy()
        by = [*(["probability"] if order == "model" else []), *self.order]
        dense = dense_order(*(self.people[name].to_numpy()[taken] for name in by))
        equal = np.bincount(dense)[dense] if len(dense) else dense
        found = _InOrder(np.flatnonzero(taken), dense, shared_ranks(dense), equal - 1)
        self._orders[area, order] = found
        return found

    def count(self, area: str | None = None, *, order: str = "matrix") -> int:
        """How many people the list of an area, or of the whole force, could show."""
        return len(self._in_order(area, order).rows)

    def first(
        self, k: int, *, order: str = "matrix", area: str | None = None, most_lines: int = MOST_LINES
    ) -> FirstPlaces:
        """The first ``k`` eligible people by the matrix or by the model, and everybody who is equal at the last place.

        Equal points go by the policy's rule for ties: the model decides no place of the matrix's list. Equal
        probabilities go by the matrix. Who is equal then shares a rank, and stands in order of identifier.
        """
        found = self._in_order(area, order)
        line = cut_line(found.dense, k)
        shown = line.shown if int(line.shown.sum()) <= max(k, most_lines) else line.certain
        ranked = self.people.iloc[found.rows[shown]].assign(
            rank=found.ranks[shown], tied_with=found.tied_with[shown], tied_at_cut=line.tied[shown]
        )
        listed = ranked.rename_axis("person_id").reset_index().sort_values(["rank", "person_id"])
        return FirstPlaces(listed.reset_index(drop=True), int(line.tied.sum()), line.places_left)


def lines_of(
    ranking: Ranking, first: FirstPlaces, *, serial: OnRegisters, doubtful: Mapping[str, str]
) -> tuple[RankedPerson, ...]:
    """The lines of a list, each with both instruments' ranks; ``doubtful`` is that of the extract."""
    people = []
    for row in first.people.to_dict("records"):
        person_id = str(row["person_id"])
        order = [float(row[name]) for name in ranking.order]
        probability = None if row["probability"] != row["probability"] else float(row["probability"])
        ranked = ranking.rank_table.person(person_id, order)
        both = None if probability is None else ranked.by_both(probability)
        people.append(
            RankedPerson(
                rank=int(row["rank"]),
                tied_with=int(row["tied_with"]),
                tied_at_cut=bool(row["tied_at_cut"]),
                person_id=person_id,
                doubtful_identity=doubtful.get(person_id),
                also_victim=bool(row["also_victim"]),
                serial_perpetrator=person_id in serial.perpetrators,
                serial_victim=person_id in serial.victims,
                points={name: int(row[f"points_{name}"]) for name in ranking.components},
                matrix_total=int(row["total"]),
                matrix_band=str(row["band"]),
                matrix_rank=ranked.by_matrix.rank,
                model_probability=probability,
                model_rank=both.model.rank if both else None,
                matrix_rank_of_both=both.matrix.rank if both else None,
                area=row["area"] if isinstance(row["area"], str) else None,
            )
        )
    return tuple(people)


def rank_everybody(extract: Extract, context: ScoringContext, frame: pd.DataFrame | None = None) -> Ranking:
    """Score everybody known as suspect before the day.

    Parameters
    ----------
    frame : DataFrame, optional
        The feature table of :attr:`Instruments.features` as of the day, where it is at hand already.
    """
    features, back = context.instruments.features, context.instruments.lookback_days
    if frame is None:
        frame = feature_table(extract, features, [context.as_of], harm=context.harm, lookback_days=back)
    points = score_matrix(context.policy, frame)
    people = points.set_index(pd.Index(frame["person_id"].astype(str)))
    people[["probability", "low", "high"]] = _modelled(frame, context)
    people = people.join(_eligibility(extract, context)).join(_latest_area(extract, context))
    people.loc[~people["eligible"].to_numpy(dtype=bool), ["probability", "low", "high"]] = np.nan
    taken = people[people["eligible"]]
    with_model = context.model is not None
    rank_table = RankTable(
        tuple(taken.index),
        [taken[name] for name in order_columns(context.policy)],
        capacity=context.policy.capacity,
        probabilities=taken["probability"].to_numpy() if with_model else None,
        low=taken["low"].to_numpy() if with_model else None,
        high=taken["high"].to_numpy() if with_model else None,
    )
    names = tuple(feature.name for feature in features)
    values = frame[list(names)].to_numpy(dtype=np.float64)
    return Ranking(people, rank_table, tuple(order_columns(context.policy)), names, values)


def _modelled(frame: pd.DataFrame, context: ScoringContext) -> npt.NDArray[np.float64]:
    scores = np.full((len(frame), 3), np.nan)
    if context.model is None or frame.empty:
        return scores
    X = frame[list(context.model.feature_names)].to_numpy(dtype=np.float64)
    scored = context.model.scored(X)
    scores[:, 0], scores[:, 1], scores[:, 2] = scored.probability, scored.interval.low, scored.interval.high
    scores[scored.interval.thin] = np.nan
    return scores


def _eligibility(extract: Extract, context: ScoringContext) -> pd.DataFrame:
    frame = eligibility_frame(extract, [context.as_of], lookback_days=context.instruments.lookback_days)
    frame.index = pd.Index(frame["person_id"].astype(str))
    eligible = is_eligible(context.policy, frame)
    made = pd.DataFrame({"also_victim": frame["also_victim"].astype(bool), "eligible": eligible})
    # Nearly everybody is: a mapping of every row would cost more than all that is asked of the few others.
    why: list[tuple[str, ...]] = [()] * len(frame)
    for row, found in zip(np.flatnonzero(~eligible), frame[~eligible].to_dict("records"), strict=True):
        why[row] = _why_not(context.policy, found)
    made["ineligible"] = why
    return made


def _why_not(policy: Policy, row: dict[Hashable, Any]) -> tuple[str, ...]:
    why = [words for flag, words in LEFT_OUT.items() if flag in policy.eligibility.leave_out and row[flag]]
    if row["age_years"] < policy.eligibility.minimum_age:
        why.insert(0, too_young(policy))
    return tuple(why)


def _latest_area(extract: Extract, context: ScoringContext) -> pd.DataFrame:
    frame = area_frame(extract, [context.as_of])
    return pd.DataFrame({"area": frame["area"].to_numpy()}, index=pd.Index(frame["person_id"].astype(str)))
