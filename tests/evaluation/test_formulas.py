"""Formulas are data: what one says is what it computes, and nobody changes it afterwards."""

from dataclasses import is_dataclass

import numpy as np
import pytest

from matac_ml import evaluation
from matac_ml.evaluation import MEASURES, cell
from matac_ml.evaluation.discrimination import auc_of, average_precision_of, levels


def test_a_formula_is_the_arithmetic_that_it_says() -> None:
    """Cells are added, subtracted and divided by name; nothing below the line gives no number."""
    ratio = (cell("outcomes") - cell("hits")) / cell("outcomes")
    assert (str(ratio), str(1 - ratio)) == ("(outcomes - hits) / outcomes", "1 - (outcomes - hits) / outcomes")
    assert ratio.of({"outcomes": np.array([4.0, 0.0]), "hits": np.array([1.0, 0.0])}) == pytest.approx(
        [0.75, np.nan], nan_ok=True
    )
    assert float((1 - ratio).of({"outcomes": 4.0, "hits": 1.0})) == 0.25
    assert ratio.names == {"outcomes", "hits"}
    with pytest.raises(ValueError, match="from 1 alone"):
        2 - ratio


def test_which_way_is_better_is_declared_for_every_measure() -> None:
    """Papers and comparisons judge by it: more is better, less is better, or one value is ideal."""
    more = ("precision_at_k", "recall_at_k", "harm_at_k", "new_victims_at_k", "auc", "average_precision", "brier_skill")
    ideal = {"calibration_slope": (0, 1.0), "calibration_intercept": (0, 0.0)}
    expected = {**dict.fromkeys(more, (1, None)), "brier": (-1, None), **ideal}
    assert {measure.name: (measure.better, measure.ideal) for measure in MEASURES} == expected


def test_only_counts_at_the_places_of_a_list_are_small() -> None:
    """They are printed in steps: whoever knows one figure exactly could work out a person from it."""
    at_capacity = {"precision_at_k", "recall_at_k", "harm_at_k", "new_victims_at_k"}
    assert {measure.name for measure in MEASURES if measure.at_capacity} == at_capacity
    assert {measure.name for measure in MEASURES if measure.small_counts} == {"precision_at_k", "recall_at_k"}


def test_declarations_and_results_cannot_be_changed() -> None:
    """Whatever a measure was computed from, it still is when a paper prints it."""
    kinds = [kind for kind in vars(evaluation).values() if isinstance(kind, type) and is_dataclass(kind)]
    assert len(kinds) >= 8
    assert [kind.__name__ for kind in kinds if not kind.__dataclass_params__.frozen] == []  # type: ignore[attr-defined]


def test_one_score_for_everybody_tells_nothing_apart() -> None:
    """The AUC is a half and the average precision the share of outcomes; without outcomes there is neither."""
    nobody, some = np.zeros(4), np.array([1.0, 0.0, 0.0, 0.0])
    found = levels(some, np.full(4, 0.3))
    assert (auc_of(found), average_precision_of(found)) == (0.5, 0.25)
    assert np.isnan([auc_of(levels(nobody, some)), average_precision_of(levels(nobody, some))]).all()
    assert np.isnan(auc_of(levels(np.ones(4), some)))
