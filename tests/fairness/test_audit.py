"""The audit finds what was planted, nothing where nothing was, and says when it cannot tell."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
from sklearn.metrics import precision_score

from matac_ml.errors import UsageError
from matac_ml.evaluation import PersonBootstrap
from matac_ml.facts import AuditFacts, Verdict
from matac_ml.fairness import Instrument, audit
from matac_ml.fairness.chance import holm
from matac_ml.fairness.cuts import Cut, share_above
from matac_ml.fairness.measures import BY_NAME, COUNTS, MEASURES


def made_up(
    *, people: int = 3000, cycles: int = 4, seed: int = 0, bias: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, pd.DataFrame]:
    """Outcome, score, person and cycle of every row, and one attribute in three groups; ``bias`` lowers b's scores."""
    rng = np.random.default_rng(seed)
    level = rng.normal(size=people)
    group = rng.choice(["a", "b", "c"], size=people, p=[0.6, 0.3, 0.1])
    person = np.repeat(np.arange(people), cycles)
    y = (rng.random(people * cycles) < 1 / (1 + np.exp(1.5 - level[person]))).astype(float)
    score = level[person] + rng.normal(size=len(person)) - bias * (group[person] == "b")
    return y, score, person, np.tile(np.arange(cycles), people), pd.DataFrame({"group": group})


def audited(bias: float = 0.0, *, seed: int = 0, k: int = 150, resamples: int = 100) -> AuditFacts:
    """An audit of one made-up instrument."""
    y, score, person, cycle, groups = made_up(seed=seed, bias=bias)
    one = Instrument("model", "Model", score, 1 / (1 + np.exp(-score)))
    return audit(
        (one,), outcome=y, person=person, cycle=cycle, groups=groups, k=k, resamples=resamples, permutations=400
    )


def test_group_measures_equal_fairlearn() -> None:
    """Selected share, false negative rate, false positive rate and precision are fairlearn's, to twelve decimals."""
    y, score, person, cycle, groups = made_up()
    facts = audit(
        (Instrument("model", "Model", score),), outcome=y, person=person, cycle=cycle, groups=groups, k=150,
        resamples=20, permutations=20,
    )  # fmt: skip
    chosen = np.zeros_like(y)
    for one in range(4):
        rows = np.flatnonzero(cycle == one)
        chosen[rows[np.argsort(-score[rows])[:150]]] = 1
    frame = MetricFrame(
        metrics={
            "selected_share": selection_rate,
            "false_negative_rate": false_negative_rate,
            "false_positive_rate": false_positive_rate,
            "precision": precision_score,
        },
        y_true=y,
        y_pred=chosen,
        sensitive_features=groups["group"].to_numpy()[person],
    )
    for group in facts["model"].attributes[0].groups:
        for name, value in frame.by_group.loc[group.group].items():
            assert group.measures[str(name)].value == pytest.approx(value, abs=1e-12)


def test_a_planted_bias_is_found() -> None:
    """Lowering one group's scores ends in the verdict *disparity* for its share of the lists."""
    gaps = {gap.measure: gap for gap in audited(bias=1.0)["model"].attributes[0].gaps}
    assert gaps["selected_share"].verdict is Verdict.DISPARITY
    assert gaps["selected_share"].lowest == "b"
    assert gaps["false_negative_rate"].verdict is Verdict.DISPARITY


def test_groups_made_by_chance_give_few_alarms() -> None:
    """Over twelve audits of groups without any difference, at most two end in a disparity."""
    alarms = sum(Verdict.DISPARITY in {g.verdict for g in audited(seed=s, resamples=2)["model"].attributes[0].gaps}
                 for s in range(1, 13))  # fmt: skip
    assert alarms <= 2


def test_a_group_of_three_is_not_enough_evidence() -> None:
    """Three people without an outcome are named as too small, have no interval, and cannot make or hide a disparity."""
    y, score, person, cycle, groups = made_up()
    groups["tiny"] = "everybody else"
    groups.loc[:2, "tiny"] = "three people"
    y[np.isin(person, [0, 1, 2])] = 0
    facts = audit(
        (Instrument("model", "Model", score),), outcome=y, person=person, cycle=cycle, groups=groups[["tiny"]], k=150,
        resamples=20, permutations=50,
    )  # fmt: skip
    attribute = facts["model"].attributes[0]
    assert {gap.verdict for gap in attribute.gaps} == {Verdict.NOT_ENOUGH}
    three = next(g for g in attribute.groups if g.group == "three people")
    assert three.measures["false_negative_rate"].low is None


def test_the_same_seed_gives_the_same_facts() -> None:
    """Two audits of the same scores are byte-identical."""
    assert audited().model_dump_json() == audited().model_dump_json()


def test_who_enters_and_who_leaves_adds_up() -> None:
    """As many places are entered as are left, over the groups of every attribute."""
    y, score, person, cycle, groups = made_up()
    two = (Instrument("matrix", "Matrix", np.round(score)), Instrument("model", "Model", score))
    facts = audit(two, outcome=y, person=person, cycle=cycle, groups=groups, k=50, resamples=10, permutations=10)
    swap = facts.swap[0]
    assert sum(swap.entering.values()) == pytest.approx(sum(swap.leaving.values()))
    assert sum(swap.entering.values()) > 0


def test_a_missing_group_is_refused() -> None:
    """*Not stated* must be a group of its own; a hole is an error that names the attribute."""
    y, score, person, cycle, groups = made_up(people=50)
    groups.loc[3, "group"] = None
    with pytest.raises(UsageError, match="group: a group is missing"):
        audit((Instrument("model", "Model", score),), outcome=y, person=person, cycle=cycle, groups=groups, k=5)


def test_holm_never_lowers_a_p_value() -> None:
    """Adjusted p-values keep the order and are at least as large."""
    raw = [0.001, 0.2, 0.04, 0.04]
    adjusted = holm(raw)
    assert all(a >= p for a, p in zip(adjusted, raw, strict=True))
    assert adjusted[0] == pytest.approx(0.004)


def test_none_of_a_few_is_not_none_of_all() -> None:
    """A group of sixty of whom nobody is on a list has an interval that reaches above zero."""
    y, score, person, cycle, groups = made_up()
    groups["some"] = np.where(groups.index < 60, "sixty", "others")
    score[person < 60] = -9
    facts = audit(
        (Instrument("model", "Model", score),), outcome=y, person=person, cycle=cycle, groups=groups[["some"]], k=50,
        resamples=20, permutations=20,
    )  # fmt: skip
    sixty = next(g for g in facts["model"].attributes[0].groups if g.group == "sixty")
    share = sixty.measures["selected_share"]
    assert share.value == 0
    assert share.high is not None
    assert share.high > 0.01


def test_nothing_found_is_said_only_where_a_gap_that_matters_would_have_been_noticed() -> None:
    """Few people: a score that differs by half would go unnoticed, and *no disparity found* is not said of it."""
    y, score, person, cycle, groups = made_up(people=150)
    probability = 1 / (1 + np.exp(-score))
    few = audit(
        (Instrument("model", "Model", probability, probability),), outcome=y, person=person, cycle=cycle,
        groups=groups, k=20, resamples=20, permutations=400,
    )  # fmt: skip
    many = audited()
    gaps = [
        gap
        for facts in (few, many)
        for instrument in facts.instruments
        for a in instrument.attributes
        for gap in a.gaps
    ]
    nothing = [gap for gap in gaps if gap.verdict is Verdict.NO_DISPARITY]
    assert nothing
    for gap in nothing:
        assert gap.detectable is not None
        assert gap.largest_detectable is not None
        assert gap.detectable <= gap.largest_detectable
    verdicts = {gap.measure: gap.verdict for gap in few["model"].attributes[0].gaps}
    assert verdicts["calibration_in_the_large"] is Verdict.NOT_ENOUGH
    assert {gap.measure: gap.verdict for gap in many["model"].attributes[0].gaps}["auc"] is Verdict.NO_DISPARITY


@pytest.mark.parametrize(
    ("measure", "overall", "largest"),
    [
        ("mean_score", 0.12, 0.06),
        ("selected_share", 0.004, 0.004),
        ("precision", 0.84, 0.2),
        ("false_negative_rate", 0.95, 0.05),
        ("brier", 0.3, np.inf),
        ("base_rate", 0.12, 0.06),
        ("false_positive_rate", 0.02, 0.02),
        ("calibration_in_the_large", 0.01, 0.05),
        ("calibration_error", 0.01, 0.05),
        ("rank_displacement", 0.0, 0.1),
        ("auc", 0.7, 0.1),
        ("calibration_slope", 1.1, 0.5),
        ("mean_place", 0.4, 0.1),
    ],
)
def test_the_largest_gap_that_may_go_unnoticed(measure: str, overall: float, largest: float) -> None:
    """A share of everybody's value, or so much in its own unit, and never more than failing a group altogether."""
    assert BY_NAME[measure].largest_unnoticed(overall) == pytest.approx(largest)


def test_a_verdict_names_its_gap_and_the_groups_about_which_nothing_is_known() -> None:
    """The gap is between the highest and the lowest group; a sentence about nobody is not added."""
    y, score, person, cycle, groups = made_up()
    groups = groups.assign(group=np.where(np.arange(len(groups)) < 12, "twelve", groups["group"]))
    model = Instrument("model", "Model", score)
    common: dict[str, Any] = {"outcome": y, "person": person, "cycle": cycle, "k": 50, "resamples": 10}
    (with_few,) = audit((model,), groups=groups, **common).instruments
    (without,) = audit((model,), groups=made_up()[4], **common).instruments
    seen = 0
    for instrument in (with_few, without):
        (attribute,) = instrument.attributes
        value = {group.group: group.measures for group in attribute.groups}
        for gap in attribute.gaps:
            if gap.verdict is Verdict.NOT_ENOUGH:
                continue
            values = [value[name][gap.measure].value or 0.0 for name in gap.groups]
            assert gap.gap == pytest.approx(max(values) - min(values), abs=1e-9)
            unknown = f"Not enough evidence about {', '.join(gap.too_small)}."
            assert gap.text.endswith(unknown) if gap.too_small else "Not enough evidence" not in gap.text
            seen += bool(gap.too_small)
    assert seen


def test_another_cut_is_audited_by_the_measures_of_a_cut_alone() -> None:
    """What does not depend on where the list ends is audited once; who enters and leaves is told of the first cut."""
    y, score, person, cycle, groups = made_up(people=300)
    two = (Instrument("matrix", "Matrix", np.round(score)), Instrument("model", "Model", score + 0.5 * (person % 3)))
    common: dict[str, Any] = {"outcome": y, "person": person, "cycle": cycle, "groups": groups, "k": 30}
    alone, both = audit(two, resamples=9, **common), audit(two, resamples=9, other_cuts=(Cut(places=5),), **common)
    assert both.swap == alone.swap
    for instrument in both.other_cuts:
        (attribute,) = instrument.attributes
        measured = {name for group in attribute.groups for name in group.measures}
        assert {gap.measure for gap in attribute.gaps} <= measured
        assert measured == {m.name for m in MEASURES if m.cells and m.cells <= set(COUNTS)}


@pytest.mark.parametrize("given", [{}, {"places": 3, "threshold": 0.5}, {"places": 0}, {"places": -1}])
def test_a_cut_is_places_or_a_threshold(given: dict[str, float]) -> None:
    """One of both, and at least one place."""
    with pytest.raises(UsageError, match="A cut must be places"):
        Cut(**given)  # type: ignore[arg-type]


def test_a_probability_of_nothing_or_of_certainty_is_one() -> None:
    """0 and 1 are probabilities."""
    y, score, person, cycle, groups = made_up(people=60)
    p = np.where(np.arange(len(y)) % 2, 0.0, 1.0)
    facts = audit(
        (Instrument("s", "S", score, p),), outcome=y, person=person, cycle=cycle, groups=groups, k=5, resamples=5,
        permutations=5,
    )  # fmt: skip
    assert facts.rows == len(y)


def test_what_cannot_be_audited_is_refused_with_every_count() -> None:
    """Outcomes other than 0 and 1, scores that are no numbers, probabilities outside 0 to 1, and codes below 0."""
    n = 60
    score, p, y = np.zeros(n), np.full(n, 0.5), np.zeros(n)
    score[:2], p[:3], y[:4] = np.nan, 1.7, 2
    person = np.arange(n)
    person[0] = -1
    with pytest.raises(UsageError) as refused:
        audit(
            (Instrument("s", "S", score, p),), outcome=y, person=person, cycle=np.zeros(n, np.int64),
            groups=pd.DataFrame({"sex": ["f", "m"] * 30}), k=5,
        )  # fmt: skip
    for said in ("outcome: 4 values", "s: 2 scores", "s: 3 probabilities", "codes from 0"):
        assert said in str(refused.value)


def test_an_audit_counts_rows_people_and_moves_of_a_list() -> None:
    """Four rows each of 3,000 people; against the matrix, what one group gains in places of the list others lose."""
    y, score, person, cycle, groups = made_up()
    two = (Instrument("matrix", "Matrix", np.round(score)), Instrument("model", "Model", score + 0.5 * (person % 3)))
    facts = audit(two, outcome=y, person=person, cycle=cycle, groups=groups, k=50, resamples=10, permutations=10)
    assert (facts.rows, facts.people) == (12_000, 3000)
    matrix, model = (facts[name].attributes[0].groups for name in ("matrix", "model"))
    assert all("rank_displacement" not in group.measures for group in matrix)
    moved = share_above(two[0].score, cycle) - share_above(two[1].score, cycle)
    of_row = groups["group"].to_numpy()[person]
    for group in model:
        expected = moved[of_row == group.group].mean()
        assert group.measures["rank_displacement"].value == pytest.approx(expected, abs=1e-12)
    assert sum(group.people for group in model) == 3000


def test_somebody_whose_group_changes_is_one_person() -> None:
    """Two rows of groups, one person: counted once."""
    y, score, person, cycle, groups = made_up(people=200)
    same = np.arange(200) // 2
    facts = audit(
        (Instrument("model", "Model", score),), outcome=y, person=person, cycle=cycle, groups=groups, k=20,
        resamples=10, permutations=10, same=same,
    )  # fmt: skip
    assert facts.people == 100


def test_intervals_of_a_group_are_those_of_people_drawn_again() -> None:
    """The ends of a false negative rate are percentiles over tables with the drawn people's rows copied."""
    y, score, person, cycle, groups = made_up(people=300)
    facts = audit(
        (Instrument("model", "Model", score),), outcome=y, person=person, cycle=cycle, groups=groups, k=100,
        resamples=60, permutations=10, seed=5,
    )  # fmt: skip
    chosen = Cut(places=100).chosen(score, None, cycle)
    mine = (groups["group"] == "a").to_numpy()
    rates = []
    for drawn in PersonBootstrap(np.arange(300), resamples=60, seed=5).counts:
        rows = np.repeat(np.arange(len(person)), drawn[person] * mine[person])
        rates.append(1 - chosen[rows] @ y[rows] / y[rows].sum())
    found = next(g for g in facts["model"].attributes[0].groups if g.group == "a").measures["false_negative_rate"]
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(rates, [0.025, 0.975])), abs=0.03)
