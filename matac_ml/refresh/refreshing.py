"""Refresh: one way through for a new day and for a rebuild from nothing, so that both give the same bytes."""

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from matac_ml.asof import PersonFile, read_people, store_features
from matac_ml.errors import UsageError
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.everybody import explain_ranked, score_table
from matac_ml.explain.ranking import OnRegisters, Ranking, rank_everybody
from matac_ml.lists.marks import MOST_BELOW, Missing, find_gaps, nearest_below
from matac_ml.lists.sections import AtHand, Order, section_lines
from matac_ml.outfile import private_folder, whole_folder
from matac_ml.records import Extract
from matac_ml.refresh.files import ListOfDay, RefreshBasis, read_basis, write_day

#: The folder of the stored features, beside one folder a day.
FEATURES = "features"


@dataclass(frozen=True)
class Refreshed:
    """What a refresh left behind.

    Attributes
    ----------
    folder : Path
        Of the day: ``scores.parquet``, ``lists.jsonl``, ``explained.jsonl`` and the manifest ``refresh.json``.
    people, lists, explained : int
        How many were scored, drawn up and explained; 0 where nothing was left to do.
    derived : bool
        Whether the features of the day were derived by this call.
    """

    folder: Path
    basis: RefreshBasis
    people: int = 0
    lists: int = 0
    explained: int = 0
    derived: bool = False


class _FilesAtHand:
    """Reads people's files, each once: a hundred people cost little more than one."""

    def __init__(self, extract: Extract) -> None:
        self._extract = extract
        self._held: dict[str, PersonFile] = {}

    def __call__(self, people: Sequence[str]) -> Mapping[str, PersonFile]:
        missing = sorted({person for person in people if person not in self._held})
        if missing:
            self._held.update(read_people(self._extract, missing))
        return self._held


def refresh(extract: Extract, context: ScoringContext, home: Path, *, replace: bool = False) -> Refreshed:
    """Score everybody as of a day, draw up every list, and explain whoever is on one.

    Parameters
    ----------
    context : ScoringContext
        As of the day.
    home : Path
        Gets ``features/`` with one file a date and a folder named by the day, which is there whole or not at all.
    replace : bool
        Whether a folder of the day that was made from something else is replaced.

    Returns
    -------
    Refreshed
        With zeros where the folder was made from the same already.

    Raises
    ------
    UsageError
        A folder of the day stands there that was made from something else, or ``home`` cannot be written to.
    """
    folder, basis = home / context.as_of.isoformat(), RefreshBasis.of(context)
    if folder.exists() and not replace:
        _check_same(folder, basis)
        return Refreshed(folder, basis)
    private_folder(home)
    with ThreadPoolExecutor(max_workers=3) as beside:
        # The database works outside Python's lock: what only reads the records goes on beside the scoring.
        gaps = beside.submit(find_gaps, extract, context)
        registers = beside.submit(OnRegisters.draw, extract, context.policy, context.as_of)
        doubtful = beside.submit(extract.doubtful)
        frame, derived = _features(extract, context, home)
        ranking = rank_everybody(extract, context, frame)
        scores = score_table(ranking, doubtful.result())
        at_hand = _at_hand(extract, context, ranking, registers, gaps)
    lists = _lists(at_hand)
    listed = sorted({line.person_id for each in lists for line in each.lines if line.is_listed})
    files = at_hand.find(listed)
    explained = explain_ranked([(name, files[name]) for name in listed], context, ranking, doubtful.result())
    if folder.exists():
        shutil.rmtree(folder)
    with whole_folder(folder) as partial:
        write_day(partial, basis, scores, lists, explained)
    return Refreshed(folder, basis, len(scores), len(lists), len(explained), derived)


def _check_same(folder: Path, basis: RefreshBasis) -> None:
    found = read_basis(folder)
    if found is None or found[0] != basis:
        raise UsageError(
            f"{folder} was made from other records, another bundle or policy, by another version, or on another day. "
            "Name another folder with --out, or add --replace."
        )


def _features(extract: Extract, context: ScoringContext, home: Path) -> tuple[pd.DataFrame, bool]:
    """The features of everybody as of the day, read from the stored file: what is scored is what is kept."""
    instruments = context.instruments
    stored = store_features(
        extract,
        instruments.features,
        [context.as_of],
        home / FEATURES,
        harm=context.harm,
        lookback_days=instruments.lookback_days,
    )
    frame: pd.DataFrame = pq.read_table(stored.files[context.as_of]).to_pandas()
    return frame, bool(stored.derived)


def _at_hand(
    extract: Extract,
    context: ScoringContext,
    ranking: Ranking,
    registers: "Future[OnRegisters]",
    gaps: "Future[list[tuple[str, int, int]]]",
) -> AtHand:
    find, missing = _FilesAtHand(extract), Missing.of(gaps.result(), context, ranking)
    return AtHand(extract, context, ranking, registers.result(), None, find, missing)


def _lists(at_hand: AtHand) -> list[ListOfDay]:
    """The list of the whole force and of each area, by each instrument that is in force."""
    context, ranking = at_hand.context, at_hand.ranking
    orders: tuple[Order, ...] = ("matrix", "model") if context.model is not None else ("matrix",)
    places = context.policy.capacity
    wanted: set[str] = set()
    for area in (None, *ranking.areas()):
        for order in orders:
            listed = [str(person) for person in ranking.first(places, order=order, area=area).people["person_id"]]
            wanted.update(listed)
            if order == "matrix":
                wanted.update(nearest_below(at_hand.missing, ranking, area=area, listed=listed)[:MOST_BELOW])
    at_hand.find(sorted(wanted))
    return [
        ListOfDay(area, order, tuple(section_lines(at_hand, area, places, order)))
        for area in (None, *ranking.areas())
        for order in orders
    ]
