"""What continuous integration installs: each Debian package that is missing, looked for by itself."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "chromium": "chromium",
    "java": "openjdk-17-jre-headless",
    "fonts": "fonts-dejavu-core",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
}


def _machine(folder: Path, *, without: set[str]) -> Path:
    """A folder of commands that answer as a machine of root's would; what is installed is written to ``installed``."""
    libraries = " ".join(name for name in PACKAGES if ".so" in name and name not in without)
    packages = " ".join(package for name, package in PACKAGES.items() if name not in without)
    commands = {
        "id": "echo 0",
        "make": "true",
        "ldconfig": f"echo {libraries}",
        "dpkg-query": f'for p in {packages}; do [ "$p" = "$4" ] && echo "install ok installed"; done; true',
        "apt-get": f'[ "$1" = update ] || echo "${{@: -1}}" >> {folder / "installed"}',
        **{name: "true" for name in ("chromium", "java") if name not in without},
    }
    for name, text in commands.items():
        (folder / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    for tool in ("bash", "dirname", "env", "grep"):
        (folder / tool).symlink_to(Path("/usr/bin") / tool)
    return folder


def run(machine: Path) -> str:
    """What ``.ci/run`` says on a machine."""
    command, only = [ROOT / ".ci" / "run"], {"PATH": str(machine)}
    done = subprocess.run(command, env=only, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("without", [set(), {"libpango-1.0.so.0"}, {"fonts", "java"}, {"chromium"}, set(PACKAGES)])
def test_each_missing_package_is_installed_and_no_other(without: set[str], tmp_path: Path) -> None:
    """Whatever else is there, what is missing is asked for by its own name."""
    machine = _machine(tmp_path, without=without)
    done = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": str(machine)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "installed").read_text().split() if (tmp_path / "installed").exists() else []
    assert sorted(asked) == sorted(PACKAGES[name] for name in without)


def test_who_may_not_install_is_told_what_is_missing(tmp_path: Path) -> None:
    """Without root nothing is installed, and the tests run all the same."""
    machine = _machine(tmp_path, without={"java"})
    (machine / "id").write_text("#!/bin/bash\necho 1000\n", encoding="utf-8")
    done = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": str(machine)}, capture_output=True, text=True, check=True
    )
    assert "not installed: openjdk-17-jre-headless" in done.stdout
    assert not (tmp_path / "installed").exists()
