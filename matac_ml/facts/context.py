"""What lies under an audit: other labels, victims, people in both roles, proxies, and what evening out costs."""

from pydantic import Field

from matac_ml.facts.audit import GapFacts, InstrumentFacts, Verdict
from matac_ml.facts.base import Estimate, Fact


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
        Base rate, precision, false negative rate and false positive rate of each group; base rates are compared too.
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
        Different people named as victims of people who were ranked, in a horizon after a list.
    rows : int
        Victim, suspect and list.
    instruments : tuple of InstrumentFacts
        ``rows`` and ``people`` of a group count victims. Measures: ``false_negative_rate`` (the suspect was not on the
        list) and ``mean_place`` (the share of the list that stands above the suspect: 0 is the top).
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
    detectable : float or None
        The AUC that would have been found four times in five for every group large enough, after the correction.
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
    detectable: float | None = None
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
