"""One made-up force with its bundle, written once for every test of the room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.settings import ServiceSettings
from tests.explain.made_up import make_bundle, make_extract
from tests.serving.casework_pages import Staff
from tests.serving.running import ONE_JUDGE, Service, running
from tests.serving.signed_in import Person, choose_role


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``extract`` and ``bundle``; never changed by a test."""
    folder = tmp_path_factory.mktemp("made-up")
    make_bundle(make_extract(folder / "extract"), folder / "bundle")
    return folder


@pytest.fixture
def settings(made_up: Path, tmp_path: Path) -> ServiceSettings:
    """Settings of a worker with access off, and a switch of its own."""
    return ServiceSettings(
        extract=made_up / "extract",
        bundle=made_up / "bundle",
        policy="default",
        ledger=f"sqlite:///{tmp_path / 'ledger.db'}",
        keys_file=None,
        oidc=None,
        matrix_only_file=tmp_path / "matrix-only",
        toolkit=ONE_JUDGE,
    )


@pytest.fixture(scope="session")
def service(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service with access off, one for the whole room."""
    with running(made_up, tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture(scope="session")
def analyst(service: Service) -> Iterator[Person]:
    """An analyst who has chosen that role on the pages of the running service, and has said what for."""
    person = choose_role(service.url, area="Area A", agency="Police")
    yield person
    person.close()


@pytest.fixture(scope="module")
def force(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a force of its own, in which two specialists judge, as is shipped."""
    with running(made_up, tmp_path_factory.mktemp("force"), MATAC_TOOLKIT="") as started:
        yield started


@pytest.fixture(scope="module")
def staff(force: Service) -> Iterator[Staff]:
    """Its people."""
    everybody = Staff(force)
    yield everybody
    everybody.close()
