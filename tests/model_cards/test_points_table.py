"""The model card prints the whole model: every interval once, and numbers that add up to the score."""

from pathlib import Path

import pytest

from matac_ml.bundle import load_bundle
from matac_ml.facts import CurveFacts, PairFacts, PointsFacts
from matac_ml.page import as_markdown
from model_cards.points_table import _rows, points
from model_cards.write import write_paper


def test_steps_that_print_alike_are_one_row_and_missing_has_its_own() -> None:
    """.101 and .104 are printed as one step; every other boundary stands in a row, in whole numbers."""
    curve = CurveFacts(
        feature="a", text="{value} a", unit="incidents", edges=(0.0, 1.0, 4.0), points=(-0.3, 0.101, 0.104, 1.0),
        missing=-0.004,
    )  # fmt: skip
    assert _rows(curve) == (
        ("0", "\N{MINUS SIGN}0.30"),
        ("1 to 4", "+0.10"),
        ("5 or more", "+1.00"),
        ("not on record", "0"),
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(0.004, "0"), (-0.0049, "0"), (0.005001, "+0.01"), (-1, "\N{MINUS SIGN}1.00")]
)
def test_no_step_is_printed_as_plus_or_minus_nothing(value: float, shown: str) -> None:
    """What rounds to nothing is 0 without a sign."""
    assert points(value) == shown


def test_the_card_prints_a_grid_of_two_features(small_run: Path) -> None:
    """Down the intervals of the one, across those of the other, each with what is not on record."""
    facts = load_bundle(small_run / "one" / "bundle").facts
    assert facts is not None
    assert facts.points is not None
    names = (facts.points.curves[0].feature, facts.points.curves[1].feature)
    grid = PairFacts(features=names, edges=((1.0,), ()), points=((0.25, 0.0), (-0.25, 0.0), (0.111, 0.0)))
    pairs = facts.points.model_copy(update={"pairs": (grid,)})
    card = as_markdown(write_paper("model-card", facts.model_copy(update={"points": pairs})))
    assert "and one more from each grid, according to two of them" in card
    assert " (down), and " in card
    assert "| any | not on record |" in card
    assert "| not on record | +0.11 | 0 |" in card


def test_the_card_prints_every_curve_and_the_base(small_run: Path) -> None:
    """A table a curve with its points, one picture of all, and how to get the exact numbers; else nothing of it."""
    facts = load_bundle(small_run / "one" / "bundle").facts
    assert facts is not None
    first = facts.features[0]
    curve = CurveFacts(
        feature=first.name, text=first.text, unit="incidents", edges=(0.0, 2.0), points=(-0.5, 0.0, 1.25), missing=0.1
    )
    of_curves = facts.model_copy(update={"points": PointsFacts(base=-2.346, curves=(curve,))})
    without = facts.model_copy(update={"points": None})
    card, own, other = (as_markdown(write_paper("model-card", run)) for run in (of_curves, facts, without))
    assert "It begins with -2.35 and adds one number" in card
    assert all(text in card for text in ("3 or more", "+1.25", "not on record", "matac-ml model points"))
    assert facts.points is not None
    assert f"adds one number for each of the {len(facts.points.curves)} features" in own
    assert "The whole model" not in other
