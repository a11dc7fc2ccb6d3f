"""Explained scores of people in a made-up force: what adds up, what comes first, what is never said."""

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from matac_ml.api.explanation import CautionKind, ExplainedScore, FamilyReasons, MatrixScore, ModelScore, Reason
from matac_ml.asof import person_features, person_file_from_records, read_people, read_person
from matac_ml.bundle import ThinFileRule, load_bundle, save_bundle
from matac_ml.errors import InvariantError
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.incident_table import incident_table
from matac_ml.explain.model_score import SMALLEST, check_total
from matac_ml.explain.person import compare, explain_people
from matac_ml.explain.rank_table import BothPositions, Position
from matac_ml.explain.ranking import FirstPlaces, OnRegisters, lines_of, rank_everybody
from matac_ml.harm import load_harm_index
from matac_ml.rfg import Policy, load_policy
from matac_ml.rfg.names import ComponentName
from matac_ml.serial import registers
from matac_ml.wording import refuse_forbidden
from tests.explain.conftest import Scored


def explain(scored: Scored, people: list[str], setting: ScoringContext | None = None) -> tuple[ExplainedScore, ...]:
    """Explained scores of people by identifier; whoever has none by the day is left out."""
    said = explain_people(
        [Subject(read_person(scored.extract, person)) for person in people], setting or scored.setting
    )
    return tuple(answer for answer in said if isinstance(answer, ExplainedScore))


@pytest.fixture(scope="module")
def top(scored: Scored) -> list[str]:
    """Thirty people: the first by points and the first by probability."""
    ranked = [
        *scored.ranking.first(20).people["person_id"],
        *scored.ranking.first(20, order="model").people["person_id"],
    ]
    return list(dict.fromkeys(map(str, ranked)))[:30]


def test_everything_adds_up(scored: Scored, top: list[str]) -> None:
    """Base plus families is the log-odds, its logistic the probability, and the lines are the total."""
    for one in explain(scored, top):
        assert sum(line.points for line in one.matrix.lines) == one.matrix.total
        assert one.model is not None
        if one.model.probability is None:
            assert one.model.abstained
            continue
        log_odds = one.model.base_log_odds + sum(family.contribution for family in one.families)
        assert log_odds == pytest.approx(one.model.log_odds, abs=1e-6)
        assert one.model.probability == pytest.approx(1 / (1 + math.exp(-one.model.log_odds)), abs=1e-12)
        for family in one.families:
            assert all(abs(reason.contribution) >= SMALLEST for reason in family.reasons)


def test_one_person_alone_scores_as_in_the_list_and_in_the_force(scored: Scored, top: list[str]) -> None:
    """Row by row from the person's file and all at once from the whole force give the same numbers."""
    together = explain(scored, top)
    table = scored.ranking.people
    for person_id, score in zip(top, together, strict=True):
        assert explain(scored, [person_id])[0] == score
        assert score.matrix.total == table.at[person_id, "total"]
        if score.model is not None and score.model.probability is not None:
            assert score.model.probability == pytest.approx(table.at[person_id, "probability"], abs=1e-9)


def test_the_incidents_behind_a_reason_are_the_persons_and_known(scored: Scored, top: list[str]) -> None:
    """Every reason drawn from a count of 1 or more names incidents on the timeline, recorded before the day."""
    for one in explain(scored, top):
        known = {point.incident_id for point in one.timeline}
        for reason in (reason for family in one.families for reason in family.reasons):
            assert {ref.incident_id for ref in reason.incidents} <= known
            assert all(ref.recorded_on < one.as_of for ref in reason.incidents)
            if reason.unit == "incidents" and (reason.value or 0) >= 1 and reason.value == int(reason.value):
                assert reason.incidents_total >= 1


def test_the_table_of_incidents_gives_back_what_the_matrix_measured(scored: Scored, top: list[str]) -> None:
    """From the lines alone a reader counts crimes, adds up harm and counts victims: the value of each component."""
    half = float(scored.setting.policy.components[ComponentName.FREQUENCY].non_crime_weight)
    victims_elsewhere = 0
    for person in explain(scored, top):
        lines = incident_table(read_person(scored.extract, person.person_id), scored.setting)
        assert [line.occurred_on for line in lines] == sorted((line.occurred_on for line in lines), reverse=True)
        counted = {name: [line for line in lines if name in line.counts_for] for name in ComponentName}
        found = {line.component: line.value for line in person.matrix.lines}
        assert sum(1.0 if line.is_crime else half for line in counted[ComponentName.FREQUENCY]) == found["frequency"]
        assert sum(line.harm_days or 0.0 for line in counted[ComponentName.GRAVITY]) == pytest.approx(found["gravity"])
        named = {other.person_id for line in counted[ComponentName.VICTIMS] for other in line.others}
        assert len(named) == found["victims"]
        latest = counted[ComponentName.RECENCY][0].occurred_on
        assert (person.as_of - latest).days == found["recency"]
        victims_elsewhere += sum(line.role == "victim" for line in lines)
    assert victims_elsewhere


def test_a_dual_role_comes_before_anything_else(scored: Scored) -> None:
    """Whoever is also recorded as a victim has that caution first, with the incidents."""
    both = scored.ranking.people.index[scored.ranking.people["also_victim"]][:10]
    assert len(both)
    for one in explain(scored, list(map(str, both))):
        assert next(iter(ExplainedScore.model_fields)) == "cautions"
        assert one.cautions[0].kind is CautionKind.DUAL_ROLE
        assert one.cautions[0].incident_ids


def test_a_thin_file_gets_no_number_from_which_one_could_be_worked_out(scored: Scored, top: list[str]) -> None:
    """An abstention gives no probability, log-odds, contribution or place; the points stand."""
    setting = replace(scored.setting, model=replace(scored.model, thin=ThinFileRule(widest=0.0)))
    for one in explain(scored, top[:5], setting):
        assert one.model is not None
        assert one.model.abstained
        assert one.model.abstention_reason
        assert not any(sign.isdigit() or sign == "%" for sign in one.model.abstention_reason)
        given = one.model.model_dump(
            exclude={"outcome", "horizon_days", "interval_text", "abstained", "abstention_reason"}
        )
        assert set(given.values()) == {None}
        assert one.families == ()
        assert one.agreement.verdict == "not_compared"
        assert one.matrix.lines


def test_matrix_only_says_so_and_gives_no_model(scored: Scored, top: list[str]) -> None:
    """Without a model the caution says why, and nothing of a model is left."""
    setting = replace(scored.setting, model=None, matrix_only="no bundle is loaded.")
    one = explain(scored, top[:1], setting)[0]
    assert one.model is None
    assert one.families == ()
    assert one.versions.model_hash is None
    assert CautionKind.MATRIX_ONLY in {caution.kind for caution in one.cautions}


def test_nothing_recorded_later_is_said(scored: Scored, top: list[str]) -> None:
    """A year earlier the timeline and the lists behind a dual role end a year earlier."""
    setting = replace(scored.setting, as_of=scored.setting.as_of - timedelta(days=365), rank_table=None)
    for one in explain(scored, top[:10], setting):
        assert all(point.recorded_on < setting.as_of for point in one.timeline)
        assert one.matrix.rank is None


def test_no_score_says_a_forbidden_word(scored: Scored) -> None:
    """Whole explanations of every fifth person, far down the list too, never call anybody low risk or safe."""
    people = list(map(str, scored.ranking.people.index[::5]))
    for one in explain(scored, people):
        refuse_forbidden(one.model_dump_json())


def test_an_explanation_that_does_not_add_up_is_not_given() -> None:
    """A millionth of a difference is rounding; a thousandth is a fault of ours."""
    check_total(1.0 + 0.25, 1.25 + 1e-9)
    with pytest.raises(InvariantError, match="do not add up"):
        check_total(1.0 + 0.25, 1.251)


def test_a_line_says_on_which_register_the_person_is(scored: Scored, top: list[str]) -> None:
    """Each register by itself: who is on one is not said to be on the other."""
    serial = OnRegisters(perpetrators=frozenset({top[0], top[2]}), victims=frozenset({top[1], top[2]}))
    people = scored.ranking.first(40).people.head(4)
    lines = lines_of(scored.ranking, FirstPlaces(people, 0, 0), serial=serial, doubtful={top[3]: "signs alone"})
    found = [(line.serial_perpetrator, line.serial_victim) for line in lines]
    assert found == [(True, False), (False, True), (True, True), (False, False)]
    assert [line.doubtful_identity for line in lines] == [None, None, None, "signs alone"]


def test_values_of_the_ranking_are_those_of_the_person(scored: Scored, top: list[str]) -> None:
    """What the list was made of is what one person's file gives, to the last digit kept."""
    for person_id in top[:10]:
        derived = person_features(
            read_person(scored.extract, person_id),
            scored.setting.instruments.features,
            scored.setting.as_of,
            harm=scored.setting.harm,
        )
        assert scored.ranking.values(person_id) == pytest.approx(derived, abs=1e-9)


def test_the_timeline_counts_the_victims_of_what_the_person_did(scored: Scored, top: list[str]) -> None:
    """Every incident of both roles once, newest first; where the person was the victim, nobody is counted."""
    roles: set[str] = set()
    for person in explain(scored, top):
        view = scored.setting.view(read_person(scored.extract, person.person_id))
        others = {incident.incident_id: len(incident.others) for incident in view.as_suspect}
        wanted = [(incident, "suspect", count) for incident, count in others.items()]
        wanted += [(incident.incident_id, "victim", 0) for incident in view.as_victim]
        assert sorted((p.incident_id, p.role, p.victims) for p in person.timeline) == sorted(wanted)
        assert [p.occurred_on for p in person.timeline] == sorted(
            (p.occurred_on for p in person.timeline), reverse=True
        )
        roles |= {p.role for p in person.timeline}
    assert roles == {"suspect", "victim"}


def test_who_is_not_eligible_is_told_why(scored: Scored) -> None:
    """Everybody left out has a reason in words; everybody on the list has none."""
    people = scored.ranking.people
    assert all(people.loc[~people["eligible"], "ineligible"].map(len) > 0)
    assert not people.loc[people["eligible"], "ineligible"].map(len).any()


def test_a_longer_look_back_travels_in_the_bundle(scored: Scored, tmp_path: Path) -> None:
    """Saved, loaded and used: more people have something in six years than in three, and each as the list has it."""
    longer = replace(scored.model, lookback_days=2190)
    save_bundle(longer, tmp_path / "bundle")
    model = load_bundle(tmp_path / "bundle", expect_hash=longer.hash)
    assert longer.hash != scored.model.hash
    setting = replace(scored.setting, model=model, rank_table=None)
    ranking = rank_everybody(scored.extract, setting)
    assert len(ranking.people) > len(scored.ranking.people)
    for person in explain(scored, list(map(str, ranking.people.index[:40])), setting):
        assert person.matrix.total == ranking.people.at[person.person_id, "total"]
        if person.model is not None and person.model.probability is not None:
            assert person.model.probability == pytest.approx(
                ranking.people.at[person.person_id, "probability"], abs=1e-9
            )


def test_a_list_is_read_as_its_people_are_read_one_by_one(scored: Scored, top: list[str]) -> None:
    """One pass over the extract gives every file that reading alone gives; strangers are left out."""
    together = read_people(scored.extract, [*top, "nobody by this name", top[0]])
    assert together == {one: read_person(scored.extract, one) for one in top}


@pytest.mark.parametrize(
    ("moved", "said"), [(-0.3, "lowered the model's score most: 0 incidents"), (-0.02, "No single reason")]
)
def test_the_agreement_line_names_only_a_reason_that_counts(moved: float, said: str) -> None:
    """Where the largest reason moved the odds by less than a tenth, none is named."""
    reason = Reason(
        feature="weapon", family="context", text="0 incidents with a weapon.", value=0.0, typical=0.0, unit="incidents",
        contribution=moved, direction="lowers",
    )  # fmt: skip
    family = FamilyReasons(family="context", text="", contribution=moved, reasons=(reason,))
    matrix = MatrixScore(lines=(), total=40, band="high", rank=2, of=900)
    model = ModelScore(outcome="a record", horizon_days=182, probability=0.2, rank=300, of=900)
    both = BothPositions(Position(rank=2, of=900), Position(rank=300, of=900))
    line = compare(matrix, model, (family,), both=both, capacity=10)
    assert line.verdict == "matrix_higher"
    assert said in line.text


def test_ranks_and_agreement_of_a_score_are_those_of_the_list(scored: Scored) -> None:
    """The line of a list and the explained score of its person give the same ranks, of the same people."""
    first = scored.ranking.first(15, order="model")
    lines = lines_of(scored.ranking, first, serial=OnRegisters(frozenset(), frozenset()), doubtful={})
    for line, row in zip(lines, first.people.to_dict("records"), strict=True):
        (score,) = explain(scored, [line.person_id])
        assert score.model is not None
        assert (score.matrix.rank, score.model.rank) == (line.matrix_rank, line.model_rank)
        assert (score.agreement.matrix_rank, score.agreement.model_rank) == (line.matrix_rank_of_both, line.model_rank)
        assert score.model.of == score.agreement.of == scored.ranking.rank_table.of_both
        assert score.agreement.verdict != "not_compared"
        assert (line.rank, line.matrix_total, line.area) == (row["rank"], score.matrix.total, row["area"])
        assert line.model_probability == pytest.approx(score.model.probability, abs=1e-9)
        assert line.also_victim == (score.cautions[0].kind is CautionKind.DUAL_ROLE)
    assert min(line.model_rank or 0 for line in lines) == 1


def test_the_lists_registers_are_those_of_the_policys_rule(scored: Scored) -> None:
    """Each register holds its own members: perpetrators are suspects of several people, victims are not."""
    policy, day = scored.setting.policy, scored.setting.as_of
    drawn, found = OnRegisters.draw(scored.extract, policy, day), registers(scored.extract, policy.serial_rule, day)
    assert drawn.perpetrators == {member.person_id for member in found.perpetrators}
    assert drawn.victims == {member.person_id for member in found.victims}
    assert drawn.perpetrators != drawn.victims


def test_instruments_are_made_anew_for_another_policy_index_or_model(scored: Scored) -> None:
    """On another day they are carried over; no list is explained by the instruments of another policy or model."""
    setting = scored.setting
    assert replace(setting, as_of=setting.as_of - timedelta(days=7)).instruments is setting.instruments
    others = {
        "policy": Policy(setting.policy.entry, setting.policy.text + "#", setting.policy.folder),
        "harm": load_harm_index("ons-css-quoted"),
        "model": replace(scored.model, name="another"),
    }
    for name, other in others.items():
        made = replace(setting, **{name: other})  # type: ignore[arg-type]
        assert made.instruments is not setting.instruments
        assert getattr(made.instruments, name) is other
    assert replace(setting, model=None).instruments.families == ()


def test_an_identifier_may_hold_another_and_any_word() -> None:
    """Forbidden words are looked for in our sentences; what the force calls a person or an incident is its own."""
    day = date(2025, 6, 1)
    happened = day - timedelta(days=9)
    names = {"A": "suspect", "A-low-risk": "victim"}
    for person in names:
        tables: dict[str, list[dict[str, object]]] = {
            "incidents": [
                {"incident_id": f"{who}-{n}", "occurred_on": happened, "recorded_on": happened, "is_crime": True}
                for who in names
                for n in range(2)
            ],
            "involvements": [
                {"incident_id": f"{who}-{n}", "person_id": other, "role": role}
                for who in names
                for n in range(2)
                for other, role in ((who, "suspect"), (next(x for x in names if x != who), "victim"))
            ],
        }
        policy = load_policy()
        context = ScoringContext(policy, policy.harm_index, None, day, day, "hash", day, matrix_only="no bundle.")
        (said,) = explain_people([Subject(person_file_from_records(tables, person))], context)
        assert said.cautions[0].kind is CautionKind.DUAL_ROLE
        assert "A-low-risk" in said.model_dump_json()
