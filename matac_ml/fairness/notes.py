"""What lies under the numbers, in a paragraph with this data's own figures."""

from collections.abc import Sequence

from matac_ml.fairness.facts import AttributeFacts, GroupFacts, InstrumentFacts

_LAW = (
    "Where groups differ in how often something is recorded, no imperfect list can have equal precision, equal miss "
    "rates and equal false positive rates for all of them at once (Chouldechova 2017; Kleinberg and others 2017). "
    "Which inequality is the lesser harm is a decision for people."
)
#: Rows below which a group's base rate is not named in a paragraph.
_ENOUGH = 100


def impossibility(instruments: Sequence[InstrumentFacts]) -> tuple[str, ...]:
    """Say how base rates differ by each attribute, and that no list can then be equal in every way; the law comes last.

    Of each attribute the two groups are named whose base rates lie furthest apart, and for these what the first
    instrument's list does: where precision is equal, miss rates cannot be.
    """
    lines = [line for a in (instruments[0].attributes if instruments else ()) if (line := _apart(a))]
    return (*lines, _LAW)


def _apart(attribute: AttributeFacts) -> str | None:
    found = [
        (rate, group) for group in attribute.groups if group.rows >= _ENOUGH and (rate := _value(group, "base_rate"))
    ]
    if len(found) < 2:
        return None
    (low, lowest), (high, highest) = min(found, key=lambda r: r[0]), max(found, key=lambda r: r[0])
    if round(low, 3) == round(high, 3):
        return None
    rates = f"{low:.1%} of {lowest.group} and {high:.1%} of {highest.group}"
    line = f"{attribute.title}: the outcome was recorded for {rates}."
    missed = [_value(group, "miss_rate") for group in (lowest, highest)]
    wrong = [_value(group, "false_positive_rate") for group in (lowest, highest)]
    if None in missed or None in wrong:
        return line
    return (
        f"{line} Of these two the list misses {missed[0]:.1%} and {missed[1]:.1%} of the outcomes, and holds "
        f"{wrong[0]:.2%} and {wrong[1]:.2%} of those without one."
    )


def _value(group: GroupFacts, measure: str) -> float | None:
    found = group.measures.get(measure)
    return found.value if found else None
