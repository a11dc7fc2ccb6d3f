"""How long an import takes, and how much memory, as the files of a force grow."""

import tempfile
from pathlib import Path

from benchmarks import Table, apart, measured, peak_mib
from matac_ml.records.importing import import_records
from matac_ml.synthetic import make_force
from matac_ml.synthetic.exporting import export_force

NAME = "importing"
#: What one import of so many incidents may take.
MOST_INCIDENTS, MOST_SECONDS, MOST_MIB = 1_000_000, 60.0, 2048
MAPPING = Path(__file__).parents[1] / "examples/importing/styles/files.yaml"


def run(prove: bool) -> Table:
    """Import a made-up force in the style ``files``, each size in a process of its own: its memory is its own."""
    sizes = (50_000, MOST_INCIDENTS) if prove else (10_000, 50_000)
    rows = []
    for incidents in sizes:
        with tempfile.TemporaryDirectory() as folder:
            apart(_export, incidents, Path(folder))
            rows.append((incidents, *apart(_import, Path(folder))))
    large = [row for row in rows if row[0] == MOST_INCIDENTS and (row[3] > MOST_SECONDS or row[5] > MOST_MIB)]
    return Table(
        title="Importing CSV files",
        columns=("incidents", "rows of all files", "MiB of files", "seconds", "processor seconds", "peak MiB"),
        rows=tuple(rows),
        notes=(
            "Seven files in windows-1252 with semicolons, day-first dates and codes in several spellings.",
            "The check of the extract is included.",
        ),
        missed=tuple(
            f"{MOST_INCIDENTS:,} incidents in {MOST_SECONDS:.0f} s and {MOST_MIB:,} MiB: "
            f"took {row[3]:.0f} s and {row[5]:,} MiB"
            for row in large
        ),
    )


def _export(incidents: int, folder: Path) -> None:
    make_force(folder / "force", incidents=incidents, years=4, seed=1)
    export_force(folder / "force", folder / "export", style="files", seed=1)


def _import(folder: Path) -> tuple[int, int, float, float, int]:
    result, cost = measured(lambda: import_records(MAPPING, folder / "export", folder / "extract"))
    size = sum(path.stat().st_size for path in (folder / "export").iterdir())
    return sum(rows for _, _, rows in result.account.files), size >> 20, cost.wall, cost.cpu, peak_mib()
