"""What an audit found, as typed facts: small enough to travel in a bundle, whole enough to write every paper from."""

from enum import StrEnum

from pydantic import Field

from matac_ml.fact import Estimate, Fact


class Verdict(StrEnum):
    """How a comparison of groups ends. There is no fourth."""

    NO_DISPARITY = "no disparity found"
    DISPARITY = "disparity"
    NOT_ENOUGH = "not enough evidence"


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
        Named as in ``matac_ml.fairness.measures.MEASURES``.
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
        Largest minus smallest, among groups with enough rows.
    p_value, p_adjusted : float or None
        By permutation of whole people among groups; adjusted for all comparisons of the audit (Holm).
    detectable : float or None
        A gap of this size would probably have been noticed: the 95th percentile of gaps between groups made by chance.
    """

    measure: str
    groups: tuple[str, ...] = Field(description="Groups large enough to be compared.")
    too_small: tuple[str, ...] = Field(default=(), description="Groups about which nothing can be said.")
    gap: float | None
    highest: str | None = None
    lowest: str | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    detectable: float | None = None
    verdict: Verdict
    text: str = Field(description="The verdict in one sentence.")


class AttributeFacts(Fact):
    """Every group of one attribute, under one instrument."""

    attribute: str
    title: str
    groups: tuple[GroupFacts, ...]
    gaps: tuple[GapFacts, ...]


class InstrumentFacts(Fact):
    """The audit of one instrument: the matrix or the model."""

    name: str
    label: str
    attributes: tuple[AttributeFacts, ...]


class SwapFacts(Fact):
    """Who enters and who leaves the list when the model replaces the matrix, by group."""

    attribute: str
    entering: dict[str, float] = Field(description="Group -> places.")
    leaving: dict[str, float]


class ProxyFacts(Fact):
    """How well the features predict a protected attribute, and which feature does most."""

    attribute: str
    auc: float | None = Field(description="Out of fold, largest over groups; .5 is chance.")
    group: str | None = None
    feature: str | None = None
    text: str


class AuditFacts(Fact):
    """An audit of the model and the matrix alike."""

    k: int
    rows: int
    people: int
    resamples: int
    permutations: int
    seed: int
    instruments: tuple[InstrumentFacts, ...]
    swap: tuple[SwapFacts, ...] = ()
    proxies: tuple[ProxyFacts, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="What lies under the numbers, in plain English.")

    def __getitem__(self, name: str) -> InstrumentFacts:
        return next(one for one in self.instruments if one.name == name)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many comparisons ended in each verdict, over all instruments."""
        all_gaps = [gap for i in self.instruments for a in i.attributes for gap in a.gaps]
        return {verdict: sum(gap.verdict is verdict for gap in all_gaps) for verdict in Verdict}
