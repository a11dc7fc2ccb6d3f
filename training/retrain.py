"""Retraining in one command: each step is written into a journal when it is done, and none is done twice.

A run is named by its data and its recipe. Killed anywhere, the command goes on where it stopped when it is started
again, and ends with the same release; started again after that, it does nothing.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matac_ml.approval.acting import Who, ask
from matac_ml.approval.choices import DesignChoice
from matac_ml.approval.standing import APPROVED, DECLINED, REQUESTED, approvals_in, open_requests
from matac_ml.bundle import load_bundle
from matac_ml.casework import Ledger
from matac_ml.errors import UsageError
from matac_ml.facts import RunFacts
from matac_ml.inventory import record_versions
from matac_ml.outfile import write_text
from matac_ml.records import Extract, read_extract
from training.compare import Progress, silent
from training.compare_runs import as_version, compare_runs
from training.folder import is_finished, one_at_a_time
from training.recipe import load_recipe
from training.registry import (
    CHALLENGER,
    bundle_of,
    champion_of,
    give_alias,
    registered_before,
    registered_versions,
)
from training.releasing import RunRelease, release_in
from training.store import store_of
from training.train import train

JOURNAL, REPORT_OF_CHANGES = "retrain.json", "changes"
#: Fits, writes and registers a run: (extract, folder of the run, folder of the registry, facts of the champion).
Fit = Callable[[Path, Path, Path, RunFacts | None], object]


@dataclass(frozen=True)
class Retrained:
    """What retraining came to.

    Attributes
    ----------
    out : Path
        Folder of the run.
    version : str
        In the registry, where it has the alias ``challenger``.
    champion : str
        The version that it was compared with; empty where there was none.
    lines : tuple of str
        What to know first of the comparison.
    asked : bool
        Whether its approval is asked for, or was decided about.
    done : tuple of str
        Steps that this call did; empty when everything had been done before.
    """

    out: Path
    release: str
    version: str
    champion: str
    lines: tuple[str, ...]
    asked: bool
    done: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What asks for approval at the end; nothing does without it.

    Attributes
    ----------
    ledger : str
        Its address.
    choices : sequence of DesignChoice
    """

    ledger: str
    who: Who
    choices: Sequence[DesignChoice]


class Journal:
    """Steps that are done, with what each gave; on disk before the next one begins."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.done: list[str] = []
        self.steps: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def once(self, step: str, work: Callable[[], Any]) -> Any:
        """Do a step that is not done yet, and give what it gave."""
        if step not in self.steps:
            given = work()
            self.steps[step] = given
            write_text(self._path, json.dumps(self.steps, indent=1, ensure_ascii=False) + "\n")
            self.done.append(step)
        return self.steps[step]


def retrain(
    extract: Path,
    home: Path,
    *,
    recipe_file: Path | None = None,
    request: Request | None = None,
    pdf: bool = True,
    progress: Progress = silent,
    fit: Fit | None = None,
) -> Retrained:
    """Check the records, fit, compare with the champion, register as challenger, and ask for approval.

    Parameters
    ----------
    extract : Path
        The newest records.
    home : Path
        Holds ``runs/`` with a folder for each run, and MLflow's store unless another one is named.
    request : Request, optional
        Who asks for approval; left out, nobody does.
    fit : callable, optional
        In place of training.

    Raises
    ------
    ShownError
        The records cannot be read, or a step fails; what was done before stays done.
    GateError
        At the end, when everything else is done and a gate stands in the way of the request.
    """
    with one_at_a_time(home):
        progress("check the records")
        records = read_extract(extract)
        recipe, _ = load_recipe(recipe_file)
        out = home / "runs" / f"{records.data_hash[:12]}-{recipe.sha256[:12]}"
        out.mkdir(parents=True, exist_ok=True)
        journal, store = Journal(out / JOURNAL), store_of(home)
        champion = str(journal.once("champion", lambda: champion_of(store)))
        previous = load_bundle(bundle_of(store, champion)).facts if champion else None
        if not is_finished(out):
            progress("fit")
            chosen = fit or _training(recipe_file, pdf=pdf, progress=progress)
            chosen(extract, out, home, previous)
        made = release_in(out)
        journal.once("fitted", lambda: made.hashes.bundle)
        version = str(journal.once("registered", lambda: _challenger(store, made)))
        progress("compare with the champion")
        lines = tuple(journal.once("compared", lambda: _compared(store, champion, made, out, records)))
        asked = request is not None and _asked(journal, request, home, made)
        return Retrained(out, made.release.hash, version, champion, lines, asked, tuple(journal.done))


def _training(recipe_file: Path | None, *, pdf: bool, progress: Progress) -> Fit:
    def fit(extract: Path, out: Path, home: Path, previous: RunFacts | None) -> object:
        return train(extract, out, recipe_file=recipe_file, pdf=pdf, progress=progress, home=home, previous=previous)

    return fit


def _challenger(store: str, made: RunRelease) -> str:
    found = registered_before(store, made)
    if found is None:
        raise UsageError("The run must be in the registry, and it is not. Remove its folder and retrain again.")
    give_alias(store, CHALLENGER, found.version)
    return found.version


def _compared(store: str, champion: str, made: RunRelease, out: Path, records: Extract) -> list[str]:
    if not champion:
        return ["There is no champion to compare with: this is the first version."]
    before = as_version(f"version {champion}", load_bundle(bundle_of(store, champion)))
    after = as_version("the challenger", made.model)
    return list(compare_runs(before, after, out / REPORT_OF_CHANGES, extract=records))


def _asked(journal: Journal, request: Request, home: Path, made: RunRelease) -> bool:
    """Record the version in the ledger, and ask for its approval unless somebody has, or it was decided about."""
    with Ledger.open(request.ledger) as book:
        journal.once("recorded", lambda: len(record_versions(book, registered_versions(str(home)), who=request.who)))

        def work() -> int:
            entries = list(book.entries(kind=(REQUESTED, APPROVED, DECLINED), reference=made.release.hash))
            if open_requests(entries) or approvals_in(entries) or any(entry.kind == DECLINED for entry in entries):
                return entries[-1].number
            return ask(book, made.release, who=request.who, choices=request.choices).number

        journal.once("asked", work)
    return True
