"""The built wheel, in an environment of its own, away from the checkout: what is missing from it shows here."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    out = tmp_path_factory.mktemp("dist")
    command = [
        sys.executable,
        "-m",
        "uv",
        "build",
        "--wheel",
        "--no-build-isolation",
        "--quiet",
        "--out-dir",
        str(out),
        str(ROOT),
    ]
    subprocess.run([*command, "--python", sys.executable], check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """``matac-ml`` of an environment with the wheel and the pinned libraries, without the checkout."""
    home = tmp_path_factory.mktemp("clean") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    install = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--offline",
        "--no-deps",
        "--python",
        str(python),
    ]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    site = next((home / "lib").glob("python3.*/site-packages"))
    # The libraries come from this environment; its own link to the checkout is not followed from a .pth file.
    (site / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return [str(home / "bin" / "matac-ml")]


def ran(command: list[str], *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """What became of a command."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run([*command, *arguments], cwd=cwd, env=clean, capture_output=True, text=True, check=False)


def run(command: list[str], *arguments: str, cwd: Path) -> str:
    """Output of a command that must succeed."""
    done = ran(command, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_only_the_kernel_is_in_the_wheel(wheel: Path) -> None:
    """Common words such as ``features`` and ``training`` would collide with other people's packages."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"matac_ml"}
    assert any(name.endswith("presets/rfgv-three-year.yaml") for name in names)


def test_commands_run_from_the_wheel(command: list[str], tmp_path: Path) -> None:
    """Help, a made-up force, its check and its list, in a folder that is not the checkout."""
    assert "matrix" in run(command, "--help", cwd=tmp_path)
    run(command, "synth", "force", "--incidents", "500", "--years", "2", cwd=tmp_path)
    assert "can be read" in run(command, "check", "force", cwd=tmp_path)
    assert "nominates nobody" in run(command, "matrix", "score", "force", cwd=tmp_path)


@pytest.mark.parametrize("name", ["train", "compare", "card", "promote", "serve"])
def test_commands_that_need_the_checkout_say_so(command: list[str], name: str, tmp_path: Path) -> None:
    """One line says so, even where another package has the same name."""
    for package in ("training", "serving"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise SystemExit(99)\n")
    done = ran(command, name, cwd=tmp_path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "needs the checkout" in done.stderr
