"""A policy file is refused with file, line and rule of everything that is wrong in it."""

from pathlib import Path

import pytest

from matac_ml.errors import PolicyError
from matac_ml.rfg import PRESETS, load_policy, policy_schema
from matac_ml.rfg.names import ComponentName
from matac_ml.spec import Aggregate, is_true

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
    "a band with both edges": ("at_least: 5", "at_least: 5, up_to: 9", "line 14, .*must have at_least, and not up_to"),
    "a band without an edge": (
        "{up_to: 28, points: 20}",
        "{points: 20}",
        "line 10, .*must have up_to, and not at_least",
    ),
    "amounts out of order": (
        "- {at_least: 5, points: 2}",
        "- {at_least: 5, points: 2}\n      - {at_least: 5, points: 3}",
        "gravity.bands.2.at_least: must be above 5, the band before, got 5",
    ),
    "points that fall as amounts grow": (
        "- {at_least: 5, points: 2}",
        "- {at_least: 5, points: 2}\n      - {at_least: 9, points: 1}",
        "gravity.bands.2.points: more may not give fewer points: 2 in the band before, got 1",
    ),
    "no component": (
        GOOD[GOOD.index("components:") : GOOD.index("score_bands:")],
        "components: {}\n",
        "components: must hold at least one of recency",
    ),
    "neither bands nor per_unit": (
        "bands:\n      - {at_least: 5, points: 2}",
        "at_most: 3",
        "components.gravity: must have either bands or per_unit",
    ),
    "recency per unit": (
        "bands:\n      - {up_to: 28, points: 20}\n      - {up_to: 90, points: 10}",
        "per_unit: {every: 1}",
        "recency falls as days grow",
    ),
    "a logarithm of people": (
        "  gravity:\n    bands:\n      - {at_least: 5, points: 2}",
        "  victims:\n    per_unit: {every: 1, scale: log}",
        "a logarithm is for gravity alone",
    ),
    "a logarithm of incidents": (
        "  gravity:\n    bands:\n      - {at_least: 5, points: 2}",
        "  frequency:\n    per_unit: {every: 1, scale: log}",
        "a logarithm is for gravity alone",
    ),
    "a measure of another component": ("  recency:", "  recency:\n    measure: worst", "measure: belongs to gravity"),
    "score bands out of order": (
        '- {at_least: 0, name: "0 and more"}',
        '- {at_least: 0, name: "0 and more"}\n  - {at_least: 0, name: "more"}',
        "score_bands.2.at_least: must be above 0, the start of the band before, got 0",
    ),
    "a label that says nothing": ("label: ours", 'label: ""', "line 3, label"),
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


def test_an_incident_that_is_no_crime_counts_as_one_unless_the_policy_says_otherwise(tmp_path: Path) -> None:
    """The default weight is that of a crime."""
    path = tmp_path / "own.yaml"
    path.write_text(GOOD.replace("  gravity:", "  frequency:", 1), encoding="utf-8")
    assert load_policy(path).components[ComponentName.FREQUENCY].non_crime_weight == 1


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


def test_points_that_stay_the_same_from_band_to_band_are_allowed(tmp_path: Path) -> None:
    """Days further back may give as many points as the band before, and a larger amount too: only the way counts."""
    path = tmp_path / "own.yaml"
    more = "{at_least: 5, points: 2}\n      - {at_least: 9, points: 2}"
    text = GOOD.replace("up_to: 90, points: 10", "up_to: 90, points: 20").replace("{at_least: 5, points: 2}", more)
    path.write_text(text, encoding="utf-8")
    assert [band.points for band in load_policy(path).components[ComponentName.RECENCY].bands] == [20, 20]


@pytest.mark.parametrize(("roles", "charged"), [("offender", True), ("suspect_or_offender", False)])
def test_a_policy_says_which_incidents_count(roles: str, charged: bool, tmp_path: Path) -> None:
    """Every feature of a policy for offenders asks for a charge; none of one for suspects does."""
    path = tmp_path / "own.yaml"
    path.write_text(GOOD.replace("capacity: 10", f"capacity: 10\nroles: {roles}"), encoding="utf-8")
    features = load_policy(path).features
    assert [feature.name for feature in features] == ["policy_recency", "policy_gravity"]
    assert {is_true("charged") in feature.where for feature in features} == {charged}


@pytest.mark.parametrize(("measure", "aggregate"), [("total", Aggregate.TOTAL), ("worst", Aggregate.MAXIMUM)])
def test_gravity_is_of_all_incidents_or_of_the_gravest(measure: str, aggregate: Aggregate, tmp_path: Path) -> None:
    """The file's measure decides whether harm is added up."""
    path = tmp_path / "own.yaml"
    path.write_text(GOOD.replace("  gravity:", f"  gravity:\n    measure: {measure}"), encoding="utf-8")
    assert load_policy(path).features[1].aggregate is aggregate


@pytest.mark.parametrize("needed", [0, 1, 2])
def test_a_policy_that_needs_crimes_measures_them(needed: int, tmp_path: Path) -> None:
    """Crimes are counted for eligibility, from the first one on, where no component counts them."""
    path = tmp_path / "own.yaml"
    path.write_text(GOOD.replace("capacity: 10", f"capacity: 10\neligibility: {{crimes_at_least: {needed}}}"), "utf-8")
    measured = {feature.name for feature in load_policy(path).features}
    assert ("policy_frequency_crimes" in measured) is (needed > 0)


LIMITS = {
    "name": ("name: own", "name: {}", "x" * 80, "x" * 81),
    "version": ('version: "1"', 'version: "{}"', "v" * 40, "v" * 41),
    "points": ("points: 2}}", "points: {}}}", 100_000, 100_001),
    "no points": ("points: 2}}", "points: {}}}", 0, -1),
    "window": ("window_days: 730", "window_days: {}", 28, 27),
    "longest window": ("window_days: 730", "window_days: {}", 3650, 3651),
    "capacity": ("capacity: 10", "capacity: {}", 1000, 1001),
    "no place": ("capacity: 10", "capacity: {}", 1, 0),
}


@pytest.mark.parametrize("entry", LIMITS)
def test_the_last_value_within_a_limit_is_taken(entry: str, tmp_path: Path) -> None:
    """What stands on the limit is a policy; what is one beyond it is not."""
    before, after, within, beyond = LIMITS[entry]
    path = tmp_path / "own.yaml"
    assert before.format() in GOOD
    path.write_text(GOOD.replace(before.format(), after.format(within), 1), encoding="utf-8")
    load_policy(path)
    path.write_text(GOOD.replace(before.format(), after.format(beyond), 1), encoding="utf-8")
    with pytest.raises(PolicyError):
        load_policy(path)
