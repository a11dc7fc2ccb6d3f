"""Where the ledger is: an argument comes first, then a file, then the environment; no argument holds a password."""

from pathlib import Path

import pytest

from matac_ml.cli import main
from matac_ml.errors import UsageError
from matac_ml.ledgerfile import ledger_address


def test_an_argument_comes_before_a_file_and_a_file_before_the_environment(tmp_path: Path) -> None:
    """A file is named because its address must not be seen, so an address beside it does not replace it."""
    (tmp_path / "url").write_text("sqlite:///of-the-file.db\n", encoding="utf-8")
    told = {"MATAC_LEDGER": "sqlite:///of-the-environment.db"}
    both = told | {"MATAC_LEDGER_FILE": str(tmp_path / "url")}
    assert ledger_address(both, argument="sqlite:///given.db") == "sqlite:///given.db"
    assert ledger_address(both, argument="") == "sqlite:///of-the-file.db"
    assert ledger_address(told) == "sqlite:///of-the-environment.db"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:secret@host/ledger",
        "postgresql+psycopg://user:secret@host/ledger",
        "postgresql://host/ledger?user=a&password=secret",
        "postgresql://user:secret@[::1]:5432/ledger",
    ],
)
def test_no_command_takes_a_password_as_an_argument(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every user could read it in the list of processes: the command says where it belongs, and not what it is."""
    monkeypatch.delenv("MATAC_LEDGER", raising=False)
    with pytest.raises(UsageError, match="MATAC_LEDGER_FILE"):
        ledger_address({}, argument=address)
    for command in (["ledger", "head"], ["cycle", "caseload"]):
        with pytest.raises(SystemExit) as ended:
            main([*command, "--ledger", address])
        assert ended.value.code == UsageError.exit_code
    said = capsys.readouterr()
    assert (said.err.count("MATAC_LEDGER_FILE"), "secret" in said.err + said.out) == (2, False)


def test_the_command_line_reads_the_file_that_the_service_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With both set, a head is that of the ledger in the file, for every command as for the service."""
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path / 'ledger.db'}\n", encoding="utf-8")
    monkeypatch.setenv("MATAC_LEDGER", f"sqlite:///{tmp_path / 'another.db'}")
    monkeypatch.setenv("MATAC_LEDGER_FILE", str(tmp_path / "url"))
    for command in ("create", "verify"):
        with pytest.raises(SystemExit) as ended:
            main(["ledger", command])
        assert ended.value.code == 0
    assert "0 entries hold" in capsys.readouterr().out
    assert [path.name for path in tmp_path.glob("*.db")] == ["ledger.db"]
