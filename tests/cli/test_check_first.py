"""Who on a list may stand for nobody, or for many people at once, is said before the list."""

import csv
import json
from pathlib import Path

import pytest

from matac_ml.cli import main
from tests.records.folders import INCIDENTS, folder_of

COMMANDS: dict[str, tuple[str, ...]] = {
    "matrix score": ("matrix", "score", "EXTRACT", "--out", "OUT/list.csv"),
    "matrix person": ("matrix", "person", "EXTRACT", "UNKNOWN"),
    "matrix compare": ("matrix", "compare", "rfgv-three-year", "v100-like", "EXTRACT", "--k", "1", "--cycles", "1"),
    "matrix review": ("matrix", "review", "EXTRACT", "OUT/review.html", "--policy", "rfh", "--policy", "v100-like",
                      "--cycles", "1"),
    "matrix export": ("matrix", "export", "EXTRACT", "OUT/list.xlsx"),
    "serial": ("serial", "EXTRACT", "--out", "OUT"),
    "score csv": ("score", "EXTRACT", "OUT/list.csv"),
    "score json": ("score", "EXTRACT", "OUT/scores.json"),
}  # fmt: skip
NAMES_NOBODY = ("matrix review",)
WHY = "a word for somebody who is not known"


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """UNKNOWN is suspected of ten incidents against three victims, one other person of two grave ones."""
    incidents = [f"I{n},2024-0{n % 6 + 1}-01,2024-0{n % 6 + 1}-02,false,00801" for n in range(10)]
    incidents += [f"J{n},2024-05-01,2024-05-02,true,00101" for n in range(2)]
    links = [f"I{n},UNKNOWN,suspect,\nI{n},V{n % 3},victim,partner" for n in range(10)]
    links += [f"J{n},A1,suspect,\nJ{n},W1,victim,partner" for n in range(2)]
    return folder_of(
        tmp_path_factory.mktemp("doubtful") / "extract",
        incidents="\n".join([f"{INCIDENTS},offence_code", *incidents, ""]),
        involvements="\n".join(["incident_id,person_id,role,relationship", *links, ""]),
        yaml="cut_off: 2024-07-01\n",
    )


def test_nobody_is_referred_under_a_word_for_somebody_unknown(
    extract: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The referral is refused with the reason, and the ledger holds none."""
    with pytest.raises(SystemExit) as ended:
        main([
            "cycle", "refer", "UNKNOWN", "--ledger", f"sqlite:///{tmp_path}/ledger.db", "--extract", str(extract),
            "--actor", "A. Officer", "--reason", "Named by a partner agency",
        ])  # fmt: skip
    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert WHY in printed.out + printed.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_ranks_or_scores_says_first_who_may_be_nobody(
    command: str, extract: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The terminal says CHECK FIRST before it names the person; a file that names people says it in a column."""
    arguments = [one.replace("EXTRACT", str(extract)).replace("OUT", str(tmp_path)) for one in COMMANDS[command]]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert ended.value.code == 0, printed
    if command in NAMES_NOBODY:
        assert printed.out.startswith("CHECK FIRST: 1 identifier in these records")
        return
    assert "CHECK FIRST: 1 identifier may" in printed.out
    assert printed.out.index("CHECK FIRST") < printed.out.index("UNKNOWN")
    assert f"UNKNOWN: {WHY}" in printed.out
    for path in tmp_path.glob("*[lr][is][st]*.csv"):
        for row in csv.DictReader(path.open(encoding="utf-8")):
            assert (WHY in row["doubtful_identity"]) == (row["person_id"] == "UNKNOWN")


def test_an_explanation_says_that_the_identifier_may_stand_for_nobody(extract: Path, tmp_path: Path) -> None:
    """As a caution beside the score, of that person alone."""
    with pytest.raises(SystemExit):
        main(["score", str(extract), str(tmp_path / "scores.json")])
    scores = {score["person_id"]: score for score in json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))}
    told = {
        who: [c["text"] for c in score["cautions"] if c["kind"] == "doubtful_identity"] for who, score in scores.items()
    }
    assert WHY in told["UNKNOWN"][0]
    assert told["A1"] == []
