"""``bentoml build`` from the root, and the built bento served from somewhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proving import in_prove
from tests.serving.running import ROOT, WHY, Service, environment, free_port, stop, wait_until_ready


@pytest.fixture(scope="module")
def bento(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bento built into a store of this test."""
    home = tmp_path_factory.mktemp("bentoml")
    told = {**os.environ, "BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True"}
    command = [sys.executable, "-m", "bentoml", "build", "--output", "tag"]
    built = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    name, version = built.stdout.strip().splitlines()[-1].removeprefix("__tag__:").split(":")
    return home / "bentos" / name / version


def test_the_bento_holds_the_service_and_the_kernel_alone(bento: Path) -> None:
    """Nothing that fits, audits or tests goes in; a container file comes out; libraries are pinned."""
    assert {path.name for path in (bento / "src").iterdir() if path.is_dir()} == {"matac_ml", "serving"}
    assert (bento / "env" / "docker" / "Dockerfile").is_file()
    wanted = (bento / "src" / "requirements-serve.txt").read_text()
    assert "bentoml==" in wanted
    assert "mlflow" not in wanted
    for paper in ("weasyprint==", "xlsxwriter==", "matplotlib=="):  # PDF and workbook of the papers of a meeting
        assert paper in wanted
    assert "libpango-1.0-0" in (bento / "env" / "docker" / "Dockerfile").read_text()
    assert "index-url" not in wanted
    pinned = set((ROOT / "requirements.txt").read_text().split())
    assert set(wanted.split()) <= pinned


@pytest.mark.parametrize("server", in_prove(["serving", "bentoml"], but=["serving"]))
def test_the_built_bento_answers(bento: Path, made_up: Path, tmp_path: Path, server: str) -> None:
    """Served from another folder, told by the environment alone, it scores and records: by our server and BentoML's."""
    port = free_port()
    told = environment(
        {
            "MATAC_EXTRACT": str(made_up / "extract"),
            "MATAC_BUNDLE": str(made_up / "bundle"),
            "MATAC_LEDGER": f"sqlite:///{tmp_path / 'ledger.db'}",
            "BENTOML_DO_NOT_TRACK": "True",
        }
    )
    log = tmp_path / "service.log"
    command = [sys.executable, "-m", *(["serving"] if server == "serving" else ["bentoml", "serve", str(bento)])]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    # The source in the bento, and not this checkout's.
    folder = bento / "src" if server == "serving" else tmp_path
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=told, stdout=out, stderr=out, start_new_session=True)
    service = Service(f"http://127.0.0.1:{port}", port, process, log, tmp_path)
    try:
        wait_until_ready(service)
        first = service.post("/v1/rank", {**WHY, "k": 1}).json()["people"][0]
        answer = service.post("/v1/score", {**WHY, "nominations": [{"person_id": first["person_id"]}]})
        assert answer.status_code == 200
        assert answer.json()["scores"][0]["score"]["matrix"]["total"] == first["matrix_total"]
        assert answer.json()["mode"]["mode"] == "matrix_and_model"
    finally:
        stop(service)
