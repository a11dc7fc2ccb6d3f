"""What an audit found, as typed facts: small enough to travel in a bundle, whole enough to write every paper from."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from matac_ml.fact import Estimate, Fact


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
        By permutation of whole people among groups; adjusted for all comparisons of the audit (Holm).
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
        return next(one for one in self.attributes if one.attribute == attribute)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many comparisons of this instrument ended in each verdict."""
        return count_verdicts(gap for one in self.attributes for gap in one.gaps)


class SwapFacts(Fact):
    """Who enters, who leaves and who stays when the model replaces the matrix, by group, in places.

    The three belong to one table: whoever publishes them protects them together.
    """

    attribute: str
    title: str = ""
    entering: dict[str, float] = Field(description="Group -> places on the model's lists alone.")
    leaving: dict[str, float] = Field(description="Group -> places on the matrix's lists alone.")
    staying: dict[str, float] = Field(default={}, description="Group -> places on both.")


class LabelFacts(Fact):
    """The same scores held against another definition of the outcome ("label stress"), by group.

    A recorded outcome is what somebody reported and the police wrote down. Where a comparison ends otherwise under a
    stricter definition, the first verdict was about recording as much as about people.

    Attributes
    ----------
    name, text : str
        For example "charged", and what it takes to count.
    outcomes : int
        Rows with this outcome, of the audit's rows.
    instruments : tuple of InstrumentFacts
        Base rate, precision, miss rate and false positive rate of each group; base rates are compared too.
    changed : tuple of str
        Comparisons that end in another verdict than under the outcome predicted, as sentences.
    """

    name: str
    text: str
    outcomes: int
    instruments: tuple[InstrumentFacts, ...]
    changed: tuple[str, ...] = ()


class VictimSideFacts(Fact):
    """Whose perpetrators are missed: the victims of what was recorded after each list, by their own groups.

    Attributes
    ----------
    victims : int
        Different people named as victims of somebody who was ranked, in a horizon after a list.
    rows : int
        Victim, suspect and list.
    instruments : tuple of InstrumentFacts
        ``rows`` and ``people`` of a group count victims. Measures: ``miss_rate`` (the suspect was not on the list) and
        ``mean_place`` (the share of the list that stands above the suspect: 0 is the top).
    """

    victims: int
    rows: int
    instruments: tuple[InstrumentFacts, ...]
    text: str


class PairLineFacts(Fact):
    """One question asked of pairs in which each person is recorded as a suspect against the other.

    Attributes
    ----------
    pairs : int
        Pairs that can answer it: both ranked on one list, and different in what is asked.
    share : Estimate
        Share of pairs in which the person asked about stands nearer to the top; ties count half. One half is neither.
    """

    instrument: str
    label: str
    question: str
    pairs: int
    share: Estimate
    text: str


class CounterAllegationFacts(Fact):
    """People recorded both as suspect and as victim, and pairs who are recorded against each other.

    How people in both roles fare on the lists is the attribute ``roles`` of each instrument.

    Attributes
    ----------
    people, in_both_roles : int
        People ranked, and those of them who were also recorded as a victim before the first list.
    pairs : int
        Pairs in which each is recorded as suspect against the other.
    """

    people: int
    in_both_roles: int
    in_both_roles_by_sex: dict[str, int] = Field(default={}, description="Sex -> people in both roles.")
    pairs: int
    lines: tuple[PairLineFacts, ...] = ()
    text: str


class ProxyGroupFacts(Fact):
    """How well the features tell one group from everybody else."""

    group: str
    people: int
    auc: Estimate = Field(description="Of predictions for people left out; .5 is chance.")
    feature: str | None = Field(default=None, description="The feature that tells most.")
    feature_auc: float | None = Field(default=None, description="Of that feature alone, whichever its direction.")
    by_score: dict[str, float | None] = Field(
        default={}, description="Instrument -> AUC of its score for the group: how much of it reaches the list."
    )


class ProxyFacts(Fact):
    """How well the features predict a protected attribute, and which feature does most.

    Attributes
    ----------
    auc : Estimate
        Out of fold, of the group that is told best; .5 is chance.
    group, feature : str or None
        That group, and the feature that tells it best.
    verdict : Verdict
        *disparity*: the features tell the group apart beyond chance. It need not be wrong that they do; the sentence
        says how far. *not enough evidence*: no group is large enough.
    """

    attribute: str
    title: str = ""
    auc: Estimate
    group: str | None = None
    feature: str | None = None
    groups: tuple[ProxyGroupFacts, ...] = ()
    verdict: Verdict
    text: str


class TradeoffFacts(Fact):
    """One contender in the picture of accuracy against fairness.

    Attributes
    ----------
    harm, precision : Estimate
        Share of the harm recorded afterwards that those on the lists did; share of places whose outcome was recorded.
    gap : GapFacts
        In the share on the lists, by the attribute that was mitigated for.
    against_model : mapping of measure to Estimate
        This contender minus the model, paired: the cost. Empty for the model itself.
    mitigates : bool
        Whether it was fitted to lessen the gap.
    text : str
        How it was made, and that nothing in it is random or differs by group when it scores.
    """

    name: str
    label: str
    harm: Estimate
    precision: Estimate
    gap: GapFacts
    long_gap: GapFacts | None = Field(default=None, description="The same gap on lists ten times as long.")
    against_model: dict[str, Estimate] = Field(default={})
    mitigates: bool = False
    text: str = ""


class MitigationFacts(Fact):
    """What lessening one gap would cost, with every contender beside it."""

    attribute: str
    title: str
    contenders: tuple[TradeoffFacts, ...]
    text: str
