"""The RFGV points of one person as lines of an explained score, with the incidents behind each."""

from collections.abc import Mapping

from matac_ml.explain.behind import MOST_INCIDENTS, Behind
from matac_ml.explain.schema import MatrixLine, MatrixScore
from matac_ml.explain.standing import Standing
from matac_ml.rfg import PointsLine, PointsSheet, Policy
from matac_ml.spec import Feature


def explain_matrix(policy: Policy, sheet: PointsSheet, *, behind: Behind, standing: Standing | None) -> MatrixScore:
    """The points, line by line.

    Parameters
    ----------
    behind : Behind
        The person's incidents behind each feature.
    standing : Standing or None
        Everybody's scores on the same day, for the place; None when there are none of that day.
    """
    declared = {feature.name: feature for feature in policy.features}
    place = standing.matrix_place(sheet.total) if standing is not None else None
    return MatrixScore(
        lines=tuple(_explain_line(line, declared, behind) for line in sheet.lines),
        total=sheet.total,
        band=sheet.band,
        rank=place.rank if place else None,
        of=place.of if place else None,
        tied_with=place.tied_with if place else None,
    )


def _explain_line(line: PointsLine, declared: Mapping[str, Feature], behind: Behind) -> MatrixLine:
    found = behind.any_of([declared[name] for name in line.measured_by if name in declared])
    return MatrixLine(
        component=line.component.value,
        wording=line.wording,
        value=None if line.value is None else float(line.value),
        value_text=line.value_text,
        band=line.band,
        points=line.points,
        incidents=found[:MOST_INCIDENTS],
    )
