"""What moved since the last list of an area, and why: by comparing what was known on the two days."""

from datetime import timedelta

import pytest

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import list_before
from matac_ml.lists import PersonMoved, Way, moved_between
from matac_ml.records import Extract
from matac_ml.rfg import load_policy
from tests.lists.small_force import DAY, Happened, context_of, drawn, extract_of, many_suspects

LATER = DAY + timedelta(days=28)
FORCE = many_suspects(5)
SINCE = DAY + timedelta(days=3)


def moved(
    ledger: Ledger, extract: Extract, *, then: Extract | None = None, places: int = 3, **how: object
) -> dict[str, PersonMoved]:
    """Who moved between the lists of two days; the first may have been drawn from other records."""
    before = drawn(ledger, then or extract, places=places, **how)
    after = drawn(ledger, extract, LATER, places=places, **how)
    assert list_before(ledger, after) == before
    return {person.person_id: person for person in moved_between(before, after, extract, context_of(extract, LATER))}


def test_records_that_came_are_named_with_date_and_kind(ledger: Ledger) -> None:
    """Somebody new on the list, because of incidents recorded between the two days."""
    came = [Happened(f"N{i}", "S04", f"W{i}", -3 - i, recorded_ago=-5 - i) for i in range(4)]
    found = moved(ledger, extract_of([*FORCE, *came], until=LATER))
    assert found["S04"].way is Way.NEW
    said = "4 incidents came: N0 of 5 June 2025, recorded 7 June 2025, crime "
    assert any(reason.startswith(said) for reason in found["S04"].reasons)
    assert found["S04"].reasons[-1].startswith("points: ")


def test_whoever_is_pushed_down_by_others_is_told_so(ledger: Ledger) -> None:
    """Nothing of their own changed but the days that passed."""
    came = [Happened(f"N{i}", "S04", f"W{i}", -3 - i) for i in range(4)]
    found = moved(ledger, extract_of([*FORCE, *came], until=LATER))
    assert found["S00"].way is Way.DOWN
    assert found["S00"].reasons[0] in (
        "nothing that counts for this person changed; other people moved",
        "no record came or went; time passed",
    )


def test_incidents_that_left_the_window_are_said_to_have_aged(ledger: Ledger) -> None:
    """Three years are over for one incident between the two days."""
    force = [*FORCE, *(Happened(f"O{i}", "S04", "V04", 1080 + i) for i in range(3))]
    found = moved(ledger, extract_of(force, until=LATER), places=5)
    assert any("3 incidents are now older than three years" in reason for reason in found["S04"].reasons)


def test_a_reclassification_between_the_days_is_a_correction(ledger: Ledger) -> None:
    """With what it was, what it is, and since when."""
    changed = [{"incident_id": "I00-00", "reclassified_on": DAY + timedelta(days=7), "is_crime": False}]
    found = moved(ledger, extract_of(FORCE, until=LATER, reclassifications=changed))
    (said,) = (reason for reason in found["S00"].reasons if "changed" in reason)
    assert said.startswith("1 incident was changed: I00-00 (reclassified on 9 June 2025 from crime ")
    assert said.endswith("to not a crime)")


def test_what_was_taken_out_or_corrected_as_of_the_earlier_day_is_told_from_what_came(ledger: Ledger) -> None:
    """The earlier list keeps a fingerprint of every incident it counted."""
    corrected = [
        Happened(h.number, h.suspect, h.victim, h.ago, code="00801") if h.number == "I01-01" else h
        for h in FORCE
        if h.number != "I01-00"
    ]
    found = moved(ledger, extract_of(corrected, until=LATER), then=extract_of(FORCE))
    assert "1 incident counted by the earlier list, and since taken out of the records: I01-00" in found["S01"].reasons
    assert "1 incident corrected since, as of a day before the earlier list: I01-01" in found["S01"].reasons


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"management": [{"person_id": "S00", "start_on": SINCE}]}, "the person is under MATAC management already"),
        ({"people": [{"person_id": "S00", "deceased_on": SINCE}]}, "the records say that the person has died"),
    ],
)
def test_whoever_is_gone_is_gone_for_a_reason(ledger: Ledger, more: dict[str, object], why: str) -> None:
    """Whoever came under management or died since is said to have, and nothing is said of points that fell."""
    found = moved(ledger, extract_of(FORCE, until=LATER, **more), then=extract_of(FORCE))
    assert found["S00"].way is Way.GONE
    assert why in found["S00"].reasons


def test_a_merge_found_out_between_the_days_is_one_person(ledger: Ledger) -> None:
    """Nobody is gone and nobody new: the identifier was found to be somebody else's."""
    merges = [{"person_id": "S00", "merged_into": "S01", "merged_on": DAY + timedelta(days=3)}]
    found = moved(ledger, extract_of(FORCE, until=LATER, merges=merges), places=2)
    assert "S00" not in found
    assert found["S01"].way is Way.UP or found["S01"].before is not None


def test_another_policy_is_a_reason_for_everybody(ledger: Ledger) -> None:
    """It is said before anything of the records."""
    extract = extract_of(FORCE, until=LATER)
    before = drawn(ledger, extract, places=3)
    after = drawn(ledger, extract, LATER, places=3, policy=load_policy("rfgv-two-year"))
    for person in moved_between(before, after, extract, context_of(extract, LATER, load_policy("rfgv-two-year"))):
        assert person.reasons[0] == "the policy is now rfgv-two-year 1, and was rfgv-three-year 1"


def test_nobody_moves_without_a_reason_and_everybody_is_there_once(ledger: Ledger) -> None:
    """Everybody of either list, each with at least one reason."""
    came = [Happened(f"N{i}", "S04", f"W{i}", -3 - i) for i in range(4)]
    found = moved(ledger, extract_of([*FORCE, *came], until=LATER))
    assert all(person.reasons for person in found.values())
    assert {way for person in found.values() for way in [person.way]} >= {Way.NEW, Way.GONE}
