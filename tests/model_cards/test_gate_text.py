"""A gate's sentence says what the tables beside it say, whatever was measured."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matac_ml.bundle import load_bundle
from matac_ml.evaluation import Interval
from matac_ml.facts import ContenderFacts, Estimate, GateFacts, GateStanding, RunFacts
from model_cards import performance as printed_performance
from model_cards.published import published
from training.gates import MAY_BE_LOWER, no_worse

MEASURES = ("precision_at_k", "harm_at_k")
SHARE = st.floats(0.02, 0.98)
REACH = st.floats(0.0001, 0.4)


@pytest.fixture(scope="module")
def facts(small_run: Path) -> RunFacts:
    """The facts of the small run."""
    found = load_bundle(small_run / "one" / "bundle").facts
    assert found is not None
    return found


def _facts(facts: RunFacts, measure: str, mine: float, theirs: float, gap: Interval) -> RunFacts:
    """The run with other figures of one measure, and the gate that was judged by them."""
    gate = GateFacts(
        name="precision_at_capacity", title="No worse", standing=no_worse(gap, theirs), text="As measured",
        figure=gap.value, bound=-MAY_BE_LOWER * theirs, measure=measure,
    )  # fmt: skip

    def changed(contender: ContenderFacts) -> ContenderFacts:
        value = {facts.chosen: mine, "matrix": theirs}.get(contender.name)
        if value is None:
            return contender
        new: dict[str, object] = {"measures": contender.measures | {measure: Estimate(value=value)}}
        if contender.name == facts.chosen:
            new["against_matrix"] = contender.against_matrix | {measure: Estimate.of(gap)}
        return contender.model_copy(update=new)

    new = {"contenders": tuple(map(changed, facts.contenders)), "gates": (gate,), "audit": None}
    return facts.model_copy(update=new)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(measure=st.sampled_from(MEASURES), mine=SHARE, theirs=SHARE, below=REACH, above=REACH)
def test_a_sentence_never_contradicts_the_table(
    facts: RunFacts, measure: str, mine: float, theirs: float, below: float, above: float
) -> None:
    """Its figures are the table's to the letter, and what it says of them follows from the printed interval."""
    gap = Interval(mine - theirs, mine - theirs - below, mine - theirs + above)
    run = published(_facts(facts, measure, mine, theirs, gap))
    text, standing = run.gates[0].text, run.gates[0].standing
    table = printed_performance.differences(run)
    assert table is not None
    row = next(row for row in table.rows if row[0] == run[run.chosen].label)
    column = table.head.index(printed_performance.BY_NAME[measure].title)
    assert row[column] in text
    worse = "by more than chance explains" in text
    assert worse is (standing is GateStanding.NOT_PASSED)
    difference = run[run.chosen].against_matrix[measure]
    assert difference.high is not None
    assert worse is (difference.high < 0)
    if "lower on these lists" in text and "not lower" not in text:
        assert row[column].startswith("-")
    if "not lower" in text:
        assert not row[column].startswith("-")


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (Interval(-0.13, -0.25, -0.01), GateStanding.NOT_PASSED),
        (Interval(-0.13, -0.27, 0.01), GateStanding.NOT_JUDGED),
        (Interval(-0.02, -0.06, 0.02), GateStanding.PASSED),
        (Interval(0.0, -0.2, 0.2), GateStanding.PASSED),
        (Interval(0.05, -0.2, 0.3), GateStanding.PASSED),
    ],
)
def test_few_lists_pass_no_model_that_was_measured_lower(gap: Interval, expected: GateStanding) -> None:
    """Beside a precision of .70: worse beyond chance fails; lower and wide is not judged."""
    assert no_worse(gap, 0.7) is expected
