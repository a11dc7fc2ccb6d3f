"""Groups as papers print them, from an audit that was rounded for publication."""

from dataclasses import dataclass

from matac_ml.codes import OFFICER_DEFINED_NAMES, SELF_DEFINED_NAMES
from matac_ml.facts import AttributeFacts, Estimate, GapFacts, GroupFacts, InstrumentFacts, Verdict
from matac_ml.fairness.disclosure import MARK
from matac_ml.fairness.groups import is_of_people
from matac_ml.fairness.measures import BY_NAME, COMPARED, Unit
from model_cards.figures import counted, figure, with_interval
from model_cards.published_audit import PublishedGap

#: More groups than these are not named.
_NAMED = 4
#: measure -> what a reader is told it is
TITLES = {name: measure.title for name, measure in BY_NAME.items()}


@dataclass(frozen=True)
class PrintedGroup:
    """One group: its published facts, and its name as a reader knows it."""

    facts: GroupFacts
    name: str

    @property
    def people(self) -> str:
        """People of the group, as a table prints them."""
        return counted(self.facts.people)

    def value(self, measure: str) -> float | None:
        """A measure; None where it is not printed."""
        found = self.facts.measures.get(measure)
        return None if found is None else found.value

    def estimate(self, measure: str) -> Estimate | None:
        """A measure with its interval, in the unit in which people read it; None where it is not printed."""
        found = self.facts.measures.get(measure)
        if found is None or found.value is None:
            return None
        factor = _unit(measure).factor
        value, low, high = (None if end is None else end * factor for end in (found.value, found.low, found.high))
        return Estimate(value=value, low=low, high=high)

    def text(self, measure: str) -> str:
        """A measure with its interval; a mark where it is about too few people, a dash where it does not apply."""
        found = self.estimate(measure)
        if found is None:
            return MARK if measure in self.facts.measures else "–"
        return with_interval(found, signed=measure == "calibration_in_the_large", places=_unit(measure).decimals)


def _unit(measure: str) -> Unit:
    return BY_NAME[measure].unit if measure in BY_NAME else Unit()


def group_name(attribute: str, group: str) -> str:
    """A group as a reader knows it: codes in words.

    >>> group_name("ethnicity_detailed", "A1"), group_name("ethnicity_officer", "3"), group_name("age", "under 25")
    ('Indian', 'Black', 'under 25')
    """
    if attribute.endswith("ethnicity_officer"):
        return OFFICER_DEFINED_NAMES.get(group, group)
    if attribute.endswith("ethnicity_detailed"):
        return SELF_DEFINED_NAMES.get(group, group)
    return group.replace("_", " ")


def printed_groups(attribute: AttributeFacts) -> tuple[PrintedGroup, ...]:
    """The groups of an attribute of a published audit."""
    return tuple(PrintedGroup(group, group_name(attribute.attribute, group.group)) for group in attribute.groups)


def gap_sentence(gap: GapFacts, attribute: AttributeFacts) -> str:
    """The verdict on one comparison, with figures where they are published."""
    title = TITLES.get(gap.measure, gap.measure.replace("_", " "))
    if gap.verdict is Verdict.NOT_ENOUGH:
        return f"{title}: too little data to say."
    who = f"The group “{group_name(attribute.attribute, gap.group)}”" if gap.group else "A group too small to print"
    figures = _figures(gap)
    if gap.verdict is Verdict.DISPARITY:
        above = gap.above if isinstance(gap, PublishedGap) else None
        side = "above" if above else "below" if above is not None else "different from"
        how = f" ({figures})" if figures else ""
        said = f"{title}: a disparity. {who} is {side} the figure for everybody by more than chance explains{how}."
    else:
        detectable = in_words(gap.measure, gap.detectable)
        among = " among the groups with enough data" if gap.too_small else ""
        said = (
            f"{title}: no disparity found{among}. A difference of {detectable} from everybody would probably be seen."
        )
    return said + _too_small(gap, attribute)


def _too_small(gap: GapFacts, attribute: AttributeFacts) -> str:
    """Name the groups about which nothing can be said, where they are few."""
    if not gap.too_small:
        return ""
    if len(gap.too_small) > _NAMED:
        return f" Nothing can be said about {len(gap.too_small)} other groups."
    names = "; ".join(group_name(attribute.attribute, g) for g in gap.too_small)
    return f" Nothing can be said about: {names}."


def in_words(measure: str, difference: float | None) -> str:
    """A difference of a measure with its unit.

    >>> in_words("precision", 0.154), in_words("selected_share", 0.0004)
    ('15 points', '0.4 per 1,000')
    """
    unit = _unit(measure)
    if difference is None:
        return "–"
    name = "points" if unit.name == "%" else unit.name
    return f"{figure(difference * unit.factor, places=unit.decimals)} {name}".strip()


def _figures(gap: GapFacts) -> str:
    """The group's value against everybody's; empty where one of them is not published."""
    if gap.value is None or gap.overall is None:
        return ""
    unit = _unit(gap.measure)
    values = (figure(value * unit.factor, places=unit.decimals) for value in (gap.value, gap.overall))
    return f"{' against '.join(values)} {unit.name}".strip()


def disparities(instrument: InstrumentFacts) -> list[tuple[AttributeFacts, GapFacts]]:
    """Every comparison that ended in a disparity: those of who people are first, and of the lists before scores."""
    found = [
        (attribute, gap)
        for attribute in instrument.attributes
        for gap in attribute.gaps
        if gap.verdict is Verdict.DISPARITY
    ]
    return sorted(found, key=lambda pair: (not is_of_people(pair[0].attribute), pair[1].measure not in COMPARED))


def predicts_probability(attribute: AttributeFacts) -> bool:
    """Whether the instrument gives probabilities: the mean score of a matrix is one of points."""
    return any("calibration_in_the_large" in group.measures for group in attribute.groups)
