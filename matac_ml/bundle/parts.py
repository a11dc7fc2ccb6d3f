"""The files of a bundle as types: what each number must be is checked when a bundle is loaded, not when it scores."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from matac_ml.bundle.curves import CurveScorer, PairGrid, StepCurve
from matac_ml.bundle.limits import LARGEST, LARGEST_VALUE, LONGEST_DAYS
from matac_ml.bundle.scoring import INTERVAL_HEAD, IntervalTable, LinearScorer

_Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
_Value = Annotated[float, Field(ge=-LARGEST_VALUE, le=LARGEST_VALUE, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CalibrationPart(_Part):
    """A slope that keeps the order of people, and a level."""

    slope: Annotated[float, Field(gt=0, le=LARGEST, allow_inf_nan=False)]
    intercept: _Number


class ThinPart(_Part):
    """When there is too little history to say."""

    feature: str | None
    below: Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
    widest: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class ModelPart(_Part):
    """``model.json``."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["curves", "lightgbm", "linear"]
    outcome: dict[str, Any]
    lookback_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
    calibration: CalibrationPart
    thin: ThinPart
    typical: dict[str, _Value | None]
    seen_range: dict[str, tuple[_Value, _Value]]

    def faults(self, features: tuple[str, ...]) -> Iterator[str]:
        """What does not fit the names of the features."""
        for entry, names in (("typical", self.typical), ("seen_range", self.seen_range)):
            unknown = len(set(names) - set(features))
            if unknown:
                yield f"{entry}: {unknown} of its names {'is' if unknown == 1 else 'are'} not of a feature"
        if any(low > high for low, high in self.seen_range.values()):
            yield "seen_range: the smallest value must come first"
        if self.thin.feature is not None and self.thin.feature not in features:
            yield "thin.feature: it must be one of the features"


class CurvePart(_Part):
    """One curve of ``curves.json``."""

    edges: tuple[_Value, ...]
    points: tuple[_Number, ...]
    missing: _Number

    def faults(self) -> Iterator[str]:
        """Edges that do not rise, or points that are not one more."""
        if any(other <= edge for edge, other in pairwise(self.edges)):
            yield "edges must rise"
        if len(self.points) != len(self.edges) + 1:
            yield f"points must be one more than edges, {len(self.edges) + 1}, got {len(self.points)}"


class PairPart(_Part):
    """One grid of ``curves.json``."""

    columns: tuple[int, int]
    edges: tuple[tuple[_Value, ...], tuple[_Value, ...]]
    points: tuple[tuple[_Number, ...], ...]

    def faults(self, features: int) -> Iterator[str]:
        """Columns that are not two of the model's, edges that do not rise, or a grid of another shape."""
        if self.columns[0] == self.columns[1] or not all(0 <= column < features for column in self.columns):
            yield "columns must be two of the model's"
        if any(other <= edge for edges in self.edges for edge, other in pairwise(edges)):
            yield "edges must rise"
        rows, columns = (len(edges) + 2 for edges in self.edges)
        if len(self.points) != rows or any(len(row) != columns for row in self.points):
            yield f"points must be {rows} rows of {columns}, two more than edges each way"


class CurvesPart(_Part):
    """``curves.json``: a base, one curve a feature, and grids of pairs where there are any."""

    base: _Number
    curves: tuple[CurvePart, ...]
    pairs: tuple[PairPart, ...] = ()

    def faults(self, features: int) -> Iterator[str]:
        """Curves that are not steps, or not one a feature."""
        if len(self.curves) != features:
            yield f"curves: it must hold {features}, one a feature, got {len(self.curves)}"
        for place, curve in enumerate(self.curves, start=1):
            yield from (f"curve {place}: {fault}" for fault in curve.faults())
        for place, grid in enumerate(self.pairs, start=1):
            yield from (f"pair {place}: {fault}" for fault in grid.faults(features))

    def scorer(self) -> CurveScorer:
        """The scorer of these curves."""
        curves = tuple(StepCurve(**curve.model_dump()) for curve in self.curves)
        return CurveScorer(self.base, curves, tuple(PairGrid(**grid.model_dump()) for grid in self.pairs))


class LinearPart(_Part):
    """``linear.json``: one value a feature in each list."""

    fill: tuple[_Value, ...]
    log_scale: tuple[bool, ...]
    centre: tuple[_Number, ...]
    scale: tuple[Annotated[float, Field(ge=1 / LARGEST, le=LARGEST, allow_inf_nan=False)], ...]
    coefficient: tuple[_Number, ...]
    missing_coefficient: tuple[_Number, ...]
    missing_share: tuple[_Share, ...]
    intercept: _Number

    def faults(self, features: int) -> Iterator[str]:
        """Lists that hold another number of values than there are features."""
        for name, values in self.model_dump(exclude={"intercept"}).items():
            if len(values) != features:
                yield f"{name}: it must hold {features} values, one a feature, got {len(values)}"

    def scorer(self) -> LinearScorer:
        """The scorer of these numbers."""
        return LinearScorer(**self.model_dump())


def read_interval(text: str) -> IntervalTable:
    """Read ``interval.csv``.

    Raises
    ------
    ValueError
        When it is not a head and at least one line of three numbers.
    """
    lines = text.splitlines()
    if len(lines) < 2 or lines[0] != INTERVAL_HEAD:
        raise ValueError("it must begin with its head and hold a line of numbers")
    if any(line.count(",") != 2 for line in lines):
        raise ValueError("each line must hold three values")
    knots, below, above = zip(*([float(cell) for cell in line.split(",")] for line in lines[1:]), strict=True)
    return IntervalTable(knots, below, above)
