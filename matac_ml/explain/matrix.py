"""The RFGV points of one person as lines of an explained score, with the incidents behind each."""

from collections.abc import Mapping

from matac_ml.api.explanation import MatrixLine, MatrixScore
from matac_ml.explain.evidence import MOST_INCIDENTS, EvidenceIndex
from matac_ml.explain.rank_table import Position
from matac_ml.rfg import PointsLine, PointsSheet, Policy
from matac_ml.spec import Feature


def explain_matrix(
    policy: Policy, sheet: PointsSheet, *, evidence: EvidenceIndex, position: Position | None
) -> MatrixScore:
    """The points, line by line.

    Parameters
    ----------
    evidence : EvidenceIndex
        The person's incidents behind each feature.
    position : Position or None
        The person's rank; None of somebody who is not ranked on that day.
    """
    declared = {feature.name: feature for feature in policy.features}
    return MatrixScore(
        lines=tuple(_explain_line(line, declared, evidence) for line in sheet.lines),
        total=sheet.total,
        band=sheet.band,
        rank=position.rank if position else None,
        of=position.of if position else None,
        tied_with=position.tied_with if position else None,
    )


def _explain_line(line: PointsLine, declared: Mapping[str, Feature], evidence: EvidenceIndex) -> MatrixLine:
    found = evidence.behind_any([declared[name] for name in line.measured_by if name in declared])
    return MatrixLine(
        component=line.component.value,
        wording=line.wording,
        value=None if line.value is None else float(line.value),
        value_text=line.value_text,
        band=line.band,
        points=line.points,
        incidents=found[:MOST_INCIDENTS],
    )


def order_of(policy: Policy, sheet: PointsSheet) -> tuple[int, ...]:
    """What puts a person in the matrix's order: the total, then the points of the policy's rule for ties."""
    points = {line.component: line.points for line in sheet.lines}
    return (sheet.total, *(points[name] for name in policy.ties))
