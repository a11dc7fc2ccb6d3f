"""The command line as a whole: every command is listed, found, in one style, and help stays cheap."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from matac_ml.cli import COMMANDS, GROUPS, finding, main
from matac_ml.errors import UsageError
from training.__main__ import NOW

ROOT = Path(__file__).parents[2]
_HELP = """
import sys
from matac_ml.cli import main
main(["--help"])
print([name for name in ("duckdb", "lightgbm", "pandas", "typer") if name in sys.modules])
"""


def ended(*arguments: str) -> int:
    """Exit code of ``matac-ml``."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_help_names_every_command_and_imports_no_library() -> None:
    """``matac-ml --help`` lists each command in its group, without importing what only a command needs."""
    shown = subprocess.run([sys.executable, "-c", _HELP], capture_output=True, text=True, check=True).stdout
    for group, commands in GROUPS.items():
        section = shown.partition(f"\n{group}:\n")[2].partition("\n\n")[0]
        assert [line.split()[0] for line in section.splitlines()] == list(commands)
    assert shown.rstrip().endswith("[]")


def test_no_name_is_in_two_groups() -> None:
    """A command is listed once."""
    assert len(COMMANDS) == sum(len(commands) for commands in GROUPS.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_found_and_has_help_in_one_style(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever package it is of: plain text, a usage line with the name as typed, and a sentence on every option."""
    assert ended(name, "--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: matac-ml {name} ")
    assert "\N{BOX DRAWINGS LIGHT HORIZONTAL}" not in shown
    assert "--install-completion" not in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_refuses_an_option_that_it_does_not_have(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, the option, and where the help is; nothing else is said."""
    assert ended(name, "--no-such-option") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Try 'matac-ml {name} --help' for help." in said.err
    assert "--no-such-option" in said.err


def test_every_command_is_named_by_a_test() -> None:
    """Some test, besides the ones here, runs it with arguments of its own."""
    texts = [p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py") if p != Path(__file__)]
    assert [name for name in COMMANDS if not any(f'"{name}"' in text for text in texts)] == []


def test_a_command_that_does_not_exist_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, without a traceback, and the nearest name where there is one."""
    assert ended("no-such") == 2
    assert "Did you mean" not in capsys.readouterr().err
    assert ended("leakchek") == 2
    assert "Did you mean leakcheck?" in capsys.readouterr().err


def test_version_and_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    """``--version`` prints one line; without arguments the help is shown."""
    assert ended("--version") == 0
    assert capsys.readouterr().out.startswith("matac-ml 0.")
    assert ended() == 0
    assert capsys.readouterr().out.startswith("Usage: matac-ml COMMAND")


@pytest.mark.parametrize("name", [name for name, where in COMMANDS.items() if not where.startswith("matac_ml.")])
def test_where_only_the_wheel_is_a_command_says_that_it_needs_the_checkout(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence and exit code 2, although a package of that name can be imported: it may be anybody's."""
    monkeypatch.setattr(finding, "_CHECKOUT", tmp_path)
    assert ended(name, "--help") == 2
    assert capsys.readouterr().err.startswith(f"matac-ml: matac-ml {name} needs the checkout of the project")


@pytest.mark.parametrize("module", finding.EXTRAS)
def test_a_library_that_is_missing_is_named_with_its_extra(module: str) -> None:
    """Also when it is missed in the middle of a command, and by a part of it."""
    with (
        pytest.raises(UsageError, match=rf"needs {module}, .*matac-ml\[{finding.EXTRAS[module]}\]"),
        finding.find("matac_ml.cli.key:app", wanted_by="matac-ml key"),
    ):
        raise ModuleNotFoundError("no module", name=f"{module}.deeper")


def test_a_fault_of_ours_is_no_missing_extra() -> None:
    """A module that no extra brings is a fault of the program: its traceback is shown."""
    with pytest.raises(ModuleNotFoundError), finding.find("matac_ml.cli.key:app", wanted_by="matac-ml key"):
        raise ModuleNotFoundError("no module", name="matac_ml.no_such")


def test_the_extras_are_those_of_the_package() -> None:
    """What a message tells a reader to install brings the library."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for module, extra in finding.EXTRAS.items():
        named = {"sklearn": "scikit-learn"}.get(module, module.replace("_", "-"))
        assert any(wanted.startswith(named) for wanted in told[extra]), module


@pytest.mark.parametrize(("old", "new"), [("serving", "serve")])
def test_the_earlier_names_of_the_service_keep_working(old: str, new: str) -> None:
    """The same arguments; one line on standard error says what the command is called now."""
    done = subprocess.run([sys.executable, "-m", old, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == f"python -m {old} is now: matac-ml {new}\n"
    assert "--ledger" in done.stdout


@pytest.mark.parametrize("old", NOW)
def test_the_earlier_names_of_training_keep_working(old: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The same arguments; one line on standard error says what the command is called now."""
    from training.__main__ import main as training

    with pytest.raises(SystemExit, match="0"):
        training([old, "--help"])
    said = capsys.readouterr()
    assert said.err == f"python -m training {old} is now: matac-ml {NOW[old]}\n"
    assert "--out" in said.out
