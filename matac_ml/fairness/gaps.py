"""Gaps between groups, tested by permutation, and the verdict of each."""

import numpy as np
import numpy.typing as npt

from matac_ml.fact import finite
from matac_ml.fairness.facts import AttributeFacts, GapFacts, Verdict
from matac_ml.fairness.measures import GroupMeasure
from matac_ml.fairness.resampling import holm

Floats = npt.NDArray[np.float64]
#: The level of the whole audit of an instrument, after adjustment for all its comparisons.
LEVEL = 0.05
#: Standard normal quantile: a gap this many standard deviations above the critical one is noticed four times in five.
_FOUR_IN_FIVE = 0.8416


def gap_facts(measure: GroupMeasure, names: list[str], total: Floats, chance: Floats) -> GapFacts:
    """Compare the groups that are large enough.

    Parameters
    ----------
    total : ndarray, shape (groups, sums)
    chance : ndarray, shape (permutations, groups, sums)
        Sums of groups of the same sizes made by chance.

    Notes
    -----
    A maximum minus a minimum is never negative, so that an interval of it always leaves out zero; hence the test. An
    unadjusted verdict is given; :func:`with_adjusted` gives the final one.
    """
    large = measure.below_line(total) >= measure.enough
    groups = tuple(n for n, ok in zip(names, large, strict=True) if ok)
    small = tuple(n for n, ok in zip(names, large, strict=True) if not ok)
    if len(groups) < 2:
        text = f"{measure.title}: fewer than two groups are large enough to be compared."
        return GapFacts(
            measure=measure.name, groups=groups, too_small=small, gap=None, verdict=Verdict.NOT_ENOUGH, text=text
        )
    values = measure.of(total)[large]
    by_chance = measure.of(chance)[:, large]
    gaps = np.nanmax(by_chance, axis=1) - np.nanmin(by_chance, axis=1)
    gap = float(np.nanmax(values) - np.nanmin(values))
    # Sums of the same numbers in another order differ in the last bits; a tie must count as one.
    p = float((1 + (gaps >= gap - 1e-9).sum()) / (1 + len(gaps)))
    detectable = float(np.quantile(gaps, 1 - LEVEL) + _FOUR_IN_FIVE * gaps.std())
    return GapFacts(
        measure=measure.name,
        groups=groups,
        too_small=small,
        gap=finite(gap),
        highest=groups[int(np.nanargmax(values))],
        lowest=groups[int(np.nanargmin(values))],
        p_value=p,
        detectable=finite(detectable),
        verdict=Verdict.NO_DISPARITY,
        text=measure.title,
    )


def with_adjusted(attributes: tuple[AttributeFacts, ...]) -> tuple[AttributeFacts, ...]:
    """Adjust every p-value for all comparisons of the instrument, and give the verdicts."""
    tested = [gap for attribute in attributes for gap in attribute.gaps if gap.p_value is not None]
    adjusted = iter(holm([gap.p_value for gap in tested if gap.p_value is not None]))
    done = []
    for attribute in attributes:
        gaps = tuple(_judged(gap, next(adjusted)) if gap.p_value is not None else gap for gap in attribute.gaps)
        done.append(attribute.model_copy(update={"gaps": gaps}))
    return tuple(done)


def _judged(gap: GapFacts, p_adjusted: float) -> GapFacts:
    verdict = Verdict.DISPARITY if p_adjusted < LEVEL else Verdict.NO_DISPARITY
    size = f"{gap.gap:.3f}" if gap.gap is not None else "unknown"
    if verdict is Verdict.DISPARITY:
        text = f"{gap.text}: disparity. {gap.highest} is {size} above {gap.lowest}, more than chance explains."
    else:
        text = f"{gap.text}: no disparity found (could have detected {gap.detectable:.3f}); the gap seen is {size}."
    if gap.too_small:
        text += f" Not enough evidence about {', '.join(gap.too_small)}."
    return gap.model_copy(update={"verdict": verdict, "p_adjusted": p_adjusted, "text": text})
