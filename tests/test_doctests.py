"""Every example of a docstring gives what it says."""

import doctest
import importlib
from pathlib import Path

import pytest

from tests.test_habits import ROOT, sources

MODULES = [path for path in sources() if ">>> " in path.read_text(encoding="utf-8")]


def test_there_are_examples() -> None:
    """They are looked for where they are."""
    assert len(MODULES) > 20


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_of_a_module_hold(path: Path) -> None:
    """As written, each with the module's own names alone."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    done = doctest.testmod(module)
    assert done.attempted
    assert not done.failed
