"""Whoever the list leaves out is told so with the reason, has points, and gets no rank and no number of the model."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from matac_ml.api.explanation import CautionKind, ExplainedScore
from matac_ml.asof import PersonFile, PersonView, person_file_from_records, read_people
from matac_ml.bundle import ThinFileRule
from matac_ml.explain.cautions import left_out_text, why_left_out
from matac_ml.explain.context import Subject
from matac_ml.explain.person import explain_people
from matac_ml.rfg import Policy, load_policy
from tests.explain.conftest import Scored

DAY = date(2025, 3, 1)
BACK = 1095


def file_of(
    *, days_ago: int = 100, people: dict[str, object] | None = None, **spells: tuple[int, int | None]
) -> PersonFile:
    """A, suspect of one crime; spells are (days ago at which they start, end or None)."""
    happened = DAY - timedelta(days=days_ago)
    tables: dict[str, list[dict[str, object]]] = {
        "incidents": [{"incident_id": "I1", "occurred_on": happened, "recorded_on": happened, "is_crime": True}],
        "involvements": [{"incident_id": "I1", "person_id": "A", "role": "suspect"}],
        "people": [{"person_id": "A", **(people or {})}],
    }
    for table, (start, end) in spells.items():
        row = {"person_id": "A", "start_on": DAY - timedelta(days=start)}
        tables[table] = [row | ({} if end is None else {"end_on": DAY - timedelta(days=end)})]
        if table == "custody":
            tables[table][0]["recorded_on"] = DAY - timedelta(days=start)
    return person_file_from_records(tables, "A")


def leaving_out(*flags: str) -> Policy:
    """The default policy with these flags under ``leave_out``."""
    policy = load_policy()
    eligibility = policy.eligibility.model_copy(update={"leave_out": flags})
    return Policy(policy.entry.model_copy(update={"eligibility": eligibility}), policy.text, policy.folder)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({}, ""),
        ({"days_ago": BACK}, ""),
        ({"days_ago": BACK + 1}, "nothing is recorded with this person as suspect in the last three years"),
        ({"people": {"deceased_on": DAY - timedelta(days=1)}}, "the records say that the person has died"),
        ({"people": {"deceased_on": DAY}}, ""),
        ({"people": {"birth_date": date(2009, 3, 1)}}, ""),
        ({"people": {"birth_date": date(2009, 3, 2)}}, "the person is younger than 16"),
        ({"people": {"birth_date": date(2008, 2, 29)}}, ""),
        ({"management": (50, None)}, "the person is under MATAC management already"),
        ({"management": (50, 1)}, ""),
        ({"management": (50, 0)}, "the person is under MATAC management already"),
        ({"custody": (50, None)}, "the person is in custody"),
        ({"custody": (0, None)}, ""),
    ],
)
def test_a_person_is_left_out_by_what_was_known_on_the_day(made: dict[str, Any], why: str) -> None:
    """The edges of every rule: a death, a birthday, a spell and the look-back count from the day they count from."""
    policy = leaving_out("deceased", "managed", "in_custody")
    found = why_left_out(PersonView(file_of(**made), DAY), policy, lookback_days=BACK)
    assert found == ((why,) if why else ())


def test_somebody_in_custody_is_left_out_only_where_the_policy_says_so() -> None:
    """The rule is the policy's, not the program's."""
    person = file_of(custody=(50, None))
    assert why_left_out(PersonView(person, DAY), leaving_out("deceased"), lookback_days=BACK) == ()


def test_only_somebody_whom_the_list_could_hold_is_said_to_be_left_out() -> None:
    """Nothing is said of whoever is on the list, not known, or known as a victim alone."""
    policy, person = leaving_out("in_custody"), file_of(custody=(50, None))
    tables: dict[str, list[dict[str, object]]] = {
        "incidents": [{"incident_id": "I1", "occurred_on": DAY, "recorded_on": DAY, "is_crime": True}],
        "involvements": [{"incident_id": "I1", "person_id": "A", "role": "victim"}],
        "people": [{"person_id": "A"}],
    }
    victim = person_file_from_records(tables, "A")
    assert left_out_text(person, policy, DAY) == "The list leaves this person out: the person is in custody."
    for other in (None, victim, file_of()):
        assert left_out_text(other, policy, DAY) == ""


def test_one_person_and_the_whole_force_are_left_out_by_the_same_rules(scored: Scored) -> None:
    """From each file the same reasons come as from the query over everybody."""
    people = scored.ranking.people
    files = read_people(scored.extract, list(people.index))
    for person_id, why in people["ineligible"].items():
        found = why_left_out(scored.setting.view(files[str(person_id)]), scored.setting.policy, lookback_days=BACK)
        assert found == why


def test_the_model_gives_no_number_of_anybody_left_out(scored: Scored) -> None:
    """Not in an answer, not in the table of everybody; the points stand, and a caution says why."""
    people = scored.ranking.people
    assert people.loc[~people["eligible"], ["probability", "low", "high"]].isna().all().all()
    out = [str(one) for one in people.index[~people["eligible"]]]
    files = read_people(scored.extract, out)
    for said in explain_people([Subject(files[one]) for one in out], scored.setting):
        assert isinstance(said, ExplainedScore)
        assert said.matrix.total == people.at[said.person_id, "total"]
        assert said.model is not None
        assert (said.model.probability, said.model.interval, said.families) == (None, None, ())
        assert "leaves this person out" in str(said.model.abstention_reason)
        caution = next(caution for caution in said.cautions if caution.kind is CautionKind.NOT_ELIGIBLE)
        assert caution.text == f"The list leaves this person out: {people.at[said.person_id, 'ineligible'][0]}."


def test_on_another_day_nobody_is_said_to_be_unranked_who_is_ranked(scored: Scored) -> None:
    """Ranks are of the day of the list: on another day that is what is said."""
    person = str(scored.ranking.first(1, order="model").people["person_id"][0])
    file = read_people(scored.extract, [person])[person]
    setting = replace(scored.setting, rank_table=None, as_of=scored.setting.as_of - timedelta(days=7))
    (said,) = explain_people([Subject(file)], setting)
    assert isinstance(said, ExplainedScore)
    assert "not ranked" not in said.agreement.text


@pytest.mark.parametrize("why", ["a word for somebody who is not known", "an identity of 200 incidents"])
def test_an_identifier_that_may_be_nobodys_is_said_before_any_points(why: str, scored: Scored) -> None:
    """Directly after a dual role, of a score and of somebody who has none."""
    person = str(scored.ranking.people.index[scored.ranking.people["also_victim"]][0])
    file = read_people(scored.extract, [person])[person]
    (said,) = explain_people([Subject(file, doubtful=why)], scored.setting)
    assert [caution.kind for caution in said.cautions[:2]] == [CautionKind.DUAL_ROLE, CautionKind.DOUBTFUL_IDENTITY]
    (none,) = explain_people([Subject(file, doubtful=why)], replace(scored.setting, as_of=date(2000, 1, 1)))
    assert none.cautions[0].text.startswith(f"This identifier may not stand for one person: {why}.")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (ThinFileRule(widest=0.0), "too uncertain"),
        (ThinFileRule("incidents_1095d", 2.0, 0.0), "too uncertain"),
        (ThinFileRule("incidents_1095d", 1000.0, 1.0), "Too little is recorded"),
    ],
)
def test_a_long_file_is_not_said_to_be_thin(rule: ThinFileRule, said: str, scored: Scored) -> None:
    """Where the interval is too wide, that is the reason, however many incidents there are."""
    person = str(scored.ranking.first(1).people["person_id"][0])
    file = read_people(scored.extract, [person])[person]
    (score,) = explain_people([Subject(file)], replace(scored.setting, model=replace(scored.model, thin=rule)))
    assert isinstance(score, ExplainedScore)
    assert score.model is not None
    assert said in str(score.model.abstention_reason)
