"""An explained score as lines of text, in the order in which a person should read it."""

import textwrap
from collections.abc import Iterator

from matac_ml.api.explanation import ExplainedScore, IncidentRef, Reason
from matac_ml.wording import rank

WIDTH = 110
#: Reasons shown of each direction, and incidents shown of each reason; the page shows them all.
REASONS, INCIDENTS = 4, 4


def as_text(score: ExplainedScore) -> str:
    """Cautions, matrix, model, reasons with their incidents, agreement, limits and versions, as plain text."""
    parts = (_cautions, _matrix, _model, _reasons, _agreement, _limits, _versions)
    return "\n".join(line for part in parts for line in part(score))


def _wrapped(text: str, first: str = "  ", then: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=then)


def _cautions(score: ExplainedScore) -> Iterator[str]:
    yield f"Person {score.person_id}, as of {score.as_of:%d %B %Y}"
    if score.cautions:
        yield "\nREAD FIRST"
    for caution in score.cautions:
        yield from _wrapped(caution.text, "  ! ", "    ")


def _matrix(score: ExplainedScore) -> Iterator[str]:
    matrix = score.matrix
    yield "\nRFGV MATRIX (the primary instrument)"
    for line in matrix.lines:
        yield f"  {line.component:<10}{line.points:>4}   {line.wording}: {line.value_text} (band {line.band})"
    ranked = ""
    if matrix.rank and matrix.of:
        ranked = f", {rank(matrix.rank, tied_with=matrix.tied_with or 0)} of {matrix.of:,}"
    yield f"  {'total':<10}{matrix.total:>4}   {matrix.band}{ranked}"


def _model(score: ExplainedScore) -> Iterator[str]:
    if score.model is None:
        return
    model = score.model
    yield "\nMODEL (complements the matrix)"
    if model.abstained or model.probability is None:
        yield from _wrapped(f"No probability is given. {model.abstention_reason}")
        return
    between = f", {model.interval.low:.0%} to {model.interval.high:.0%}" if model.interval else ""
    yield from _wrapped(f"{model.outcome} within {model.horizon_days} days: {model.probability:.1%}{between}")
    if model.rank and model.of:
        yield f"  {rank(model.rank)} of the {model.of:,} people to whom the model gives a number"


def _reasons(score: ExplainedScore) -> Iterator[str]:
    reasons = [reason for family in score.families for reason in family.reasons]
    for direction, heading in (("raises", "REASONS THAT RAISE THE MODEL'S SCORE"), ("lowers", "THAT TAKE FROM IT")):
        chosen = sorted((r for r in reasons if r.direction == direction), key=lambda r: -abs(r.contribution))[:REASONS]
        if chosen:
            yield f"\n{heading}"
        for reason in chosen:
            yield from _reason(reason)


def _reason(reason: Reason) -> Iterator[str]:
    yield from _wrapped(f"{reason.contribution:+.2f}  [{reason.family}] {reason.text}", then=" " * 9)
    if reason.incidents:
        more = reason.incidents_total - len(reason.incidents[:INCIDENTS])
        listed = ", ".join(_incident(incident) for incident in reason.incidents[:INCIDENTS])
        yield f"         incidents: {listed}{f' and {more} more' if more > 0 else ''}"


def _incident(incident: IncidentRef) -> str:
    return f"{incident.incident_id} ({incident.occurred_on:%d %b %Y})"


def _agreement(score: ExplainedScore) -> Iterator[str]:
    yield "\nMATRIX AND MODEL"
    yield from _wrapped(score.agreement.text)


def _limits(score: ExplainedScore) -> Iterator[str]:
    yield "\nWHAT THIS CANNOT SEE"
    for limit in score.limits:
        yield from _wrapped(limit, "  - ", "    ")


def _versions(score: ExplainedScore) -> Iterator[str]:
    versions = score.versions
    yield "\nVERSIONS"
    yield f"  matac-ml {versions.package} · policy {versions.policy} ({versions.policy_sha256[:12]})"
    yield f"  harm index {versions.harm_index} · data to {versions.data_as_of} ({versions.data_hash[:12]})"
    if versions.model:
        approved = "approved" if versions.model_approved else "not approved by anybody"
        yield f"  model {versions.model} ({(versions.model_hash or '')[:12]}), {approved}"
