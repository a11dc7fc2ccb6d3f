"""The checks: what must not move, what must move, and what must fall to chance."""

import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from matac_ml.evaluation import auc
from matac_ml.leakcheck.mutations import MUTATIONS, Tables, added, later, tables_of, unused, write_tables
from matac_ml.records import Extract, read_extract
from matac_ml.spec import Feature
from matac_ml.vocabulary import INCIDENTS

#: Extract and date to one row a person, with ``person_id``.
Derive = Callable[[Extract, date], pd.DataFrame]


@dataclass(frozen=True)
class CheckResult:
    """One check.

    Attributes
    ----------
    passed : bool
    moved : tuple of str
        Columns that moved though nothing known before the day had changed.
    text : str
        For a reader.
    """

    check: str
    passed: bool
    moved: tuple[str, ...]
    text: str


def _result(check: str, moved: tuple[str, ...], *, how: str, otherwise: str) -> CheckResult:
    said = f"{how} {', '.join(moved[:8])}" if moved else otherwise
    return CheckResult(check, not moved, moved, f"{check}: {said}")


def check_features(extract: Extract, as_of: date, derive: Derive, *, seed: int = 2026) -> tuple[CheckResult, ...]:
    """Change, add and remove what was known on or after a day, and see whether any feature of the day moves."""
    tables = tables_of(extract)
    # Read back like the changed ones, so that nothing but the change can make a difference.
    before = _derived(tables, extract.cut_off, as_of, derive)
    findings = []
    for name, mutate in MUTATIONS.items():
        changed = mutate(tables, pd.Timestamp(as_of), np.random.default_rng(seed))
        moved = _moved(before, _derived(changed, extract.cut_off, as_of, derive))
        findings.append(_result(name, moved, how="MOVED", otherwise=f"{before.shape[1]} columns stand"))
    return tuple(findings)


def merged_without_a_day(extract: Extract) -> int:
    """How many merges do not say when they were found out: they hold on every day, and no check can tell."""
    count = extract.connect().execute("SELECT count(*) FROM merges WHERE merged_on IS NULL").fetchone()
    return int(count[0]) if count else 0


def _derived(tables: Tables, cut_off: date, as_of: date, derive: Derive) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as scratch:
        folder = write_tables(tables, Path(scratch) / "extract", cut_off)
        return derive(read_extract(folder), as_of).set_index("person_id").sort_index()


def _moved(before: pd.DataFrame, after: pd.DataFrame) -> tuple[str, ...]:
    if not before.index.equals(after.index):
        return ("who has a row",)
    return tuple(str(name) for name in before if not before[name].equals(after[name]))


def _without(tables: Tables, incident_ids: pd.Series) -> Tables:
    """The tables without some incidents and what belongs to them."""
    return {
        name: frame[~frame["incident_id"].isin(incident_ids)] if "incident_id" in frame else frame
        for name, frame in tables.items()
    }


def check_recording_day(extract: Extract, as_of: date, derive: Derive) -> CheckResult:
    """Take away what was recorded the day before: today must notice, the day before must not."""
    name, tables, yesterday = "seen only from its recording on", tables_of(extract), as_of - timedelta(days=1)
    incidents = tables["incidents"]
    recorded = incidents.loc[pd.to_datetime(incidents["recorded_on"]) == pd.Timestamp(yesterday), "incident_id"]
    if recorded.empty:
        return CheckResult(name, True, (), f"{name}: nothing was recorded the day before; choose another day")
    fewer = _without(tables, recorded)
    seen, leaked = (
        _moved(*(_derived(held, extract.cut_off, day, derive) for held in (tables, fewer)))
        for day in (as_of, yesterday)
    )
    if not seen and not leaked:
        return CheckResult(name, False, (), f"{name}: NEVER SEEN")
    rightly = f"{len(recorded)} incidents recorded the day before are seen today, and not on that day"
    return _result(name, leaked, how="SEEN TOO EARLY by", otherwise=rightly)


def check_late_recording(extract: Extract, as_of: date, derive: Derive, growing: Collection[str]) -> CheckResult:
    """Write the incidents of the last year again as old ones recorded the day before: nothing that counts may fall.

    Parameters
    ----------
    growing : collection of str
        Columns that another incident can only raise, as :func:`growing_columns` gives them.
    """
    tables = tables_of(extract)
    late = _recorded_late(tables, pd.Timestamp(as_of))
    count = len(late["incidents"]) - len(tables["incidents"])
    before, after = (_derived(held, extract.cut_off, as_of, derive) for held in (tables, late))
    after = after.reindex(before.index)
    fell = tuple(str(c) for c in before if c in growing and (after[c].fillna(0) < before[c].fillna(0) - 1e-9).any())
    check = "an old incident recorded late hides no newer one"
    return _result(check, fell, how="FELL", otherwise=f"{count} added, and no count fell")


def growing_columns(features: Iterable[Feature]) -> tuple[str, ...]:
    """Names of the features that another incident can only raise."""
    return tuple(feature.name for feature in features if feature.definition.grows)


def check_labels(extract: Extract, as_of: date, outcomes: Derive) -> CheckResult:
    """Take away incidents that happened before the day and were recorded after it: no outcome may count them."""
    tables, day = tables_of(extract), pd.Timestamp(as_of)
    incidents = tables["incidents"]
    late = ~later(incidents, "occurred_on", day) & later(incidents, "recorded_on", day)
    before = _derived(tables, extract.cut_off, as_of, outcomes)
    # What was known before stays, so that the same people have a row; their own numbers must not change either.
    changed = (_without(tables, incidents.loc[late, "incident_id"]), _happened_again(tables, day))
    moved = {name for held in changed for name in _moved(before, _derived(held, extract.cut_off, as_of, outcomes))}
    fine = f"{int(late.sum())} late incidents are not counted"
    check = "outcomes hold nothing from before the day"
    return _result(check, tuple(sorted(moved)), how="MOVED", otherwise=fine)


def _known(tables: Tables, day: pd.Timestamp, *, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Incidents of so many days before a day and the links to them, as far as either was known, and held, before it."""
    known = (tables[name] for name in ("incidents", "involvements"))
    incidents, links = (frame[~later(frame, "recorded_on", day)] for frame in known)
    links = links[~(pd.to_datetime(links["withdrawn_on"]) < day)]
    incidents = incidents[later(incidents, "occurred_on", day - pd.Timedelta(days=days))]
    return incidents, links[links["incident_id"].isin(incidents["incident_id"])]


def _happened_again(tables: Tables, day: pd.Timestamp) -> Tables:
    """Write every incident of the last half year known before the day a second time, under another number."""
    return _written_again(tables, *_known(tables, day, days=182))


#: How long before the day the old incidents happened.
_OLD_DAYS = 500


def _recorded_late(tables: Tables, day: pd.Timestamp) -> Tables:
    """With last year's incidents a second time: happened long ago, recorded the day before, between the same people."""
    incidents, links = _known(tables, day, days=365)
    old, eve = day - pd.Timedelta(days=_OLD_DAYS), day - pd.Timedelta(days=1)
    people = tables["people"]
    unborn = people.loc[pd.to_datetime(people["birth_date"]) > old, "person_id"]
    with_child = links.loc[links["person_id"].isin(unborn), "incident_id"]
    incidents, links = (frame[~frame["incident_id"].isin(with_child)] for frame in (incidents, links))
    again = incidents.assign(occurred_on=old, recorded_on=eve)
    for column in (column.name for column in INCIDENTS.columns if column.known_on):
        again[column] = again[column].where(again[column].isna())  # none yet
    believed = links["withdrawn_on"].where(links["withdrawn_on"].isna())
    return _written_again(tables, again, links.assign(recorded_on=eve, withdrawn_on=believed))


def _written_again(tables: Tables, incidents: pd.DataFrame, links: pd.DataFrame) -> Tables:
    """Add incidents that are there already, and the links to them, under numbers of their own."""
    held = tables["incidents"]
    numbers = dict(zip(incidents["incident_id"], unused(held["incident_id"], len(incidents)), strict=True))
    incidents, links = (frame.assign(incident_id=frame["incident_id"].map(numbers)) for frame in (incidents, links))
    # Whole numbers that every incident has cannot hold the gaps of those that have no outcome yet.
    types = held.dtypes.drop([column.name for column in INCIDENTS.columns if column.known_on])
    return added(tables, incidents=incidents.astype(types), involvements=links)


#: People with, and without, the label that a try with shuffled labels needs.
LEAST_OF_EACH = 20


def shuffled_auc(
    features: pd.DataFrame, label: pd.Series, *, shuffles: int = 10, seed: int = 2026
) -> tuple[float, float, float] | None:
    """AUC of a booster on people it did not see: with the labels as they are, and with labels given out by chance.

    Returns
    -------
    real, shuffled, error : float, or None
        None when there are fewer than :data:`LEAST_OF_EACH` people with, or without, the label: too few to say.
        ``shuffled`` is the mean of so many shuffles and ``error`` its standard error; it is .5 but for chance. Anything
        else means that rows know each other's labels.
    """
    rng = np.random.default_rng(seed)
    X = features.drop(columns=["person_id", "as_of"], errors="ignore").to_numpy(np.float64)
    y = (label.to_numpy(np.float64) > 0).astype(np.float64)
    if min(y.sum(), len(y) - y.sum()) < LEAST_OF_EACH:
        return None
    half = rng.random(len(y)) < 0.5
    X = X[:, ~np.isnan(X[half]).all(axis=0)]  # nothing can be learned from a column without a value
    model = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, random_state=seed)
    found = []
    with threadpool_limits(limits=1):
        for labels in (y, *(rng.permutation(y) for _ in range(shuffles))):
            if len(set(labels[half])) < 2 or len(set(labels[~half])) < 2:
                return None
            model.fit(X[half], labels[half])
            found.append(auc(labels[~half], model.predict_proba(X[~half])[:, 1]))
    chance = np.array(found[1:])
    return found[0], float(chance.mean()), float(chance.std(ddof=1) / np.sqrt(shuffles))
