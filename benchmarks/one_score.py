"""What one explained score takes, cold: our own files that it enters, and the libraries that a fresh process loads."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import FrameType

import matac_ml
from benchmarks import Table, measured
from matac_ml.asof import read_person
from matac_ml.bundle import load_bundle
from matac_ml.explain import ScoringContext, Subject, explain_people, rank_everybody
from matac_ml.records import read_extract

NAME = "one_score"
#: Our own files of which a function is entered for one explained score.
MOST_FILES = 20
#: Libraries of training and audit that nothing of ours may load for a score.
NEVER = ("fairlearn", "mlflow", "optuna", "shap", "matplotlib", "statsmodels")


def run(prove: bool) -> tuple[Table, ...]:
    """Files entered for the person whom the model ranks first; what a fresh process loads and how long it takes."""
    from tests.explain.made_up import make_bundle, make_extract

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_bundle(make_extract(folder / "extract"), folder / "bundle")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.one_score", name], capture_output=True, text=True, check=True
        )
    found = json.loads(done.stdout)
    entered: dict[str, int] = found["entered"]
    steps = tuple((step, *cost) for step, cost in found["steps"].items())
    loaded = [name for name in NEVER if name in found["libraries"]]
    return (
        Table(
            f"Files of ours that one explained score enters: {len(entered)}, with {sum(entered.values())} functions",
            ("file", "functions"),
            tuple(entered.items()),
            missed=(f"at most {MOST_FILES} files: {len(entered)}",) if len(entered) > MOST_FILES else (),
        ),
        Table(
            "From a fresh process to the first score",
            ("step", "seconds", "processor seconds"),
            steps,
            (
                "Modules loaded, by library: "
                + ", ".join(f"{name} {count}" for name, count in found["libraries"].items()),
                "LightGBM itself loads scikit-learn wherever that is installed; a score needs nothing of it.",
            ),
            tuple(f"nothing of {name} loaded" for name in loaded),
        ),
    )


def functions_entered(work: Callable[[], object]) -> dict[str, int]:
    """How many functions of each of our files are entered while something is done, by the file's path."""
    root = Path(matac_ml.__file__).parents[1]
    entered: set[tuple[str, str]] = set()

    def enter(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            entered.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    sys.setprofile(enter)
    try:
        work()
    finally:
        sys.setprofile(None)
    ours = sorted(Path(file) for file, _ in entered if file.startswith(f"{root}/matac_ml/"))
    return dict(Counter(path.relative_to(root).as_posix() for path in ours))


def _fresh(folder: Path) -> None:
    """In a process of its own: load what is in force, rank everybody, explain the first; print what it took."""
    steps = {}
    extract, steps["records read"] = measured(lambda: read_extract(folder / "extract"))
    model, steps["bundle loaded"] = measured(lambda: load_bundle(folder / "bundle"))
    libraries = Counter(name.partition(".")[0] for name in sys.modules if name.partition(".")[0] in _WATCHED)
    day = extract.cut_off + timedelta(days=1)
    context = ScoringContext(
        model.policy, model.harm, model, day, data_as_of=extract.cut_off, data_hash=extract.data_hash, today=day
    )
    ranking, steps["everybody ranked"] = measured(lambda: rank_everybody(extract, context))
    person_id = str(ranking.first(1, order="model").people["person_id"][0])
    subject = Subject(read_person(extract, person_id), values=ranking.values(person_id))
    context = replace(context, rank_table=ranking.rank_table)
    _, steps["one explained"] = measured(lambda: explain_people([subject], context))
    entered = functions_entered(lambda: explain_people([subject], replace(context)))
    costs = {step: (cost.wall, cost.cpu) for step, cost in steps.items()}
    print(json.dumps({"entered": entered, "steps": costs, "libraries": dict(libraries.most_common())}))


_WATCHED = {"matac_ml", "duckdb", "lightgbm", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "sklearn", *NEVER}

if __name__ == "__main__":
    _fresh(Path(sys.argv[1]))
