"""From an extract and a recipe to rows: features as of every date, points of the matrix, what happened next."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from matac_ml.asof import eligibility_frame, outcome_table, recorded_frame, store_features
from matac_ml.errors import RecipeError
from matac_ml.evaluation import TemporalSplit
from matac_ml.facts import SplitFacts
from matac_ml.records import Extract
from matac_ml.rfg import order_columns, place_scores, score_matrix
from matac_ml.spec import Aggregate, Outcome, OutcomeKind, View
from training.compare import Progress, silent
from training.dates import DatesOfRun, as_of_dates, dates_of_run
from training.folds import Folds
from training.managed import treated
from training.recipe import Recipe
from training.rows import Rows, of_drawn_people
from training.sources import RunSources

#: Outcomes measured beside the predicted one, over the same horizon.
HARM, NEW_VICTIM = "harm_days_in_horizon", "new_victim_in_horizon"


@dataclass(frozen=True)
class Dataset:
    """The rows of one run and what they were made of.

    Attributes
    ----------
    people, identities : tuple of str
        Identifiers in the order of the codes of ``Rows.person`` and of ``Rows.identity``; they stay in memory, and are
        never written.
    facts : SplitFacts
        What became of the person-dates, for the papers.
    managed : int
        Test rows of people under MATAC on the day; 0 when they are left out.
    treated : int
        Test rows of people who came under MATAC within the horizon: what was done changed what was recorded.
    """

    split: TemporalSplit
    folds: Folds
    people: tuple[str, ...]
    identities: tuple[str, ...]
    facts: SplitFacts
    managed: int
    treated: int


def build(
    extract: Extract,
    sources: RunSources,
    *,
    recipe: Recipe,
    dates: Sequence[date] | None = None,
    store: Path | None = None,
    progress: Progress = silent,
) -> Dataset:
    """Derive every row of the run.

    Parameters
    ----------
    dates : sequence of date, optional
        As-of dates; those of the recipe when left out.
    store : Path, optional
        Folder in which features are kept from run to run: only dates that are not there, or whose records were
        corrected since, are derived.

    Raises
    ------
    RecipeError
        When the dates cannot be split or nobody is eligible.
    """
    horizon = sources.outcome.horizon_days
    dates = as_of_dates(recipe, extract, horizon_days=horizon) if dates is None else dates
    days = dates_of_run(dates, recipe, extract, horizon_days=horizon)
    split = days.split
    wanted = split.dates
    with tempfile.TemporaryDirectory() as scratch:
        files = _features(extract, sources, wanted, store or Path(scratch), recipe, progress)
        keys = _keys(files, extract, recipe)
        progress("derive outcomes")
        keys = _with_outcomes(keys, extract, sources, wanted, lookback_days=recipe.lookback_days)
        keys["treated"] = treated(extract, keys, horizon_days=horizon)
        rows, left_out = _rows(files, keys, split, sources, recipe)
    return _dataset(rows, keys[_left_out(keys, sources, recipe) == ""], keys, days, left_out, recipe)


def _features(
    extract: Extract, sources: RunSources, dates: Sequence[date], folder: Path, recipe: Recipe, progress: Progress
) -> list[Path]:
    """One file a date, in order."""
    progress(f"derive features as of {len(dates)} dates, {dates[0]} to {dates[-1]}")
    stored = store_features(
        extract,
        (*sources.features, *sources.policy.features),
        dates,
        folder,
        harm=sources.harm,
        lookback_days=recipe.lookback_days,
    )
    if len(stored.derived) < len(dates):
        progress(f"{len(dates) - len(stored.derived)} of the dates stood in {folder} and were used as they are")
    return list(stored.files.values())


def _merged(keys: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Bring the columns of another frame to the keys, whose order and length stay."""
    right = other.assign(as_of=pd.to_datetime(other["as_of"]))
    return keys.merge(right, on=["person_id", "as_of"], how="left", validate="one_to_one")


def _keys(files: Sequence[Path], extract: Extract, recipe: Recipe) -> pd.DataFrame:
    """Identity, person and date of every feature row, in the files' order, and what decides whether it is left out."""
    keys: pd.DataFrame = pd.concat(
        [pq.read_table(file, columns=["person_id", "as_of"]).to_pandas() for file in files], ignore_index=True
    )
    keys["as_of"] = pd.to_datetime(keys["as_of"])
    merged = extract.merged_as_of(date.max)
    keys["person"] = [merged.get(identity, identity) for identity in keys["person_id"]]
    dates = sorted(set(keys["as_of"].dt.date))
    keys = _merged(keys, eligibility_frame(extract, dates, lookback_days=recipe.lookback_days))
    if recipe.recorded_within_days is None:
        return keys
    return _merged(keys, recorded_frame(extract, dates, lookback_days=recipe.lookback_days))


def _with_outcomes(
    keys: pd.DataFrame, extract: Extract, sources: RunSources, dates: Sequence[date], *, lookback_days: int
) -> pd.DataFrame:
    horizon = sources.outcome.horizon_days
    beside = (
        Outcome(name=HARM, kind=OutcomeKind.HARM_DAYS, horizon_days=horizon, sentence="Harm recorded."),
        Outcome(name=NEW_VICTIM, kind=OutcomeKind.NEW_VICTIM, horizon_days=horizon, sentence="A new victim recorded."),
    )
    found = outcome_table(
        extract, (sources.outcome, *beside), list(dates), harm=sources.harm, lookback_days=lookback_days
    )
    names = ["person_id", "as_of", sources.outcome.name, HARM, NEW_VICTIM]
    return _merged(keys, found[names])


def _left_out(keys: pd.DataFrame, sources: RunSources, recipe: Recipe) -> pd.Series:
    """Why each row is left out; empty for those that stay. The first reason that holds is given."""
    youngest = sources.policy.eligibility.minimum_age
    age = keys["age_years"]
    reasons: list[tuple[str, Any]] = [
        ("deceased", keys["deceased"].fillna(False).astype(bool)),
        (f"under {youngest}", age.notna() & (age < youngest)),
        ("outcome not known by the cut-off", keys[sources.outcome.name].isna()),
    ]
    if recipe.recorded_within_days is not None:
        late = keys["days_since_recorded"] > recipe.recorded_within_days
        reasons.append((f"nothing recorded in the {recipe.recorded_within_days:,} days before", late))
    if recipe.exclude_managed:
        reasons.append(("already managed under MATAC", keys["managed"].fillna(False).astype(bool)))
    why = pd.Series("", index=keys.index)
    for reason, holds in reversed(reasons):
        why = why.mask(holds, reason)
    return why


def _rows(
    files: Sequence[Path], keys: pd.DataFrame, split: TemporalSplit, sources: RunSources, recipe: Recipe
) -> tuple[Rows, dict[str, int]]:
    """Read the features of the rows that stay: every test row, and a sample of people before the test."""
    why = _left_out(keys, sources, recipe)
    left_out = {str(k): int(v) for k, v in why[why != ""].value_counts().sort_index().items()}
    kept = (why == "").to_numpy()
    day = keys["as_of"].dt.date.to_numpy()
    tested = np.isin(day, np.array(split.test, dtype=object)) & kept
    person, identity = (pd.factorize(keys[name], sort=True)[0].astype(np.int64) for name in ("person", "person_id"))
    before = kept & ~tested
    if recipe.fit_rows is not None and before.sum() > recipe.fit_rows:
        before &= of_drawn_people(person, before, recipe.fit_rows, seed=recipe.seed)
    wanted = tested | before
    if not wanted.any():
        raise RecipeError(
            "There must be somebody to learn from. "
            f"Of {len(keys):,} rows, one for each date and suspect of a domestic incident, none is left. "
            "Check roles, dates and the policy's eligibility.",
            faults=[f"{reason}: {count:,} rows left out" for reason, count in left_out.items()],
        )
    names = tuple(feature.name for feature in sources.features)
    X, points, last = _read(files, wanted, names, sources)
    dates = split.dates
    index = {d: i for i, d in enumerate(dates)}
    chosen = keys.loc[wanted]
    y = chosen[sources.outcome.name].to_numpy(dtype=np.float64)
    return Rows(
        names=names,
        directions=tuple(feature.direction for feature in sources.features),
        dates=dates,
        X=X,
        y=(y > 0).astype(np.float64),
        person=person[wanted],
        identity=identity[wanted],
        cycle=np.array([index[d] for d in day[wanted]], dtype=np.int64),
        matrix=points,
        last_incident=last,
        harm=np.nan_to_num(chosen[HARM].to_numpy(dtype=np.float64)),
        new_victims=np.nan_to_num(chosen[NEW_VICTIM].to_numpy(dtype=np.float64)),
    ), left_out


def _read(files: Sequence[Path], wanted: Any, names: tuple[str, ...], sources: RunSources) -> tuple[Any, Any, Any]:
    """Stream the feature files, keeping the wanted rows: features, matrix points, days since the last incident."""
    declared = (*sources.policy.features, *sources.features)
    recency = next(f.name for f in declared if f.aggregate == Aggregate.DAYS_SINCE_LAST and f.view == View.SUSPECT)
    columns = list(dict.fromkeys(("person_id", "as_of", *names, *(f.name for f in sources.policy.features))))
    X = np.empty((int(wanted.sum()), len(names)))
    scored, last = [], np.empty(len(X))
    start = at = 0
    for batch in (b for file in files for b in pq.ParquetFile(file).iter_batches(batch_size=65_536, columns=columns)):
        inside = wanted[start : start + batch.num_rows]
        start += batch.num_rows
        if not inside.any():
            continue
        frame = batch.to_pandas()[inside]
        end = at + len(frame)
        X[at:end] = frame[list(names)].to_numpy(dtype=np.float64)
        scored.append(score_matrix(sources.policy, frame)[order_columns(sources.policy)])
        last[at:end] = frame[recency].to_numpy(dtype=np.float64)
        at = end
    points = place_scores(sources.policy, pd.concat(scored)) if scored else np.empty(0)
    return X, points, last


def _dataset(
    rows: Rows, kept: pd.DataFrame, keys: pd.DataFrame, days: DatesOfRun, left_out: dict[str, int], recipe: Recipe
) -> Dataset:
    """Cut the rows into folds and count what became of everybody."""
    split = days.split
    folds = Folds.of(rows, split, newest=recipe.as_of.calibrate)
    named = folds.named
    tested = kept[kept["as_of"].dt.date.isin(split.test)]
    return Dataset(
        split=split,
        folds=folds,
        people=tuple(sorted(keys["person"].unique())),
        identities=tuple(sorted(keys["person_id"].unique())),
        facts=SplitFacts(
            horizon_days=split.horizon_days,
            fit=split.fit,
            calibrate=split.calibrate,
            test=split.test,
            gap=split.gap,
            look_back_days=recipe.lookback_days,
            whole_from=days.whole_from,
            short=days.short,
            aside=days.aside,
            rows={name: len(found) for name, found in named.items()},
            people={name: len(np.unique(found.person)) for name, found in named.items()},
            outcomes={name: int(found.y.sum()) for name, found in named.items()},
            found=len(keys),
            left_out=left_out,
            censored=left_out.get("outcome not known by the cut-off", 0),
            people_in_both=len(np.intersect1d(folds.fit.person, folds.test.person)),
        ),
        managed=int(tested["managed"].fillna(False).astype(bool).sum()),
        treated=int(tested["treated"].sum()),
    )
