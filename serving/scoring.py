"""Scores from what is in force: pure functions of a force and a checked request, without ledger or HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from matac_ml import clock
from matac_ml.api.answers import ForwardPoint, RankedPerson
from matac_ml.api.explanation import ExplainedScore, IncidentLine, NotScored
from matac_ml.asof import PersonFile
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.forward import FORWARD_DAYS
from matac_ml.explain.incident_table import incident_table
from matac_ml.explain.person import explain_people
from matac_ml.explain.ranking import FirstPlaces, lines_of
from serving.errors import CONFLICT, UNKNOWN, ServiceError
from serving.explained import Explained
from serving.force import Force
from serving.partner import check_records, person_of
from serving.schema import MAX_RANKED, Nomination, RankRequest, ScoreRequest


def setting_at(force: Force, as_of: date | None) -> ScoringContext:
    """The force's setting on a day; places are known for the day after the extract alone.

    Raises
    ------
    ServiceError
        ``conflict`` when the day lies after the extract: nobody knows yet what such a day would see.
    """
    today = clock.today()
    if as_of is None or as_of == force.as_of:
        return replace(force.setting, today=today, rank_table=force.ranking.rank_table)
    if as_of > force.as_of:
        message = f"it must not be after {force.as_of}, the day after the extract ends"
        raise ServiceError(CONFLICT, faults=[("as_of", message)])
    return replace(force.setting, as_of=as_of, today=today, rank_table=None)


def explain(force: Force, asked: ScoreRequest) -> tuple[Explained, ...]:
    """Explained scores in the order asked; every nomination that cannot be met is listed at once.

    What was explained before under this force, for the same day, is not worked out again: nothing it is made of can
    change while the force is in force. That it adds up is checked every time.

    Raises
    ------
    InvariantError
        An explanation does not add up to its score.
    """
    setting = setting_at(force, asked.as_of)
    _refuse_contradictions(force, asked)
    found = [_remembered(force, one, setting) for one in asked.nominations]
    missing = [one for one, kept in zip(asked.nominations, found, strict=True) if kept is None]
    files = force.find_all([one.person_id for one in missing if one.records is None])
    unknown = [
        (f"nominations.{i}.person_id", "the extract knows nobody by this identifier, and no records were sent")
        for i, one in enumerate(asked.nominations)
        if found[i] is None and one.records is None and one.person_id not in files
    ]
    if unknown:
        raise ServiceError(UNKNOWN, faults=unknown)
    made = iter(_explained(force, missing, files, setting))
    given = tuple(next(made) if one is None else one for one in found)
    for one in given:
        one.check()
    return given


#: Of somebody known: what a partner sent would stand for the whole file, and a dual role would go unsaid.
_KNOWN_ALREADY = (
    "the extract knows somebody by this identifier, and records sent would hide what the police hold, a dual role too. "
    "For the person of the extract leave the records out and have the force record them; for somebody else send them "
    "under another identifier"
)


def _refuse_contradictions(force: Force, asked: ScoreRequest) -> None:
    sent = [(i, one.person_id, one.records) for i, one in enumerate(asked.nominations) if one.records is not None]
    police = force.find_all([person_id for _, person_id, _ in sent])
    contradictions = [(f"nominations.{i}.person_id", _KNOWN_ALREADY) for i, person_id, _ in sent if person_id in police]
    contradictions += [
        fault
        for i, person_id, records in sent
        for fault in check_records(records, person_id, f"nominations.{i}.records")
    ]
    if contradictions:
        raise ServiceError(CONFLICT, faults=contradictions)


def _remembered(force: Force, nomination: Nomination, setting: ScoringContext) -> Explained | None:
    if nomination.records is not None:
        return None
    return force.explained.get((nomination.person_id, setting.as_of, setting.today))


def _explained(
    force: Force, nominations: Sequence[Nomination], files: Mapping[str, PersonFile], setting: ScoringContext
) -> list[Explained]:
    """Work out what is not at hand, all of it together; what came from the extract is remembered."""
    if not nominations:
        return []
    subjects = [_subject(force, one, files, setting) for one in nominations]
    made = [Explained.of(score) for score in explain_people(subjects, setting)]
    for nomination, one in zip(nominations, made, strict=True):
        if nomination.records is None:
            key = (nomination.person_id, setting.as_of, setting.today)
            force.explained.put(key, one, size=len(one.text))
    return made


def _subject(force: Force, nomination: Nomination, files: Mapping[str, PersonFile], setting: ScoringContext) -> Subject:
    if nomination.records is not None:
        return Subject(person_of(nomination.records, nomination.person_id), from_partner=True)
    person = files[nomination.person_id]
    person_id = setting.view(person).person_id  # another one may stay on another day
    return Subject(
        person,
        asked_as=nomination.person_id,
        values=force.values(person_id, setting.as_of),
        doubtful=force.extract.doubtful().get(person.person_id, ""),
    )


def incidents_of(force: Force, score: ExplainedScore | NotScored) -> tuple[IncidentLine, ...]:
    """The incidents of a score, with the people in them.

    Empty when the records, the policy, the harm index or the bundle are no longer those it was made from, or when it
    was made from a partner's records, which are not kept.
    """
    now, then = force.setting.versions, score.versions
    if (now.data_hash, now.policy_sha256, now.harm_index) != (then.data_hash, then.policy_sha256, then.harm_index):
        return ()
    # A bundle carries its harm index and its look-back: another bundle may hold others under the same name.
    if now.model_hash and then.model_hash and now.model_hash != then.model_hash:
        return ()
    person = force.find(score.person_id)
    return () if person is None else incident_table(person, setting_at(force, score.as_of))


def known(force: Force, person_id: str) -> PersonFile:
    """The file of somebody the extract knows; ServiceError ``unknown`` otherwise."""
    person = force.find(person_id)
    if person is None:
        raise ServiceError(UNKNOWN, faults=[("person_id", "the extract knows nobody by this identifier")])
    return person


def ranked(force: Force, asked: RankRequest) -> tuple[FirstPlaces, tuple[RankedPerson, ...]]:
    """The first k people of an area or the whole force, with whoever is equal at the last place, and their lines."""
    if asked.area is not None and asked.area not in force.ranking.areas():
        raise ServiceError(UNKNOWN, faults=[("area", "nobody ranked has an incident in an area of that name")])
    places = asked.k or min(force.setting.policy.capacity, MAX_RANKED)
    first = force.ranking.first(places, order=asked.order, area=asked.area)
    return first, lines_of(force.ranking, first, serial=force.serial, doubtful=force.extract.doubtful())


def why_not_scored(person: PersonFile, setting: ScoringContext) -> NotScored | None:
    """What is said in place of a score of somebody who is recorded as a suspect in no incident; None of others."""
    if setting.view(person).is_suspect:
        return None
    said = explain_people([Subject(person)], setting)[0]
    return said if isinstance(said, NotScored) else None


def look_forward(force: Force, person: PersonFile) -> tuple[ForwardPoint, ...]:
    """The scores today and on later days, were nothing further recorded; none of somebody who is not scored."""
    points = []
    for days in (0, *FORWARD_DAYS):
        setting = replace(force.setting, as_of=force.as_of + timedelta(days=days), rank_table=None)
        score = explain_people([Subject(person)], setting)[0]
        if isinstance(score, NotScored):
            return ()
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
