"""A made-up force is complete, repeatable and of the size asked for."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from matac_ml.errors import UsageError
from matac_ml.synthetic import make_force


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_same_seed_same_bytes(tmp_path: Path, file_format: str) -> None:
    """Two forces of one seed are the same files, byte for byte; another seed gives others."""
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        make_force(tmp_path / name, incidents=1500, years=2, seed=seed, file_format=file_format)  # type: ignore[arg-type]
    assert _digest(tmp_path / "a") == _digest(tmp_path / "b")
    assert _digest(tmp_path / "a") != _digest(tmp_path / "c")


def test_holds_as_many_incidents_as_asked(tmp_path: Path) -> None:
    """Exactly the incidents asked for are recorded, in order, inside the force's time."""
    truth = make_force(tmp_path / "force", incidents=2345, years=1.5, seed=1)
    incidents = pd.read_csv(tmp_path / "force/incidents.csv", parse_dates=["occurred_on", "recorded_on"])
    assert len(incidents) == incidents["incident_id"].nunique() == 2345
    assert incidents["recorded_on"].is_monotonic_increasing
    assert (incidents["occurred_on"] <= incidents["recorded_on"]).all()
    assert incidents["occurred_on"].min().date() >= truth.first_day
    assert incidents["recorded_on"].max().date() <= truth.cut_off


def test_every_reference_holds(tmp_path: Path) -> None:
    """Every incident has a suspect and a victim who differ, and every person named in any table is described."""
    make_force(tmp_path / "force", incidents=3000, years=3, seed=2)
    tables = {path.stem: pd.read_csv(path, dtype=str) for path in (tmp_path / "force").glob("*.csv")}
    people = set(tables["people"]["person_id"])
    rows = tables["involvements"]
    for name in ("involvements", "custody", "management", "referrals", "merges"):
        assert set(tables[name]["person_id"]) <= people, name
    assert set(rows["counterpart_id"].dropna()) <= people
    assert not rows.duplicated(["incident_id", "person_id", "role"]).any()
    for role in ("suspect", "victim"):
        assert set(rows.loc[rows["role"] == role, "incident_id"]) == set(tables["incidents"]["incident_id"])
    both = rows[rows["role"].isin(["suspect", "victim"])].groupby(["incident_id", "person_id"])["role"].nunique()
    assert both.max() == 1


def test_nothing_is_left_when_it_cannot_be_made(tmp_path: Path) -> None:
    """A refusal names every fault and leaves no file; a folder that holds something is left alone."""
    with pytest.raises(UsageError) as refusal:
        make_force(tmp_path / "force", incidents=0, years=40, seed=-1)
    assert len(refusal.value.faults) == 3
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(UsageError, match="new or empty"):
        make_force(tmp_path, incidents=10, years=1, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
