"""A new date for everybody beside a rebuild from nothing: seconds of both, and whether every byte agrees."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from benchmarks import Cost, Table, apart, measured
from matac_ml.asof import store_features
from matac_ml.cli.score import scoring_context
from matac_ml.manifest import sha256
from matac_ml.records import read_extract
from matac_ml.refresh import refresh
from matac_ml.refresh.refreshing import FEATURES
from matac_ml.synthetic import make_force
from tests.explain.made_up import make_bundle

NAME = "refresh"
#: Seconds by the clock of the whole command on a quiet machine of two cores.
MOST_SECONDS = 5.0
TURNS = 3
#: Dates of the stored features, four weeks apart.
DATES = 24


def run(prove: bool) -> Table:
    """150,000 incidents with ``prove``, 15,000 without."""
    incidents = 150_000 if prove else 15_000
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        apart(_prepare, scratch, incidents)
        days = _days(scratch)
        apart(_store, scratch, days[:-1])
        costs = [_command(scratch, days[-1]) for _ in range(TURNS)]
        command = Cost(min(cost.wall for cost in costs), min(cost.cpu for cost in costs))
        inside = apart(_refresh, scratch, days[-1])
        rebuilt = apart(_rebuild, scratch, days)
        differ = _differing(scratch / "kept", scratch / "rebuilt")
        listed = len(list((scratch / "rebuilt").rglob("*.*")))
    missed = [f"the same bytes as a rebuild: {name}" for name in differ]
    if prove and command.wall > MOST_SECONDS:
        missed.append(f"at most {MOST_SECONDS:.0f} s by the clock on a quiet machine: {command.wall:.1f}")
    rows = [
        ("refresh, the whole command", command.wall, command.cpu, command.cpu / rebuilt.cpu),
        ("refresh, without start and reading", inside.wall, inside.cpu, inside.cpu / rebuilt.cpu),
        (f"rebuild of {DATES} dates from nothing", rebuilt.wall, rebuilt.cpu, 1.0),
    ]
    return Table(
        f"A new date of {incidents:,} incidents: features and scores of everybody, every list, and explanations",
        ("what", "seconds", "processor seconds", "share of the rebuild's processor"),
        tuple(rows),
        (
            f"{listed} files of features, scores, lists and explanations; {len(differ)} of them differ from a rebuild.",
            f"The command is the best of {TURNS}, each a process of its own: starting Python, importing, and reading "
            "and checking every row of the CSV files are part of it. The rebuild does without starting Python.",
        ),
        tuple(missed),
    )


def _prepare(scratch: Path, incidents: int) -> None:
    make_force(scratch / "extract", incidents=incidents, years=5, seed=3)
    make_bundle(scratch / "extract", scratch / "bundle")


def _days(scratch: Path) -> list[date]:
    newest = read_extract(scratch / "extract").cut_off + timedelta(days=1)
    return [newest - timedelta(days=28 * back) for back in reversed(range(DATES))]


def _store(scratch: Path, days: Sequence[date], home: str = "kept") -> None:
    """The dates before, as earlier refreshes left them."""
    extract = read_extract(scratch / "extract")
    instruments = scoring_context(extract, scratch / "bundle", "default", None).instruments
    (scratch / home).mkdir(exist_ok=True)
    store_features(
        extract,
        instruments.features,
        days,
        scratch / home / FEATURES,
        harm=instruments.harm,
        lookback_days=instruments.lookback_days,
    )


def _command(scratch: Path, day: date) -> Cost:
    """The command, as it is typed, on a date that is not there yet."""
    _forget(scratch / "kept", day)
    asked = [sys.executable, "-m", "matac_ml", "refresh", str(scratch / "extract"), str(scratch / "kept")]
    asked += ["--bundle", str(scratch / "bundle"), "--as-of", day.isoformat()]
    _, cost = measured(lambda: subprocess.run(asked, check=True, capture_output=True))
    return cost


def _forget(home: Path, day: date) -> None:
    for file in (home / day.isoformat()).glob("*"):
        file.unlink()
    if (home / day.isoformat()).exists():
        (home / day.isoformat()).rmdir()
    (home / FEATURES / f"{day.isoformat()}.parquet").unlink(missing_ok=True)


def _refresh(scratch: Path, day: date) -> Cost:
    extract = read_extract(scratch / "extract")
    context = scoring_context(extract, scratch / "bundle", "default", None)
    _forget(scratch / "kept", day)
    _, cost = measured(lambda: refresh(extract, replace(context, as_of=day), scratch / "kept"))
    return cost


def _rebuild(scratch: Path, days: Sequence[date]) -> Cost:
    """Every date's features from nothing in one derivation, and the newest date's scores, lists and explanations."""

    def work() -> None:
        _store(scratch, days, "rebuilt")
        extract = read_extract(scratch / "extract")
        context = scoring_context(extract, scratch / "bundle", "default", None)
        refresh(extract, replace(context, as_of=days[-1]), scratch / "rebuilt")

    _, cost = measured(work)
    return cost


def _differing(kept: Path, rebuilt: Path) -> list[str]:
    """Files that one side lacks or holds otherwise."""
    sides = [
        {str(file.relative_to(home)): sha256(file.read_bytes()) for file in home.rglob("*") if file.is_file()}
        for home in (kept, rebuilt)
    ]
    names = sorted(sides[0].keys() | sides[1].keys())
    return [name for name in names if sides[0].get(name) != sides[1].get(name)]
