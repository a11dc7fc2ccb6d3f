"""What is recorded after the as-of day: the same views, seen from the day the horizon closes.

A row that happened on or after ``t`` cannot have been known before it. An outcome is therefore a value as of
``t + horizon`` with a window of ``horizon`` days: the as-of law that keeps the future out of features also decides what
an outcome may see. An outcome on the clock of recording looks back without end, and asks when a row was first known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from matac_ml.asof.plan import Plan, new_plan
from matac_ml.asof.population import population_frame
from matac_ml.asof.query import plan_query
from matac_ml.asof.tables import table_statements
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.asof.whole_force import changing_days, make_tables, set_dates
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.records import Extract
from matac_ml.spec import Clock, Outcome, OutcomeKind
from matac_ml.spec.harm_units import HUNDREDTHS

#: Longer than any record.
EVER_DAYS = 100_000


@dataclass(frozen=True, slots=True)
class Censoring:
    """How many person-dates an outcome is not known for, because their horizon passes the cut-off."""

    outcome: str
    known: int
    censored: int


def outcome_table(
    extract: Extract,
    outcomes: Sequence[Outcome],
    as_of_dates: Sequence[date],
    *,
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
) -> pd.DataFrame:
    """Derive outcomes for every row of a feature table whose horizon closes by the cut-off.

    Parameters
    ----------
    outcomes : sequence of Outcome
        A horizon of h days looks at ``[t, t + h)``; it is censored when its last day is after the cut-off.

    Returns
    -------
    DataFrame
        ``person_id``, ``as_of`` (datetime64) and one float64 column an outcome, ordered by date and person. NaN where
        that outcome is censored; rows censored for every outcome are dropped. ``attrs["censoring"]`` holds a
        :class:`Censoring` an outcome.
    """
    frame = population_frame(
        extract, as_of_dates, "FROM population ORDER BY as_of, person_id", lookback_days=lookback_days
    )
    day = frame["as_of"].dt.date
    censoring = []
    for (horizon, _), same in _together(outcomes).items():
        last = extract.cut_off + timedelta(days=1 - horizon)
        dates = sorted({d for d in as_of_dates if d <= last})
        found = _derived(extract, same, dates, horizon=horizon, harm=HarmTable(harm))
        frame["closing"] = _closing(extract, frame, dates, horizon)
        frame = frame.merge(found.rename(columns={"person_id": "closing"}), on=["closing", "as_of"], how="left")
        known = (day <= last).to_numpy()
        for outcome in same:
            frame[outcome.name] = frame[outcome.name].astype(float).fillna(0.0).where(known)
            counts = int(known.sum()), int((~known).sum())
            censoring.append(Censoring(outcome.name, *counts))
    names = [outcome.name for outcome in outcomes]
    kept = frame.loc[frame[names].notna().any(axis=1), ["person_id", "as_of", *names]].reset_index(drop=True)
    kept.attrs["censoring"] = tuple(sorted(censoring, key=lambda counted: names.index(counted.outcome)))
    return kept


def _closing(extract: Extract, frame: pd.DataFrame, dates: Sequence[date], horizon: int) -> pd.Series:
    """Under which identity each row's person stands on the day the horizon closes: a merge may lie in between."""
    closing = frame["person_id"].copy()
    for day in dates:
        if merged := extract.merged_as_of(day + timedelta(days=horizon)):
            rows = frame["as_of"] == pd.Timestamp(day)
            closing[rows] = closing[rows].map(lambda person: merged.get(person, person))
    return closing


def _together(outcomes: Iterable[Outcome]) -> dict[tuple[int, Clock], list[Outcome]]:
    """Outcomes of one horizon and clock share a query."""
    groups: dict[tuple[int, Clock], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.horizon_days, outcome.clock), []).append(outcome)
    return groups


def _derived(
    extract: Extract, outcomes: Sequence[Outcome], dates: Sequence[date], *, horizon: int, harm: HarmTable
) -> pd.DataFrame:
    """Outcomes of one horizon, for people with anything recorded in it."""
    late = outcomes[0].clock is Clock.RECORDED
    plan = new_plan(outcomes, lookback=EVER_DAYS if late else horizon)
    values = [(outcome.name, _value(plan, outcome)) for outcome in outcomes]
    con = extract.connect()
    changing = changing_days(extract, [day + timedelta(days=horizon) for day in dates])
    make_tables(con, table_statements(plan, harm, custody=False, changing=changing))
    set_dates(con, dates, closing_after=horizon)
    frame: pd.DataFrame = con.execute(plan_query(plan, values)).df()
    return frame


def _value(plan: Plan, outcome: Outcome) -> str:
    h, view = outcome.horizon_days, outcome.view
    counted = plan.predicate(view, outcome.conditions, plan.lookback)
    if outcome.clock is Clock.RECORDED:
        counted += f" AND r.linked >= d.t - {h}"
    if outcome.kind is OutcomeKind.HARM_DAYS:
        total = plan.base(view, f"sum(CASE WHEN {counted} THEN r.harm END)")
        return f"CAST(coalesce({total}, 0) AS DOUBLE) / CAST({HUNDREDTHS} AS DOUBLE)"
    if outcome.kind is OutcomeKind.NEW_VICTIM:
        counted += f" AND r.named >= d.t - {h}"
    name = plan.base(view, f"count_if({counted})")
    return f"CASE WHEN coalesce({name}, 0) > 0 THEN 1.0 ELSE 0.0 END"
