"""Every command of README and docs runs as written, in a copy of the checkout."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import pytest

from matac_ml.cli import main as matac_ml
from tests.conftest import STRAY
from tests.docs.commands import ROOT, blocks_of, inline_commands, pages, python_blocks
from tests.test_habits import tracked

#: What ``make prove`` sets: blocks marked as long run too.
LONG = os.environ.get("MATAC_DOCS_LONG") == "1"
#: Blocks that are not run, or only by ``make prove``, on each page.
MARKED = Counter(
    {
        ("CONTRIBUTING.md", "long"): 1,
        ("CONTRIBUTING.md", "not run"): 1,
        ("README.md", "long"): 2,
        ("README.md", "not run"): 2,
        ("docs/deploy.md", "long"): 2,
        ("docs/deploy.md", "not run"): 5,
        ("docs/for-analysts.md", "not run"): 1,
        ("docs/for-boards.md", "not run"): 1,
        ("docs/for-data-scientists.md", "long"): 3,
        ("docs/for-data-scientists.md", "not run"): 5,
        ("docs/for-policy-officers.md", "long"): 2,
        ("docs/for-policy-officers.md", "not run"): 1,
        ("docs/identities.md", "long"): 1,
        ("docs/identities.md", "not run"): 1,
        ("docs/leakcheck.md", "long"): 1,
        ("docs/ledger.md", "not run"): 1,
        ("docs/made-up-force.md", "long"): 1,
        ("docs/real-data.md", "not run"): 1,
        ("docs/service.md", "not run"): 4,
    }
)
PAGES = [page for page in pages() if any(block.mark == "run" or LONG for block in blocks_of(page))]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def checkout(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked files with a small demo in ``build/demo``, as ``make demo`` leaves a larger one."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in tracked() or [one for one in ROOT.rglob("*") if one.is_file() and ".venv" not in one.parts]:
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    shutil.copytree(small_run / "one", folder / "build" / "demo")
    shutil.copytree(small_run / "extract", folder / "build" / "demo" / "extract")
    refer = [
        sys.executable,
        "-m",
        "matac_ml",
        "cycle",
        "refer",
        "P00001768",
        "--ledger",
        "sqlite:///build/demo/ledger.db",
    ]
    refer += ["--extract", "build/demo/extract", "--actor", "An Analyst", "--reason", "First of the list."]
    subprocess.run(refer, cwd=folder, check=True, capture_output=True)
    return folder


def _script(page: Path) -> str:
    """The page's blocks as one script: what one block sets or writes, the next ones have."""
    run = [block for block in blocks_of(page) if block.mark == "run" or (LONG and block.mark == "long")]
    return "set -eu\n" + "".join(f"echo '@@ {_name(page)}:{block.line}' >&2\n{block.text}" for block in run)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_the_commands_of_a_page_run_as_written(page: Path, checkout: Path) -> None:
    """One after another, with nothing of ours on the path and no setting of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    path = ":".join(one for one in kept["PATH"].split(":") if not one.startswith(sys.prefix))
    told = {**kept, "PATH": path, "BENTOML_HOME": str(checkout / "build" / "bentoml"), "MPLBACKEND": "Agg"}
    command = ["bash", "-c", _script(page)]
    done = subprocess.run(command, cwd=checkout, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    assert not [name for name in STRAY if (checkout / name).exists()]


def test_blocks_that_are_not_run_say_why() -> None:
    """So many and no more: a new block either runs or brings its reason, and is counted here."""
    marked = [block for page in pages() for block in blocks_of(page) if block.mark != "run"]
    assert Counter((_name(block.page), block.mark) for block in marked) == MARKED
    assert all(block.reason.strip() for block in marked)


def test_every_printed_python_example_has_a_test() -> None:
    """One each, run by tests/docs/test_adding_a_feature, tests/leakcheck/test_leaks and tests/serving/test_service."""
    found = Counter(_name(page) for page in pages() for _ in python_blocks(page))
    assert found == dict.fromkeys(("docs/adding-a-feature.md", "docs/leakcheck.md", "docs/service.md"), 1)


@pytest.mark.parametrize("page", pages(), ids=_name)
def test_commands_named_in_a_sentence_exist(page: Path) -> None:
    """Each subcommand that prose names is one, and takes the options named with it."""
    for command in inline_commands(page):
        words = shlex.split(command.replace("...", "").replace(".venv/bin/", ""))
        start = 3 if words[0] == "python" else 1
        subcommands = []
        for word in words[start:]:
            if not re.fullmatch(r"[a-z][a-z-]+", word):
                break
            subcommands.append(word)
        shown = _help(tuple(subcommands))
        for option in (word.partition("=")[0] for word in words if word.startswith("--")):
            assert option in shown, f"{command}: {option}"


@cache
def _help(subcommands: tuple[str, ...]) -> str:
    """The help of a command; a word that is no subcommand is an argument."""
    for count in range(len(subcommands), -1, -1):
        code, said = _asked(*subcommands[:count], "--help")
        if code == 0:
            assert count >= min(1, len(subcommands)), f"no subcommand {subcommands[:1]}"
            return ANSI.sub("", said)
    raise AssertionError("there is no help")


@cache
def _asked(*arguments: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(io.StringIO()):
        for name, value in {"COLUMNS": "200", "TERM": "dumb"}.items():
            patch.setenv(name, value)
        try:
            matac_ml(list(arguments))
        except SystemExit as ended:
            return int(ended.code or 0), said.getvalue()
    return 0, said.getvalue()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("    make it\n", [("make it\n", "run")]),
        (
            "Text:\n\n    one\n    two \\\n      more\n\nText\n\n    three\n",
            [("one\ntwo \\\n  more\n", "run"), ("three\n", "run")],
        ),
        ("<!-- not run: it needs a container engine -->\n\n    docker run\n", [("docker run\n", "not run")]),
        ("<!-- long: it trains for minutes -->\n```bash\ntrain\n```\n\n    x\n", [("train\n", "long"), ("x\n", "run")]),
        ("```python\nprint(1)\n```\n\n```text\na picture\n```\n", []),
        (
            "<!-- not run: it blocks until stopped -->\n\n    a\n\n<!-- a note -->\n\n    b\n",
            [("a\n", "not run"), ("b\n", "run")],
        ),
        ("- a list\n    that goes on\n", []),
        ("<!-- not run: -->\n\n    a\n", [("a\n", "run")]),
    ],
)
def test_blocks_are_found_as_a_reader_sees_them(text: str, found: list[tuple[str, str]], tmp_path: Path) -> None:
    """Indented and fenced blocks, each with the marker right before it; other languages and lists are not commands."""
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert [(block.text, block.mark) for block in blocks_of(page)] == found
