"""``matac-ml recording``: what could be found is said before what was."""

import json
from pathlib import Path

import pytest

from matac_ml.cli import main
from matac_ml.synthetic import Plant, make_force


def test_a_recording_audit_says_first_what_it_can_find(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Power, then verdicts with the odds that would cancel them; the facts hold the same."""
    plant = Plant(under_recording="strong", recording=0.6, referrals=500)
    make_force(tmp_path / "f", incidents=3000, years=2, seed=5, plant=plant)
    with pytest.raises(SystemExit) as ended:
        main(["recording", str(tmp_path / "f"), "--by", "ethnicity", "--out", str(tmp_path / "facts.json")])
    shown = capsys.readouterr().out
    assert not ended.value.code
    assert shown.index("What can be found") < shown.index("What was found")
    assert "odds ratio" in shown
    assert "if the two lists are independent" in shown
    facts = json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"))
    assert [fact["of"] for fact in facts] == ["incidents", "people"]
    assert all(group["text"] in shown for fact in facts for group in fact["groups"])
