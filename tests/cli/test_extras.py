"""Scoring needs little: what the extras bring is not imported before a command needs it."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from matac_ml.cli.finding import EXTRAS
from matac_ml.synthetic import make_force
from tests.bundle.made_up import make_release

ROOT = Path(__file__).parents[2]
#: Module -> the package that brings it, where the names differ.
PACKAGES = {
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "markdown_it": "markdown-it-py",
    "prometheus_client": "prometheus-client",
}
#: Parts of a package of ours that come with another by design, and are named there.
WITH = {"markupsafe": "jinja2", "pydantic_core": "pydantic", "h11": "uvicorn", "fontTools": "weasyprint"}
#: ``matac-ml`` with none of the extras, whatever is installed.
BARE = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {set(EXTRAS)}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
from matac_ml.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small force and a bundle."""
    made = tmp_path_factory.mktemp("bare")
    make_force(made / "force", incidents=600, years=3, seed=4)
    make_release(made / "run")
    rows = (f"{n},{n % 7 == 0:d},{'FM'[n % 2]}" for n in range(60))
    (made / "scores.csv").write_text("\n".join(["score,again,sex", *rows]), encoding="utf-8")
    return made


def bare(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """What became of a command where only the base dependencies are."""
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", BARE, *arguments]
    return subprocess.run(command, cwd=folder, env=told, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        "check force",
        "serial force",
        "features force out.parquet --features run/bundle/features.json",
        "matrix score force",
        "matrix compare rfgv-two-year rfgv-three-year force --cycles 1",
        "score force out.csv --bundle run/bundle",
        "score force out.json --bundle run/bundle --top 3",
        "harm unmapped force",
        "audit --table scores.csv --score score --outcome again --group sex",
    ],
)
def test_what_an_analyst_does_needs_no_extra(folder: Path, command: str) -> None:
    """Check, features, lists and scores run on the base dependencies alone."""
    done = bare(folder, *command.split())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("matrix export force out.xlsx", "workbook"),
        ("matrix review force out.html", "report"),
        ("leakcheck force", "audit"),
        ("cycle statistics --ledger sqlite:///x.db", "casework"),
        ("ledger verify --ledger sqlite:///x.db", "casework"),
        ("features force out.parquet --engine spark --features run/bundle/features.json", "spark"),
        ("train --extract force --out trained", "train"),
        ("serve --extract force --ledger sqlite:///x.db", "serve"),
    ],
)
def test_a_command_that_needs_an_extra_names_it(folder: Path, command: str, extra: str) -> None:
    """One line, exit code 2, and nothing written."""
    done = bare(folder, *command.split())
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert f"pip install 'matac-ml[{extra}]'" in done.stderr
    assert not (folder / "x.db").exists()
    assert not (folder / "out.xlsx").exists()


def test_every_library_that_is_imported_is_a_dependency_or_in_an_extra() -> None:
    """Of the kernel and of what runs from the checkout; an extra holds nothing that the base has."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = {re.split(r"[\[<>=~]", wanted)[0] for wanted in told["dependencies"]}
    found = set()
    for room in ("matac_ml", "features", "training", "serving", "model_cards"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                found |= {name.partition(".")[0] for name in names}
    ours = {"matac_ml", "features", "training", "serving", "model_cards"}
    libraries = {WITH.get(name, name) for name in found - ours - set(sys.stdlib_module_names)}
    assert {PACKAGES.get(name, name) for name in libraries - set(EXTRAS)} - base == set()
    assert base & {PACKAGES.get(name, name) for name in EXTRAS} == set()
