"""Rows as a linear model sees them: filled, counts as ``log(1 + x)``, scaled, with indicators of what is missing."""

from dataclasses import dataclass

import numpy as np

from matac_ml.bundle import LinearScorer
from training.rows import Floats, Ints, Rows


@dataclass(frozen=True)
class LinearDesign:
    """The design of a linear model and everything needed to score with its coefficients.

    Attributes
    ----------
    matrix : ndarray, shape (n, p + indicators)
    indicator : ndarray of int
        Features that have a column of their own for being missing.
    """

    matrix: Floats
    fill: Floats
    log_scale: Floats
    centre: Floats
    scale: Floats
    missing_share: Floats
    indicator: Ints

    @classmethod
    def of(cls, rows: Rows) -> "LinearDesign":
        """Take medians, means and deviations from the rows. Counts and amounts are logged: their tails are long."""
        missing = np.isnan(rows.X)
        fill = np.where(missing.all(axis=0), 0.0, np.nanmedian(np.where(missing.all(axis=0), 0.0, rows.X), axis=0))
        filled = np.where(missing, fill, rows.X)
        log_scale = np.quantile(filled, 0.99, axis=0) > 3 * (np.abs(np.mean(filled, axis=0)) + 1e-9)
        log_scale |= filled.max(axis=0) > 20
        scaled = np.where(log_scale, np.sign(filled) * np.log1p(np.abs(filled)), filled)
        centre, scale = scaled.mean(axis=0), scaled.std(axis=0)
        scale = np.where(scale > 1e-12, scale, 1.0)
        share = missing.mean(axis=0)
        indicator = np.flatnonzero((share > 0.001) & (share < 0.999))
        matrix = np.column_stack([(scaled - centre) / scale, missing[:, indicator] - share[indicator]])
        return cls(matrix, fill, log_scale, centre, scale, share, indicator)

    def of_others(self, X: Floats) -> Floats:
        """Other rows as the same model sees them, shape ``(rows, p + indicators)``."""
        z, missing = self.scorer(np.zeros(self.matrix.shape[1]), 0.0).standardised(X)
        return np.column_stack([z, missing[:, self.indicator] - self.missing_share[self.indicator]])

    def scorer(self, coefficients: Floats, intercept: float) -> LinearScorer:
        """A scorer from the coefficients of the design's columns, shape ``(p + indicators,)``."""
        p = len(self.fill)
        gaps = np.zeros(p)
        gaps[self.indicator] = coefficients[p:]
        return LinearScorer(
            fill=tuple(map(float, self.fill)),
            log_scale=tuple(map(bool, self.log_scale)),
            centre=tuple(map(float, self.centre)),
            scale=tuple(map(float, self.scale)),
            coefficient=tuple(map(float, coefficients[:p])),
            missing_coefficient=tuple(map(float, gaps)),
            missing_share=tuple(map(float, self.missing_share)),
            intercept=float(intercept),
        )
