"""What a board reads is true of the figures beside it, and rounding leaves the figures that decide."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from features import CATALOGUE
from matac_ml.bundle import load_bundle
from matac_ml.facts import (
    AttributeFacts,
    ContenderFacts,
    CurvePoint,
    Estimate,
    FeatureFacts,
    GapFacts,
    GateFacts,
    GateStanding,
    GroupFacts,
    RunFacts,
    Verdict,
)
from matac_ml.fairness.disclosure import Rounding
from matac_ml.fairness.performance import capacity_cells
from matac_ml.gates import Waiver
from matac_ml.page import as_html, as_markdown
from model_cards import PAPERS, write_paper
from model_cards.feature_names import named
from model_cards.figures import period
from model_cards.groups import gap_sentence
from model_cards.paired import paired_differences
from model_cards.performance import performance, told_apart
from model_cards.published import published
from model_cards.verdicts import against_matrix, calibration, promotion

PAIRS = 240


@pytest.fixture(scope="module")
def facts(small_run: Path) -> RunFacts:
    """The facts of the small run."""
    found = load_bundle(small_run / "one" / "bundle").facts
    assert found is not None
    return found


def text_of(paper: str, facts: RunFacts) -> str:
    """A paper as Markdown, without the table of versions at its end."""
    return as_markdown(write_paper(paper, facts, None)).split("## Versions")[0]


def changed(facts: RunFacts, **new: object) -> RunFacts:
    """The run with another chosen contender."""
    chosen = facts[facts.chosen].model_copy(update=new)
    rest = tuple(one for one in facts.contenders if one.name != facts.chosen)
    return facts.model_copy(update={"contenders": (*rest, chosen)})


@pytest.mark.parametrize("people", [1000, 1500, 2800, 13_000])
@pytest.mark.parametrize(
    ("measure", "gap"),
    [
        ("auc", Estimate(value=0.028, low=0.018, high=0.034)),
        ("brier", Estimate(value=-0.004, low=-0.006, high=-0.0021)),
    ],
)
def test_a_board_of_a_small_force_sees_whether_the_model_beats_the_matrix(
    facts: RunFacts, people: int, measure: str, gap: Estimate
) -> None:
    """A difference that can be told from chance can be told from the printed figures, with a thousand people too."""
    exact = facts["matrix"].measures[measure].value or 0.0
    mine = Estimate(value=exact + (gap.value or 0), low=exact - 0.02, high=exact + 0.05)
    run = changed(
        facts,
        measures=facts[facts.chosen].measures | {measure: mine},
        against_matrix=facts[facts.chosen].against_matrix | {measure: gap},
    )
    run = run.model_copy(update={"split": run.split.model_copy(update={"people": run.split.people | {"test": people}})})
    done = published(run)
    model, matrix = performance(done[done.chosen]), performance(done["matrix"])
    assert told_apart(model, matrix, measure)
    shown, theirs = model.estimate(measure).value, matrix.estimate(measure).value
    assert shown is not None
    assert theirs is not None
    assert model.difference(measure, matrix).value == pytest.approx(shown - theirs)


def _differences(people: int, seed: int) -> tuple[bool, list[dict[str, Estimate]], list[dict[str, Estimate]]]:
    """Whether a person had the outcome, and every model's differences from the matrix with and without the person."""
    rng = np.random.default_rng(seed)
    outcome = (rng.random(people) < 0.15).astype(float)
    outcome[0] = seed % 2
    signal = rng.normal(size=people) + 1.1 * outcome
    scores = [signal + 0.3 * (i + 1) * rng.normal(size=people) for i in range(5)]
    versions = []
    for kept in (slice(None), slice(1, None)):
        each = [_measures(outcome[kept], score[kept]) for score in scores]
        versions.append(
            [{name: Estimate(value=one[name] - each[0][name]) for name in ("auc", "brier")} for one in each[1:]]
        )
    return bool(outcome[0]), versions[0], versions[1]


def _measures(outcome: np.ndarray, score: np.ndarray) -> dict[str, float]:
    positive = outcome.sum()
    ranks = rankdata(score)[outcome == 1].sum() - positive * (positive + 1) / 2
    chance = 1 / (1 + np.exp(1.73 - 0.9 * (score - score.mean())))
    return {
        "auc": ranks / (positive * (len(outcome) - positive)),
        "brier": float(((chance - outcome) ** 2).mean()),
    }


def _attack(measure: str, people: int, *, exact: bool) -> tuple[float, float]:
    """How often whoever moves the differences most had the outcome, and how often anybody has."""
    moved = []
    for seed in range(PAIRS):
        truth, *versions = _differences(people, seed)
        if not exact:
            versions = [
                [paired_differences(Rounding(f"{seed} {i}"), one, people=people) for one in version]
                for i, version in enumerate(versions)
            ]
        falls = [abs((a[measure].value or 0) - (b[measure].value or 0)) for a, b in zip(*versions, strict=True)]
        moved.append((sum(falls), seed * 7919 % 1000, truth))
    with_it = sum(truth for *_, truth in moved)
    return sum(truth for *_, truth in sorted(moved)[-with_it:]) / with_it, with_it / PAIRS


@pytest.mark.parametrize("measure", ["auc", "brier"])
@pytest.mark.parametrize("people", [400, 1500])
def test_printed_differences_do_not_say_what_was_recorded_of_a_removed_person(measure: str, people: int) -> None:
    """Four models' differences of two versions, subtracted: whoever moves them most is hardly likelier to be one."""
    right, blind = _attack(measure, people, exact=False)
    assert right < blind + 3 * (blind * (1 - blind) / (PAIRS * blind)) ** 0.5 + 0.03


@pytest.mark.parametrize("measure", ["auc", "brier"])
def test_exact_differences_would_say_it(measure: str) -> None:
    """The attack is worth passing."""
    right, blind = _attack(measure, 400, exact=True)
    assert right > blind + 0.2


@pytest.mark.parametrize("people", [200, 900, 5000])
def test_points_of_a_calibration_curve_keep_their_order(facts: RunFacts, people: int) -> None:
    """Groups of rising probability are printed with rising probability, whatever their sizes."""
    points = tuple(
        CurvePoint(rows=400 + 97 * (i % 3), predicted=0.05 + 0.004 * i, observed=0.3, low=0.28, high=0.32)
        for i in range(12)
    )
    run = changed(facts, calibration=points)
    run = run.model_copy(update={"split": run.split.model_copy(update={"people": run.split.people | {"test": people}})})
    printed = [point.predicted for point in published(run)[facts.chosen].calibration]
    assert len(printed) == len(points)
    assert printed == sorted(printed)


@pytest.mark.parametrize(
    ("text", "figure", "bound", "said"),
    [
        ("AUC 0.7849, the matrix 0.7851", 0.7849, 0.7851, True),
        ("AUC 0.8504; suspected above 0.85; other signs: 0", 0.8504, 0.85, True),
        ("AUC 0.7000, the matrix 0.8000", 0.7, 0.8, False),
        ("AUC 0.7850, the matrix 0.7850", 0.785, 0.785, False),
    ],
)
def test_a_gate_whose_figures_became_equal_says_that_they_are_not(
    facts: RunFacts, text: str, figure: float, bound: float, said: bool
) -> None:
    """No gate fails, or holds, beside two equal figures without a word."""
    gate = GateFacts(
        name="better_than_matrix", title="AUC", standing=GateStanding.NOT_PASSED, text=text, figure=figure, bound=bound
    )
    printed = published(facts.model_copy(update={"gates": (gate,)})).gates[0].text
    equal = printed.endswith("they differ by less than these figures show")
    assert equal is said or (said and "0.780" in printed) or (said and "0.860" in printed)


@pytest.mark.parametrize("people", [60, 300, 2800])
@pytest.mark.parametrize("measure", ["precision_at_k", "auc", "brier"])
@pytest.mark.parametrize(
    ("low", "high"),
    [(-0.456, -0.049), (0.0002, 0.004), (-0.03, -0.0001), (-0.02, 0.03), (-0.0003, 0.0004), (0.0, 0.01)],
)
def test_rounding_changes_no_verdict_on_model_and_matrix(
    facts: RunFacts, people: int, measure: str, low: float, high: float
) -> None:
    """Told from chance in the exact figures, told in print, whatever the step; the interval and the sentence agree."""
    gap = Estimate(value=(low + high) / 2, low=low, high=high)
    run = changed(facts, against_matrix=facts[facts.chosen].against_matrix | {measure: gap})
    run = run.model_copy(update={"split": run.split.model_copy(update={"people": run.split.people | {"test": people}})})
    done = published(run)
    model, matrix = performance(done[done.chosen]), performance(done["matrix"])
    apart = low > 0 or high < 0
    assert told_apart(model, matrix, measure) is apart
    place = ("precision_at_k", "auc", "brier").index(measure)
    line = against_matrix(done)[place]
    assert ("can be told from chance" in line) is not apart
    if apart:
        better = (low > 0) is (measure != "brier")
        assert ("the model is better" in line) is better
        assert "(0.0" not in line or low > 0.01
        assert "to 0.0" not in line.split(";")[0]


def _gap(**new: object) -> GapFacts:
    gap = {"measure": "selected_share", "groups": ("a", "b"), "gap": 0.1, "detectable": 0.007, "text": "x",
           "verdict": Verdict.NO_DISPARITY}  # fmt: skip
    return GapFacts.model_validate(gap | new)


@pytest.mark.parametrize(
    ("gap", "said", "unsaid"),
    [
        (_gap(), "no disparity found. A difference of 7.0 per 1,000", "Nothing"),
        (_gap(too_small=("Asian", "Black")), "no disparity found among the groups with enough data", "most"),
        (_gap(too_small=("Asian", "Black")), "Nothing can be said about: Asian; Black.", "most"),
        (_gap(too_small=tuple("cdefgh")), "Nothing can be said about 6 other groups.", "most of the groups"),
        (_gap(verdict=Verdict.NOT_ENOUGH), "too little data to say", "found"),
    ],
)
def test_no_disparity_is_said_only_of_groups_that_could_be_compared(gap: GapFacts, said: str, unsaid: str) -> None:
    """Groups about which nothing can be said are named, or counted, beside the verdict."""
    sentence = gap_sentence(gap, AttributeFacts(attribute="sex", title="Sex", groups=(), gaps=()))
    assert said in sentence
    assert unsaid not in sentence


def test_a_difference_in_other_measures_is_not_passed_over(facts: RunFacts) -> None:
    """A mean score that differs by sex is counted in the first paragraph, which does not speak of the rest as even."""
    assert facts.audit is not None
    model = facts.audit.instruments[-1]
    sex = next(a for a in model.attributes if a.attribute == "sex")
    gap = next(g for g in sex.gaps if g.measure == "mean_score").model_copy(
        update={"verdict": Verdict.DISPARITY, "group": sex.groups[0].group}
    )
    sex = sex.model_copy(update={"gaps": (gap,)})
    audit = facts.audit.model_copy(update={"instruments": (model.model_copy(update={"attributes": (sex,)}),)})
    document = write_paper("bias-report", facts.model_copy(update={"audit": audit}), None)
    assert "1 difference was found in other measures" in as_markdown(document.box)


@pytest.mark.parametrize(
    ("intercept", "slope", "said"),
    [
        ((0.05, 0.2), (0.9, 1.1), "probabilities are too low"),
        ((-0.3, -0.1), (0.9, 1.1), "probabilities are too high"),
        ((-0.1, 0.1), (0.4, 0.7), "too far from the average"),
        ((-0.1, 0.1), (1.1, 1.4), "too close to the average"),
        ((-0.1, 0.1), (0.9, 1.1), "No difference"),
        ((None, None), (None, None), "Too little was recorded"),
    ],
)
def test_the_card_says_whether_probabilities_are_right(
    facts: RunFacts, intercept: tuple[float | None, float | None], slope: tuple[float | None, float | None], said: str
) -> None:
    """From the printed intervals of intercept and slope, in words first."""
    found = {
        f"calibration_{name}": Estimate(value=low, low=low, high=high)
        for name, (low, high) in (("intercept", intercept), ("slope", slope))
    }
    lines = calibration(changed(facts, measures=facts[facts.chosen].measures | found))
    assert said in lines[0]
    assert "Are its probabilities right?" in text_of("model-card", facts)


@pytest.mark.parametrize("places", [30, 60, 90, 120])
def test_precision_at_capacity_follows_from_the_cells_beside_it(places: int) -> None:
    """Whoever divides finds the printed precision, to half a place."""
    for hits in range(places + 1):
        cells = capacity_cells(hits, places, 1000, 9000)
        if cells.true_positive.value is not None and cells.false_positive.value is not None:
            whole = cells.true_positive.value + cells.false_positive.value
            assert whole == places
            assert cells.precision == pytest.approx(cells.true_positive.value / whole, abs=0.5 / places + 1e-9)


def test_papers_call_it_the_model_and_name_its_type_once(facts: RunFacts) -> None:
    """A board compares the model with the matrix; what kind it is stands in the record and among the versions."""
    label = facts[facts.chosen].label
    assert label not in text_of("model-card", facts)
    assert label in text_of("atrs", facts)
    assert published(facts).model_type == label


@pytest.mark.parametrize("paper", list(PAPERS))
def test_no_paper_has_a_gap_where_a_value_would_be(facts: RunFacts, paper: str) -> None:
    """Features are named by what they measure, days are written out, and no paper speaks of promotion."""
    text = text_of(paper, facts).split("## The recipe")[0]
    assert "..." not in text
    assert "{value}" not in text
    assert "promot" not in text


@pytest.mark.parametrize("feature", CATALOGUE, ids=lambda feature: feature.name)
def test_features_have_names_without_values(feature: object) -> None:
    """Every name begins with a capital letter, has no hole in it and ends without a mark."""
    text, unit = feature.sentence, feature.unit  # type: ignore[attr-defined]
    name = named(FeatureFacts(name="a", family="a", text=text, unit=unit, direction=0))
    assert name[0].isupper()
    assert "  " not in name
    assert "{" not in name
    assert name[-1] not in ".: "
    assert unit != "share" or " that were " in name


@pytest.mark.parametrize(
    ("days", "said"), [(365, "one year"), (730, "two years"), (182, "182 days"), (1460, "four years")]
)
def test_horizons_are_said_as_people_say_them(days: int, said: str) -> None:
    """In years where they are years."""
    assert period(days) == said


def test_groups_are_set_side_by_side_only_where_they_differ(facts: RunFacts) -> None:
    """Two recorded shares whose intervals overlap are not called highest and lowest."""
    assert facts.audit is not None
    one = facts.audit.instruments[0]

    def group(name: str, value: float, reach: float) -> GroupFacts:
        share = Estimate(value=value, low=value - reach, high=value + reach)
        rows = 2000 * len(facts.split.test)
        return GroupFacts(group=name, rows=rows, people=2000, outcomes=round(value * rows), selected=0.0,
                          measures={"base_rate": share})  # fmt: skip

    for reach, shown in ((0.01, True), (0.09, False)):
        attribute = one.attributes[0].model_copy(
            update={"attribute": "sex", "title": "Sex as recorded", "gaps": (),
                    "groups": (group("female", 0.2, reach), group("male", 0.3, reach))}
        )  # fmt: skip
        audit = facts.audit.model_copy(
            update={"instruments": (one.model_copy(update={"attributes": (attribute,)}),), "other_cuts": ()}
        )
        text = text_of("bias-report", facts.model_copy(update={"audit": audit}))
        assert ("the outcome was recorded for" in text) is shown


@pytest.mark.parametrize(("failed", "verb"), [(1, "does"), (2, "do")])
def test_a_gate_that_does_not_hold_needs_a_waiver_and_the_card_says_so(facts: RunFacts, failed: int, verb: str) -> None:
    """Not to be approved as it stands, with what was found."""
    gates = tuple(
        gate.model_copy(update={"standing": GateStanding.NOT_PASSED if i < failed else GateStanding.PASSED})
        for i, gate in enumerate(facts.gates)
    )
    lead, text = promotion(facts.model_copy(update={"gates": gates}))
    assert lead == "Not to be approved as it stands."
    assert text.startswith(f"{failed} of {len(gates)} gates {verb} not hold")
    assert "each needs a waiver by name, with a reason" in text


def test_the_card_and_the_index_show_the_waivers_that_are_asked_for(facts: RunFacts) -> None:
    """By the gate's title and with the reason, as text whatever it holds; nothing where none is asked for."""
    waiver = Waiver(facts.gates[0].name, "Minute 8: <b>looked into</b>.")
    for name in ("model-card", "index"):
        paper = write_paper(name, facts, waivers=[waiver])
        text = as_markdown(paper)
        assert f"**A waiver is asked for:** {facts.gates[0].title}. Reason: Minute 8:" in text
        assert "<b>looked" not in as_html(paper)
        assert "A waiver is asked for" not in as_markdown(write_paper(name, facts))


def test_contenders_keep_the_order_of_their_auc(facts: RunFacts) -> None:
    """Rounding turns no two models round."""
    exact = [(one.measures["auc"].value or 0.0, one.name) for one in _models(facts)]
    printed = {one.name: one.measures["auc"].value or 0.0 for one in published(facts).contenders}
    values = [printed[name] for _, name in sorted(exact)]
    assert values == sorted(values)


def _models(facts: RunFacts) -> list[ContenderFacts]:
    return [one for one in facts.contenders if one.name not in ("base_rate", "last_incident")]
