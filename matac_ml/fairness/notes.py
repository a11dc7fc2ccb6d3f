"""What lies under the numbers, in a paragraph with this data's own figures."""

from collections.abc import Sequence

from matac_ml.fairness.facts import InstrumentFacts


def impossibility(instruments: Sequence[InstrumentFacts]) -> str:
    """Say which groups' base rates differ, and that no list can then be equal in every way."""
    law = (
        "Where groups differ in how often something is recorded, no imperfect list can have equal precision, miss "
        "rates and equal false positive rates for all of them at once (Chouldechova 2017; Kleinberg and others 2017). "
        "Which inequality is the lesser harm is a decision for people."
    )
    for attribute in instruments[0].attributes if instruments else ():
        rates = [
            (rate.value, group.group)
            for group in attribute.groups
            if group.rows >= 100 and (rate := group.measures["base_rate"]).value is not None
        ]
        rates = [(value, name) for value, name in rates if value is not None]
        if len(rates) > 1:
            (low, lowest), (high, highest) = min(rates), max(rates)
            return (
                f"By {attribute.title.lower()}, the outcome was recorded for {low:.1%} of {lowest} and {high:.1%} of "
                f"{highest}. {law}"
            )
    return law
