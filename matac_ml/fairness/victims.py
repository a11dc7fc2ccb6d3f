"""The victims' side: of those named in what was recorded after a list, whose suspects were missed?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.evaluation import wilson
from matac_ml.facts import AttributeFacts, Estimate, GroupFacts, InstrumentFacts, VictimSideFacts, finite
from matac_ml.fairness.attributes import Attribute
from matac_ml.fairness.gaps import GapTest, compare_groups, normal_interval
from matac_ml.fairness.history import PAIRS
from matac_ml.fairness.instrument import MeasuredInstrument, judge
from matac_ml.fairness.measures import FEWEST_PEOPLE, MEAN_PLACE, SUSPECTS_MISSED, GroupMeasure
from matac_ml.records import Extract

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_AFTER = """
SELECT DISTINCT a.suspect, a.victim, r.row FROM audit_pairs a
JOIN (SELECT person_id, CAST(as_of AS DATE) AS as_of, row FROM ranked) r
    ON r.person_id = a.suspect AND a.occurred_on >= r.as_of AND a.known >= r.as_of
    AND a.known < r.as_of + CAST(? AS INTEGER)
ORDER BY a.victim, r.row
"""
_WHAT_THEY_ARE = """
SELECT victim AS person_id, CASE WHEN bool_or(list_contains(?, relationship)) THEN 'partner, now or before'
    WHEN bool_or(relationship IS NOT NULL) THEN 'family or other' END AS relationship
FROM audit_pairs GROUP BY victim
"""


@dataclass(frozen=True)
class VictimRows:
    """Victim, suspect and list: every victim of what was recorded within the horizon of a list.

    Attributes
    ----------
    row : ndarray of int, shape (m,)
        The suspect's row among those ranked.
    victim, suspect : ndarray of int, shape (m,)
        Codes of people.
    groups : DataFrame, shape (victims, attributes)
    """

    row: Ints
    victim: Ints
    suspect: Ints
    groups: pd.DataFrame


def named_after(extract: Extract, ranked: pd.DataFrame, *, horizon_days: int) -> pd.DataFrame:
    """Find the victims named after each list, by the identities known when its horizon closed, as labels are.

    Parameters
    ----------
    ranked : DataFrame
        ``person_id`` (the identity as of the day) and ``as_of`` (date) of every row that was ranked.

    Returns
    -------
    DataFrame
        ``suspect``, ``victim`` and ``row``, the position in ``ranked``; each once, by victim and row. They are named
        by the identities of the end, so that a person is counted and drawn once.
    """
    horizon, rows = timedelta(days=horizon_days), ranked.assign(row=np.arange(len(ranked)))
    found: list[pd.DataFrame] = []
    for con, closes in extract.connect_each(day + horizon for day in set(ranked["as_of"])):
        then = rows[(rows["as_of"] + horizon).isin(closes)]
        con.execute(PAIRS)
        con.register("ranked", then.assign(person_id=_under(extract.merged_as_of(closes[0]), then["person_id"])))
        found.append(con.execute(_AFTER, [horizon_days]).df())
    found_then, merged = pd.concat(found), extract.merged_as_of(date.max)
    frame: pd.DataFrame = found_then.assign(
        **{name: _under(merged, found_then[name]) for name in ("suspect", "victim")}
    )
    return frame.drop_duplicates().sort_values(["victim", "row"], kind="stable", ignore_index=True)


def _under(merged: Mapping[str, str], identities: pd.Series) -> list[str]:
    """Each identity, or the one that stays in its place."""
    return [merged.get(identity, identity) for identity in identities]


def relationships(con: duckdb.DuckDBPyConnection, partners: Sequence[str]) -> pd.DataFrame:
    """What victims are to the suspects against whom they are recorded, indexed by victim."""
    frame: pd.DataFrame = con.execute(_WHAT_THEY_ARE, [list(partners)]).df()
    return frame.set_index("person_id")


def victim_side(
    instruments: Mapping[str, tuple[str, Floats, Floats]],
    rows: VictimRows,
    *,
    titles: Mapping[str, str],
    rule: str,
    replicates: int,
    seed: int,
) -> VictimSideFacts:
    """Measure how often, and how far down, the suspects of each group of victims stand.

    Parameters
    ----------
    instruments : mapping of name to (label, chosen, share above)
        Each row's share of a place and the share of the list above it, over the rows ranked, shape ``(n,)``.

    Notes
    -----
    The victims of one suspect are reached or missed together. Intervals and chance therefore draw suspects: chance
    multiplies what each suspect adds to a group's deviation by a standard normal number (the multiplier bootstrap).
    """
    attributes = [Attribute.of(str(name), titles.get(str(name), str(name)), rows.groups[name]) for name in rows.groups]
    found = []
    for name, (label, chosen, above) in instruments.items():
        values = {SUSPECTS_MISSED: 1 - chosen[rows.row], MEAN_PLACE: above[rows.row]}
        each = [_attribute(attribute, values, rows, replicates=replicates, seed=seed) for attribute in attributes]
        facts = InstrumentFacts(name=name, label=label, rule=rule, attributes=tuple(facts for facts, _ in each))
        found.append(MeasuredInstrument(facts, tuple(tuple(tests) for _, tests in each)))
    missed = "; ".join(
        f"{label} misses {1 - float(chosen[rows.row].mean()) if len(rows.row) else 0:.1%}"
        for label, chosen, _ in instruments.values()
    )
    text = (
        f"{len(rows.groups):,} people were named as victims of people ranked, within a horizon after a list "
        f"({len(rows.row):,} times, counting every list). With the {rule} the {missed} of them: their suspects "
        "were ranked, and were not on the list. Victims of people who were never recorded before are not counted."
    )
    return VictimSideFacts(victims=len(rows.groups), rows=len(rows.row), instruments=judge(found), text=text)


def _attribute(
    attribute: Attribute, values: Mapping[GroupMeasure, Floats], rows: VictimRows, *, replicates: int, seed: int
) -> tuple[AttributeFacts, list[GapTest]]:
    size, code = len(attribute.groups), attribute.code[rows.victim]
    counts = np.bincount(code, minlength=size)
    people = np.bincount(attribute.code, minlength=size)
    measures: list[dict[str, Estimate]] = [{} for _ in attribute.groups]
    compared = []
    for measure, value in values.items():
        large = (counts >= measure.enough) & (people >= FEWEST_PEOPLE)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(code, weights=value, minlength=size) / counts
        overall = float(value.mean()) if len(value) else float("nan")
        own, against = _influence(value, code, mean, overall, rows.suspect, counts)
        low, high = normal_interval(mean, np.sqrt((own**2).sum(axis=0)))
        for g, measured in enumerate(measures):
            measured[measure.name] = _estimate(mean[g], low[g], high[g], int(people[g]), enough=bool(large[g]))
        rng = np.random.default_rng([seed, 4])
        chance = rng.standard_normal((replicates, len(against))) @ against[:, large]
        compared.append(compare_groups(measure, attribute.groups, large, mean, overall=overall, chance=chance))
    groups = tuple(
        GroupFacts(
            group=group, rows=int(counts[g]), people=int(people[g]), outcomes=int(counts[g]),
            selected=round(float((1 - values[SUSPECTS_MISSED])[code == g].sum()), 6), measures=measures[g],
        )
        for g, group in enumerate(attribute.groups)
    )  # fmt: skip
    return AttributeFacts(attribute=attribute.name, title=attribute.title, groups=groups, gaps=()), compared


def _influence(
    value: Floats, code: Ints, mean: Floats, overall: float, suspect: Ints, counts: Ints
) -> tuple[Floats, Floats]:
    """What each suspect adds to each group's mean and to its deviation from everybody's, ``(suspects, groups)``."""
    suspects, size = int(suspect.max()) + 1 if len(suspect) else 0, len(counts)
    own = np.zeros((suspects, size))
    np.add.at(own, (suspect, code), (value - mean[code]) / counts[code])
    # Under equality every group has everybody's mean: so are deviations under chance centred.
    against = np.zeros((suspects, size))
    np.add.at(against, (suspect, code), (value - overall) / counts[code])
    everybody = np.bincount(suspect, weights=(value - overall) / max(1, len(value)), minlength=suspects)
    return own, against - everybody[:, None]


def _estimate(value: float, low: float, high: float, people: int, *, enough: bool) -> Estimate:
    if not enough:
        return Estimate(value=finite(value))
    if high - low < 1e-12:
        low, high = wilson(value * people, people)
    return Estimate(value=finite(value), low=finite(max(0.0, low)), high=finite(min(1.0, high)))
