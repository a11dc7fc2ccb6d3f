"""What this project holds itself to, read from its own files."""

import ast
import graphlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from matac_ml import practice

ROOT = Path(__file__).parents[1]
ROOMS = ("matac_ml", "features", "training", "serving", "model_cards", "examples")
LONGEST_FILE, LONGEST_FUNCTION = 310, 60


def tracked(*patterns: str) -> list[Path]:
    """Files under version control, or all files where there is no version control."""
    done = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.split("\n") if done.returncode == 0 else []
    found = [ROOT / name for name in names if name]
    return [path for path in found if path.is_file()]


def sources() -> list[Path]:
    """Python files of the rooms."""
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def test_files_have_one_idea() -> None:
    """No source file is longer than a reader can hold."""
    long = {str(p.relative_to(ROOT)): n for p in sources() if (n := len(p.read_text().splitlines())) > LONGEST_FILE}
    assert long == {}


def test_a_function_fits_on_a_screen() -> None:
    """No function is longer than sixty lines, its docstring included."""
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _statements(node) > LONGEST_FUNCTION
    ]
    assert long == []


def _statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_nothing_is_unpickled() -> None:
    """No source imports a library that runs what it reads; of joblib one uses threads, which pickle nothing."""
    banned = re.compile(r"^\s*(import|from) (pickle|cloudpickle|dill|shelve|marshal)\b", re.MULTILINE)
    texts = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in sources()}
    assert [name for name, text in texts.items() if banned.search(text)] == []
    imports = re.compile(r"^\s*(import|from) joblib\b", re.MULTILINE)
    assert [name for name, text in texts.items() if imports.search(text)] == ["training/parallel.py"]
    assert re.findall(r"Parallel\([^)]*\)", texts["training/parallel.py"]) == [
        'Parallel(n_jobs=together, backend="threading")'
    ]


def test_nothing_private_of_another_package_is_imported() -> None:
    """What begins with an underscore may change without notice: neither a module's, nor a package's of our own."""
    found = [
        (str(path.relative_to(ROOT)), whole)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for whole, last in _imported(node)
        if re.search(r"(^|\.)_[a-z]", f"{whole}.{last}")
        and not whole.startswith(".".join(path.relative_to(ROOT).parts[:-1]) + "._")  # a package's own private module
    ]
    assert found == []


def _imported(node: ast.AST) -> list[tuple[str, str]]:
    if isinstance(node, ast.Import):
        return [(name.name, "") for name in node.names]
    if isinstance(node, ast.ImportFrom) and node.module != "__future__":
        return [(node.module or "", name.name) for name in node.names]
    return []


def test_no_registry_is_named() -> None:
    """No lock file, no index address, no workplace's path in any tracked file."""
    assert tracked("*.lock", "pylock*") == []
    named = re.compile(r"(--index-url|--extra-index-url|index-url\s*=|/opt/py[p]i|/w[o]rk/)")
    texts = tracked("*.txt", "*.toml", "*.py", "*.md", "*.yaml", "*.yml", "Makefile", ".ci/*", "deploy/*", "MLproject")
    this = Path(__file__)
    assert [str(p) for p in texts if p != this and named.search(p.read_text(encoding="utf-8", errors="replace"))] == []


def test_links_between_documents_resolve() -> None:
    """Every relative link of a Markdown file leads to a file that is there."""
    broken = []
    for path in tracked("*.md"):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_room_of_tests_is_a_package() -> None:
    """Otherwise ``tests/features`` would hide ``features``."""
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("word", ["low risk", "low-risk"])
def test_no_page_or_paper_says_low_risk(word: str) -> None:
    """Templates never call anybody low risk."""
    patterns = ("templates/*", "papers/*", "*.html")
    templates = [p for room in ROOMS for at in patterns for p in (ROOT / room).rglob(at) if p.is_file()]
    assert templates
    assert [p.name for p in templates if word in p.read_text(encoding="utf-8").lower()] == []


#: What one file does for all the others: the pattern that nobody else may hold, and who may besides, with the reason.
ONE_DOOR = {
    "the day and the moment are asked of clock.py": (
        r"\b(datetime|date)\.(now|today|utcnow)\(|\btime\.(time|time_ns)\(",
        ("matac_ml/clock.py",),
    ),
    "CSV leaves through csvfile.py, with safe cells": (
        r"\bcsv\.(writer|DictWriter)\(|\.to_csv\([^)]|pyarrow\.csv|write_csv|FORMAT csv",
        ("matac_ml/csvfile.py", "matac_ml/synthetic/writing.py"),  # a made-up force streams what it alone wrote
    ),
    "YAML is read and written by yamltext.py, without guessing": (
        r"^\s*(import|from) yaml\b",
        ("matac_ml/yamltext.py", "training/flavour.py"),  # MLflow's own file, as MLflow wrote it
    ),
}


@pytest.mark.parametrize("rule", ONE_DOOR)
def test_what_one_file_does_no_other_does_again(rule: str) -> None:
    """The day, CSV and YAML each have one door: a mistake mended there is mended everywhere."""
    pattern, doors = re.compile(ONE_DOOR[rule][0], re.MULTILINE), ONE_DOOR[rule][1]
    held = {str(p.relative_to(ROOT)) for p in sources() if pattern.search(p.read_text(encoding="utf-8"))}
    assert held - set(doors) == set()
    assert set(doors) <= held, "a door that is none any more"


def test_the_architecture_names_every_file_of_the_kernel() -> None:
    """Whoever looks for a room of the kernel finds it, with its one job, in one table."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    names = {p.name for p in (ROOT / "matac_ml").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert sorted(n for n in names if not n.startswith("__") and not re.search(rf"[`/]{re.escape(n)}[`/]", page)) == []


def test_the_architecture_gives_a_reason_for_every_library() -> None:
    """Whatever is installed to run the product is there for a reason that somebody wrote down."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").lower()
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *told["dependencies"],
        *(one for extra, wanted in told["optional-dependencies"].items() if extra != "test" for one in wanted),
    ]
    names = [re.split(r"[\[<>=~]", one)[0] for one in wanted]
    assert [name for name in names if name not in page] == []


def test_no_module_needs_itself() -> None:
    """No circle between modules, a package's menu included; ``make check`` holds the same between packages."""
    graph = grimp.build_graph(*ROOMS[:-1], cache_dir=None)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(needs).prepare()


#: Where a number of practice stands for something else, with what.
OTHER_MEANINGS = {
    "matac_ml/codes.py: TIME_LIMIT_EXPIRED": "an outcome's code",
    "matac_ml/spec/aggregates/proportions.py: LEAST_EXPOSURE_DAYS": "days at liberty that a rate needs",
}


def test_what_practice_sets_is_named_once() -> None:
    """No name, parameter or field has one of these numbers as its value but in ``practice.py``."""
    set_by = {practice.LOOKBACK_DAYS, practice.CYCLE_DAYS, practice.HORIZON_DAYS, practice.PROGRAMME_WEEKS}
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        if path.parts[len(ROOT.parts)] not in ("features", "examples") and path.name != "practice.py"
        for name, value in _given(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(value, ast.Constant) and type(value.value) is int and value.value in set_by
    }
    assert found == set(OTHER_MEANINGS)


def _given(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Every name with the value that it is given, and every parameter with its default."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield ", ".join(ast.unparse(target) for target in node.targets), node.value
        elif isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), node.value
        elif isinstance(node, ast.FunctionDef):
            known = node.args
            yield from zip([a.arg for a in (*known.posonlyargs, *known.args)][::-1], known.defaults[::-1], strict=False)
            yield from zip([a.arg for a in known.kwonlyargs], known.kw_defaults, strict=True)
