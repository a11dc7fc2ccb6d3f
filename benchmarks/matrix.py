"""What points and registers cost once records are on disk."""

import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import Table, measured, peak_mib
from matac_ml.records import read_extract
from matac_ml.rfg import PRESETS, load_policy, score_matrix
from matac_ml.serial import RULES, registers
from matac_ml.synthetic import make_force

NAME = "matrix"
PEOPLE = 100_000
POINTS_SECONDS = 1.0
INCIDENTS = 2_000_000
REGISTER_SECONDS = 10.0


def run(prove: bool) -> tuple[Table, ...]:
    """Points of 100,000 people by every shipped policy; both registers by every rule."""
    return _points(), _registers(INCIDENTS if prove else 200_000)


def _points() -> Table:
    rng = np.random.default_rng(7)
    rows = []
    for name in PRESETS:
        policy = load_policy(name)
        frame = pd.DataFrame({feature.name: np.round(rng.gamma(0.7, 20, PEOPLE), 0) for feature in policy.features})
        _, cost = measured(lambda policy=policy, frame=frame: score_matrix(policy, frame))  # type: ignore[misc]
        rows.append((name, PEOPLE, cost.wall, cost.cpu))
    slow = [row for row in rows if row[3] > POINTS_SECONDS]
    return Table(
        "Points of everybody, once features are there",
        ("policy", "people", "seconds", "processor seconds"),
        tuple(rows),
        missed=tuple(f"{row[0]} in {POINTS_SECONDS:.0f} s of processor: took {row[3]:.2f}" for row in slow),
    )


def _registers(incidents: int) -> Table:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        extract_folder = Path(folder) / "force"
        make_force(extract_folder, incidents=incidents, years=5, seed=1, file_format="parquet")
        extract = read_extract(extract_folder)
        as_of = extract.cut_off + timedelta(days=1)
        for name, rule in RULES.items():
            found, cost = measured(lambda rule=rule: registers(extract, rule, as_of))  # type: ignore[misc]
            members = (len(found.perpetrators), len(found.victims), len(found.on_both))
            rows.append((name, incidents, *members, cost.wall, cost.cpu, peak_mib()))
    slow = [row for row in rows if row[6] > REGISTER_SECONDS]
    return Table(
        "Both registers, from records on disk",
        ("rule", "incidents", "perpetrators", "victims", "on both", "seconds", "processor seconds", "peak MiB so far"),
        tuple(rows),
        ("Five years of records in Parquet, a three-year window; reading the records is part of it.",),
        tuple(f"{row[0]} in {REGISTER_SECONDS:.0f} s of processor: took {row[6]:.2f}" for row in slow),
    )
