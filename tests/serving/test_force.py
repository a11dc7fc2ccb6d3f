"""What is in force: model and matrix, or the matrix alone with the reason said."""

import csv
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from matac_ml.api.answers import LedgerNote, NominationScore, ScoreAnswer
from matac_ml.api.explanation import CautionKind, ExplainedScore
from matac_ml.approval.standing import Approval
from matac_ml.bundle import load_bundle
from matac_ml.clock import set_clock, today
from matac_ml.errors import InvariantError
from matac_ml.release import beside, read_release, write_gates
from serving.deployment.active import ActiveDeployment, load_deployment
from serving.deployment.at_hand import SharedCache
from serving.endpoints.forward import look_forward
from serving.endpoints.people import context_on, incidents_of
from serving.endpoints.score import NamedExplanation, ScoreAnswerText, ScoreRequest, explain
from serving.errors import ServiceError
from serving.settings import ServiceSettings
from tests.bundle.made_up import all_passed, make_papers

WHY: dict[str, Any] = {
    "user": "an analyst",
    "purpose": "matac_nomination",
    "justification": "The November meeting.",
}


def ask(*nominations: dict[str, Any], **more: Any) -> ScoreRequest:
    """A checked request."""
    return ScoreRequest.model_validate({**WHY, "nominations": list(nominations), **more}, strict=False)


def scores(deployment: ActiveDeployment, asked: ScoreRequest) -> list[ExplainedScore]:
    """Explained scores; everybody asked about has one."""
    said = [one.answer for one in explain(deployment, asked)]
    return [one for one in said if isinstance(one, ExplainedScore)]


def first(deployment: ActiveDeployment, k: int = 1) -> list[str]:
    """The first people by the matrix."""
    return [str(person) for person in deployment.ranking.first(k).people["person_id"]][:k]


def put_release(settings: ServiceSettings, folder: Path) -> Path:
    """The bundle of the fixture with made-up papers and gates beside it."""
    bundle = shutil.copytree(settings.bundle or Path(), folder / "release" / "bundle")
    name = load_bundle(bundle).hash
    make_papers(folder / "release" / "papers", name)
    write_gates(folder / "release" / "gates.json", all_passed(), bundle=name)
    return bundle


def approved_now(bundle: Path) -> frozenset[Approval]:
    """An approval of the release around a bundle, as it is now."""
    papers, gates = beside(bundle)
    hashes = read_release(load_bundle(bundle), papers=papers, gates=gates).hashes
    return frozenset({Approval(hashes.bundle, hashes, date.max, requested_by="A. Analyst", approved_by="The board")})


def partner(person: str = "GP-1", **incident: Any) -> dict[str, Any]:
    """A nomination with one incident that a partner sent."""
    row = {"incident_id": "R1", "occurred_on": "2024-11-02", "recorded_on": "2024-11-03", "is_crime": True, **incident}
    people = [
        {"incident_id": "R1", "person_id": person, "role": "suspect"},
        {"incident_id": "R1", "person_id": "GP-2", "role": "victim", "relationship": "partner"},
    ]
    return {"person_id": person, "agency": "health", "records": {"incidents": [row], "involvements": people}}


@pytest.fixture(scope="module")
def deployment(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> ActiveDeployment:
    """What is in force with a whole bundle and access off."""
    nowhere = tmp_path_factory.mktemp("force") / "matrix-only"
    settings = ServiceSettings(made_up / "extract", made_up / "bundle", "default", "", None, None, nowhere)
    return load_deployment(settings, frozenset())


def test_known_people_and_partner_records_in_one_list(deployment: ActiveDeployment) -> None:
    """The order asked is kept; only the partner's person carries the partner's caution and limit."""
    known = first(deployment)[0]
    one, two = scores(deployment, ask({"person_id": known}, partner()))
    assert (one.person_id, two.person_id) == (known, "GP-1")
    assert CautionKind.PARTNER_RECORDS in {caution.kind for caution in two.cautions}
    assert CautionKind.PARTNER_RECORDS not in {caution.kind for caution in one.cautions}
    assert len(two.limits) == len(one.limits) + 1
    assert [point.incident_id for point in two.timeline] == ["R1"]


def test_every_nomination_that_cannot_be_met_is_listed(deployment: ActiveDeployment) -> None:
    """Two strangers among three are both named by place, and nobody is scored."""
    with pytest.raises(ServiceError) as refused:
        explain(
            deployment,
            ask({"person_id": "nobody"}, {"person_id": first(deployment)[0]}, {"person_id": "'; DROP TABLE--"}),
        )
    assert refused.value.code.status == 404
    assert [field for field, _ in refused.value.faults] == ["nominations.0.person_id", "nominations.2.person_id"]


def test_every_contradiction_of_a_partners_records_is_listed(deployment: ActiveDeployment) -> None:
    """Recorded before it happened, a stranger's incident, nobody suspected: all at once, as field and rule."""
    bad = partner(recorded_on="2024-10-01", outcome_on="2024-01-01")
    bad["records"]["involvements"] = [{"incident_id": "R9", "person_id": "GP-1", "role": "victim"}]
    with pytest.raises(ServiceError) as refused:
        explain(deployment, ask(bad))
    assert refused.value.code.status == 409
    where = "nominations.0.records"
    assert {field for field, _ in refused.value.faults} == {
        f"{where}.incidents.0.recorded_on",
        f"{where}.incidents.0.outcome_on",
        f"{where}.involvements.0.incident_id",
        f"{where}.involvements",
    }


def test_a_partners_records_never_stand_for_the_police_file(deployment: ActiveDeployment, made_up: Path) -> None:
    """Records of somebody known, by either identifier, are refused at the person: a dual role would go unsaid."""
    both = deployment.ranking.people.index[deployment.ranking.people["also_victim"]][0]
    with (made_up / "extract" / "merges.csv").open(encoding="utf-8") as file:
        given_up = next(row["person_id"] for row in csv.DictReader(file) if deployment.find(row["person_id"]))
    with pytest.raises(ServiceError) as refused:
        explain(deployment, ask(partner(), partner(str(both)), partner(given_up)))
    assert refused.value.code.status == 409
    assert [field for field, _ in refused.value.faults] == ["nominations.1.person_id", "nominations.2.person_id"]
    assert "leave the records out" in refused.value.faults[0][1]


def test_an_identifier_given_up_gives_the_answer_of_the_one_that_stays(
    deployment: ActiveDeployment, made_up: Path
) -> None:
    """Place, points and eligibility are those of the person ranked; a caution says which identifier became which."""
    with (made_up / "extract" / "merges.csv").open(encoding="utf-8") as file:
        given_up = [row["person_id"] for row in csv.DictReader(file)]
    files = deployment.find_all(given_up)
    eligible = set(deployment.ranking.people.index[deployment.ranking.people["eligible"]])
    old, stays = next((one, files[one].person_id) for one in given_up if files[one].person_id in eligible)
    asked, own = scores(deployment, ask({"person_id": old}, {"person_id": stays}))
    assert CautionKind.NOT_ELIGIBLE not in {caution.kind for caution in asked.cautions}
    said = [one for one in asked.cautions if one.kind is CautionKind.MERGED_IDENTITY]
    assert [one.text.partition(":")[0] for one in said] == [f"{old} is now {stays}"]
    assert asked.model_copy(update={"cautions": own.cautions}) == own
    assert set(asked.cautions) - set(said) == set(own.cautions)


def test_who_is_left_out_today_is_told_so_of_the_days_on_which_it_held(deployment: ActiveDeployment) -> None:
    """Somebody under management on the day of the list is not left out as of the day before that began."""
    people = deployment.ranking.people
    managed = [str(one) for one, why in people["ineligible"].items() if why and "management" in why[0]]
    file = deployment.find(managed[0])
    assert file is not None
    began = max(spell.start_on for spell in file.management)
    now, then = (
        scores(deployment, ask({"person_id": managed[0]}, **day))[0] for day in ({}, {"as_of": began.isoformat()})
    )
    assert CautionKind.NOT_ELIGIBLE in {caution.kind for caution in now.cautions}
    assert not [one for one in then.cautions if "under MATAC management" in one.text]


def test_today_is_the_day_in_london(deployment: ActiveDeployment) -> None:
    """At half past eleven at night in UTC on a summer day it is the next day for whoever asks."""
    with set_clock(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        assert context_on(deployment, None).today == date(2026, 7, 1)


def test_what_of_a_partners_records_is_not_counted_is_said(deployment: ActiveDeployment) -> None:
    """An incident recorded on the day scored or later is named as uncounted, and so is a code the index lacks."""
    sent = partner(offence_code="NO_SUCH_CODE")
    late = {**sent["records"]["incidents"][0], "incident_id": "R2", "recorded_on": deployment.as_of.isoformat()}
    sent["records"]["incidents"].append(late)
    sent["records"]["involvements"].append({"incident_id": "R2", "person_id": "GP-1", "role": "suspect"})
    score = scores(deployment, ask(sent))[0]
    said = next(one for one in score.cautions if one.kind is CautionKind.PARTNER_RECORDS)
    assert "1 of 2 incidents sent was not counted: recorded on or after" in said.text
    assert "1 crime has an offence code not in the harm index, or none: each is counted as 10 days." in said.text
    assert said.incident_ids == ("R2", "R1")
    assert [point.incident_id for point in score.timeline] == ["R1"]


def test_an_offence_code_means_the_same_in_every_form(deployment: ActiveDeployment) -> None:
    """1/1 of a partner is 00101 of an extract: the same days of harm, and nothing to warn of."""
    one, two = (scores(deployment, ask(partner(offence_code=code)))[0] for code in ("1/1", "00101"))
    assert one == two
    assert one.timeline[0].harm_days == 5475
    assert "not in the harm index" not in str(one.cautions)


def test_a_day_after_the_extract_is_refused(deployment: ActiveDeployment) -> None:
    """Nobody knows yet what such a day would see."""
    with pytest.raises(ServiceError) as refused:
        explain(
            deployment,
            ask({"person_id": first(deployment)[0]}, as_of=(deployment.as_of + timedelta(days=1)).isoformat()),
        )
    assert refused.value.code.status == 409


def test_looking_forward_points_never_rise(deployment: ActiveDeployment) -> None:
    """With nothing further recorded recency fades and windows close: the total can only fall."""
    for person_id in first(deployment, 8):
        person = deployment.find(person_id)
        assert person is not None
        points = look_forward(deployment, person)
        assert [point.days for point in points] == [0, 28, 90, 182]
        totals = [point.matrix_total for point in points]
        assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("break_it", ["alter", "drop", "nonsense"])
def test_a_bundle_that_fails_its_checks_leaves_the_matrix(
    settings: ServiceSettings, tmp_path: Path, break_it: str
) -> None:
    """One byte changed, one file gone, or a manifest that is none: matrix only, said in every answer."""
    bundle = shutil.copytree(settings.bundle or Path(), tmp_path / "bundle")
    if break_it == "alter":
        with (bundle / "booster.txt").open("a") as file:
            file.write(" ")
    elif break_it == "drop":
        (bundle / "interval.csv").unlink()
    else:
        (bundle / "manifest.json").write_text("[]")
    deployment = load_deployment(replace(settings, bundle=bundle), frozenset())
    assert deployment.mode.mode == "matrix_only"
    assert "fails its own checks" in deployment.mode.reason
    score = scores(deployment, ask({"person_id": first(deployment)[0]}))[0]
    assert score.model is None
    assert CautionKind.MATRIX_ONLY in {caution.kind for caution in score.cautions}


def test_the_switch_leaves_the_points_as_they_were(settings: ServiceSettings, deployment: ActiveDeployment) -> None:
    """With the model turned off the policy is still the bundle's, and the reason is the administrator's."""
    settings.matrix_only_file.write_text("The board asked for it.\n")
    off = load_deployment(settings, frozenset())
    assert off.mode.mode == "matrix_only"
    assert "The board asked for it." in off.mode.reason
    assert off.context.policy.sha256 == deployment.context.policy.sha256
    assert off.ranking.people["total"].equals(deployment.ranking.people["total"])


def test_a_model_nobody_approved_serves_this_machine_alone(
    settings: ServiceSettings, deployment: ActiveDeployment, tmp_path: Path
) -> None:
    """With access off it is served with a caution; with access on only an approval lets it in."""
    caution = {one.kind for one in scores(deployment, ask({"person_id": first(deployment)[0]}))[0].cautions}
    assert CautionKind.NOT_APPROVED in caution
    bundle = put_release(settings, tmp_path)
    on = replace(settings, bundle=bundle, keys_file=tmp_path / "keys.yaml")
    refused = load_deployment(on, frozenset())
    assert refused.mode.mode == "matrix_only"
    assert "no approval" in refused.mode.reason
    approved = load_deployment(on, approved_now(bundle))
    assert approved.mode.mode == "matrix_and_model"
    kinds = {one.kind for one in scores(approved, ask({"person_id": first(approved)[0]}))[0].cautions}
    assert CautionKind.NOT_APPROVED not in kinds


def test_what_is_at_hand_is_what_would_be_worked_out(deployment: ActiveDeployment) -> None:
    """Asked twice, the second answer is the first one's text; asked afresh in another order, every score is equal."""
    people = first(deployment, 12)
    once, again = (explain(deployment, ask(*({"person_id": one} for one in people))) for _ in range(2))
    assert all(one is two for one, two in zip(once, again, strict=True))
    afresh = replace(deployment, explained=SharedCache(10**9), files=SharedCache(10**6))
    other = explain(afresh, ask(*({"person_id": one} for one in reversed(people))))
    assert [one.answer for one in reversed(other)] == [one.answer for one in once]
    note = LedgerNote(entries=(1,), head="a", recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    given = tuple(NamedExplanation(f"N-{i}", one) for i, one in enumerate(once))
    listed = tuple(NominationScore.model_validate_json(one.text) for one in given)
    answer = ScoreAnswer(mode=deployment.mode, scores=listed, ledger=note)
    assert ScoreAnswerText(deployment.mode, given, note).model_dump_json() == answer.model_dump_json()


def test_an_explanation_at_hand_that_no_longer_adds_up_is_not_given(deployment: ActiveDeployment) -> None:
    """The sum is checked each time an explanation leaves, also when it was worked out before."""
    person = next(one for one in first(deployment, 20) if explain(deployment, ask({"person_id": one}))[0].parts)
    kept = explain(deployment, ask({"person_id": person}))[0]
    key = (person, deployment.as_of, today())
    deployment.explained.keep(key, replace(kept, parts=(*kept.parts, 0.001)))
    with pytest.raises(InvariantError, match="do not add up"):
        explain(deployment, ask({"person_id": person}))
    deployment.explained.keep(key, kept)


def test_memory_is_bounded_and_the_least_used_goes() -> None:
    """Three things of size two in room for five: the one not asked for lately is gone."""
    kept: SharedCache[str, str] = SharedCache(5, len)
    kept.keep("a", "aa")
    kept.keep("b", "bb")
    assert kept.find("a") == "aa"
    kept.keep("c", "cc")
    assert (kept.find("a"), kept.find("b"), kept.find("c"), len(kept)) == ("aa", None, "cc", 2)
    kept.keep("d", "d" * 9)
    assert (kept.find("d"), kept.currsize) == (None, 4)


def test_people_are_named_beside_a_score_only_from_the_records_it_was_made_from(deployment: ActiveDeployment) -> None:
    """After another extract, policy, harm index or bundle an old explanation shows its incidents as they were kept."""
    score = scores(deployment, ask({"person_id": first(deployment)[0]}))[0]
    lines = incidents_of(deployment, score)
    assert {line.incident_id for line in lines} == {point.incident_id for point in score.timeline}
    for field in ("data_hash", "policy_sha256", "harm_index", "model_hash"):
        versions = score.versions.model_copy(update={field: "another"})
        assert incidents_of(deployment, score.model_copy(update={"versions": versions})) == ()
    sent = scores(deployment, ask(partner()))[0]
    assert incidents_of(deployment, sent) == ()
