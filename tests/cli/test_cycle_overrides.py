"""An override names its person whatever signs the identifier holds."""

from pathlib import Path

import pytest

from matac_ml.cli import main
from tests.casework.conftest import ONE_JUDGE

GIVEN = ("--actor", "A. Officer", "--reason", "As the meeting agreed.")


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["cycle", *arguments])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("person", ["P=1", "=P", "P==", "P"])
def test_a_person_whose_identifier_holds_the_sign_can_be_left_off_and_put_on(
    person: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part before a sign that is a person of the list, or of the ledger, is the person; the rest is the reason."""
    monkeypatch.setenv("MATAC_TOOLKIT", str(ONE_JUDGE))
    ledger = ("--ledger", f"sqlite:///{tmp_path}/ledger.db")
    for one in (person, "Q"):
        assert _run("refer", one, *ledger, *GIVEN) == 0
        assert _run("judge", one, *ledger, *GIVEN, "--accept") == 0
    why = f"{person}=Moved away, as 1=1 shows."
    proposed = ("--proposed", person, "--proposed", "Q")
    assert _run("cohort", "a", *ledger, *GIVEN, *proposed, "--leave-off", why) == 0
    assert _run("cohort", "b", *ledger, *GIVEN, "--proposed", "Q", "--put-on", why) != 0
    printed = capsys.readouterr()
    assert "Members: Q" in printed.out
    assert "1 of its members was not accepted" in printed.err
