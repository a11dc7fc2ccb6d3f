"""A reader meets what must be known first, first: a dual role stands before everything else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.api.explanation import CautionKind
from matac_ml.asof import PersonFile, PersonView, person_file_from_records
from matac_ml.asof.weights import HarmTable
from matac_ml.errors import InvariantError
from matac_ml.explain.cautions import CautionInputs, build_cautions
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.incident_table import incident_lines
from matac_ml.explain.person import explain_people
from matac_ml.explain.wording import number, refuse_forbidden
from matac_ml.rfg import load_policy
from tests.explain.conftest import Scored

DAY = date(2026, 11, 1)
INCIDENTS = st.lists(
    st.tuples(st.sampled_from(["suspect", "victim"]), st.integers(1, 2000), st.integers(0, 200)), max_size=8
)


def file_of(incidents: list[tuple[str, int, int]]) -> PersonFile:
    """A's file; incidents are (A's role, days ago at which it happened, days until it was recorded)."""
    rows, parts = [], []
    for i, (role, days_ago, late) in enumerate(incidents):
        happened = DAY - timedelta(days=days_ago)
        rows.append({"incident_id": f"I{i}", "occurred_on": happened, "recorded_on": happened + timedelta(days=late)})
        parts.append({"incident_id": f"I{i}", "person_id": "A", "role": role})
    return person_file_from_records(
        {"incidents": [row | {"is_crime": True} for row in rows], "involvements": parts}, "A"
    )


@given(INCIDENTS, st.booleans(), st.booleans(), st.integers(0, 400))
def test_keeps_one_order_and_says_dual_role_first(
    incidents: list[tuple[str, int, int]], approved: bool, from_partner: bool, age: int
) -> None:
    """Whatever applies, the order is that of the kinds; a suspect who is also recorded as a victim is said to be so."""
    policy, person = load_policy(), file_of(incidents)
    today = DAY + timedelta(days=age)
    context = ScoringContext(policy, policy.harm_index, None, DAY, DAY, "", today, approved=approved)
    view = context.view(person)
    said = build_cautions(CautionInputs(Subject(person, from_partner=from_partner), context, view))
    kinds = [caution.kind for caution in said]
    assert kinds == [kind for kind in CautionKind if kind in kinds]
    roles = {role for role, days_ago, late in incidents if late < days_ago}
    assert (CautionKind.DUAL_ROLE in kinds) == (roles == {"suspect", "victim"})
    assert (CautionKind.STALE_EXTRACT in kinds) == (age >= 35)
    assert (CautionKind.PARTNER_RECORDS in kinds) == from_partner
    late = {f"I{i}" for i, (role, days, late) in enumerate(incidents) if role == "suspect" and 90 <= late < days}
    assert {one for caution in said if caution.kind is CautionKind.LATE_RECORDS for one in caution.incident_ids} == late


@pytest.mark.parametrize(
    ("approved", "said"),
    [(None, "No ledger was read, so it is not known"), (False, "Nobody has approved this model"), (True, "")],
)
def test_without_a_ledger_it_is_not_known_who_approved(scored: Scored, approved: bool | None, said: str) -> None:
    """The command line is given no ledger: it cannot say that nobody approved the model."""
    context, person = replace(scored.setting, approved=approved), file_of([("suspect", 9, 0)])
    inputs = CautionInputs(Subject(person), context, context.view(person))
    texts = [one.text for one in build_cautions(inputs) if one.kind is CautionKind.NOT_APPROVED]
    assert len(texts) == bool(said)
    assert all(text.startswith(said) for text in texts)


def _some_couple() -> PersonFile:
    """A against B, B against A, C against A; D is named as suspected of the last only on the day of the score."""
    rows = [{"incident_id": f"I{i}", "occurred_on": DAY - timedelta(days=9 - i), "is_crime": True} for i in range(3)]
    parts = [("I0", "A", "suspect"), ("I0", "B", "victim"), ("I1", "B", "suspect"), ("I1", "A", "victim")]
    parts += [("I2", "C", "suspect"), ("I2", "A", "victim"), ("I2", "D", "suspect")]
    was = {("I1", "A"): "ex_partner", ("I2", "A"): "sibling"}
    tables: dict[str, list[dict[str, object]]] = {
        "incidents": [{**row, "recorded_on": row["occurred_on"]} for row in rows],
        "involvements": [
            {"incident_id": i, "person_id": p, "role": role, "relationship": was.get((i, p))} for i, p, role in parts
        ],
    }
    tables["involvements"][-1]["recorded_on"] = DAY
    return person_file_from_records(tables, "A")


def test_a_dual_role_says_as_whose_victim_and_whether_each_is_the_others() -> None:
    """Relationship, suspects, and the incidents whose suspect is this person's own victim, come first."""
    policy = load_policy()
    context = ScoringContext(policy, policy.harm_index, None, as_of=DAY, data_as_of=DAY, data_hash="", today=DAY)
    (explained,) = explain_people([Subject(_some_couple())], context)
    said = explained.cautions[0]
    assert said.incident_ids == ("I2", "I1")
    assert "as sibling and ex-partner of the suspect" in said.text
    assert "Suspected there: C (I2) and B (I1)." in said.text
    assert "In 1 incident of these (I1) a person suspected is also recorded as this person's own victim" in said.text


def test_lines_say_who_is_recorded_against_whom_as_known_on_the_day() -> None:
    """The other side of every incident, each other where it is so, and nobody who became known later."""
    harm = load_policy().harm_index

    def sides(day: date) -> list[tuple[str, str, list[tuple[str, bool]]]]:
        lines = incident_lines(PersonView(_some_couple(), day, harm=HarmTable(harm)), harm)
        return [(one.incident_id, one.role, [(who.person_id, who.each_other) for who in one.others]) for one in lines]

    first = ("I0", "suspect", [("B", True)])
    turned = ("I1", "victim", [("B", True)])
    assert sides(DAY) == [("I2", "victim", [("C", False)]), turned, first]
    assert sides(DAY + timedelta(days=1)) == [("I2", "victim", [("C", False), ("D", False)]), turned, first]
    assert sides(DAY - timedelta(days=8)) == [("I0", "suspect", [("B", False)])]


@pytest.mark.parametrize("text", ["This person is low risk.", "It is SAFE to close.", "A low-risk file"])
def test_refuses_words_that_no_score_may_say(text: str) -> None:
    """An explanation that says them is a fault of ours, not an answer."""
    with pytest.raises(InvariantError):
        refuse_forbidden(text)


def test_lets_safety_be_spoken_of() -> None:
    """The word safety is not the claim that anybody is safe."""
    assert refuse_forbidden("says nothing of anyone's safety")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "days", "not on record"),
        (1.0, "days", "1 day"),
        (1234.0, "", "1,234"),
        (2.5, "incidents", "2.50"),
        (0.425, "share", "42%"),
    ],
)
def test_writes_numbers_as_a_reader_would(value: float | None, unit: str, text: str) -> None:
    """Missing is said, thousands are separated, one of a thing is singular, a share is a percentage."""
    assert number(value, unit) == text
