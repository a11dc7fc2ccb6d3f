"""A reader meets what must be known first, first: a dual role stands before everything else."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.api.explanation import Caution, CautionKind
from matac_ml.asof import PersonFile, PersonView, person_file_from_records
from matac_ml.asof.weights import HarmTable
from matac_ml.errors import InvariantError
from matac_ml.explain.cautions import CautionInputs, build_cautions, victim_text
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.incident_table import incident_lines
from matac_ml.explain.person import explain_people
from matac_ml.rfg import load_policy
from matac_ml.wording import number, refuse_forbidden
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
    assert {
        incident_id
        for caution in said
        if caution.kind is CautionKind.LATE_RECORDS
        for incident_id in caution.incident_ids
    } == late


@pytest.mark.parametrize(
    ("approved", "said"),
    [(None, "No ledger was read, so it is not known"), (False, "Nobody has approved this model"), (True, "")],
)
def test_without_a_ledger_it_is_not_known_who_approved(scored: Scored, approved: bool | None, said: str) -> None:
    """The command line is given no ledger: it cannot say that nobody approved the model."""
    context, person = replace(scored.setting, approved=approved), file_of([("suspect", 9, 0)])
    inputs = CautionInputs(Subject(person), context, context.view(person))
    texts = [caution.text for caution in build_cautions(inputs) if caution.kind is CautionKind.NOT_APPROVED]
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
    assert "In 1 of these incidents (I1) a person suspected is also recorded as this person's own victim" in said.text


@pytest.mark.parametrize(
    ("suspects", "said"),
    [
        ("", "No suspect is recorded for these incidents."),
        ("C", "Suspected there: C (I0)."),
        ("CDE", "Suspected there: C (I0), D (I0) and E (I0)."),
        ("CDEF", "Suspected there: C (I0), D (I0), E (I0) and 1 more."),
        ("CDEFG", "Suspected there: C (I0), D (I0), E (I0) and 2 more."),
    ],
)
def test_three_suspects_are_named_and_the_others_counted(suspects: str, said: str) -> None:
    """A caution stays short; how many more there are is never left out, and no count of none is given."""
    happened = DAY - timedelta(days=9)
    parts = [("A", "victim"), *((who, "suspect") for who in suspects)]
    tables: dict[str, list[dict[str, object]]] = {
        "incidents": [{"incident_id": "I0", "occurred_on": happened, "recorded_on": happened, "is_crime": True}],
        "involvements": [{"incident_id": "I0", "person_id": who, "role": role} for who, role in parts],
    }
    text = victim_text(PersonView(person_file_from_records(tables, "A"), DAY))
    assert text == f"in 1 incident, the latest on 23 October 2026. {said}"


def cautions_of(
    person: PersonFile, *, data_as_of: date = DAY, from_partner: bool = False, **more: Any
) -> dict[CautionKind, Caution]:
    """The cautions of a person under the matrix alone, by kind."""
    policy = load_policy()
    context = ScoringContext(policy, policy.harm_index, None, DAY, data_as_of, "", DAY, matrix_only="no bundle.")
    inputs = CautionInputs(Subject(person, from_partner=from_partner), context, context.view(person), **more)
    return {caution.kind: caution for caution in build_cautions(inputs)}


def test_what_a_partner_sent_and_does_not_count_is_counted() -> None:
    """Incidents recorded on the day or later, and crimes that the index has no code for, are said with their number."""
    of_partner = cautions_of(file_of([("suspect", 9, 0), ("suspect", 8, 0)]), from_partner=True)
    text = of_partner[CautionKind.PARTNER_RECORDS].text
    assert "not counted" not in text
    assert "2 crimes have offence codes not in the harm index, or none: each is counted" in text
    assert set(of_partner[CautionKind.PARTNER_RECORDS].incident_ids) == {"I0", "I1"}
    late = cautions_of(file_of([("suspect", 9, 0), ("suspect", 8, 8), ("victim", 7, 30)]), from_partner=True)
    caution = late[CautionKind.PARTNER_RECORDS]
    assert "2 of 3 incidents sent were not counted: recorded on or after 1 November 2026" in caution.text
    assert "1 crime has an offence code not in the harm index, or none: each is counted" in caution.text
    assert caution.incident_ids[-1] == "I0"
    assert set(caution.incident_ids) == {"I0", "I1", "I2"}


def test_a_file_is_thin_below_three_incidents_as_suspect() -> None:
    """Two are few and three are not; incidents as victim are none of them."""
    few = cautions_of(file_of([("suspect", 9, 0), ("suspect", 8, 0), ("victim", 7, 0)]))
    assert few[CautionKind.THIN_FILE].text.startswith("There is little on record: 2 incidents as suspect.")
    assert set(few[CautionKind.THIN_FILE].incident_ids) == {"I0", "I1"}
    assert CautionKind.THIN_FILE not in cautions_of(file_of([("suspect", 9, 0)] * 3))


def test_records_count_as_late_from_three_months_on() -> None:
    """The text says how many and how late, and names them."""
    found = cautions_of(file_of([("suspect", 200, 90), ("suspect", 200, 89)]))
    assert found[CautionKind.LATE_RECORDS].text.startswith("1 incident was recorded three months or more after")
    both = cautions_of(file_of([("suspect", 200, 90), ("suspect", 200, 120)]))
    assert both[CautionKind.LATE_RECORDS].text.startswith("2 incidents were recorded three months or more after")


def test_old_records_are_said_with_their_last_day_and_age() -> None:
    """From 35 days on, in words that name the day."""
    person = file_of([("suspect", 99, 0)])
    assert CautionKind.STALE_EXTRACT not in cautions_of(person, data_as_of=DAY - timedelta(days=34))
    text = cautions_of(person, data_as_of=DAY - timedelta(days=35))[CautionKind.STALE_EXTRACT].text
    assert text.startswith("The records end on 27 September 2026, 35 days before today.")


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (1, "One of this person's figures is far outside the range the model was trained on: f0."),
        (5, "Some of this person's figures are far outside the range the model was trained on: f0, f1, f2, f3 and f4."),
        (7, "trained on: f0, f1, f2, f3 and f4 and 2 more."),
    ],
)
def test_figures_outside_the_range_are_named_up_to_five(figures: int, said: str) -> None:
    """The others are counted; none is left out in silence."""
    found = cautions_of(file_of([("suspect", 9, 0)]), out_of_range=[f"f{i}" for i in range(figures)])
    assert found[CautionKind.OUT_OF_RANGE].text.endswith(said)


def test_a_tie_and_a_reason_to_be_left_out_are_said_with_their_figures() -> None:
    """How many people share how many places; every reason, joined."""
    person = file_of([("suspect", 9, 0)])
    found = cautions_of(person, tied_at_cut=(1200, 1), left_out=("one", "two"))
    assert found[CautionKind.TIED_AT_CUT].text.startswith(
        "1,200 people, this one among them, are equal for the last 1 place"
    )
    assert found[CautionKind.NOT_ELIGIBLE].text == "The list leaves this person out: one and two."
    assert found[CautionKind.MATRIX_ONLY].text == "Only the matrix is in force: no bundle."
    assert CautionKind.NOT_APPROVED not in found


def test_lines_say_who_is_recorded_against_whom_as_known_on_the_day() -> None:
    """The other side of every incident, each other where it is so, and nobody who became known later."""
    harm = load_policy().harm_index

    def sides(day: date) -> list[tuple[str, str, list[tuple[str, bool]]]]:
        lines = incident_lines(PersonView(_some_couple(), day, harm=HarmTable(harm)), harm)
        return [
            (line.incident_id, line.role, [(who.person_id, who.each_other) for who in line.others]) for line in lines
        ]

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
        (2.5, "incidents", "2.5"),
        (0.425, "share", "42%"),
    ],
)
def test_writes_numbers_as_a_reader_would(value: float | None, unit: str, text: str) -> None:
    """Missing is said, thousands are separated, one of a thing is singular, a share is a percentage."""
    assert number(value, unit) == text
