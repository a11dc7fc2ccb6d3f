"""The words of a reason follow the sign of what it added: raises, lowers, or neither."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import CATALOGUE
from matac_ml.api.explanation import FamilyReasons
from matac_ml.asof import PersonView, person_file_from_records
from matac_ml.asof.weights import HarmTable
from matac_ml.errors import InvariantError
from matac_ml.explain.context import plan_families
from matac_ml.explain.evidence import EvidenceIndex, evidence_groups
from matac_ml.explain.forward import FORWARD_DAYS
from matac_ml.explain.model_score import SMALLEST, check_total, reasons_by_family
from matac_ml.practice import CYCLE_DAYS, HORIZON_DAYS
from matac_ml.rfg import load_policy
from matac_ml.spec import Family, Feature
from matac_ml.wording import strength

DAY = date(2025, 6, 1)
FREQUENCY = [feature for feature in CATALOGUE if feature.family is Family.FREQUENCY][:3]
GRAVITY = [feature for feature in CATALOGUE if feature.family is Family.GRAVITY][:1]
FEATURES = (*FREQUENCY, *GRAVITY)
log_odds = st.floats(-3, 3) | st.sampled_from([0.0, SMALLEST, -SMALLEST, SMALLEST / 2, -SMALLEST / 2])


def evidence_of(features: tuple[Feature, ...], *crimes: bool) -> EvidenceIndex:
    """The incidents of A, the suspect of one a day before DAY and one for each day before that."""
    happened = [DAY - timedelta(days=1 + i) for i in range(len(crimes))]
    tables: dict[str, list[dict[str, object]]] = {
        "incidents": [
            {"incident_id": f"I{i}", "occurred_on": day, "recorded_on": day, "is_crime": crime}
            for i, (day, crime) in enumerate(zip(happened, crimes, strict=True))
        ],
        "involvements": [
            {"incident_id": f"I{i}", "person_id": who, "role": role}
            for i in range(len(crimes))
            for who, role in (("A", "suspect"), ("B", "victim"))
        ],
    }
    view = PersonView(person_file_from_records(tables, "A"), DAY, harm=HarmTable(load_policy().harm_index))
    return EvidenceIndex(view, evidence_groups(features, lookback_days=1095))


BEHIND = evidence_of(FEATURES, True)


def families(parts: list[float]) -> tuple[FamilyReasons, ...]:
    """Reasons of a person with three features of frequency and one of gravity, from these contributions."""
    plans = plan_families(FEATURES, typical={feature.name: 1.0 for feature in FEATURES})
    values = {feature.name: 2.0 for feature in FEATURES}
    return reasons_by_family(plans, values, parts, BEHIND)


@given(st.lists(log_odds, min_size=4, max_size=4))
def test_words_follow_the_sign_of_what_was_added(parts: list[float]) -> None:
    """What adds to the log-odds raises, what takes from them lowers; too little to see does neither."""
    found = families(parts)
    assert [abs(each.contribution) for each in found] == sorted(abs(each.contribution) for each in found)[::-1]
    for family in found:
        if abs(family.contribution) < SMALLEST:
            assert family.text.endswith("makes no difference to the score.")
        else:
            said = "raises" if family.contribution > 0 else "lowers"
            assert f" {said} this score " in family.text
    by_name = dict(zip((feature.name for feature in FEATURES), parts, strict=True))
    reasons = [reason for family in found for reason in family.reasons]
    assert {reason.feature for reason in reasons} == {name for name, part in by_name.items() if abs(part) >= SMALLEST}
    for reason in reasons:
        assert reason.contribution == by_name[reason.feature]
        assert reason.direction == ("raises" if reason.contribution > 0 else "lowers")
        assert reason.strength == strength(reason.contribution)
    for family in found:
        listed = sum(reason.contribution for reason in family.reasons)
        assert listed + family.rest == pytest.approx(family.contribution, abs=1e-12)  # nothing is hidden
        assert len(family.reasons) + family.rest_count == (1 if family.family == "gravity" else 3)
        sizes = [abs(reason.contribution) for reason in family.reasons]
        assert sizes == sorted(sizes, reverse=True)


def test_reasons_too_small_to_list_are_given_in_one_line() -> None:
    """Two of three are too small to list: their sum and number stand beside the one that is listed."""
    frequency, gravity = families([0.5, SMALLEST / 2, SMALLEST / 4, 0.125])
    assert frequency.contribution == 0.5 + 0.75 * SMALLEST
    assert len(frequency.reasons) == 1
    assert (frequency.rest, frequency.rest_count) == (0.75 * SMALLEST, 2)
    assert (gravity.rest, gravity.rest_count) == (0, 0)
    assert gravity.reasons[0].text.endswith("Typical: 1 day.")


def test_an_explanation_of_a_score_near_even_odds_may_be_rounded_too() -> None:
    """The tolerance is a share of large log-odds, and a millionth of small ones, of nought too."""
    check_total(1e-7, 0.0)
    check_total(20.00001, 20.0)
    for total, log_odds in ((1e-5, 0.0), (0.5, 0.50001), (float("nan"), 0.0)):
        with pytest.raises(InvariantError, match="do not add up"):
            check_total(total, log_odds)


def test_points_of_frequency_rest_on_crimes_and_on_other_incidents() -> None:
    """A line of several features has the incidents of every one of them, newest first, each once."""
    features = load_policy().features
    behind = evidence_of(features, True, False, True)
    crimes, others = (next(f for f in features if f.name.endswith(end)) for end in ("y_crimes", "non_crimes"))
    assert [ref.incident_id for ref in behind.behind_any([crimes])] == ["I0", "I2"]
    assert [ref.incident_id for ref in behind.behind_any([crimes, others])] == ["I0", "I1", "I2"]
    assert [ref.incident_id for ref in behind.behind_any([others, crimes, crimes])] == ["I0", "I1", "I2"]
    assert behind.behind_any([]) == ()


def test_scores_on_later_days_reach_from_the_next_meeting_to_the_end_of_the_horizon() -> None:
    """The first later day is the next meeting, the last is where the model's prediction ends."""
    assert tuple(sorted(FORWARD_DAYS)) == FORWARD_DAYS
    assert (CYCLE_DAYS, 90, HORIZON_DAYS) == FORWARD_DAYS
