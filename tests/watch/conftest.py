"""Two made-up forces that several tests watch: one in which something begins, and one in which nothing does."""

from pathlib import Path

import pytest

from matac_ml.records import Extract, read_extract
from matac_ml.synthetic import Plant, make_force


@pytest.fixture(scope="session")
def changed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine in ten records of no crime are no longer made in the last eight weeks."""
    out = tmp_path_factory.mktemp("changed") / "extract"
    make_force(
        out, incidents=9000, years=2.2, seed=11, plant=Plant(change="practice", change_share=0.9, change_weeks=8)
    )
    return out


@pytest.fixture(scope="session")
def changed(changed_folder: Path) -> Extract:
    """The same, read."""
    return read_extract(changed_folder)


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """Nothing begins; records grow, and swing with the year and the week."""
    out = tmp_path_factory.mktemp("quiet") / "extract"
    make_force(out, incidents=11000, years=2.2, seed=12, plant=Plant(growth=0.05, season=0.1))
    return read_extract(out)
