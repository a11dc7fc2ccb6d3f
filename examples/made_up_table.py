"""A made-up table to try ``matac-ml compare --table`` on: ``python -m examples.made_up_table FILE.csv``.

People released over six years, with codes, missing cells, a value that appears late, a score already in use, and a
column of how somebody's case ended, which nobody could know at the time.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from matac_ml.csvfile import frame_text
from matac_ml.outfile import write_text


def made_up_table(rows: int = 3_000, *, seed: int = 14) -> pd.DataFrame:
    """One row a release; ``returned`` is what is to be predicted, ``part`` says what each row is for."""
    rng = np.random.default_rng(seed)
    year = np.sort(rng.integers(2017, 2023, rows))
    before, age = rng.poisson(2.0, rows), rng.integers(18, 70, rows)
    offence = rng.choice([11, 24, 37, 52], rows, p=[0.4, 0.3, 0.2, 0.1])
    district = rng.choice(["North", "South", "East", ""], rows)
    district = np.where((year == 2022) & (rng.random(rows) < 0.1), "New Town", district)
    odds = -1.2 + 0.25 * before - 0.03 * (age - 40) + 0.7 * (offence == 52) - 0.5 * (offence == 24)
    returned = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)
    return pd.DataFrame(
        {
            "person": [f"R{number:05}" for number in rng.permutation(rows)],
            "year": year,
            "part": np.select([year < 2021, year == 2021], ["train", "calibrate"], "test"),
            "returned": returned,
            "convictions_before": before,
            "age": np.where(rng.random(rows) < 0.05, np.nan, age),
            "offence_code": offence,
            "district": district,
            "sex": rng.choice(["F", "M"], rows, p=[0.2, 0.8]),
            "points": np.round(3 * before + rng.normal(0, 3, rows)),
            "how_it_ended": np.where(returned == 1, rng.choice(["recall", "sentence"], rows), "completed"),
        }
    )


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    write_text(target, frame_text(made_up_table()))
