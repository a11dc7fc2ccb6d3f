"""Explained scores of people as of one day: the rows of one list are scored together."""

from collections.abc import Sequence
from datetime import date

from matac_ml.asof import PersonFile
from matac_ml.asof.person import features_seen
from matac_ml.asof.seen import SeenFile
from matac_ml.bundle import RiskModel
from matac_ml.explain.agreement import compare
from matac_ml.explain.behind import Behind
from matac_ml.explain.cautions import Known, PartnerRows, build_cautions
from matac_ml.explain.incidents import Incident, as_suspect, as_victim, suspects_known, timeline
from matac_ml.explain.limits import LIMITS, PARTNER_LIMIT
from matac_ml.explain.matrix import explain_matrix
from matac_ml.explain.modelled import Modelled, model_all, out_of_range
from matac_ml.explain.schema import ExplainedScore, MatrixScore
from matac_ml.explain.setting import Setting, Subject, Values
from matac_ml.explain.standing import Standing
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
) -> ExplainedScore:
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


def explain_people(subjects: Sequence[Subject], setting: Setting) -> tuple[ExplainedScore, ...]:
    """Explained scores, in the order given.

    Raises
    ------
    InvariantError
        An explanation does not add up to its score, or says a word that no score may.
    """
    seen = [SeenFile(subject.person, setting.as_of, harm=setting.harm_table) for subject in subjects]
    values = [_values(subject, file, setting) for subject, file in zip(subjects, seen, strict=True)]
    behinds = [Behind(file, setting.instruments.shared_evidence) for file in seen]
    modelled = model_all(values, behinds, setting)
    sheets = points_sheets(setting.policy, values)
    return tuple(
        _assemble(subject, setting, matrix=_matrix(sheet, behind, setting), modelled=said, outside=outside)
        for subject, sheet, behind, said, outside in zip(
            subjects, sheets, behinds, modelled, (out_of_range(setting.model, one) for one in values), strict=True
        )
    )


def _values(subject: Subject, seen: SeenFile, setting: Setting) -> Values:
    return subject.values if subject.values is not None else _derived(seen, setting)


def _derived(seen: SeenFile, setting: Setting) -> Values:
    return features_seen(seen, setting.features, lookback_days=setting.lookback_days)


def _matrix(sheet: PointsSheet, behind: Behind, setting: Setting) -> MatrixScore:
    return explain_matrix(setting.policy, sheet, behind=behind, standing=setting.standing)


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


def _assemble(
    subject: Subject, setting: Setting, *, matrix: MatrixScore, modelled: Modelled | None, outside: tuple[str, ...]
) -> ExplainedScore:
    person = subject.person
    suspect, victim = as_suspect(person, setting.as_of), as_victim(person, setting.as_of)
    known = Known(
        as_victim=_references(victim),
        as_suspect=_references(suspect),
        victim_as=_victim_as(person, setting.as_of),
        suspected=_suspected(person, victim, setting.as_of),
        counter=_counter(person, victim, setting.as_of),
        data_as_of=setting.data_as_of,
        today=setting.today,
        matrix_only=setting.matrix_only,
        approved=setting.approved or setting.model is None,
        out_of_range=outside,
        ineligible=subject.ineligible,
        partner=_partner_rows(person, suspect, setting) if subject.from_partner else None,
        given_up=subject.asked_as if subject.asked_as not in ("", person.person_id) else "",
        stays=person.person_id,
        stale_after_days=setting.stale_after_days,
    )
    model = modelled.score if modelled else None
    families = modelled.families if modelled else ()
    explained = ExplainedScore(
        cautions=build_cautions(known),
        person_id=person.person_id,
        as_of=setting.as_of,
        matrix=matrix,
        model=model,
        agreement=compare(matrix, model, families, capacity=setting.policy.capacity),
        families=families,
        timeline=timeline(suspect, victim, harm=setting.harm_table),
        limits=(*LIMITS, PARTNER_LIMIT) if subject.from_partner else LIMITS,
        versions=setting.versions,
    )
    _check_words(explained, known)
    return explained


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
