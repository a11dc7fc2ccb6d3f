"""A policy officer sees who enters and who leaves before a policy changes."""

from datetime import timedelta
from pathlib import Path

import pytest

from matac_ml.cli import main
from matac_ml.records import Extract, read_extract
from matac_ml.rfg import load_policy
from matac_ml.rfg.comparing import compare_policies, listed, moved_by_a_tenth
from matac_ml.synthetic import make_force


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A small force."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=4000, years=4, seed=9)
    return read_extract(folder)


def test_the_same_policy_changes_nothing(extract: Extract) -> None:
    """Compared with itself, nobody enters or leaves, and both lists held the same."""
    policy = load_policy()
    found = compare_policies(policy, policy, extract, k=10, cycles=2)
    assert found.entering == found.leaving == ()
    assert found.correlation == pytest.approx(1)
    assert all(a == b for a, b in found.captured.values())


def test_entering_and_leaving_say_why(extract: Extract) -> None:
    """Under another policy people change places, each with the component that moved them."""
    found = compare_policies(load_policy(), load_policy("rfh"), extract, k=10, cycles=2)
    assert found.entering
    assert found.leaving
    assert all(one.because for one in (*found.entering, *found.leaving))
    assert set(found.captured) == {"New records", "Harm days", "New victims"}
    assert all(0 <= least <= mean <= 1 for least, mean in found.stability.values())


def test_a_moved_policy_keeps_its_order() -> None:
    """Moving edges or points by a tenth makes other policies, with bands that still rise."""
    moved = moved_by_a_tenth(load_policy().entry)
    assert len(moved) > 8
    for entry in moved:
        for component in entry.components.values():
            edges = [band.up_to if band.up_to is not None else band.at_least for band in component.bands]
            assert edges == sorted(edges)  # type: ignore[type-var]


def test_the_list_leaves_out_who_is_not_eligible(extract: Extract) -> None:
    """Nobody on the list is under sixteen, deceased or already managed."""
    found = listed(extract, load_policy(), extract.cut_off + timedelta(days=1))
    dead = extract.connect().execute("SELECT person_id FROM people WHERE deceased_on IS NOT NULL").df()
    assert not set(found.frame.index) & set(dead["person_id"])


def test_the_commands_run(extract: Extract, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """score, compare, export and schema each do their job on the command line."""
    folder = str(extract.folder)
    for arguments, said in (
        (["score", folder], "nominates nobody"),
        (["compare", "rfgv-three-year", "rfgv-two-year", folder, "--cycles", "1"], "Rank correlation"),
        (["export", folder, str(tmp_path / "list.xlsx"), "--top", "20"], "formulas recompute"),
        (["schema"], "score_bands"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["matrix", *arguments])
        assert ended.value.code == 0
        assert said in capsys.readouterr().out
