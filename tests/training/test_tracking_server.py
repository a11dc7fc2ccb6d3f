"""A tracking server in front of PostgreSQL takes a version and gives it back: URLs only, and real servers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import mlflow
import numpy as np
import pytest

from matac_ml.bundle import load_bundle
from tests.proving import only_in_prove
from training.described import example_of
from training.registry import MODEL, bundle_of, champion_of, give_alias, registered_versions
from training.releasing import release_in
from training.store import point_at
from training.track import tracked


def _free_port() -> int:
    with socket.socket() as open_socket:
        open_socket.bind(("127.0.0.1", 0))
        return int(open_socket.getsockname()[1])


@pytest.fixture(scope="module")
def server(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """MLflow's server, with PostgreSQL behind it and a folder for artifacts."""
    folder, port = tmp_path_factory.mktemp("server"), _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", postgresql.replace("postgresql://", "postgresql+psycopg://", 1)]
    command += ["--artifacts-destination", (folder / "artifacts").as_uri()]
    told = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=told, stdout=log, stderr=log)
    try:
        for _ in range(600):
            assert process.poll() is None, (folder / "log").read_text()[-3000:]
            try:
                if httpx.get(f"{url}/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(60)


@only_in_prove
def test_a_version_goes_to_a_server_and_comes_back(server: str, small_run: Path, tmp_path: Path) -> None:
    """Registered, listed, checked against its hashes, made champion, and loaded by MLflow's own client."""
    made = release_in(small_run / "one")
    before = mlflow.get_tracking_uri()
    try:
        with tracked(server, name="small", artifacts=tmp_path / "unused") as run:
            run.tags({"release_hash": made.hashes.release})
            run.register(made, tags={"data_hash": "d" * 64})
        give_alias(server, "champion", "1")
        assert champion_of(server) == "1"
        (version,) = registered_versions(server)
        assert version.hashes["bundle"] == made.hashes.bundle
        assert load_bundle(bundle_of(server, "champion")).hash == made.hashes.bundle
        point_at(server)
        example = example_of(made.model)
        loaded = mlflow.pyfunc.load_model(f"models:/{MODEL}@champion")
        np.testing.assert_array_equal(loaded.predict(example), made.model.predict(example.to_numpy()))
    finally:
        mlflow.set_tracking_uri(before)
    assert not list(tmp_path.iterdir())
