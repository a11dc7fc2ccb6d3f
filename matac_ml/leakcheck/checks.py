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
from matac_ml.leakcheck.mutations import MUTATIONS, Tables, tables_of, unused, write_tables
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


def check_features(extract: Extract, as_of: date, derive: Derive, *, seed: int = 2026) -> tuple[CheckResult, ...]:
    """Change, add and remove what was known on or after a day, and see whether any feature of the day moves."""
    tables = tables_of(extract)
    # Read back like the changed ones, so that nothing but the change can make a difference.
    before = _derived(tables, extract.cut_off, as_of, derive)
    findings = []
    for name, mutate in MUTATIONS.items():
        changed = mutate(tables, pd.Timestamp(as_of), np.random.default_rng(seed))
        after = _derived(changed, extract.cut_off, as_of, derive)
        moved = _moved(before, after)
        text = f"{name}: " + (f"MOVED {', '.join(moved[:8])}" if moved else f"{before.shape[1]} columns stand")
        findings.append(CheckResult(name, not moved, moved, text))
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
    same = {name: before[name].equals(after[name]) for name in before}
    return tuple(str(name) for name, equal in same.items() if not equal)


def check_recording_day(extract: Extract, as_of: date, derive: Derive) -> CheckResult:
    """Take away what was recorded the day before: today must notice, the day before must not."""
    name, tables = "seen only from its recording on", tables_of(extract)
    eve = pd.Timestamp(as_of - timedelta(days=1))
    incidents = tables["incidents"]
    recorded = incidents.loc[pd.to_datetime(incidents["recorded_on"]) == eve, "incident_id"]
    if recorded.empty:
        return CheckResult(name, True, (), f"{name}: nothing was recorded the day before; choose another day")
    fewer = {
        table: frame[~frame["incident_id"].isin(recorded)] if "incident_id" in frame else frame
        for table, frame in tables.items()
    }
    seen = _moved(*(_derived(held, extract.cut_off, as_of, derive) for held in (tables, fewer)))
    yesterday = as_of - timedelta(days=1)
    leaked = _moved(*(_derived(held, extract.cut_off, yesterday, derive) for held in (tables, fewer)))
    text = f"{name}: {len(recorded)} incidents recorded the day before are seen today, and not on that day"
    if leaked or not seen:
        text = f"{name}: " + (f"SEEN TOO EARLY by {', '.join(leaked[:8])}" if leaked else "NEVER SEEN")
    return CheckResult(name, bool(seen) and not leaked, leaked, text)


def check_late_recording(extract: Extract, as_of: date, derive: Derive, growing: Collection[str]) -> CheckResult:
    """Write the incidents of the last year again as old ones recorded the day before: nothing that counts may fall.

    Parameters
    ----------
    growing : collection of str
        Columns that another incident can only raise, as :func:`growing_columns` gives them.
    """
    name, tables = "an old incident recorded late hides no newer one", tables_of(extract)
    late = _recorded_late(tables, pd.Timestamp(as_of))
    added = len(late["incidents"]) - len(tables["incidents"])
    before, after = (_derived(held, extract.cut_off, as_of, derive) for held in (tables, late))
    after = after.reindex(before.index)
    fell = tuple(str(c) for c in before if c in growing and (after[c].fillna(0) < before[c].fillna(0) - 1e-9).any())
    text = f"{name}: " + (f"FELL {', '.join(fell[:8])}" if fell else f"{added} added, and no count fell")
    return CheckResult(name, not fell, fell, text)


def growing_columns(features: Iterable[Feature]) -> tuple[str, ...]:
    """Names of the features that another incident can only raise."""
    return tuple(feature.name for feature in features if feature.definition.grows)


#: How long before the day the old incidents happened.
_OLD_DAYS = 500


def _recorded_late(tables: Tables, day: pd.Timestamp) -> Tables:
    """With last year's incidents a second time: happened long ago, recorded the day before, between the same people."""
    incidents, links, eve = tables["incidents"], tables["involvements"], day - pd.Timedelta(days=1)
    old = day - pd.Timedelta(days=_OLD_DAYS)
    recent = (pd.to_datetime(incidents["recorded_on"]) < day) & (
        pd.to_datetime(incidents["occurred_on"]) >= day - pd.Timedelta(days=365)
    )
    theirs = links[links["incident_id"].isin(incidents.loc[recent, "incident_id"])]
    theirs = theirs[pd.to_datetime(theirs["recorded_on"]) < day]
    people = tables["people"]
    unborn = people.loc[pd.to_datetime(people["birth_date"]) > old, "person_id"]
    with_child = theirs.loc[theirs["person_id"].isin(unborn), "incident_id"]
    again = incidents[recent & ~incidents["incident_id"].isin(with_child)]
    theirs = theirs[theirs["incident_id"].isin(again["incident_id"])]
    names = _renamed(incidents, again)
    again = again.assign(incident_id=again["incident_id"].map(names), occurred_on=old, recorded_on=eve)
    for column in INCIDENTS.columns:
        if column.known_on:
            again[column.name] = again[column.name].where(again[column.name].isna())  # none yet
    theirs = theirs.assign(incident_id=theirs["incident_id"].map(names), recorded_on=eve)
    return tables | {
        "incidents": pd.concat([incidents, again.astype(incidents.dtypes)], ignore_index=True),
        "involvements": pd.concat([links, theirs], ignore_index=True),
    }


def _renamed(incidents: pd.DataFrame, copied: pd.DataFrame) -> dict[str, str]:
    """A number of its own for every incident that is written a second time."""
    return dict(zip(copied["incident_id"], unused(incidents["incident_id"], len(copied)), strict=True))


def check_labels(extract: Extract, as_of: date, outcomes: Derive) -> CheckResult:
    """Take away incidents that happened before the day and were recorded after it: no outcome may count them."""
    name, tables = "outcomes hold nothing from before the day", tables_of(extract)
    incidents, day = tables["incidents"], pd.Timestamp(as_of)
    late = (pd.to_datetime(incidents["occurred_on"]) < day) & (pd.to_datetime(incidents["recorded_on"]) >= day)
    gone = incidents.loc[late, "incident_id"]
    # What was known before stays, so that the same people have a row; their own numbers must not change either.
    doubled = _happened_again(tables, day)
    fewer = {t: f[~f["incident_id"].isin(gone)] if "incident_id" in f else f for t, f in tables.items()}
    before = _derived(tables, extract.cut_off, as_of, outcomes)
    moved = {*_moved(before, _derived(fewer, extract.cut_off, as_of, outcomes))}
    moved |= {*_moved(before, _derived(doubled, extract.cut_off, as_of, outcomes))}
    found = tuple(sorted(moved))
    text = f"{name}: " + (
        f"MOVED {', '.join(found[:8])}" if found else f"{int(late.sum())} late incidents are not counted"
    )
    return CheckResult(name, not found, found, text)


def _happened_again(tables: Tables, day: pd.Timestamp) -> Tables:
    """Write every incident of the last half year known before the day a second time, under another number."""
    incidents, links = tables["incidents"], tables["involvements"]
    known = pd.to_datetime(incidents["recorded_on"]) < day
    recent = known & (pd.to_datetime(incidents["occurred_on"]) >= day - pd.Timedelta(days=182))
    names = _renamed(incidents, incidents[recent])
    again = incidents[recent].assign(incident_id=incidents.loc[recent, "incident_id"].map(names))
    theirs = links[links["incident_id"].isin(incidents.loc[recent, "incident_id"])]
    theirs = theirs[pd.to_datetime(theirs["recorded_on"]) < day]
    theirs = theirs.assign(incident_id=theirs["incident_id"].map(names))
    return tables | {
        "incidents": pd.concat([incidents, again], ignore_index=True),
        "involvements": pd.concat([links, theirs], ignore_index=True),
    }


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
