"""What unequal base rates make impossible, in figures that can be checked by hand."""

import pytest

from matac_ml.facts import AttributeFacts, Estimate, GroupFacts, InstrumentFacts
from matac_ml.fairness.notes import impossibility


def _group(name: str, *, rows: int, outcomes: int, selected: float, precision: float) -> GroupFacts:
    measured = {"precision": Estimate(value=precision)}
    return GroupFacts(group=name, rows=rows, people=rows, outcomes=outcomes, selected=selected, measures=measured)


def _said(*groups: GroupFacts) -> str:
    attribute = AttributeFacts(attribute="sex", title="Sex", groups=groups, gaps=())
    instrument = InstrumentFacts(name="model", label="Model", rule="first 2 of each list", attributes=(attribute,))
    (text,) = impossibility((instrument,))
    return text


def test_the_figures_of_the_list_follow_from_its_groups() -> None:
    """Base rates of .1 and .4, a precision of a half and one of 190 outcomes found: 1 - 1/190 are missed.

    Equal precision and equal misses would make false positives b / (1 - b) times as frequent: .6667 / .1111 = 6.
    """
    text = _said(
        _group("men", rows=300, outcomes=30, selected=1, precision=1.0),
        _group("women", rows=400, outcomes=160, selected=1, precision=0.0),
        _group("not stated", rows=299, outcomes=200, selected=0, precision=0.0),
    )
    assert "10.0% of men and 40.0% of women" in text
    assert "precision of 50% and misses 99.7% of the outcomes" in text
    assert "it 6.00 times as often" in text


@pytest.mark.parametrize(("outcomes", "rows"), [(30, 300), (29, 400), (160, 299)])
def test_without_two_large_groups_that_differ_only_the_law_is_said(outcomes: int, rows: int) -> None:
    """Equal base rates, too few outcomes, too few rows."""
    men = _group("men", rows=300, outcomes=30, selected=1, precision=1.0)
    text = _said(men, _group("women", rows=rows, outcomes=outcomes, selected=1, precision=0.5))
    assert text.startswith("Where groups differ")
    assert "times as often" not in text


def test_a_list_that_finds_nobody_has_no_figures_of_its_own() -> None:
    """The base rates are said, and nothing is divided by nothing."""
    men = _group("men", rows=300, outcomes=30, selected=1, precision=0.0)
    text = _said(men, _group("women", rows=400, outcomes=160, selected=1, precision=0.0))
    assert "10.0% of men" in text
    assert "times as often" not in text


def test_of_other_attributes_the_first_alone_is_spoken_of() -> None:
    """Where none is one that boards ask about, the paragraph does not grow with every attribute that is audited."""
    men = _group("first", rows=300, outcomes=30, selected=1, precision=1.0)
    women = _group("second", rows=400, outcomes=160, selected=1, precision=0.0)
    attributes = tuple(
        AttributeFacts(attribute=name, title=name.title(), groups=(men, women), gaps=())
        for name in ("shift", "station")
    )
    (text,) = impossibility((InstrumentFacts(name="model", label="Model", rule="first 2", attributes=attributes),))
    assert "Shift: " in text
    assert "Station" not in text
