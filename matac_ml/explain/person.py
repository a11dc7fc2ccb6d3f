"""Explained scores of people as of one day: the rows of one list are scored together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matac_ml.api.explanation import ExplainedScore, NotScored
from matac_ml.asof import PersonFile
from matac_ml.asof.person import features_seen
from matac_ml.asof.seen import SeenFile
from matac_ml.bundle import RiskModel
from matac_ml.explain.agreement import compare
from matac_ml.explain.behind import Behind
from matac_ml.explain.cautions import Known, PartnerRows, build_cautions
from matac_ml.explain.eligibility import why_left_out
from matac_ml.explain.incidents import Incident, as_suspect, as_victim, is_suspect, suspects_known, timeline
from matac_ml.explain.limits import LIMITS, PARTNER_LIMIT
from matac_ml.explain.matrix import explain_matrix, order_of
from matac_ml.explain.modelled import Modelled, model_all
from matac_ml.explain.not_scored import not_scored
from matac_ml.explain.setting import Setting, Subject, Values
from matac_ml.explain.standing import Ranked, Standing
from matac_ml.explain.wording import refuse_forbidden
from matac_ml.harm import HarmIndex
from matac_ml.rfg import PointsSheet, Policy, points_sheets
from matac_ml.spec.harm_units import HUNDREDTHS


def explain_person(
    model: RiskModel | None,
    policy: Policy,
    person: PersonFile,
    as_of: date,
    *,
    harm: HarmIndex,
    data_as_of: date,
    data_hash: str,
    today: date,
    standing: Standing | None = None,
    matrix_only: str = "",
    approved: bool = False,
) -> ExplainedScore | NotScored:
    """One person's explained score; see :func:`explain_people` for a list and :class:`Setting` for the arguments."""
    setting = Setting(
        policy=policy,
        harm=harm,
        model=model,
        as_of=as_of,
        data_as_of=data_as_of,
        data_hash=data_hash,
        today=today,
        standing=standing,
        matrix_only=matrix_only,
        approved=approved,
    )
    return explain_people([Subject(person)], setting)[0]


def explain_people(subjects: Sequence[Subject], setting: Setting) -> tuple[ExplainedScore | NotScored, ...]:
    """Explained scores, in the order given; whoever is recorded as a suspect in no incident by the day has none.

    Raises
    ------
    InvariantError
        An explanation does not add up to its score, or says a word that no score may.
    """
    scored = [subject for subject in subjects if is_suspect(subject.person, setting.as_of)]
    made = iter(_scores(scored, setting))
    return tuple(
        next(made) if is_suspect(subject.person, setting.as_of) else _not_scored(subject, setting)
        for subject in subjects
    )


def _scores(subjects: Sequence[Subject], setting: Setting) -> list[ExplainedScore]:
    seen = [SeenFile(subject.person, setting.as_of, harm=setting.harm_table) for subject in subjects]
    values = [_values(subject, file, setting) for subject, file in zip(subjects, seen, strict=True)]
    behinds = [Behind(file, setting.instruments.shared_evidence) for file in seen]
    sheets = points_sheets(setting.policy, values)
    orders = [order_of(setting.policy, sheet) for sheet in sheets]
    left_out = [
        why_left_out(one.person, setting.policy, setting.as_of, lookback_days=setting.lookback_days) for one in subjects
    ]
    ranked = [
        None if why else _ranked(subject, order, setting)
        for subject, order, why in zip(subjects, orders, left_out, strict=True)
    ]
    modelled = model_all(values, behinds, ranked, setting, left_out=[bool(why) for why in left_out])
    parts = [_Parts(*one) for one in zip(sheets, behinds, modelled, ranked, left_out, strict=True)]
    return [_assemble(subject, setting, its) for subject, its in zip(subjects, parts, strict=True)]


def _values(subject: Subject, seen: SeenFile, setting: Setting) -> Values:
    return subject.values if subject.values is not None else _derived(seen, setting)


def _derived(seen: SeenFile, setting: Setting) -> Values:
    return features_seen(seen, setting.features, lookback_days=setting.lookback_days)


def _ranked(subject: Subject, order: tuple[int, ...], setting: Setting) -> Ranked | None:
    """Where the person is ranked: a partner's person as one more; whoever the list leaves out has no rank."""
    standing = setting.standing
    person_id = subject.person.person_id
    if standing is None or not (subject.from_partner or person_id in standing):
        return None
    return Ranked(standing, person_id, order)


def _victim_as(person: PersonFile, as_of: date) -> tuple[str, ...]:
    rows = [row for row in person.as_victim if row.known_from < as_of and row.incident.domestic and row.relationship]
    newest = sorted(rows, key=lambda row: (row.incident.occurred_on, row.incident.incident_id), reverse=True)
    return tuple(dict.fromkeys(str(row.relationship) for row in newest))


def _suspected(person: PersonFile, victim: Sequence[Incident], as_of: date) -> dict[str, list[str]]:
    """By suspect, the incidents in which this person is the victim; whoever is suspected of the latest comes first."""
    suspected: dict[str, list[str]] = {}
    known = suspects_known(person, as_of) if victim else {}
    for one in victim:
        for suspect in known[one.incident_id]:
            suspected.setdefault(suspect.person_id, []).append(one.incident_id)
    return suspected


def _counter(person: PersonFile, victim: Sequence[Incident], as_of: date) -> tuple[str, ...]:
    against = {row.incident.incident_id for row in person.as_victim if row.counter_from and row.counter_from < as_of}
    return tuple(one.incident_id for one in victim if one.incident_id in against)


def _partner_rows(person: PersonFile, suspect: Sequence[Incident], setting: Setting) -> PartnerRows:
    rows = [(row.incident, row.known_from) for row in person.as_suspect]
    rows += [(row.incident, row.known_from) for row in person.as_victim]
    rows.sort(key=lambda row: row[0].occurred_on, reverse=True)
    sent = dict.fromkeys(incident.incident_id for incident, _ in rows)
    counted = {incident.incident_id for incident, known_from in rows if known_from < setting.as_of}
    harm = setting.harm_table
    return PartnerRows(
        as_of=setting.as_of,
        sent=len(sent),
        too_late=tuple(one for one in sent if one not in counted),
        unmapped=tuple(one.incident_id for one in suspect if one.is_crime and one.offence_code not in harm.by_code),
        unmapped_days=None if harm.unmapped is None else harm.unmapped / HUNDREDTHS,
    )


def _references(incidents: Sequence[Incident]) -> list[tuple[str, date, date]]:
    return [(one.incident_id, one.occurred_on, one.recorded_on) for one in incidents]


@dataclass(frozen=True)
class _Parts:
    """What one person's explained score is put together from."""

    sheet: PointsSheet
    behind: Behind
    modelled: Modelled | None
    ranked: Ranked | None
    left_out: tuple[str, ...]


def _assemble(subject: Subject, setting: Setting, parts: _Parts) -> ExplainedScore:
    person, ranked, policy = subject.person, parts.ranked, setting.policy
    known, suspect, victim = _known(subject, setting, parts)
    place = ranked.by_matrix if ranked else None
    matrix = explain_matrix(policy, parts.sheet, behind=parts.behind, place=place)
    model, families = (parts.modelled.score, parts.modelled.families) if parts.modelled else (None, ())
    both = ranked.by_both(model.probability) if ranked and model and model.probability is not None else None
    explained = ExplainedScore(
        cautions=build_cautions(known),
        person_id=person.person_id,
        as_of=setting.as_of,
        matrix=matrix,
        model=model,
        agreement=compare(
            matrix, model, families, both=both, capacity=policy.capacity, day_of_list=setting.standing is not None
        ),
        families=families,
        timeline=timeline(suspect, victim, harm=setting.harm_table),
        limits=(*LIMITS, PARTNER_LIMIT) if subject.from_partner else LIMITS,
        versions=setting.versions,
    )
    _check_words(explained, known)
    return explained


def _known(
    subject: Subject, setting: Setting, parts: _Parts | None = None
) -> tuple[Known, tuple[Incident, ...], tuple[Incident, ...]]:
    """What the cautions are made from, and the person's incidents as suspect and as victim."""
    person, as_of = subject.person, setting.as_of
    suspect, victim = as_suspect(person, as_of), as_victim(person, as_of)
    known = Known(
        as_victim=_references(victim),
        as_suspect=_references(suspect),
        victim_as=_victim_as(person, as_of),
        suspected=_suspected(person, victim, as_of),
        counter=_counter(person, victim, as_of),
        data_as_of=setting.data_as_of,
        today=setting.today,
        matrix_only=setting.matrix_only,
        approved=setting.approved or setting.model is None,
        out_of_range=parts.modelled.outside if parts and parts.modelled else (),
        left_out=parts.left_out if parts else (),
        tied_at_cut=parts.ranked.tied_at_cut(setting.policy.capacity) if parts and parts.ranked else None,
        partner=_partner_rows(person, suspect, setting) if subject.from_partner else None,
        given_up=subject.asked_as if subject.asked_as not in ("", person.person_id) else "",
        stays=person.person_id,
        stale_after_days=setting.stale_after_days,
        doubtful=subject.doubtful,
    )
    return known, suspect, victim


def _not_scored(subject: Subject, setting: Setting) -> NotScored:
    known, _, victim = _known(subject, setting)
    return not_scored(victim, known, setting)


def _check_words(explained: ExplainedScore, known: Known) -> None:
    """Only sentences are looked at: an identifier or code of the force's own, inside them too, may hold any letters."""
    said = [
        *(caution.text for caution in explained.cautions),
        *(reason.text for family in explained.families for reason in family.reasons),
        *(line.wording for line in explained.matrix.lines),
        explained.matrix.band,
        explained.agreement.text,
        *explained.limits,
    ]
    text = "\n".join(said)
    incidents = (one for one, _, _ in (*known.as_victim, *known.as_suspect))
    for name in sorted({known.stays, known.given_up, *known.suspected, *incidents} - {""}, key=len, reverse=True):
        text = text.replace(name, "")
    refuse_forbidden(text)
