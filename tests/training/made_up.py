"""Made-up rows with a known truth, for the tests of the run."""

from datetime import date, timedelta

import numpy as np

from training.rows import Floats, Rows


def rows_with_truth(*, people: int = 400, cycles: int = 6, seed: int = 1) -> tuple[Rows, Floats]:
    """Return rows and the true probability of each: a count that raises it, a gap that lowers it, and two of noise."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), cycles)
    n = person.size
    count = rng.poisson(np.repeat(rng.gamma(1.0, 2.0, people), cycles)).astype(float)
    gap = rng.exponential(200, n)
    X = np.column_stack([count, gap, rng.normal(size=n), rng.exponential(size=n)])
    X[rng.random(n) < 0.1, 2] = np.nan
    odds = -1.6 + 0.35 * count - 0.004 * gap
    truth = 1 / (1 + np.exp(-odds))
    y = (rng.random(n) < truth).astype(float)
    rows = Rows(
        names=("incidents", "days_since_last", "noise", "more_noise"),
        directions=(1, -1, 0, 0),
        dates=tuple(date(2020, 1, 1) + timedelta(days=28 * i) for i in range(cycles)),
        X=X,
        y=y,
        person=person,
        identity=person,
        cycle=np.tile(np.arange(cycles), people),
        matrix=np.minimum(count, 3) * 10,
        last_incident=gap,
        harm=y * rng.exponential(50, n),
        new_victims=(rng.random(n) < 0.05).astype(float),
    )
    return rows, truth
