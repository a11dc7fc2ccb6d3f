"""Everybody's scores on one day: what places are read from, what a list is made of, and what a batch writes."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.asof import area_frame, eligibility_frame, feature_matrix
from matac_ml.explain.answers import RankedPerson
from matac_ml.explain.on_registers import OnRegisters
from matac_ml.explain.setting import Setting
from matac_ml.explain.standing import Standing
from matac_ml.records import Extract
from matac_ml.rfg import Policy, is_eligible, order_columns, score_matrix

Values = dict[str, float | None]

_POINTS = "points_"


@dataclass(frozen=True)
class Ranking:
    """Everybody with a visible incident as suspect, scored as of one day.

    Attributes
    ----------
    people : DataFrame
        One row a person, indexed by ``person_id``: ``points_<component>``, ``total``, ``band``, ``probability`` (NaN
        where the model abstains or is not in force), ``low``, ``high``, ``also_victim``, ``eligible``, ``ineligible``
        (reasons), ``area``.
    standing : Standing
        Places among those the policy would take.
    order : tuple of str
        Columns of ``people`` that put them in the matrix's order: ``total``, then the policy's rule for ties.
    """

    people: pd.DataFrame
    standing: Standing
    order: tuple[str, ...]
    lookback_days: int
    _names: tuple[str, ...]
    _values: npt.NDArray[np.float64]

    @cached_property
    def _place(self) -> dict[str, int]:
        """The row of every person: an index of pandas costs ten times as much to ask."""
        return {str(person): row for row, person in enumerate(self.people.index)}

    @cached_property
    def _why(self) -> list[tuple[str, ...]]:
        return self.people["ineligible"].tolist()

    @property
    def components(self) -> tuple[str, ...]:
        """Components of the matrix, in its order."""
        return tuple(name.removeprefix(_POINTS) for name in self.people.columns if name.startswith(_POINTS))

    @property
    def of(self) -> int:
        """How many people were ranked."""
        return self.standing.of

    def values(self, person_id: str) -> Values | None:
        """The features of a person ranked; None for anybody else."""
        place = self._place.get(person_id)
        if place is None:
            return None
        row = self._values[place].tolist()
        return {name: None if value != value else value for name, value in zip(self._names, row, strict=True)}

    def ineligible(self, person_id: str) -> tuple[str, ...]:
        """Why the policy would not take a person, in plain English; empty for those it would."""
        place = self._place.get(person_id)
        if place is None:
            return (f"nothing is recorded with this person as suspect in the last {self.lookback_days:,} days",)
        return self._why[place]

    def areas(self) -> tuple[str, ...]:
        """Areas of the people ranked, in alphabetical order."""
        return tuple(sorted(self.people["area"].dropna().unique()))

    def _taken(self, area: str | None) -> pd.DataFrame:
        people = self.people[self.people["eligible"]]
        return people if area is None else people[people["area"] == area]

    def count(self, area: str | None = None) -> int:
        """How many people the list of an area, or of the whole force, could show."""
        return len(self._taken(area))

    def tied_beyond(self, k: int, *, order: str = "matrix", area: str | None = None) -> int:
        """How many people beyond the first ``k`` have the very points (or probability) of the last of them."""
        by = "total" if order == "matrix" else "probability"
        shown = self.first(k, order=order, area=area)[by]
        if shown.empty:
            return 0
        last = shown.iloc[-1]
        return int((self._taken(area)[by] == last).sum()) - int((shown == last).sum())

    def first(self, k: int, *, order: str = "matrix", area: str | None = None) -> pd.DataFrame:
        """The first ``k`` eligible people, by the matrix or by the model.

        Equal points go by the policy's rule for ties and then by identifier: the model decides no place of the matrix's
        list. Equal probabilities go by the matrix.
        """
        people = self._taken(area)
        by_matrix = list(self.order)
        by = by_matrix if order == "matrix" else ["probability", *by_matrix]
        ordered = people.rename_axis("person_id").reset_index()
        ordered = ordered.sort_values([*by, "person_id"], ascending=[*[False] * len(by), True], na_position="last")
        return ordered.head(k)


def ranked_people(
    ranking: Ranking, k: int, *, serial: OnRegisters, order: str = "matrix", area: str | None = None
) -> tuple[RankedPerson, ...]:
    """The first ``k`` people of an area or the whole force as lines of a list, each with both instruments' places."""
    people = []
    for place, row in enumerate(ranking.first(k, order=order, area=area).to_dict("records"), 1):
        by_matrix = ranking.standing.matrix_place(int(row["total"]))
        probability = None if row["probability"] != row["probability"] else float(row["probability"])
        by_model = None
        if probability is not None:
            by_model = ranking.standing.model_place(probability, low=row["low"], high=row["high"])
        people.append(
            RankedPerson(
                rank=place,
                person_id=str(row["person_id"]),
                also_victim=bool(row["also_victim"]),
                serial_perpetrator=str(row["person_id"]) in serial.perpetrators,
                serial_victim=str(row["person_id"]) in serial.victims,
                points={name: int(row[f"points_{name}"]) for name in ranking.components},
                matrix_total=int(row["total"]),
                matrix_band=str(row["band"]),
                matrix_rank=by_matrix.rank if by_matrix else place,
                model_probability=probability,
                model_rank=by_model.rank if by_model else None,
                area=row["area"] if isinstance(row["area"], str) else None,
            )
        )
    return tuple(people)


def rank_everybody(extract: Extract, setting: Setting) -> Ranking:
    """Score everybody known as suspect before the day."""
    features = setting.features
    frame = feature_matrix(extract, features, [setting.as_of], harm=setting.harm, lookback_days=setting.lookback_days)
    points = score_matrix(setting.policy, frame)
    people = points.set_index(pd.Index(frame["person_id"].astype(str)))
    people[["probability", "low", "high"]] = _modelled(frame, setting)
    people = people.join(_eligibility(extract, setting)).join(_latest_area(extract, setting))
    taken = people[people["eligible"]]
    with_model = setting.model is not None
    standing = Standing(
        setting.as_of,
        tuple(taken.index),
        taken["total"].to_numpy(dtype=np.int64),
        probabilities=taken["probability"].to_numpy() if with_model else None,
        low=taken["low"].to_numpy() if with_model else None,
        high=taken["high"].to_numpy() if with_model else None,
    )
    names = tuple(feature.name for feature in features)
    values = frame[list(names)].to_numpy(dtype=np.float64)
    return Ranking(people, standing, tuple(order_columns(setting.policy)), setting.lookback_days, names, values)


def _modelled(frame: pd.DataFrame, setting: Setting) -> npt.NDArray[np.float64]:
    scores = np.full((len(frame), 3), np.nan)
    if setting.model is None or frame.empty:
        return scores
    X = frame[list(setting.model.feature_names)].to_numpy(dtype=np.float64)
    scored = setting.model.scored(X)
    scores[:, 0], scores[:, 1], scores[:, 2] = scored.probability, scored.interval.low, scored.interval.high
    scores[scored.interval.thin] = np.nan
    return scores


def _eligibility(extract: Extract, setting: Setting) -> pd.DataFrame:
    frame = eligibility_frame(extract, [setting.as_of], lookback_days=setting.lookback_days)
    frame.index = pd.Index(frame["person_id"].astype(str))
    eligible = is_eligible(setting.policy, frame)
    made = pd.DataFrame({"also_victim": frame["also_victim"].astype(bool), "eligible": eligible})
    made["ineligible"] = [
        () if taken else _why_not(setting.policy, row)
        for taken, row in zip(eligible, frame.to_dict("records"), strict=True)
    ]
    return made


_LEFT_OUT = {
    "deceased": "the records say that the person has died",
    "managed": "the person is under MATAC management already",
    "in_custody": "the person is in custody",
}


def _why_not(policy: Policy, row: dict[Hashable, Any]) -> tuple[str, ...]:
    why = [words for flag, words in _LEFT_OUT.items() if flag in policy.eligibility.leave_out and row[flag]]
    if row["age_years"] < policy.eligibility.minimum_age:
        why.insert(0, f"the person is younger than {policy.eligibility.minimum_age}")
    return tuple(why)


def _latest_area(extract: Extract, setting: Setting) -> pd.DataFrame:
    frame = area_frame(extract, [setting.as_of])
    return pd.DataFrame({"area": frame["area"].to_numpy()}, index=pd.Index(frame["person_id"].astype(str)))
