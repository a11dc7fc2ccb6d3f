"""What facts are made of: frozen, no unknown fields, no NaN. A figure that could not be measured is ``None``."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Frozen, no unknown fields, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Estimate(Fact):
    """A measured value with its 95 % interval; None where it could not be measured."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, interval: Any) -> "Estimate":
        """A measured interval (``value``, ``low``, ``high``) as a fact."""
        return cls(value=finite(interval.value), low=finite(interval.low), high=finite(interval.high))

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of zero; False where there is none."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def finite(value: float) -> float | None:
    """Return the value, or None where it could not be measured."""
    return float(value) if math.isfinite(value) else None


def estimates(found: Mapping[str, Any]) -> dict[str, Estimate]:
    """Turn measured intervals into facts."""
    return {name: Estimate.of(interval) for name, interval in found.items()}
