"""A person who is recorded as a suspect in no incident gets no rank, no points and no reasons anywhere."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from matac_ml.api.explanation import CautionKind, ExplainedScore, NotScored
from matac_ml.asof import PersonFile, PersonView, person_file_from_records
from matac_ml.cli import main
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.model_score import FAR, far_outside
from matac_ml.explain.person import explain_people
from matac_ml.rfg import load_policy
from tests.explain.conftest import Scored

DAY = date(2025, 6, 1)


def file_of(*parts: tuple[str, str, str, int], domestic: bool = True) -> PersonFile:
    """The file of A from (incident, person, role, days before DAY at which the part was recorded)."""
    names = dict.fromkeys(part[0] for part in parts)
    happened = DAY - timedelta(days=400)
    tables: dict[str, list[dict[str, object]]] = {
        "incidents": [
            {
                "incident_id": one,
                "occurred_on": happened,
                "recorded_on": happened,
                "is_crime": True,
                "offence_code": "10501" if one == "I1" else None,
                "domestic": domestic,
            }
            for one in names
        ],
        "involvements": [
            {"incident_id": one, "person_id": who, "role": role, "recorded_on": DAY - timedelta(days=days)}
            for one, who, role, days in parts
        ],
    }
    return person_file_from_records(tables, "A")


VICTIM = (
    ("I1", "A", "victim", 400),
    ("I1", "B", "suspect", 400),
    ("I2", "A", "victim", 300),
    ("I2", "C", "offender", 300),
)


@pytest.fixture
def setting() -> ScoringContext:
    """The matrix alone on one day."""
    policy = load_policy()
    return ScoringContext(policy, policy.harm_index, None, DAY, DAY, "hash", DAY, matrix_only="no bundle is loaded.")


@pytest.mark.parametrize(
    ("person", "kind"),
    [
        (file_of(*VICTIM), "victim_only"),
        (file_of(*VICTIM, ("I3", "A", "suspect", 0)), "victim_only"),
        (file_of(*VICTIM, ("I3", "A", "suspect", -5)), "victim_only"),
        (file_of(("I1", "A", "suspect", 400), domestic=False), "nothing_recorded"),
        (file_of(("I1", "A", "victim", 0), ("I1", "B", "suspect", 0)), "nothing_recorded"),
        (file_of(("I1", "A", "victim", 0), ("I2", "A", "suspect", -1)), "nothing_recorded"),
        (file_of(("I1", "A", "suspect", 1)), "score"),
        (file_of(*VICTIM, ("I3", "A", "offender", 1)), "score"),
    ],
)
def test_only_a_suspect_known_by_the_day_is_scored(person: PersonFile, kind: str, setting: ScoringContext) -> None:
    """What became known on the day or later, and what is no domestic abuse, makes nobody a suspect."""
    said = explain_people([Subject(person)], setting)[0]
    if kind == "score":
        assert isinstance(said, ExplainedScore)
        assert (said.cautions[0].kind is CautionKind.DUAL_ROLE) == PersonView(person, DAY).has_dual_role
        return
    assert isinstance(said, NotScored)
    assert said.kind == kind
    assert not PersonView(person, DAY).has_dual_role
    assert not {"matrix", "model", "families", "agreement", "timeline"} & set(said.model_dump())
    assert "also" not in said.text.partition("Suspected")[0]


def test_a_victim_is_told_of_with_the_suspects_and_what_to_do(setting: ScoringContext) -> None:
    """How many incidents, who is suspected, and the first step: no nomination."""
    said = explain_people([Subject(file_of(*VICTIM), asked_as="OLD")], setting)[0]
    assert isinstance(said, NotScored)
    assert "recorded as a victim, in 2 incidents" in said.text
    assert "Suspected there: C (I2) and B (I1)." in said.text
    assert "suspect in no incident, so there is no rank, no points and no probability" in said.text
    assert said.what_to_do[0].startswith("Do not nominate this person")
    assert any("MARAC" in step for step in said.what_to_do)
    assert [(one.incident_id, one.offence_code) for one in said.incidents] == [("I2", ""), ("I1", "10501")]
    assert [one.kind for one in said.cautions] == [CautionKind.MERGED_IDENTITY]


def test_a_list_of_both_kinds_keeps_its_order(setting: ScoringContext) -> None:
    """A victim between two suspects is answered in between."""
    suspect = file_of(("I1", "A", "suspect", 400))
    said = explain_people([Subject(suspect), Subject(file_of(*VICTIM)), Subject(suspect)], setting)
    assert [isinstance(one, NotScored) for one in said] == [False, True, False]


def test_nobody_who_is_only_a_victim_is_ranked(scored: Scored) -> None:
    """In a whole force the people ranked are suspects, each of them."""
    con = scored.extract.connect()
    rows = con.execute("SELECT person_id FROM involvements GROUP BY 1 HAVING bool_and(role = 'victim')").fetchall()
    only = {str(one) for (one,) in rows}
    assert only
    assert not only & set(map(str, scored.ranking.people.index))


def _only_victim(scored: Scored) -> str:
    con = scored.extract.connect()
    found = con.execute(
        "SELECT person_id FROM involvements GROUP BY 1 HAVING bool_and(role = 'victim') "
        "ORDER BY count(*) DESC, 1 LIMIT 1"
    ).fetchone()
    assert found is not None
    return str(found[0])


def test_the_command_line_gives_a_victim_no_score(
    scored: Scored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``score`` writes what to do in place of a score, and ``matrix person`` prints it: neither gives points."""
    assert scored.extract.folder is not None
    person, suspect = _only_victim(scored), str(scored.ranking.people.index[0])
    folder, out = str(scored.extract.folder), tmp_path / "out.json"
    with pytest.raises(SystemExit) as ended:
        main(["score", folder, str(out), "--person", person, "--person", suspect])
    assert ended.value.code == 0
    assert "1 person is recorded as a suspect in no incident and not scored" in capsys.readouterr().out
    victim, other = json.loads(out.read_text())
    assert NotScored.model_validate(victim).person_id == person
    assert ExplainedScore.model_validate(other).person_id == suspect
    with pytest.raises(SystemExit) as ended:
        main(["matrix", "person", folder, person])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "Recorded only as a victim" in said
    assert "Do not nominate this person" in said
    assert " = " not in said
    assert "also" not in said.partition("- ")[0]


def test_only_a_figure_far_outside_the_training_range_that_counts_is_said(scored: Scored) -> None:
    """Just outside, outside without moving the score, and inside are not said; what is said names figure and range."""
    model = scored.model
    feature = next(one for one in model.features if one.name == "incidents_1095d")
    place = model.feature_names.index(feature.name)
    low, high = model.seen_range[feature.name]
    inside = {name: ends[0] for name, ends in model.seen_range.items()} | {
        name: None for name in model.feature_names if name not in model.seen_range
    }
    parts = [0.0] * len(model.features)
    far = high + FAR * (high - low) + 1

    def said(value: float, moved: float) -> tuple[str, ...]:
        parts[place] = moved
        return far_outside(model, {**inside, feature.name: value}, parts)

    assert said(high, 0.5) == said(high + 1e-9, 0.5) == said(high + FAR * (high - low), 0.5) == said(far, 0.001) == ()
    assert said(low - FAR * (high - low) - 1, 0.5) != ()
    (one,) = said(far, -0.5)
    assert f"(range: {low:g} to {high:g}" in one
    assert f"{far:g}" in one


def test_a_figure_outside_the_range_is_rarely_said_of_the_first_of_a_list(scored: Scored) -> None:
    """Being at the top of a list is no reason to be told that the model guesses."""
    people = scored.ranking.first(60).people["person_id"]
    said = explain_people([Subject(scored_file) for scored_file in map(scored.file, people)], scored.setting)
    warned = [one for one in said if CautionKind.OUT_OF_RANGE in {caution.kind for caution in one.cautions}]
    assert len(warned) <= len(people) // 10


def test_an_abstaining_model_says_nothing_of_its_range(scored: Scored) -> None:
    """Without a number there is nothing that a range could put in doubt."""
    from matac_ml.bundle import ThinFileRule

    ranges = dict.fromkeys(scored.model.seen_range, (-9.0, -8.0))
    person = str(scored.ranking.first(1, order="model").people["person_id"][0])
    for widest, expected in ((1.0, True), (0.0, False)):
        model = replace(scored.model, seen_range=ranges, thin=ThinFileRule(widest=widest))
        (said,) = explain_people([Subject(scored.file(person))], replace(scored.setting, model=model))
        kinds = {caution.kind for caution in said.cautions}
        assert (CautionKind.OUT_OF_RANGE in kinds) == expected
