"""The points table: a model of step curves as facts, from which it is printed."""

from matac_ml.bundle.curves import CurveScorer
from matac_ml.bundle.model import RiskModel
from matac_ml.facts import CurveFacts, PairFacts, PointsFacts


def points_of(model: RiskModel) -> PointsFacts | None:
    """The calibrated points of a model made of curves, the feature that moves most first; None for another model.

    The calibration line turns points of the score into points of the probability's own log-odds.
    """
    if not isinstance(model.scorer, CurveScorer):
        return None
    slope = model.calibration.slope
    curves = [
        CurveFacts(
            feature=feature.name,
            text=feature.sentence,
            unit=feature.unit,
            edges=curve.edges,
            points=tuple(slope * value for value in curve.points),
            missing=slope * curve.missing,
        )
        for feature, curve in zip(model.features, model.scorer.curves, strict=True)
    ]
    reach = {curve.feature: max(curve.points) - min(curve.points) for curve in curves}
    base = slope * model.scorer.base + model.calibration.intercept
    pairs = tuple(
        PairFacts(
            features=(model.feature_names[grid.columns[0]], model.feature_names[grid.columns[1]]),
            edges=grid.edges,
            points=tuple(tuple(slope * value for value in row) for row in grid.points),
        )
        for grid in model.scorer.pairs
    )
    return PointsFacts(base=base, curves=tuple(sorted(curves, key=lambda curve: -reach[curve.feature])), pairs=pairs)
