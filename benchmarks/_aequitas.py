"""Group metrics beside those of aequitas, which cannot stand beside pandas 3 and gets an environment of its own."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks import Table
from matac_ml.fairness import Instrument, audit

#: aequitas 1.1.0 needs pandas below 3; we need 3.
REQUIREMENT = "aequitas==1.1.0"
#: ours -> theirs, where both define the same figure
THEIRS = {
    "selected_share": "pprev",
    "base_rate": "prev",
    "precision": "precision",
    "false_negative_rate": "fnr",
    "false_positive_rate": "fpr",
}
TOLERANCE = 1e-12
_SCRIPT = """
import json, sys
import pandas as pd
from aequitas.group import Group
frame = pd.read_csv(sys.argv[1], dtype={"group": str})
found, _ = Group().get_crosstabs(frame, attr_cols=["group"])
columns = ["attribute_value", "group_size", "pprev", "prev", "precision", "fnr", "fpr"]
print("RESULT" + json.dumps(found[[c for c in columns if c in found]].to_dict("records")))
"""

Floats = npt.NDArray[np.float64]


def compare_with_aequitas(rows: tuple[Floats, Floats, Floats, pd.DataFrame]) -> Table:
    """Audit a made-up list and let aequitas count the same list."""
    y, score, person, groups = rows
    name, who = "of 19", person.astype(np.int64)
    facts = audit(
        (Instrument("scores", "Scores", score),), outcome=y, person=who, cycle=np.zeros(len(y), dtype=np.int64),
        groups=groups[[name]], k=1500, resamples=2, permutations=20, titles={},
    )  # fmt: skip
    chosen = np.zeros(len(y), dtype=int)
    chosen[np.argsort(-score)[:1500]] = 1
    frame = pd.DataFrame({"score": chosen, "label_value": y.astype(int), "group": groups[name].to_numpy()[who]})
    try:
        theirs = {row["attribute_value"]: row for row in _counted(frame)}
    except (subprocess.SubprocessError, OSError, StopIteration) as error:
        missed = (f"equality with {REQUIREMENT}: it could not be installed or run here ({type(error).__name__})",)
        return Table("Group metrics beside those of aequitas", ("measure",), (), (), missed)
    lines, missed_lines = [], []
    for mine, its in THEIRS.items():
        apart = [
            abs((group.measures[mine].value or 0.0) - theirs[group.group][its])
            for group in facts.instruments[0].attributes[0].groups
        ]
        lines.append((mine, its, len(apart), max(apart)))
        if max(apart) > TOLERANCE:
            missed_lines.append(f"{mine} equals aequitas' {its} to {TOLERANCE:g}: {max(apart):.2g} apart")
    return Table(
        f"Group metrics beside those of {REQUIREMENT}",
        ("measure", "theirs", "groups", "largest difference"),
        tuple(lines),
        ("It needs pandas below 3, so it was installed into an environment of its own for this comparison.",),
        tuple(missed_lines),
    )


def _counted(frame: pd.DataFrame) -> list[dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        uv, python = str(Path(sys.executable).parent / "uv"), str(where / "venv" / "bin" / "python")
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, str(where / "venv")],
            [uv, "pip", "install", "--quiet", "--python", python, REQUIREMENT],
        ):
            subprocess.run(command, check=True, timeout=600)
        frame.to_csv(where / "rows.csv", index=False)
        said = subprocess.run(
            [python, "-c", _SCRIPT, str(where / "rows.csv")], check=True, timeout=300, capture_output=True, text=True
        ).stdout
    line = next(line for line in said.splitlines() if line.startswith("RESULT"))
    result: list[dict[str, float]] = json.loads(line.removeprefix("RESULT"))
    return result
