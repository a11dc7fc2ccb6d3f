"""What partners know is held against the record: worked shares, what can be found, and forces whose truth is known."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks._forces import small_force
from matac_ml.errors import UsageError
from matac_ml.facts import Verdict
from matac_ml.recording import Design, compare_shares, power, recording_audit, recording_of_run, smallest_loss
from matac_ml.recording.design import likeness
from matac_ml.recording.lists import lists_of_incidents, lists_of_people
from matac_ml.recording.shares import compare_each
from matac_ml.records import read_extract
from matac_ml.synthetic import ForceSettings, Plant, make_force

FILES = {
    "extract.yaml": "cut_off: 2024-12-31\n",
    "incidents": "incident_id,occurred_on,recorded_on,is_crime\nI1,2024-01-01,2024-01-05,true\n"
    "I2,2024-03-01,2024-06-01,true\nI3,2024-05-01,2024-05-01,true\n",
    "involvements": "incident_id,person_id,role\nI1,A,suspect\nI2,A,suspect\nI3,B,victim\nI3,A,offender\n",
    "people": "person_id\nA\nB\nC\n",
    "referrals": "referral_id,person_id,referred_on\nR1,A,2024-06-01\nR2,B,2024-06-01\nR3,C,2024-02-01\n",
    "partner_incidents": "partner_incident_id,referral_id,occurred_on\nK1,R1,2024-01-04\nK2,R1,2024-03-01\n"
    "K3,R1,2024-05-05\nK4,R2,2024-05-01\nK5,R3,2024-01-01\n",
}


def _extract(folder: Path, **changed: str) -> Path:
    folder.mkdir()
    for name, text in (FILES | changed).items():
        (folder / (name if "." in name else f"{name}.csv")).write_text(text, encoding="utf-8")
    return folder


def test_an_incident_is_held_if_it_was_recorded_before_the_referral_and_dated_alike(tmp_path: Path) -> None:
    """Three days off is held, four is not; nor is what was recorded on the day of the referral, or of a victim."""
    extract = read_extract(_extract(tmp_path / "e"))
    two = lists_of_incidents(extract, tolerance_days=3)
    assert two.rows.set_index("person_id")[["known", "held"]].to_dict("split")["data"] == [[3, 1], [1, 0], [1, 0]]
    assert lists_of_incidents(extract, tolerance_days=4).rows["held"].tolist() == [2, 0, 0]
    assert lists_of_people(extract).rows["held"].tolist() == [1, 0, 0]
    assert two.linked == {"A", "B"}


@pytest.mark.parametrize(
    ("rows", "rule"),
    [("K1,R9,2024-01-04\n", "no_such_referral"), ("K1,R3,2024-02-02\n", "occurred_after_referral")],
)
def test_a_partner_s_incident_belongs_to_a_referral_and_is_not_after_it(tmp_path: Path, rows: str, rule: str) -> None:
    """Both are faults of the row."""
    text = f"partner_incident_id,referral_id,occurred_on\n{rows}"
    with pytest.raises(Exception, match=rule.replace("_", ".")) as caught:
        read_extract(_extract(tmp_path / "e", partner_incidents=text))
    assert "partner_incidents" in str(caught.value)


def test_the_share_held_worked_by_hand() -> None:
    """Two of four in the group and six of eight outside: the ratio is 2/3, and odds of 3 would cancel it."""
    held = np.array([1.0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0])
    found = compare_shares(held, np.ones(12), np.arange(12) < 4, permutations=400)
    assert (found.people, found.incidents, found.held) == (4, 4, 2)
    assert found.ratio == pytest.approx(2 / 3)
    assert found.cancelling_odds == pytest.approx((6 / 8) * (2 / 4) / ((2 / 4) * (2 / 8)))
    assert found.ratio_low < 2 / 3 < found.ratio_high
    # By chance two or fewer of four are held in 1 - (C(8,3) 4 + C(8,4)) / C(12,4) of all ways to choose four.
    assert found.p_value == pytest.approx(1 - (56 * 4 + 70) / 495, abs=0.07)


def test_incidents_of_one_person_that_are_alike_count_for_less() -> None:
    """Fifty people with four incidents, all or none held, are worth fifty incidents; independent ones two hundred."""
    alike = np.repeat([4.0, 0.0], 25)
    assert likeness(alike, np.full(50, 4.0)) == pytest.approx(1.0, abs=0.03)
    assert Design.of(alike, np.full(50, 4.0), np.arange(50) < 10).group == pytest.approx(10, rel=0.05)
    assert likeness(np.full(50, 2.0), np.full(50, 4.0)) == 0.0


def test_power_grows_with_the_loss_and_the_group() -> None:
    """The smallest loss found four times in five has that power; a group of three can find nothing."""
    design = Design(share=0.5, group=64, others=736)
    assert power(design, 0.0) == pytest.approx(0.05, abs=0.005)
    assert power(design, 0.1) < power(design, 0.25) < power(design, 0.5)
    smallest = smallest_loss(design)
    assert smallest is not None
    assert power(design, smallest) == pytest.approx(0.8, abs=1e-4)
    assert smallest_loss(Design(share=0.2, group=3, others=700)) is None


def test_a_planted_loss_is_found_in_a_made_up_force(tmp_path: Path) -> None:
    """Half of one group's incidents are lost: that group is named, and the estimate of all contains what happened."""
    plant = Plant(under_recording="strong", recording=0.5, referrals=800)
    make_force(tmp_path / "f", incidents=6000, years=3, seed=11, plant=plant)
    incidents, people = recording_audit(read_extract(tmp_path / "f"), "ethnicity", group="Black", permutations=1000)
    (black,) = incidents.groups
    assert black.verdict is Verdict.DISPARITY
    assert black.ratio.high is not None
    assert black.ratio.high < 1 < (black.cancelling_odds or 0)
    assert people.of == "people"
    assert incidents.people == 800


def test_nobody_is_named_where_nothing_is_lost(tmp_path: Path) -> None:
    """With everybody recorded at the same rate no group of six is held less."""
    make_force(tmp_path / "f", incidents=6000, years=3, seed=12, plant=Plant(recording=0.5, referrals=800))
    for facts in recording_audit(read_extract(tmp_path / "f"), "ethnicity", permutations=1000):
        assert Verdict.DISPARITY not in {group.verdict for group in facts.groups}


def test_a_run_allows_for_every_group_of_every_attribute(tmp_path: Path) -> None:
    """Corrected p-values and stated power are those of all groups together; one group named beforehand has more."""
    make_force(tmp_path / "f", incidents=2000, years=3, seed=3, plant=Plant(recording=0.5, referrals=800))
    extract = read_extract(tmp_path / "f")
    found = recording_of_run(extract, permutations=200, seed=1)
    groups = [group for facts in found for group in facts.groups if group.p_value is not None]
    assert {facts.compared for facts in found} == {len(groups)}
    assert min(group.p_adjusted or 0 for group in groups) == pytest.approx(
        min(1, len(groups) * min(group.p_value or 0 for group in groups))
    )
    [alone] = recording_of_run(extract, ["ethnicity"], group="Black", permutations=200, seed=1)
    [among] = [group for facts in found for group in facts.groups if group.group == "Black"]
    assert alone.groups[0].power[2].power > among.power[2].power + 0.1
    assert (alone.groups[0].smallest_loss or 0) < (among.smallest_loss or 1)
    assert alone.groups[0].p_adjusted == alone.groups[0].p_value


def test_each_group_of_several_is_compared_as_alone() -> None:
    """Shares, ratios and odds are those of one group beside the rest; the p-values agree as far as chance allows."""
    rng = np.random.default_rng(4)
    group, known = rng.integers(0, 3, 300), 1.0 + (rng.random(300) < 0.3)
    held = rng.binomial(known.astype(int), np.where(group == 2, 0.3, 0.5)).astype(float)
    together = compare_each(held, known, group, 3, permutations=2000, seed=1)
    for which, found in enumerate(together):
        alone = compare_shares(held, known, group == which, permutations=2000, seed=1)
        assert replace(found, p_value=alone.p_value) == alone
        assert found.p_value == pytest.approx(alone.p_value, abs=0.04)


def test_a_force_in_memory_is_audited_as_one_that_was_read(tmp_path: Path) -> None:
    """The benchmark leaves out files and checks, and nothing that the audit looks at."""
    plant = Plant(under_recording="medium", recording=0.5, referrals=200, failed_linkage=0.1)
    make_force(tmp_path / "f", incidents=400, years=3, seed=1, plant=plant)
    small = small_force(incidents=400, years=3, seed=1, plant=plant, settings=ForceSettings())
    assert recording_audit(small, "ethnicity", permutations=40) == recording_audit(
        read_extract(tmp_path / "f"), "ethnicity", permutations=40
    )


def test_what_cannot_be_audited_is_refused(tmp_path: Path) -> None:
    """No referrals, an attribute that is not recorded, a group that does not exist."""
    without = FILES["referrals"].splitlines()[0] + "\n"
    nothing = FILES["partner_incidents"].splitlines()[0] + "\n"
    bare = read_extract(_extract(tmp_path / "e", referrals=without, partner_incidents=nothing))
    with pytest.raises(UsageError, match="needs referrals"):
        recording_audit(bare, "ethnicity")
    make_force(tmp_path / "f", incidents=500, years=1, seed=1, plant=Plant(referrals=60))
    extract = read_extract(tmp_path / "f")
    with pytest.raises(UsageError, match="--by must be"):
        recording_audit(extract, "religion")
    with pytest.raises(UsageError, match="--group must be"):
        recording_audit(extract, "ethnicity", group="Purple")
    assert extract.cut_off == date(2025, 3, 31)
