"""One score can be followed: it enters few of our files, and needs no library that only training needs."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matac_ml
from benchmarks.one_score import MOST_FILES, functions_entered
from matac_ml.asof import read_person
from matac_ml.explain import Subject, explain_people
from tests.explain.conftest import Scored

ROOT = Path(matac_ml.__file__).parents[1]
#: Libraries of training, audit and papers: refused by name, as where they are not installed.
SCORE_WITHOUT_THEM = """
import sys
from datetime import timedelta
from pathlib import Path

REFUSED = ("fairlearn", "sklearn", "mlflow", "optuna", "shap", "matplotlib", "bentoml")


class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in REFUSED:
            raise ImportError(f"{name} is not installed")


sys.meta_path.insert(0, Refusing())
from matac_ml.asof import read_person
from matac_ml.bundle import load_bundle
from matac_ml.explain import ScoringContext, Subject, explain_people, rank_everybody
from matac_ml.records import read_extract

folder = Path(sys.argv[1])
extract, model = read_extract(folder / "extract"), load_bundle(folder / "bundle")
day = extract.cut_off + timedelta(days=1)
context = ScoringContext(
    model.policy, model.harm, model, day, data_as_of=extract.cut_off, data_hash=extract.data_hash, today=day
)
people = rank_everybody(extract, context).people
score = explain_people([Subject(read_person(extract, str(people.index[0])))], context)[0]
print(score.matrix.total == people["total"].iloc[0])
"""


def test_one_score_enters_few_files(scored: Scored) -> None:
    """Somebody who follows a score from the file of a person to its reasons has so many files to read."""
    person_id = str(scored.ranking.first(1, order="model").people["person_id"][0])
    subject = Subject(read_person(scored.extract, person_id), values=scored.ranking.values(person_id))
    context = replace(scored.setting)  # with nothing of an earlier score kept in it
    entered = functions_entered(lambda: explain_people([subject], context))
    assert "matac_ml/explain/person.py" in entered
    assert len(entered) <= MOST_FILES, sorted(entered)


def test_scoring_needs_no_library_of_training(scored: Scored) -> None:
    """A bundle is loaded, a force ranked and a person explained where neither fairlearn nor scikit-learn is there."""
    assert scored.extract.folder is not None
    command = [sys.executable, "-c", SCORE_WITHOUT_THEM, str(scored.extract.folder.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT)
    assert done.stdout == "True\n", done.stderr
