"""Statistics of casework as they are shown: rounded at random, nothing below twenty, nobody named."""

from matac_ml.casework import Cycle
from matac_ml.casework.published import PublishedCount, published_statistics
from tests.casework import steps
from tests.casework.steps import GIVEN, WHY


def shown(cycle: Cycle) -> dict[tuple[str, str], str]:
    """What is shown of each count."""
    return {(count.group, count.what): count.shown for count in published_statistics(cycle)}


def test_counts_of_few_people_are_not_shown_and_others_are_rounded(cycle: Cycle) -> None:
    """Of three overrides nothing is shown, whatever their reason; 37 members are about 30 or about 40."""
    people = [f"P{number:02}" for number in range(40)]
    steps.accept(cycle, *people)
    off, codes = dict.fromkeys(people[:3], WHY), dict.fromkeys(people[:3], "custody")
    cycle.cohort(people, name="2025-06", capacity=40, leave_off=off, codes=codes, **GIVEN)
    found = shown(cycle)
    assert found["Lists", "in cohorts"] in ("about 30", "about 40")
    assert found["Lists", "left off against the list"] == "[c]"
    assert found["Lists", "put on against the list"] == "[c]"
    assert found["Reasons for overrides", "in custody, or soon to be"] == "[c]"
    assert not any(person in str(published_statistics(cycle)) for person in people)


def test_the_same_ledger_is_rounded_alike_and_rounded_anew_when_it_changes(cycle: Cycle) -> None:
    """Read twice it says the same; over many further entries a count that stays is not always rounded to one side."""
    people = [f"P{number:02}" for number in range(25)]
    steps.accept(cycle, *people)
    cycle.cohort(people, name="2025-06", capacity=25, **GIVEN)
    assert published_statistics(cycle) == published_statistics(cycle)
    seen = set()
    for number in range(20):
        cycle.refer(f"Q{number}", source="analysis", **GIVEN)
        seen.add(shown(cycle)["Lists", "in cohorts"])
    assert seen == {"about 20", "about 30"}


def test_an_empty_ledger_shows_that_nothing_is_shown(cycle: Cycle) -> None:
    """Zero and a few look the same."""
    assert {count.shown for count in published_statistics(cycle)} == {"[c]"}
    assert all(isinstance(count, PublishedCount) for count in published_statistics(cycle))
