"""A key file is private from its first byte, is made where it is asked for, and is whole or not there."""

import os
import stat
from pathlib import Path

import pytest

from matac_ml.apikeys import read_keys
from matac_ml.cli import main
from matac_ml.errors import UsageError


def make(*arguments: str) -> int:
    """Exit code of ``matac-ml key make``."""
    with pytest.raises(SystemExit) as ended:
        main(["key", "make", "--role", "analyst", *arguments])
    return int(ended.value.code or 0)


def test_a_key_file_is_made_private_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no folder there and an open umask, folder and file are the owner's alone, and never made so afterwards."""
    monkeypatch.setattr(Path, "chmod", lambda *_: pytest.fail("the file could be read by others first"))
    before, file = os.umask(0), tmp_path / "secrets" / "api_keys.yaml"
    try:
        assert [make("--file", str(file), "--name", name) for name in ("first", "second")] == [0, 0]
    finally:
        os.umask(before)
    assert [key.name for key in read_keys(file)] == ["first", "second"]
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.parametrize("name", ["", " ", "a b", "\u3164", "first", "-x", "a" * 81])
def test_a_name_that_cannot_be_one_leaves_the_file_as_it_was(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Empty, invisible, with blanks, too long or taken: one clear error, no key printed, and nothing changed."""
    file = tmp_path / "api_keys.yaml"
    assert make("--file", str(file), "--name", "first") == 0
    before = file.read_bytes()
    capsys.readouterr()
    assert make("--file", str(file), f"--name={name}") == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert file.read_bytes() == before


def test_a_key_file_without_a_last_line_end_is_added_to(tmp_path: Path) -> None:
    """A file that an editor left without a line end keeps its keys."""
    file = tmp_path / "api_keys.yaml"
    assert make("--file", str(file), "--name", "first") == 0
    file.write_text(file.read_text().rstrip("\n"))
    assert make("--file", str(file), "--name", "second") == 0
    assert [key.name for key in read_keys(file)] == ["first", "second"]


def test_one_key_has_one_name(tmp_path: Path) -> None:
    """The same hash under two names would be two roles of one key: the file is refused."""
    file, line = tmp_path / "keys.yaml", f"role: analyst, sha256: {'a' * 64}"
    file.write_text(f"- {{name: first, {line}}}\n- {{name: second, {line}}}\n")
    with pytest.raises(UsageError, match="twice, under two names"):
        read_keys(file)


def test_a_key_names_its_agency_and_area(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A partner's key without an agency is refused: nobody could say whose referrals and actions it sees."""
    file = tmp_path / "api_keys.yaml"
    assert make("--file", str(file), "--name", "p", "--role", "partner") != 0
    assert "needs --agency" in capsys.readouterr().err
    assert not file.exists()
    assert make("--file", str(file), "--name", "p", "--role", "partner", "--agency", "Housing", "--area", "North") == 0
    assert [(key.agency, key.area) for key in read_keys(file)] == [("Housing", "North")]
    assert make("--file", str(file), "--name", "q", "--agency", "\u3164") != 0
    assert make("--file", str(file), "--name", "q") == 0
    assert read_keys(file)[1].agency == ""
