"""``RiskModel``: score, explain, and say how sure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matac_ml.bundle.limits import FORMAT, LARGEST_VALUE
from matac_ml.bundle.scoring import (
    IntervalTable,
    LogisticCalibration,
    ProbabilityInterval,
    Scorer,
    ThinFileRule,
    probability,
)
from matac_ml.errors import BundleError
from matac_ml.facts import RunFacts
from matac_ml.manifest import manifest_of, sha256, to_json
from matac_ml.practice import LOOKBACK_DAYS

if TYPE_CHECKING:
    from matac_ml.harm import HarmIndex
    from matac_ml.rfg import Policy
    from matac_ml.spec import Feature, Outcome

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """What a model says of ``n`` rows.

    Attributes
    ----------
    log_odds, probability : ndarray, shape (n,)
        Calibrated; the probability is the logistic of the log-odds.
    interval : ProbabilityInterval
    """

    log_odds: Floats
    probability: Floats
    interval: ProbabilityInterval


@dataclass(frozen=True)
class RiskModel:
    """A fitted, calibrated model with everything that decided it.

    Attributes
    ----------
    features : tuple of Feature
        In the order of the columns of every matrix given to the model.
    outcome : Outcome
        What is predicted: a record within the horizon, not an act.
    policy : Policy
        The RFGV matrix the model stands beside.
    harm : HarmIndex
        Weights the gravity features were derived with.
    typical : mapping of str to float or None
        Median of each feature in the fitting data; None when it was missing in at least half the rows.
    seen_range : mapping of str to (float, float)
        Smallest and largest value of each feature in the fitting data.
    facts : RunFacts or None
        The run that made the model.
    lookback_days : int
        How far back features that declare no window look; whoever has no incident in it is not scored.
    """

    features: "tuple[Feature, ...]"
    outcome: "Outcome"
    policy: "Policy"
    harm: "HarmIndex"
    scorer: Scorer
    calibration: LogisticCalibration = field(default_factory=LogisticCalibration)
    intervals: IntervalTable = field(default_factory=IntervalTable)
    thin: ThinFileRule = field(default_factory=ThinFileRule)
    typical: Mapping[str, float | None] = field(default_factory=dict)
    seen_range: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    facts: RunFacts | None = None
    lookback_days: int = LOOKBACK_DAYS
    name: str = "model"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(feature.name for feature in self.features)

    def files(self) -> dict[str, bytes]:
        """The files of the bundle, without the manifest; no date of writing, no path, nothing random."""
        from matac_ml.spec import features_to_json

        facts = {
            "name": self.name,
            "kind": self.scorer.kind,
            "outcome": self.outcome.to_dict(),
            "lookback_days": self.lookback_days,
            "calibration": self.calibration.__dict__,
            "thin": self.thin.__dict__,
            "typical": dict(self.typical),
            "seen_range": {name: list(ends) for name, ends in self.seen_range.items()},
        }
        files = {
            "model.json": to_json(facts),
            "features.json": features_to_json(self.features).encode(),
            "policy.yaml": self.policy.text.encode(),
            "harm_index.yaml": self.harm.to_yaml().encode(),
            "interval.csv": self.intervals.to_csv().encode(),
            **self.scorer.files(),
        }
        if self.facts is not None:
            files["facts.json"] = self.facts.model_dump_json(indent=1).encode()
        return files

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the bundle's manifest: equal for two bundles exactly when all their files are equal."""
        return sha256(manifest_of(self.files(), version=FORMAT))

    def predict(self, X: npt.ArrayLike) -> Floats:
        """Calibrated probability that the outcome is recorded within the horizon.

        Parameters
        ----------
        X : array-like, shape (n, n_features)
            Columns in the order of :attr:`features`; NaN is missing.

        Returns
        -------
        ndarray, shape (n,)
            Between 0 and 1.

        Raises
        ------
        BundleError
            When the number of columns is not that of the features, or a value is infinite or beyond 1e15.
        """
        return probability(self.calibration.log_odds(self.scorer.log_odds(self._checked(X))))

    def log_odds(self, X: npt.ArrayLike) -> Floats:
        """Calibrated log-odds, shape ``(n,)``: the base plus all :meth:`contributions`."""
        return self.calibration.log_odds(self.scorer.log_odds(self._checked(X)))

    def contributions(self, X: npt.ArrayLike) -> tuple[Floats, Floats]:
        """How each feature moved the score, in calibrated log-odds.

        Returns
        -------
        contributions : ndarray, shape (n, n_features)
            The points of the step curves, path-dependent SHAP values of another booster, or the linear model's exact
            parts, times the calibration slope.
        base : ndarray, shape (n,)
            ``base + contributions.sum(axis=1)`` is the log-odds of :meth:`predict`, to rounding.
        """
        parts, base = self.scorer.contributions(self._checked(X))
        return parts * self.calibration.slope, self.calibration.log_odds(base)

    def scored(self, X: npt.ArrayLike) -> Scored:
        """Log-odds, probability and interval of every row, from one look at the scorer."""
        checked = self._checked(X)
        raw = self.scorer.log_odds(checked)
        log_odds = self.calibration.log_odds(raw)
        below, above = self.intervals.at(raw)
        low, high = probability(log_odds - below), probability(log_odds + above)
        thin = high - low > self.thin.widest
        if self.thin.feature is not None:
            count = checked[:, self.feature_names.index(self.thin.feature)]
            thin |= np.isnan(count) | (count < self.thin.below)
        return Scored(log_odds, probability(log_odds), ProbabilityInterval(low, high, thin))

    def _checked(self, X: npt.ArrayLike) -> Floats:
        rows = np.ascontiguousarray(X, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.features):
            raise BundleError(f"X must have shape (n, {len(self.features)}), one column a feature, got {rows.shape}")
        too_large = int((np.abs(rows) > LARGEST_VALUE).sum())
        if too_large:
            raise BundleError(f"X must be missing or at most {LARGEST_VALUE:g} in size, got {too_large} larger values")
        return rows
