"""Faults that must never go unnoticed, each named for what it would do to whoever reads a list, a score or a paper.

``python -m benchmarks mutants --prove`` draws faults at random and takes hours. The first of these few are tried in
every run, the others by ``make prove``. Each is put into a copy of the project, where the test that must notice it then
runs by itself. Whoever edits the line of a fault updates the fault: a text that is not there any more fails here.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proving import PROVING, in_prove

ROOT = Path(__file__).parents[1]
#: How many are tried in every run.
ALWAYS = 6
#: What the tests below need of the project.
COPIED = ("matac_ml", "features", "tests")
#: No plugin is needed, and looking for them takes longer than most of these tests.
ENVIRONMENT = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@dataclass(frozen=True)
class FixedFault:
    """What a reader would meet, the file, the text without and with the fault, and the test that notices."""

    name: str
    path: str
    before: str
    after: str
    test: str


FAULTS = (
    FixedFault(
        "shows a reason with the opposite direction",
        "matac_ml/explain/model_score.py", 'direction="raises" if part > 0 else "lowers"',
        'direction="lowers" if part > 0 else "raises"',
        "tests/explain/test_reason_directions.py",
    ),
    FixedFault(
        "drops the weight of a component of the matrix",
        "matac_ml/rfg/points.py", "np.where(value == _NOTHING, 0, found) * component.weight",
        "np.where(value == _NOTHING, 0, found)",
        "tests/spec/test_matrix.py::test_a_weight_counts_the_points_of_a_component_so_often",
    ),
    FixedFault(
        "shows a link to a victim before the incident was recorded",
        "matac_ml/asof/building.py", "since = max(known, row.known_from)", "since = known",
        "tests/asof/test_same_day.py::test_a_link_is_known_no_earlier_than_its_incident",
    ),
    FixedFault(
        "lets the features of a whole force see a record of the same day",
        "matac_ml/asof/query.py", "r.known < d.t AND r.until", "r.known <= d.t AND r.until",
        "tests/asof/test_same_day.py::test_a_record_of_the_day_itself_counts_from_the_next_day",
    ),
    FixedFault(
        "drops people who are equal at the cut line",
        "matac_ml/ranks.py", "return CutLine(certain, tied, left)",
        "return CutLine(certain, np.zeros_like(tied), left)",
        "tests/test_ranks.py::test_the_cut_line_keeps_the_tied_apart",
    ),
    FixedFault(
        "lets a referral on a safeguarding hold be judged before anybody released it",
        "matac_ml/casework/steps.py", '"judgement_accepted": ((State.REFERRED, State.JUDGED_TWICE)',
        '"judgement_accepted": ((State.REFERRED, State.JUDGED_TWICE, State.HELD)',
        "tests/casework/test_hold.py",
    ),
    FixedFault(
        "says that a family lowers the score which raises it",
        "matac_ml/explain/model_score.py", "{'raises' if total > 0 else 'lowers'}",
        "{'lowers' if total > 0 else 'raises'}",
        "tests/explain/test_reason_directions.py",
    ),
    FixedFault(
        "shows a link to a victim before it was known",
        "matac_ml/asof/person_view.py", "for pair in self._visible(self.person.pairs)", "for pair in self.person.pairs",
        "tests/asof/test_person_view.py::test_an_incident_is_shown_as_it_was_known",
    ),
    FixedFault(
        "lets a feature of one person see a record of the same day",
        "matac_ml/asof/person_file.py", "known_from is not None and known_from < t",
        "known_from is not None and known_from <= t",
        "tests/asof/test_same_day.py::test_a_record_of_the_day_itself_counts_from_the_next_day",
    ),
    FixedFault(
        "ranks the lowest score first",
        "matac_ml/ranks.py", 'len(dense) - np.searchsorted(np.sort(dense), dense, side="right").astype(np.int64) + 1',
        'np.searchsorted(np.sort(dense), dense, side="left").astype(np.int64) + 1',
        "tests/test_ranks.py::test_equal_rows_share_the_best_rank_of_their_tie",
    ),
    FixedFault(
        "counts each person of a tie as a whole place in the precision at capacity",
        "matac_ml/evaluation/capacity.py", "np.where(tied, (k - above.sum()) / tied.sum(), 0.0)",
        "np.where(tied, 1.0, 0.0)",
        "tests/evaluation/test_measures.py::test_places_sum_to_the_length_of_the_list",
    ),
    FixedFault(
        "publishes the false positive rate as the false negative rate",
        "matac_ml/fairness/measures.py",
        '"False negative rate (outcomes off the lists)", (OUTCOMES - HITS) / OUTCOMES',
        '"False negative rate (outcomes off the lists)", (SELECTED - HITS) / (ROWS - OUTCOMES)',
        "tests/fairness/test_measures.py",
    ),
    FixedFault(
        "publishes the false negative rate as the false positive rate",
        "matac_ml/fairness/measures.py", "(SELECTED - HITS) / (ROWS - OUTCOMES), 100",
        "(OUTCOMES - HITS) / OUTCOMES, 100",
        "tests/fairness/test_measures.py",
    ),
    FixedFault(
        "accepts an entry of the ledger that does not follow the one before it",
        "matac_ml/casework/chain.py", "if row.previous != self.previous:", "if False:",
        "tests/casework/test_chain.py",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the tests below need."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy2(ROOT / "pyproject.toml", folder)
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "fixtures"))
    return folder


def outcome(project: Path, *tests: str) -> tuple[int, str]:
    """Exit code of pytest in the copy, and what it said."""
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", f"--basetemp={project}.tmp", *tests]
    done = subprocess.run(
        command, cwd=project, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=600
    )
    return done.returncode, done.stdout + done.stderr


def written(path: Path, text: str) -> None:
    """Write a source file, and take away what Python compiled of the text before it."""
    path.write_text(text, encoding="utf-8")
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def test_without_a_fault_the_tests_pass(project: Path) -> None:
    """Otherwise a test that fails would say nothing about a fault."""
    code, said = outcome(project, *sorted({fault.test for fault in (FAULTS if PROVING else FAULTS[:ALWAYS])}))
    assert code == 0, said


@pytest.mark.parametrize("fault", in_prove(FAULTS, but=FAULTS[:ALWAYS]), ids=lambda fault: fault.name)
def test_a_fault_is_noticed(project: Path, fault: FixedFault) -> None:
    """The text of the fault stands in its file once, and the test named for it fails."""
    path = project / fault.path
    whole = path.read_text(encoding="utf-8")
    assert whole.count(fault.before) == 1, f"{fault.path} has changed: update this fault to its new text"
    written(path, whole.replace(fault.before, fault.after))
    try:
        code, said = outcome(project, fault.test)
    finally:
        written(path, whole)
    assert code == 1, said
