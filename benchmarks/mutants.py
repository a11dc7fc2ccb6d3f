"""How many small faults in the code its own tests notice, folder by folder."""

import tempfile
import tomllib
from pathlib import Path

from benchmarks import Table
from benchmarks._mutants import Mutant, draw, survivors

NAME = "mutants"
AIM = 0.9
SEED = 20261127
#: Folders and the tests that are theirs; those of the command line and the service also hold what these promise.
FOLDERS = {
    "matac_ml/rfg": ("tests/rfg",),
    "matac_ml/asof": ("tests/asof", "tests/features"),
    "matac_ml/explain": ("tests/explain",),
    "matac_ml/casework": ("tests/casework",),
    "matac_ml/fairness": ("tests/fairness",),
    "matac_ml/evaluation": ("tests/evaluation",),
    "serving": ("tests/serving",),
}
#: Faults that change nothing anybody could notice, each with the reason.
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")


def run(prove: bool) -> Table:
    """Sixty faults a folder; five in one folder unless ``prove``."""
    folders = FOLDERS if prove else {"matac_ml/evaluation": FOLDERS["matac_ml/evaluation"]}
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", [])
    same = {(entry["path"], entry["before"], entry["after"]) for entry in listed}
    rows, notes, missed = [], [], []
    for folder, tests in folders.items():
        mutants = draw(folder, times=60 if prove else 5, seed=SEED)
        judged = [mutant for mutant in mutants if _entry(mutant) not in same]
        with tempfile.TemporaryDirectory() as work:
            unnoticed = survivors(judged, tests=tests, work=Path(work))
        share = 1 - len(unnoticed) / len(judged)
        rows.append((folder, len(mutants), len(mutants) - len(judged), len(unnoticed), share))
        notes += [f"Not noticed: {mutant}" for mutant in unnoticed]
        if prove and share < AIM:  # five faults are a taste of it and no measure
            missed.append(f"{folder}: at least {AIM:.0%} noticed, {share:.1%} were")
    columns = ("folder", "faults drawn", "without effect", "not noticed", "share noticed")
    return Table("Small faults that the tests notice", columns, tuple(rows), tuple(notes), tuple(missed))


def _entry(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.path, mutant.before.strip(), mutant.after.strip()
