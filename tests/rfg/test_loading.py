"""A policy file is refused with file, line and rule of everything that is wrong in it."""

from pathlib import Path

import pytest

from matac_ml.errors import PolicyError
from matac_ml.rfg import PRESETS, load_policy, policy_schema

GOOD = """name: own
version: "1"
label: ours
harm_index: cchi-2026-medians
window_days: 730
capacity: 10
components:
  recency:
    bands:
      - {up_to: 28, points: 20}
      - {up_to: 90, points: 10}
  gravity:
    bands:
      - {at_least: 5, points: 2}
score_bands:
  - {at_least: 0, name: "0 and more"}
"""
FAULTS = {
    "a required entry left out": ("capacity: 10\n", "", "capacity: must be given"),
    "a misspelt entry": ("capacity: 10", "capacity: 10\ncapacty: 5", "line 7, capacty: unknown entry"),
    "a number out of range": ("window_days: 730", "window_days: 7", "line 5, window_days"),
    "a word in place of a number": ("points: 2}", "points: two}", "gravity.bands.1.points"),
    "an unknown component": ("  gravity:", "  gravitas:", "components.gravitas"),
    "bands out of order": ("up_to: 90", "up_to: 20", "line 11, components.recency.bands.2.up_to: must be above 28"),
    "points that grow with time": ("up_to: 90, points: 10", "up_to: 90, points: 30", "line 11, .*may not give more"),
    "the wrong edge for a component": ("at_least: 5", "up_to: 5", "line 14, .*must have at_least"),
    "no such harm index": ("cchi-2026-medians", "cchi-1812", "line 4, harm_index: must be a file"),
    "a first score band above zero": ("at_least: 0,", "at_least: 5,", "score_bands.1.at_least: .*start at 0"),
    "a band that calls people safe": ("0 and more", "low risk", "line 16, score_bands.1.name"),
    "an entry twice": ("capacity: 10", "capacity: 10\ncapacity: 12", "line 7: 'capacity' stands at line 6"),
    "an entry of another component": ("  gravity:", "  gravity:\n    non_crime_weight: 1", "belongs to frequency"),
    "bands and per_unit at once": ("  gravity:", "  gravity:\n    per_unit: {every: 1}", "either bands or per_unit"),
    "a tie broken by what is not measured": (
        "capacity: 10",
        "capacity: 10\nties: [victims]",
        "line 7, ties.1: .*got victims",
    ),
    "a tie rule twice": ("capacity: 10", "capacity: 10\nties: [recency, recency]", "ties.2: recency stands there"),
    "no such register": (
        "capacity: 10",
        "capacity: 10\nserial_rule: bad",
        "line 7, serial_rule: must be one of northumbria",
    ),
    "not YAML": ("components:", "components: [", "this is not YAML"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_kind_of_fault_is_named(kind: str, tmp_path: Path) -> None:
    """One clear message holds the file, the line and the rule."""
    before, after, said = FAULTS[kind]
    assert before in GOOD
    path = tmp_path / "own.yaml"
    path.write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=said) as caught:
        load_policy(path)
    assert "own.yaml" in str(caught.value)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """Somebody who mends a file learns everything that is wrong in it the first time."""
    path = tmp_path / "own.yaml"
    path.write_text(GOOD.replace("up_to: 90", "up_to: 20").replace("at_least: 0,", "at_least: 5,"), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert len(caught.value.faults) == 2


def test_a_sound_file_loads_and_is_hashed(tmp_path: Path) -> None:
    """A force's own file loads; changing a comment changes its hash, because people read comments."""
    path = tmp_path / "own.yaml"
    path.write_text(GOOD, encoding="utf-8")
    first = load_policy(path)
    path.write_text(GOOD + "# agreed in May\n", encoding="utf-8")
    assert first.capacity == 10
    assert load_policy(path).sha256 != first.sha256


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_says_what_is_illustrative(name: str) -> None:
    """No shipped policy can be taken for a force's own points."""
    policy = load_policy(name)
    assert policy.name == name
    assert "Published:" in policy.label
    assert "Illustrative:" in policy.label


def test_the_schema_describes_every_entry() -> None:
    """An editor that knows the schema knows the entries of the shipped files."""
    assert set(policy_schema()["properties"]) >= {"name", "components", "score_bands", "harm_index", "eligibility"}
