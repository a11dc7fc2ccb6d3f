"""``mlflow run`` gives every command the parameters as they were written."""

import shlex
from pathlib import Path

import pytest
from mlflow.projects._project_spec import load_project

ROOT = Path(__file__).parents[2]
ODD = (
    "Run March", "Run%20March", "it's", 'say "hi"', "o q?a=b", "#1 & 2; 3", "$HOME", "-x", "Größe", "a`b`", "",
    "{x}",
)  # fmt: skip


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("entry", ["main", "train", "features", "audit", "card", "promote"])
def test_a_parameter_reaches_the_command_whole(entry: str, value: str) -> None:
    """Blanks, quotes and marks of the shell in a folder or a reason change nothing, in any parameter."""
    point = load_project(str(ROOT)).get_entry_point(entry)
    command = shlex.split(point.compute_command(dict.fromkeys(point.parameters, value), None))
    assert command[:3] == ["python", "-m", "matac_ml"]
    given = command[5:] if entry == "features" else command[4:]
    assert given[1::2] == [value] * len(point.parameters)
    assert all(name.startswith("--") for name in given[::2])
