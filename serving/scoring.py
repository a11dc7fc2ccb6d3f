"""Scores from what is in force: pure functions of a force and a checked request, without ledger or HTTP."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from matac_ml.asof import PersonFile
from matac_ml.explain.answers import ForwardPoint, RankedPerson
from matac_ml.explain.forward import FORWARD_DAYS
from matac_ml.explain.person import explain_people
from matac_ml.explain.ranking import ranked_people
from matac_ml.explain.schema import ExplainedScore
from matac_ml.explain.setting import Setting, Subject
from serving.errors import CONFLICT, UNKNOWN, ServiceError
from serving.force import Force
from serving.partner import check_records, person_of
from serving.schema import Nomination, RankRequest, ScoreRequest


def setting_at(force: Force, as_of: date | None) -> Setting:
    """The force's setting on a day; places are known for the day after the extract alone.

    Raises
    ------
    ServiceError
        ``conflict`` when the day lies after the extract: nobody knows yet what such a day would see.
    """
    today = datetime.now(UTC).date()
    if as_of is None or as_of == force.as_of:
        return replace(force.setting, today=today, standing=force.ranking.standing)
    if as_of > force.as_of:
        message = f"it must not be after {force.as_of}, the day after the extract ends"
        raise ServiceError(CONFLICT, faults=[("as_of", message)])
    return replace(force.setting, as_of=as_of, today=today, standing=None)


def explain(force: Force, asked: ScoreRequest) -> tuple[ExplainedScore, ...]:
    """Explained scores in the order asked; every nomination that cannot be met is listed at once."""
    setting = setting_at(force, asked.as_of)
    contradictions = [
        fault
        for i, one in enumerate(asked.nominations)
        if one.records is not None
        for fault in check_records(one.records, one.person_id, f"nominations.{i}.records")
    ]
    if contradictions:
        raise ServiceError(CONFLICT, faults=contradictions)
    subjects = [_subject(force, one, setting) for one in asked.nominations]
    unknown = [
        (f"nominations.{i}.person_id", "the extract knows nobody by this identifier, and no records were sent")
        for i, subject in enumerate(subjects)
        if subject is None
    ]
    if unknown:
        raise ServiceError(UNKNOWN, faults=unknown)
    return explain_people([subject for subject in subjects if subject is not None], setting)


def _subject(force: Force, nomination: Nomination, setting: Setting) -> Subject | None:
    if nomination.records is not None:
        return Subject(person_of(nomination.records, nomination.person_id), from_partner=True)
    person = force.find(nomination.person_id)
    if person is None:
        return None
    return Subject(
        person,
        ineligible=force.ranking.ineligible(nomination.person_id),
        values=force.values(nomination.person_id, setting.as_of),
    )


def known(force: Force, person_id: str) -> PersonFile:
    """The file of somebody the extract knows; ServiceError ``unknown`` otherwise."""
    person = force.find(person_id)
    if person is None:
        raise ServiceError(UNKNOWN, faults=[("person_id", "the extract knows nobody by this identifier")])
    return person


def ranked(force: Force, asked: RankRequest) -> tuple[RankedPerson, ...]:
    """The first k people of an area or the whole force."""
    if asked.area is not None and asked.area not in force.ranking.areas():
        raise ServiceError(UNKNOWN, faults=[("area", "nobody ranked has an incident in an area of that name")])
    return ranked_people(force.ranking, asked.k, order=asked.order, area=asked.area)


def look_forward(force: Force, person: PersonFile) -> tuple[ForwardPoint, ...]:
    """The scores today and on later days, were nothing further recorded."""
    points = []
    for days in (0, *FORWARD_DAYS):
        setting = replace(force.setting, as_of=force.as_of + timedelta(days=days), standing=None)
        score = explain_people([Subject(person)], setting)[0]
        points.append(
            ForwardPoint(
                days=days,
                as_of=setting.as_of,
                matrix_total=score.matrix.total,
                matrix_band=score.matrix.band,
                model_probability=score.model.probability if score.model else None,
            )
        )
    return tuple(points)
