"""What an audit found of the groups of each instrument: their figures, their comparisons and the verdicts."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from matac_ml.facts.base import Estimate, Fact


class Verdict(StrEnum):
    """How a comparison of groups ends. There is no fourth."""

    NO_DISPARITY = "no disparity found"
    DISPARITY = "disparity"
    NOT_ENOUGH = "not enough evidence"


def count_verdicts(gaps: "Iterable[GapFacts]") -> dict[Verdict, int]:
    """How many comparisons ended in each verdict; every verdict has an entry."""
    found = dict.fromkeys(Verdict, 0)
    for gap in gaps:
        found[gap.verdict] += 1
    return found


class GroupFacts(Fact):
    """One group under one instrument.

    Attributes
    ----------
    rows, people : int
        Person-dates and different people.
    outcomes : int
        Rows whose outcome was recorded.
    selected : float
        Places on the lists; fractions where people tie at the cut line.
    measures : mapping of measure to Estimate
        Named and explained in ``matac_ml.fairness.MEASURE_TITLES``. A measure that does not apply (a calibration of
        points, a displacement of the matrix against itself) is left out; one that could not be had is None.
    """

    group: str
    rows: int
    people: int
    outcomes: int
    selected: float
    measures: dict[str, Estimate]


class GapFacts(Fact):
    """One measure compared over the groups of one attribute.

    Attributes
    ----------
    gap : float or None
        Largest minus smallest value, among groups with enough rows; shown, not tested.
    group, value, overall : str, float, float, or None
        The group that stands out most from everybody, in its own deviations under chance; its value and everybody's.
    p_value, p_adjusted : float or None
        By studentised permutation of whole people among the groups, for each rate of those below its line; adjusted for
        all comparisons of the audit: every instrument, cut and attribute (Holm).
    detectable : float or None
        How far from everybody's value any group that the verdict speaks of would have had to be, to be noticed four
        times in five after the correction.
    largest_detectable : float or None
        The largest such distance at which *no disparity found* is said; groups in which less can be told are
        ``too_small``.
    """

    measure: str
    groups: tuple[str, ...] = Field(description="Groups large enough to be compared.")
    too_small: tuple[str, ...] = Field(default=(), description="Groups about which nothing can be said.")
    gap: float | None
    highest: str | None = None
    lowest: str | None = None
    group: str | None = None
    value: float | None = None
    overall: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    detectable: float | None = None
    largest_detectable: float | None = None
    verdict: Verdict
    text: str = Field(description="The verdict in one sentence.")


class AttributeFacts(Fact):
    """Every group of one attribute, under one instrument."""

    attribute: str
    title: str
    groups: tuple[GroupFacts, ...]
    gaps: tuple[GapFacts, ...]


class InstrumentFacts(Fact):
    """The audit of one instrument, the matrix or the model, at one cut.

    Attributes
    ----------
    rule : str
        Who counts as selected, in words: "first 10 places of each list", "score at least 0.5".
    """

    name: str
    label: str
    rule: str = ""
    attributes: tuple[AttributeFacts, ...]

    def __getitem__(self, attribute: str) -> AttributeFacts:
        return next(found for found in self.attributes if found.attribute == attribute)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many comparisons of this instrument ended in each verdict."""
        return count_verdicts(gap for attribute in self.attributes for gap in attribute.gaps)


class SwapFacts(Fact):
    """Who enters, who leaves and who stays when the model replaces the matrix, by group, in places.

    The three belong to one table: whoever publishes them protects them together.
    """

    attribute: str
    title: str = ""
    entering: dict[str, float] = Field(description="Group -> places on the model's lists alone.")
    leaving: dict[str, float] = Field(description="Group -> places on the matrix's lists alone.")
    staying: dict[str, float] = Field(default={}, description="Group -> places on both.")
