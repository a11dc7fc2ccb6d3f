"""One proposal for a small force, made once."""

from pathlib import Path

import pytest

from matac_ml.linkage.proposing import propose
from tests.linkage.made_up import make_extract, make_source


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``extract``, ``source``, ``names.yaml`` and ``pairs``; a test that decides copies ``pairs``."""
    folder = tmp_path_factory.mktemp("linkage")
    mapping, source = make_source(folder)
    propose(mapping, source, make_extract(folder / "extract"), folder / "pairs")
    return folder
