"""How long a made-up force takes, and how much memory, as it grows."""

import tempfile
from pathlib import Path

from benchmarks import Table, apart, measured, peak_mib
from matac_ml.synthetic import make_force

NAME = "synthetic"
FORCE_SCALE = 150_000
FORCE_SECONDS = 20.0


def run(prove: bool) -> Table:
    """Make forces of growing size, each in a process of its own so that its memory is its own."""
    sizes = [(5_000, "csv"), (FORCE_SCALE, "csv"), (FORCE_SCALE, "parquet"), (1_000_000, "parquet")]
    if prove:
        sizes += [(2_000_000, "parquet"), (7_000_000, "parquet")]
    rows = [(incidents, kind, *apart(_make, incidents, kind)) for incidents, kind in sizes]
    slow = [row for row in rows if row[0] == FORCE_SCALE and row[2] > FORCE_SECONDS]
    return Table(
        title="Making a force",
        columns=("incidents", "format", "seconds", "processor seconds", "peak MiB", "MiB on disk"),
        rows=tuple(rows),
        notes=("Truth and best possible AUC included. Chunks of at most 250,000 incidents.",),
        missed=tuple(f"{FORCE_SCALE:,} incidents in {FORCE_SECONDS:.0f} s: took {row[2]:.1f} s" for row in slow),
    )


def _make(incidents: int, file_format: str) -> tuple[float, float, int, int]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "force"
        _, cost = measured(
            lambda: make_force(out, incidents=incidents, years=3, seed=1, file_format=file_format)  # type: ignore[arg-type]
        )
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return cost.wall, cost.cpu, peak_mib(), size // 2**20
