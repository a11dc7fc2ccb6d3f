"""Every gate is listed in every run: passed, not passed, or not judged and why."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matac_ml.errors import BundleError
from matac_ml.facts import (
    AttributeFacts,
    AuditFacts,
    CalibrationFacts,
    Estimate,
    GapFacts,
    GateFacts,
    GateStanding,
    InstrumentFacts,
    Verdict,
)
from matac_ml.fairness.measures import COMPARED
from matac_ml.gates import GATES, GatesFile, gates_json, read_gates
from matac_ml.manifest import to_json
from tests.bundle.made_up import all_passed
from tests.training.made_up import rows_with_truth
from training.compare import Comparison, compare
from training.folds import Folds
from training.gates import judge
from training.recipe import Gates, Recipe
from training.rows import Rows

#: Probabilities that held on the test dates.
HELD = CalibrationFacts(
    later=True, shift=Estimate(value=0.02, low=-0.05, high=0.09), slope=Estimate(value=1.0, low=0.9, high=1.1)
)


def part(rows: Rows, cycles: set[int]) -> Rows:
    """The rows of some cycles."""
    return rows.take(np.isin(rows.cycle, list(cycles)))


def compared(*contenders: str) -> Comparison:
    """A comparison of few contenders on few rows."""
    rows, _ = rows_with_truth(people=150)
    folds = Folds(part(rows, {0, 1, 2}), part(rows, {3}), part(rows, {5}))
    recipe = Recipe.model_validate(
        {
            "name": "few",
            "contenders": contenders,
            "resamples": 20,
            "booster": {"rounds": 10, "leaves": 4, "min_leaf": 10},
        }
    )
    return compare(folds, recipe=recipe, k=5)


@pytest.fixture(scope="module")
def whole() -> Comparison:
    """The model with everything that gates hold it against."""
    return compared("base_rate", "matrix", "lightgbm_monotone")


def standings(found: tuple[GateFacts, ...]) -> dict[str, GateStanding]:
    """Name and standing of each gate."""
    return {gate.name: gate.standing for gate in found}


def audit(*verdicts: tuple[str, str, Verdict]) -> AuditFacts:
    """An audit in which the matrix has no disparity and the model has these verdicts by attribute and measure."""

    def gap(measure: str, verdict: Verdict) -> GapFacts:
        return GapFacts(measure=measure, gap=0.1, verdict=verdict, groups=("a", "b"), text="As measured.")

    names = sorted({attribute for attribute, _, _ in verdicts})
    attributes = tuple(
        AttributeFacts(
            attribute=name, title=name, groups=(), gaps=tuple(gap(m, v) for a, m, v in verdicts if a == name)
        )
        for name in names
    )
    none = tuple(
        one.model_copy(update={"gaps": tuple(g.model_copy(update={"verdict": Verdict.NO_DISPARITY}) for g in one.gaps)})
        for one in attributes
    )
    return AuditFacts(
        k=5,
        rows=100,
        people=50,
        resamples=20,
        permutations=20,
        seed=1,
        instruments=(
            InstrumentFacts(name="matrix", label="Matrix", attributes=none),
            InstrumentFacts(name="model", label="Model", attributes=attributes),
        ),
    )


def test_no_recipe_leaves_out_what_gates_are_judged_by() -> None:
    """A recipe that names the model alone: base rate and matrix are measured, and only the audit is missing."""
    alone = compared("lightgbm_monotone")
    assert [contender.name for contender in alone.contenders] == ["base_rate", "matrix", "lightgbm_monotone"]
    found = judge(alone["lightgbm_monotone"], alone, None, (), held=HELD, settings=Gates())
    assert tuple(gate.name for gate in found) == GATES
    assert standings(found)["no_new_disparity"] is GateStanding.NOT_JUDGED
    assert {gate.name for gate in found if "was not among the contenders" in gate.text} == set()


def test_without_a_matrix_every_gate_is_listed_all_the_same(whole: Comparison) -> None:
    """A table without points: what cannot be judged says why."""
    alone = replace(whole, contenders=tuple(c for c in whole.contenders if c.name == "lightgbm_monotone"))
    found = judge(alone["lightgbm_monotone"], alone, None, (), held=HELD, settings=Gates())
    assert tuple(gate.name for gate in found) == GATES
    said = [gate.name for gate in found if "was not among the contenders" in gate.text]
    assert said == ["better_than_matrix", "better_than_base_rate", "precision_at_capacity", "harm_at_capacity"]


def test_gates_that_are_switched_off_are_listed_as_not_judged(whole: Comparison) -> None:
    """What the recipe does not ask for still needs a waiver."""
    names = ("auc_at_least_matrix", "brier_at_least_base_rate", "precision_at_capacity", "harm_at_capacity")
    off = Gates.model_validate(dict.fromkeys((*names, "no_audit_failure"), False) | {"least_stable": None})
    found = judge(whole["lightgbm_monotone"], whole, None, (), held=HELD, settings=off)
    assert [gate.text for gate in found if gate.standing is GateStanding.NOT_JUDGED] == [
        "The recipe switched this gate off"
    ] * 6
    assert len(found) == len(GATES)


@pytest.mark.parametrize(
    ("area", "leaks", "expected"),
    [
        (0.7, (), GateStanding.PASSED),
        (0.8503, (), GateStanding.PASSED),
        (0.86, (), GateStanding.NOT_PASSED),
        (0.7, ("One column tells too much.",), GateStanding.NOT_PASSED),
        (float("nan"), (), GateStanding.NOT_JUDGED),
        (float("nan"), ("One column tells too much.",), GateStanding.NOT_PASSED),
    ],
)
def test_a_leak_is_looked_for_where_anything_could_be_measured(
    whole: Comparison, area: float, leaks: tuple[str, ...], expected: GateStanding
) -> None:
    """An AUC that is not a number passes nothing; a sign of a leak counts all the same."""
    chosen = whole["lightgbm_monotone"]
    interval = replace(chosen.measured.values["auc"], value=area)
    measured = replace(chosen.measured, values={**chosen.measured.values, "auc": interval})
    found = standings(judge(replace(chosen, measured=measured), whole, None, leaks, held=HELD, settings=Gates()))
    assert found["no_leak"] is expected
    if np.isnan(area):
        assert found["better_than_matrix"] is GateStanding.NOT_JUDGED


@pytest.mark.parametrize(("below", "expected"), [(0.0004, GateStanding.PASSED), (0.0011, GateStanding.NOT_PASSED)])
def test_no_gate_calls_one_of_two_figures_worse_that_are_printed_alike(
    whole: Comparison, below: float, expected: GateStanding
) -> None:
    """An AUC lower than the matrix's in the fourth place stands as its equal in the sentence, and so it is judged."""
    chosen = whole["lightgbm_monotone"]
    interval = replace(chosen.measured.values["auc"], value=0.75 - below)
    mine = replace(chosen.measured, values={**chosen.measured.values, "auc": interval})
    matrix = whole["matrix"]
    theirs = replace(matrix.measured.values["auc"], value=0.75)
    held = replace(matrix, measured=replace(matrix.measured, values={**matrix.measured.values, "auc": theirs}))
    both = replace(whole, contenders=tuple(held if c.name == "matrix" else c for c in whole.contenders))
    found = judge(replace(chosen, measured=mine), both, None, (), held=HELD, settings=Gates())
    gate = next(gate for gate in found if gate.name == "better_than_matrix")
    assert gate.standing is expected
    assert gate.text == f"AUC {0.75 - below:.3f}, the matrix 0.750"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((("sex", "precision", Verdict.NO_DISPARITY),), GateStanding.PASSED),
        ((("sex", "precision", Verdict.DISPARITY),), GateStanding.NOT_PASSED),
        ((("sex", "precision", Verdict.NOT_ENOUGH), ("age", "auc", Verdict.NOT_ENOUGH)), GateStanding.NOT_JUDGED),
        ((("sex", "precision", Verdict.NOT_ENOUGH), ("age", "auc", Verdict.NO_DISPARITY)), GateStanding.PASSED),
        ((), GateStanding.NOT_JUDGED),
    ],
)
def test_an_audit_without_enough_evidence_anywhere_judges_nothing(
    whole: Comparison, verdicts: tuple[tuple[str, str, Verdict], ...], expected: GateStanding
) -> None:
    """One comparison with enough evidence is judged; none is not a pass."""
    found = judge(whole["lightgbm_monotone"], whole, audit(*verdicts), (), held=HELD, settings=Gates())
    assert standings(found)["no_new_disparity"] is expected


@pytest.mark.parametrize(
    ("measures", "said"), [(("auc",), "has 1 disparity that"), (("auc", "precision"), "has 2 disparities that")]
)
def test_disparities_that_are_left_to_people_are_counted(
    whole: Comparison, measures: tuple[str, ...], said: str
) -> None:
    """Groups by what is recorded do not fail the gate, and its text says how many differ there."""
    found = [("sex", "auc", Verdict.NO_DISPARITY), *(("roles", name, Verdict.DISPARITY) for name in measures)]
    gate = judge(whole["lightgbm_monotone"], whole, audit(*found), (), held=HELD, settings=Gates())[-1]
    assert gate.standing is GateStanding.PASSED
    assert said in gate.text


def test_the_gates_file_comes_back_as_it_was_written(whole: Comparison, tmp_path: Path) -> None:
    """Figures and bounds to the last digit; the same gates give the same bytes."""
    file = GatesFile(
        bundle="a" * 64, gates=judge(whole["lightgbm_monotone"], whole, None, (), held=HELD, settings=Gates())
    )
    (tmp_path / "gates.json").write_bytes(gates_json(file))
    assert read_gates(tmp_path / "gates.json") == (file, gates_json(file))
    assert all(gate.figure is not None for gate in file.gates if gate.standing is not GateStanding.NOT_JUDGED)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "plain file of JSON"),
        (b"[]", "not one that a run writes"),
        (b'{"format": 1, "bundle": "x", "gates": []}', "bundle"),
        (to_json({"format": 1, "bundle": "a" * 64, "gates": []}), "every gate must be listed"),
        (to_json({"format": 2, "bundle": "a" * 64, "gates": []}), "format"),
        (b'{"bundle": "a", "bundle": "b"}', "plain file of JSON"),
        (b" " * 2_000_000, "plain file of JSON"),
    ],
    ids=["empty", "a list", "no hash", "no gates", "another format", "a key twice", "too large"],
)
def test_a_gates_file_that_no_run_writes_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """Whatever it holds: one error with the step to take."""
    (tmp_path / "gates.json").write_bytes(content)
    with pytest.raises(BundleError, match=said):
        read_gates(tmp_path / "gates.json")


def test_no_gate_is_listed_twice_and_none_is_left_out(tmp_path: Path) -> None:
    """Two lines of one gate could say two things; a gate that is not there stops nobody."""
    gates = all_passed()
    for wrong in ((*gates, gates[0]), gates[1:]):
        with pytest.raises(ValueError, match=r"listed"):
            GatesFile(bundle="a" * 64, gates=wrong)


VERDICTS = st.sampled_from(list(Verdict))
COMPARISONS = st.dictionaries(
    st.tuples(st.sampled_from(["sex", "ethnicity", "roles"]), st.sampled_from([*COMPARED, "calibration_error"])),
    VERDICTS,
    min_size=1,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(found=COMPARISONS)
def test_the_gate_of_disparities_counts_what_the_audit_shows(
    whole: Comparison, found: dict[tuple[str, str], Verdict]
) -> None:
    """It is passed exactly where its sentence names none, and every disparity of the model alone stands in it."""
    gate = judge(
        whole["lightgbm_monotone"], whole, audit(*((*key, verdict) for key, verdict in found.items())), (),
        held=HELD, settings=Gates(),
    )[-1]  # fmt: skip
    new = [key for key, verdict in found.items() if verdict is Verdict.DISPARITY]
    inside = [key for key in new if key[0] != "roles" and key[1] in COMPARED]
    if gate.standing is GateStanding.NOT_JUDGED:
        assert not inside
        return
    assert (gate.standing is GateStanding.PASSED) is gate.text.startswith("None found") is (not inside)
    elsewhere = len(new) - len(inside)
    said = "there too none was found" if not elsewhere else f"there the model has {elsewhere} disparit"
    assert said in gate.text
