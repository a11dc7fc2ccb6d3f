"""What lies under the numbers, in a paragraph with this data's own figures."""

from collections.abc import Sequence

from matac_ml.facts import AttributeFacts, GroupFacts, InstrumentFacts

_LAW = (
    "Where groups differ in how often something is recorded, no imperfect list can have equal precision, equal "
    "false negative rates and equal false positive rates for all of them at once (Chouldechova 2017; Kleinberg and "
    "others 2017)."
)
_CHOICE = "Which inequality is the lesser harm is a decision for people."
#: Attributes that the paragraph speaks of, where the audit has them; otherwise the first.
_SPOKEN_OF = ("sex", "ethnicity", "age", "deprivation")
#: Rows and outcomes below which a group's rate is not named.
_ROWS, _OUTCOMES = 300, 30


def impossibility(instruments: Sequence[InstrumentFacts]) -> tuple[str, ...]:
    """Say how base rates differ, and what that makes impossible here: a paragraph.

    With precision p and false negative rate m the same for everybody, a group of base rate b has a false positive rate
    of ``b / (1 - b) * (1 - p) / p * (1 - m)`` (Chouldechova 2017, Big Data 5:153-163): unequal wherever b is.
    """
    attributes = instruments[0].attributes if instruments else ()
    chosen = [attribute for attribute in attributes if attribute.attribute in _SPOKEN_OF] or list(attributes[:1])
    apart = [(attribute, found) for attribute in chosen if (found := _furthest(attribute))]
    if not apart:
        return (f"{_LAW} {_CHOICE}",)
    lines = [
        f"{attribute.title}: "
        f"the outcome was recorded for {low:.1%} of {lowest.group} and {high:.1%} of {highest.group}."
        for attribute, (low, lowest, high, highest) in apart
    ]
    first, (low, lowest, high, highest) = max(apart, key=lambda found: found[1][2] - found[1][0])
    return (" ".join([*lines, _LAW, *_here(first, instruments[0], low, lowest, high, highest), _CHOICE]),)


def _furthest(attribute: AttributeFacts) -> tuple[float, GroupFacts, float, GroupFacts] | None:
    """The two groups whose base rates lie furthest apart, among those large enough to be named."""
    found = [
        (group.outcomes / group.rows, group)
        for group in attribute.groups
        if group.rows >= _ROWS and group.outcomes >= _OUTCOMES
    ]
    if len(found) < 2:
        return None
    (low, lowest), (high, highest) = min(found, key=lambda r: r[0]), max(found, key=lambda r: r[0])
    return None if round(low, 3) == round(high, 3) else (low, lowest, high, highest)


def _here(
    attribute: AttributeFacts,
    instrument: InstrumentFacts,
    low: float,
    lowest: GroupFacts,
    high: float,
    highest: GroupFacts,
) -> tuple[str, ...]:
    """What equal precision and false negative rates would do to false positive rates, with the figures of the list."""
    selected, outcomes = sum(g.selected for g in attribute.groups), sum(g.outcomes for g in attribute.groups)
    hits = sum(g.selected * (g.measures["precision"].value or 0.0) for g in attribute.groups)
    if not 0 < hits < selected or hits >= outcomes:
        return ()
    precision, missed = hits / selected, 1 - hits / outcomes
    wrong = [b / (1 - b) * (1 - precision) / precision * (1 - missed) for b in (low, high)]
    return (
        f"Here the list of the {instrument.label} ({instrument.rule}) has a precision of {precision:.0%} and misses "
        f"{missed:.1%} of the outcomes. Were both the same for {lowest.group} and {highest.group}, people of the "
        f"second group without an outcome would be on it {wrong[1] / wrong[0]:.2f} times as often as those of the "
        "first.",
    )
