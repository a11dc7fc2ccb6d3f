"""Groups compared: each against everybody, tested by chance, and the verdict of each comparison.

What is tested is how far the group that stands out most stands out, each group measured in its own standard deviation
under chance. A largest minus a smallest value would be ruled by the smallest groups, and is never negative, so that an
interval of it always leaves out zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matac_ml.facts import AttributeFacts, GapFacts, Verdict, finite
from matac_ml.fairness.chance import holm
from matac_ml.fairness.measures import GroupMeasure

Floats = npt.NDArray[np.float64]
#: The level of a whole audit, after adjustment for all its comparisons.
LEVEL = 0.05
#: Standard normal quantile: a deviation this many standard deviations above the critical one is noticed four times in
#: five.
_FOUR_IN_FIVE = 0.8416
#: Distances, in standard deviations, that are taken to be the same.
_TIE = 1e-4
#: No p-value below this is claimed: a curve fitted to thousands of replicates knows nothing of one in a million.
SMALLEST = 1e-6


@dataclass(frozen=True)
class GapTest:
    """One measure over the groups of one attribute, before any verdict.

    Attributes
    ----------
    groups : tuple of str
        Large enough to be compared.
    values : ndarray, shape (groups,)
    overall : float
        The measure over everybody.
    deviation : ndarray, shape (groups,)
        One standard deviation of each group's value from ``overall`` under chance; NaN where there was nothing to see.
    chance : ndarray, shape (replicates,)
        By chance, how far the group that stands out most stands out, in those deviations.
    """

    measure: GroupMeasure
    groups: tuple[str, ...]
    too_small: tuple[str, ...]
    values: Floats
    overall: float
    deviation: Floats
    chance: Floats

    @property
    def testable(self) -> bool:
        """Whether at least two groups can be told from chance at all."""
        return int((np.isfinite(self.values) & (self.deviation > 1e-12)).sum()) >= 2

    @property
    def distance(self) -> Floats:
        """How far each group stands from everybody, in its own deviations; -1 where that cannot be said."""
        with np.errstate(invalid="ignore", divide="ignore"):
            far = np.abs(self.values - self.overall) / self.deviation
        return np.where(np.isfinite(far), far, -1.0)

    def p_value(self) -> float:
        """Share of chance replicates in which some group stands out as far as one does here.

        The share is the permutation test's own where any replicate reaches as far. Beyond the last it is read from a
        Pearson type III curve with the mean, deviation and skewness of the replicates (as Mielke and Berry 2007 do),
        because a correction for two hundred comparisons needs tails that 2,000 replicates do not show.
        """
        far = float(self.distance.max())
        # Sums of the same numbers in another order differ in their last bits, in single precision; a tie counts as one.
        reached = int((self.chance >= far - _TIE).sum())
        share = (1 + reached) / (1 + len(self.chance))
        return share if reached else min(share, max(SMALLEST, float(_pearson3().sf(far, **self._curve()))))

    def critical(self, level: float) -> float:
        """The distance beyond which a p-value is below ``level``."""
        if level * len(self.chance) >= 1:
            return float(np.quantile(self.chance, 1 - level))
        return float(_pearson3().isf(level, **self._curve()))

    def _curve(self) -> dict[str, float]:
        mean, deviation = float(self.chance.mean()), max(1e-9, float(self.chance.std()))
        skewness = float((((self.chance - mean) / deviation) ** 3).mean())
        return {"skew": skewness, "loc": mean, "scale": deviation}


def _pearson3() -> Any:
    from scipy.stats import pearson3  # most of a second to import, which a service that audits nobody need not wait for

    return pearson3


def compare_groups(
    measure: GroupMeasure, names: Sequence[str], large: npt.NDArray[np.bool_], values: Floats, *, overall: float,
    chance: Floats, error: Floats | float = 1.0,
) -> GapTest:  # fmt: skip
    """Prepare a comparison.

    Parameters
    ----------
    names : sequence of str, length groups
    large : ndarray of bool, shape (groups,)
    values : ndarray, shape (groups,)
    chance : ndarray, shape (replicates, large groups)
        Values minus the overall one, in groups of the same sizes made by chance, each divided by its own ``error``; NaN
        where there was nothing below the line.
    error : ndarray, shape (groups,), or float
        The standard error of each group's difference from everybody, where ``chance`` is in such errors.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.isfinite(chance).sum(axis=0)
        square = np.where(np.isfinite(chance), chance.astype(np.float64), 0.0) ** 2
        deviation = np.sqrt(square.sum(axis=0) / np.where(2 * n > len(chance), n, np.nan))
        far = np.fmax.reduce(np.abs(chance) / np.where(deviation > 1e-12, deviation, np.nan), axis=1, initial=0.0)
    return GapTest(
        measure=measure,
        groups=tuple(n for n, ok in zip(names, large, strict=True) if ok),
        too_small=tuple(n for n, ok in zip(names, large, strict=True) if not ok),
        values=values[large],
        overall=overall,
        deviation=deviation * np.broadcast_to(error, values.shape)[large],
        chance=np.nan_to_num(far, nan=0.0),
    )


def with_verdicts(
    attributes: Sequence[AttributeFacts], tests: Sequence[Sequence[GapTest]]
) -> tuple[AttributeFacts, ...]:
    """Adjust every p-value for all comparisons given, and give the verdicts.

    Parameters
    ----------
    tests : sequence, one an attribute, of sequences of GapTest
    """
    tested = [test for of_attribute in tests for test in of_attribute if test.testable]
    p_values = [test.p_value() for test in tested]
    judged = {
        id(test): _judged(test, p, adjusted, level=LEVEL / len(tested))
        for test, p, adjusted in zip(tested, p_values, holm(p_values), strict=True)
    }
    return tuple(
        facts.model_copy(update={"gaps": tuple(judged.get(id(test)) or _untested(test) for test in of_attribute)})
        for facts, of_attribute in zip(attributes, tests, strict=True)
    )


def _untested(test: GapTest) -> GapFacts:
    text = f"{test.measure.title}: not enough evidence; fewer than two groups are large enough to be compared."
    return GapFacts(
        measure=test.measure.name, groups=test.groups, too_small=(*test.groups, *test.too_small), gap=None,
        verdict=Verdict.NOT_ENOUGH, text=text,
    )  # fmt: skip


def _judged(test: GapTest, p: float, adjusted: float, *, level: float) -> GapFacts:
    far, title = test.distance, test.measure.title
    first = int(far.argmax())
    values = np.where(far >= 0, test.values, np.nan)
    # What would have been noticed four times in five in each group, at the level left after the correction. Where that
    # is more than anybody could be indifferent to, nothing is said about the group.
    noticed = (test.critical(level) + _FOUR_IN_FIVE) * test.deviation
    largest = test.measure.largest_unnoticed(test.overall)
    spoken_of = (far >= 0) & (noticed <= largest)
    unknown = (*(n for n, ok in zip(test.groups, spoken_of, strict=True) if not ok), *test.too_small)
    facts = {
        "measure": test.measure.name,
        "groups": test.groups,
        "gap": finite(float(np.nanmax(values) - np.nanmin(values))),
        "highest": test.groups[int(np.nanargmax(values))],
        "lowest": test.groups[int(np.nanargmin(values))],
        "group": test.groups[first],
        "value": finite(float(test.values[first])),
        "overall": finite(test.overall),
        "largest_detectable": finite(largest),
        "p_value": p,
        "p_adjusted": adjusted,
    }
    if adjusted < LEVEL:
        side = "above" if test.values[first] > test.overall else "below"
        text = (
            f"{title}: disparity. {test.groups[first]} has {test.values[first]:.3f}, {side} everybody's "
            f"{test.overall:.3f} by more than chance explains."
        )
        return GapFacts(
            **facts, too_small=test.too_small, verdict=Verdict.DISPARITY, text=text + _about(test.too_small)
        )
    if spoken_of.sum() < 2:
        text = (
            f"{title}: not enough evidence; "
            f"fewer than two groups are large enough for a gap of {largest:.3g} to be noticed."
        )
        return GapFacts(**facts, too_small=unknown, verdict=Verdict.NOT_ENOUGH, text=text)
    detectable = float(noticed[spoken_of].max())
    text = (
        f"{title}: no disparity found (could have detected {detectable:.3f}); "
        f"{test.groups[first]}, which stands out most, has {test.values[first]:.3f} against {test.overall:.3f}."
    )
    return GapFacts(
        **facts, too_small=unknown, detectable=finite(detectable), verdict=Verdict.NO_DISPARITY,
        text=text + _about(unknown),
    )  # fmt: skip


def _about(unknown: Sequence[str]) -> str:
    return f" Not enough evidence about {', '.join(unknown)}." if unknown else ""


def chance_by_error(errors: Floats, *, replicates: int, seed: int) -> Floats:
    """Deviations of equal groups from their common value, by estimates' own errors, shape ``(replicates, groups)``.

    For measures whose groups cannot be made by permutation cheaply: estimates of different groups rest on different
    people, so that under equality they differ only by their own normal errors.
    """
    if not len(errors):
        return np.zeros((replicates, 0))
    drawn = np.random.default_rng([seed, 3]).standard_normal((replicates, len(errors))) * errors
    weight = 1 / errors**2
    found: Floats = drawn - (drawn @ weight / weight.sum())[:, None]
    return found


def normal_interval(value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """The 95 % interval of estimates with normal errors."""
    from scipy.stats import norm  # see _pearson3

    reach = float(norm.ppf(0.975)) * error
    return value - reach, value + reach
