"""Explained scores of people as of one day: the points, the model beside them, where they differ, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matac_ml.api.explanation import (
    Agreement,
    ExplainedScore,
    FamilyReasons,
    MatrixLine,
    MatrixScore,
    ModelScore,
    NotScored,
    TimelinePoint,
)
from matac_ml.asof import PersonView
from matac_ml.asof.person import view_features
from matac_ml.explain.cautions import LIMITS, PARTNER_LIMIT, CautionInputs, build_cautions, why_left_out
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.evidence import MOST_INCIDENTS, EvidenceIndex
from matac_ml.explain.model_score import Modelled, model_all
from matac_ml.explain.not_scored import not_scored
from matac_ml.explain.rank_table import BothPositions, Ranked
from matac_ml.rfg import PointsSheet, points_sheets
from matac_ml.wording import rank, refuse_forbidden

Verdict = Literal["agree", "model_higher", "matrix_higher", "not_compared"]
#: Log-odds that a reason must move to be named as the one that counts: a tenth of the odds. Below it the difference
#: comes from many small parts, and naming the largest would mislead.
NAMED_FROM = 0.1


def explain_people(subjects: Sequence[Subject], context: ScoringContext) -> tuple[ExplainedScore | NotScored, ...]:
    """Explained scores, in the order given; whoever is recorded as a suspect in no incident by the day has none.

    Raises
    ------
    InvariantError
        An explanation does not add up to its score, or says a word that no score may.
    """
    people = [(subject, context.view(subject.person)) for subject in subjects]
    scores = iter(_scores([(subject, view) for subject, view in people if view.is_suspect], context))
    return tuple(
        next(scores) if view.is_suspect else not_scored(CautionInputs(subject, context, view))
        for subject, view in people
    )


@dataclass(frozen=True)
class _Parts:
    """What one person's explained score is put together from."""

    sheet: PointsSheet
    evidence: EvidenceIndex
    modelled: Modelled | None
    ranked: Ranked | None
    left_out: tuple[str, ...]


def _scores(people: Sequence[tuple[Subject, PersonView]], context: ScoringContext) -> list[ExplainedScore]:
    """Score a list together: one call of the model for everybody."""
    policy, instruments = context.policy, context.instruments
    values = [
        subject.values
        if subject.values is not None
        else view_features(view, instruments.features, lookback_days=instruments.lookback_days)
        for subject, view in people
    ]
    evidence = [EvidenceIndex(view, instruments.evidence_groups) for _, view in people]
    sheets = points_sheets(policy, values)
    left_out = [why_left_out(view, policy, lookback_days=instruments.lookback_days) for _, view in people]
    ranked = [
        None if why else _ranked(subject, view, sheet, context)
        for (subject, view), sheet, why in zip(people, sheets, left_out, strict=True)
    ]
    modelled = model_all(values, evidence, ranked, context, left_out=[bool(why) for why in left_out])
    parts = [_Parts(*each) for each in zip(sheets, evidence, modelled, ranked, left_out, strict=True)]
    return [_assemble(subject, view, context, its) for (subject, view), its in zip(people, parts, strict=True)]


def _ranked(subject: Subject, view: PersonView, sheet: PointsSheet, context: ScoringContext) -> Ranked | None:
    """Where the person is ranked: a partner's person as one more; whoever is not on the list has no rank."""
    table, person_id = context.rank_table, view.person_id
    if table is None or not (subject.from_partner or person_id in table):
        return None
    points = {line.component: line.points for line in sheet.lines}
    return table.person(person_id, (sheet.total, *(points[name] for name in context.policy.ties)))


def _assemble(subject: Subject, view: PersonView, context: ScoringContext, parts: _Parts) -> ExplainedScore:
    policy, ranked, modelled = context.policy, parts.ranked, parts.modelled
    inputs = CautionInputs(
        subject,
        context,
        view,
        out_of_range=modelled.outside if modelled else (),
        left_out=parts.left_out,
        tied_at_cut=ranked.tied_at_cut if ranked else None,
    )
    matrix = _matrix_score(context, parts)
    model, families = (modelled.score, modelled.families) if modelled else (None, ())
    both = ranked.by_both(model.probability) if ranked and model and model.probability is not None else None
    explained = ExplainedScore(
        cautions=build_cautions(inputs),
        person_id=view.person_id,
        as_of=context.as_of,
        matrix=matrix,
        model=model,
        agreement=compare(
            matrix, model, families, both=both, capacity=policy.capacity, day_of_list=context.rank_table is not None
        ),
        families=families,
        timeline=_timeline(view),
        limits=(*LIMITS, PARTNER_LIMIT) if subject.from_partner else LIMITS,
        versions=context.versions,
    )
    _check_words(explained, subject, view)
    return explained


def _timeline(view: PersonView) -> tuple[TimelinePoint, ...]:
    """The incidents of both roles, newest first."""
    points = [
        TimelinePoint(
            incident_id=incident.incident_id,
            occurred_on=incident.occurred_on,
            recorded_on=incident.recorded_on,
            offence_code=incident.offence_code or "",
            harm_days=incident.harm_days,
            role="victim" if incident.part == "victim" else "suspect",
            is_crime=incident.is_crime,
            victims=0 if incident.part == "victim" else len(incident.others),
        )
        for incident in (*view.as_suspect, *view.as_victim)
    ]
    return tuple(sorted(points, key=lambda point: (point.occurred_on, point.incident_id), reverse=True))


def _check_words(explained: ExplainedScore, subject: Subject, view: PersonView) -> None:
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
    incidents = (incident.incident_id for incident in (*view.as_victim, *view.as_suspect))
    names = {view.person_id, subject.asked_as, *view.suspects, *incidents} - {""}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    refuse_forbidden(text)


def _matrix_score(context: ScoringContext, parts: _Parts) -> MatrixScore:
    """The points, line by line, each with the incidents behind it."""
    declared = {feature.name: feature for feature in context.policy.features}
    position = parts.ranked.by_matrix if parts.ranked else None
    lines = []
    for line in parts.sheet.lines:
        measured_by = [declared[name] for name in line.measured_by if name in declared]
        lines.append(
            MatrixLine(
                component=line.component.value,
                wording=line.wording,
                value=None if line.value is None else float(line.value),
                value_text=line.value_text,
                band=line.band,
                points=line.points,
                incidents=parts.evidence.behind_any(measured_by)[:MOST_INCIDENTS],
            )
        )
    return MatrixScore(
        lines=tuple(lines),
        total=parts.sheet.total,
        band=parts.sheet.band,
        rank=position.rank if position else None,
        of=position.of if position else None,
        tied_with=position.tied_with if position else None,
    )


def compare(
    matrix: MatrixScore,
    model: ModelScore | None,
    families: Sequence[FamilyReasons],
    *,
    both: BothPositions | None,
    capacity: int,
    day_of_list: bool = True,
) -> Agreement:
    """Compare the two instruments at the capacity of the meeting.

    They agree when both or neither rank the person among the first ``capacity`` of the people who have points and a
    probability. Somebody who is tied at the last of these places is neither among them nor not, so nothing is compared.

    Parameters
    ----------
    both : BothPositions or None
        The ranks among the people who have both; None for a person who is not ranked.
    day_of_list : bool
        Whether it is the day on which everybody is ranked.
    """
    if model is None:
        return Agreement(verdict="not_compared", text="Only the matrix is in force, so there is nothing to compare.")
    if model.abstained:
        return Agreement(verdict="not_compared", text="The model gives no number, so the matrix stands alone here.")
    if not day_of_list:
        text = "People are ranked for the day of the list alone, so the two are not compared on this day."
        return Agreement(verdict="not_compared", text=text)
    if both is None:
        return Agreement(verdict="not_compared", text="This person is not ranked, so the two are not compared.")
    of = both.matrix.of
    ranks = (
        f"Among the {of:,} people who have both points and a probability, the matrix ranks this person "
        f"{rank(both.matrix.rank, tied_with=both.matrix.tied_with)} and the model "
        f"{rank(both.model.rank, tied_with=both.model.tied_with)}."
    )
    verdict, text = _at_the_cut(both, min(capacity, of), matrix, families)
    return Agreement(
        verdict=verdict, text=f"{ranks} {text}", of=of, matrix_rank=both.matrix.rank, model_rank=both.model.rank
    )


def _at_the_cut(
    both: BothPositions, capacity: int, matrix: MatrixScore, families: Sequence[FamilyReasons]
) -> tuple[Verdict, str]:
    for name, place in (("matrix", both.matrix), ("model", both.model)):
        if place.rank <= capacity < place.last:
            text = (
                f"The {name} has {place.tied_with + 1:,} people equal at the last of the {capacity:,} places that a "
                "meeting can take, so the two are not compared there."
            )
            return "not_compared", text
    by_matrix, by_model = both.matrix.rank <= capacity, both.model.rank <= capacity
    if by_matrix == by_model:
        where = "among" if by_matrix else "outside"
        text = f"They agree: both put the person {where} the first {capacity:,}, as many as a meeting can take."
        return "agree", text
    higher: Verdict = "matrix_higher" if by_matrix else "model_higher"
    only = "matrix" if by_matrix else "model"
    text = f"They differ: only the {only} puts the person among the first {capacity:,}."
    return higher, f"{text} {_because(matrix, families, raised=by_model)}"


def _because(matrix: MatrixScore, families: Sequence[FamilyReasons], *, raised: bool) -> str:
    lines = [line for line in matrix.lines if line.points > 0]
    points = "The matrix gives no points."
    if lines:
        most = max(lines, key=lambda line: line.points)
        points = f"The matrix gives most points for {most.component} ({most.points} of {matrix.total})."
    verb = "raised" if raised else "lowered"
    reasons = [reason for family in families for reason in family.reasons if (reason.contribution > 0) == raised]
    moved = max(reasons, key=lambda reason: abs(reason.contribution), default=None)
    if moved is None or abs(moved.contribution) < NAMED_FROM:
        return f"{points} No single reason has {verb} the model's score by much."
    return f"{points} This has {verb} the model's score most: {moved.text}"
