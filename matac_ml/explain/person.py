"""Explained scores of people as of one day: the rows of one list are scored together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matac_ml.api.explanation import ExplainedScore, NotScored
from matac_ml.asof import PersonFile
from matac_ml.asof.person import view_features
from matac_ml.asof.person_view import PersonView
from matac_ml.explain.agreement import compare
from matac_ml.explain.cautions import LIMITS, PARTNER_LIMIT, CautionInputs, PartnerRows, build_cautions
from matac_ml.explain.context import ScoringContext, Subject, Values
from matac_ml.explain.eligibility import why_left_out
from matac_ml.explain.evidence import EvidenceIndex
from matac_ml.explain.incidents import Incident, as_suspect, as_victim, is_suspect, suspects_known, timeline
from matac_ml.explain.matrix import explain_matrix, order_of
from matac_ml.explain.model_score import Modelled, model_all
from matac_ml.explain.not_scored import not_scored
from matac_ml.explain.rank_table import Ranked
from matac_ml.explain.wording import refuse_forbidden
from matac_ml.rfg import PointsSheet, points_sheets
from matac_ml.spec.harm_units import HUNDREDTHS


def explain_people(subjects: Sequence[Subject], context: ScoringContext) -> tuple[ExplainedScore | NotScored, ...]:
    """Explained scores, in the order given; whoever is recorded as a suspect in no incident by the day has none.

    Raises
    ------
    InvariantError
        An explanation does not add up to its score, or says a word that no score may.
    """
    scored = [subject for subject in subjects if is_suspect(subject.person, context.as_of)]
    made = iter(_scores(scored, context))
    return tuple(
        next(made) if is_suspect(subject.person, context.as_of) else _not_scored(subject, context)
        for subject in subjects
    )


def _scores(subjects: Sequence[Subject], context: ScoringContext) -> list[ExplainedScore]:
    harm = context.instruments.harm_table
    seen = [PersonView(subject.person, context.as_of, harm=harm) for subject in subjects]
    values = [_values(subject, file, context) for subject, file in zip(subjects, seen, strict=True)]
    evidence = [EvidenceIndex(file, context.instruments.evidence_groups) for file in seen]
    sheets = points_sheets(context.policy, values)
    orders = [order_of(context.policy, sheet) for sheet in sheets]
    back = context.instruments.lookback_days
    left_out = [why_left_out(one.person, context.policy, context.as_of, lookback_days=back) for one in subjects]
    ranked = [
        None if why else _ranked(subject, order, context)
        for subject, order, why in zip(subjects, orders, left_out, strict=True)
    ]
    modelled = model_all(values, evidence, ranked, context, left_out=[bool(why) for why in left_out])
    parts = [_Parts(*one) for one in zip(sheets, evidence, modelled, ranked, left_out, strict=True)]
    return [_assemble(subject, context, its) for subject, its in zip(subjects, parts, strict=True)]


def _values(subject: Subject, seen: PersonView, context: ScoringContext) -> Values:
    return subject.values if subject.values is not None else _derived(seen, context)


def _derived(seen: PersonView, context: ScoringContext) -> Values:
    return view_features(seen, context.instruments.features, lookback_days=context.instruments.lookback_days)


def _ranked(subject: Subject, order: tuple[int, ...], context: ScoringContext) -> Ranked | None:
    """Where the person is ranked: a partner's person as one more; whoever the list leaves out has no rank."""
    rank_table = context.rank_table
    person_id = subject.person.person_id
    if rank_table is None or not (subject.from_partner or person_id in rank_table):
        return None
    return rank_table.person(person_id, order)


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


def _partner_rows(person: PersonFile, suspect: Sequence[Incident], context: ScoringContext) -> PartnerRows:
    rows = [(row.incident, row.known_from) for row in person.as_suspect]
    rows += [(row.incident, row.known_from) for row in person.as_victim]
    rows.sort(key=lambda row: row[0].occurred_on, reverse=True)
    sent = dict.fromkeys(incident.incident_id for incident, _ in rows)
    counted = {incident.incident_id for incident, known_from in rows if known_from < context.as_of}
    harm = context.instruments.harm_table
    return PartnerRows(
        as_of=context.as_of,
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
    evidence: EvidenceIndex
    modelled: Modelled | None
    ranked: Ranked | None
    left_out: tuple[str, ...]


def _assemble(subject: Subject, context: ScoringContext, parts: _Parts) -> ExplainedScore:
    person, ranked, policy = subject.person, parts.ranked, context.policy
    known, suspect, victim = _known(subject, context, parts)
    position = ranked.by_matrix if ranked else None
    matrix = explain_matrix(policy, parts.sheet, evidence=parts.evidence, position=position)
    model, families = (parts.modelled.score, parts.modelled.families) if parts.modelled else (None, ())
    both = ranked.by_both(model.probability) if ranked and model and model.probability is not None else None
    explained = ExplainedScore(
        cautions=build_cautions(known),
        person_id=person.person_id,
        as_of=context.as_of,
        matrix=matrix,
        model=model,
        agreement=compare(
            matrix, model, families, both=both, capacity=policy.capacity, day_of_list=context.rank_table is not None
        ),
        families=families,
        timeline=timeline(suspect, victim, harm=context.instruments.harm_table),
        limits=(*LIMITS, PARTNER_LIMIT) if subject.from_partner else LIMITS,
        versions=context.versions,
    )
    _check_words(explained, known)
    return explained


def _known(
    subject: Subject, context: ScoringContext, parts: _Parts | None = None
) -> tuple[CautionInputs, tuple[Incident, ...], tuple[Incident, ...]]:
    """What the cautions are made from, and the person's incidents as suspect and as victim."""
    person, as_of = subject.person, context.as_of
    suspect, victim = as_suspect(person, as_of), as_victim(person, as_of)
    known = CautionInputs(
        as_victim=_references(victim),
        as_suspect=_references(suspect),
        victim_as=_victim_as(person, as_of),
        suspected=_suspected(person, victim, as_of),
        counter=_counter(person, victim, as_of),
        data_as_of=context.data_as_of,
        today=context.today,
        matrix_only=context.matrix_only,
        approved=context.approved or context.model is None,
        out_of_range=parts.modelled.outside if parts and parts.modelled else (),
        left_out=parts.left_out if parts else (),
        tied_at_cut=parts.ranked.tied_at_cut(context.policy.capacity) if parts and parts.ranked else None,
        partner=_partner_rows(person, suspect, context) if subject.from_partner else None,
        given_up=subject.asked_as if subject.asked_as not in ("", person.person_id) else "",
        stays=person.person_id,
        stale_after_days=context.stale_after_days,
        doubtful=subject.doubtful,
    )
    return known, suspect, victim


def _not_scored(subject: Subject, context: ScoringContext) -> NotScored:
    known, _, victim = _known(subject, context)
    return not_scored(victim, known, context)


def _check_words(explained: ExplainedScore, known: CautionInputs) -> None:
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
