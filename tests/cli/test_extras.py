"""Scoring needs little: what the extras bring is not imported before a command needs it."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
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
import json, os, shlex
from matac_ml.cli import main
for number, command in enumerate(json.load(sys.stdin)):
    for stream, name in ((1, "out"), (2, "err")):
        (sys.stdout if stream == 1 else sys.stderr).flush()
        os.dup2(os.open(f"{{number}}.{{name}}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    code = None
    try:
        main(shlex.split(command))
    except SystemExit as ended:
        code = ended.code
    with open(f"{{number}}.code", "w") as file:
        file.write(str(code or 0))
"""
ANALYST = (
    "check force",
    "serial force",
    "features force out.parquet --features run/bundle/features.json",
    "matrix score force",
    "matrix compare rfgv-two-year rfgv-three-year force --cycles 1",
    "score force out.csv --bundle run/bundle",
    "score force out.json --bundle run/bundle --top 3",
    "harm unmapped force",
    "audit --table scores.csv --score score --outcome again --group sex",
)
#: Command -> the extra that it needs.
NEEDS = {
    "matrix export force out.xlsx": "workbook",
    "matrix review force out.html": "report",
    "identities propose names.yaml . force pairs": "link",
    "identities review pairs sheet.xlsx": "link",
    "leakcheck force": "audit",
    "cycle statistics --ledger sqlite:///x.db": "casework",
    "ledger verify --ledger sqlite:///x.db": "casework",
    "features force out.parquet --engine spark --features run/bundle/features.json": "spark",
    "train --extract force --out trained": "train",
    "serve --extract force --ledger sqlite:///x.db": "serve",
}


@dataclass(frozen=True)
class Ended:
    """What became of a command."""

    returncode: int
    stderr: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small force and a bundle."""
    made = tmp_path_factory.mktemp("bare")
    make_force(made / "force", incidents=600, years=3, seed=4)
    make_release(made / "run")
    rows = (f"{n},{n % 7 == 0:d},{'FM'[n % 2]}" for n in range(60))
    (made / "scores.csv").write_text("\n".join(["score,again,sex", *rows]), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def bare(folder: Path) -> dict[str, Ended]:
    """What became of each command where only the base dependencies are: one after the other in one process."""
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    commands = [*NEEDS, *ANALYST]
    subprocess.run(
        [sys.executable, "-c", BARE], cwd=folder, env=told, input=json.dumps(commands), text=True, check=True
    )
    return {
        command: Ended(int((folder / f"{n}.code").read_text()), (folder / f"{n}.err").read_text(encoding="utf-8"))
        for n, command in enumerate(commands)
    }


@pytest.mark.parametrize("command", ANALYST)
def test_what_an_analyst_does_needs_no_extra(bare: dict[str, Ended], command: str) -> None:
    """Check, features, lists and scores run on the base dependencies alone."""
    assert bare[command].returncode == 0, bare[command].stderr


@pytest.mark.parametrize("command", NEEDS)
def test_a_command_that_needs_an_extra_names_it(bare: dict[str, Ended], folder: Path, command: str) -> None:
    """One line, exit code 2, and nothing written."""
    done = bare[command]
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert f"pip install 'matac-ml[{NEEDS[command]}]'" in done.stderr
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
