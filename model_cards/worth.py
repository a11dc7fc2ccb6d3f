"""What naming people by each instrument is worth, at costs that somebody sets: net benefit as the card prints it."""

from typing import NamedTuple

from matac_ml.facts import Estimate, RunFacts, WorthFacts
from matac_ml.fairness.disclosure import Rounding
from model_cards.figures import with_interval
from model_cards.paired import sided
from model_cards.rounded import rounded_estimate


class WorthTable(NamedTuple):
    """One row a cost; the matrix, the model and listing everybody."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def worth_table(facts: RunFacts) -> WorthTable | None:
    """Net benefit per 1,000 rows; None where it was not worked out."""
    if not facts.worth:
        return None
    shown = [name for name in dict.fromkeys(("matrix", facts.chosen)) if name in facts]
    head = ("One outcome found is worth", *(facts[name].label for name in shown), "Listing everybody")
    rows = tuple(
        (
            f"{setting.worth:g} listed without an outcome: from {1 / (1 + setting.worth):.0%} on",
            *(with_interval(_per_thousand(setting.net_benefit[name]), places=0) for name in (*shown, "everybody")),
        )
        for setting in facts.worth
    )
    return WorthTable(head, rows)


def published_worth(to: Rounding, worth: WorthFacts, step: float) -> WorthFacts:
    """Net benefit rounded for publication, all contenders of one cost alike, so that they keep their order.

    Parameters
    ----------
    step : float
        That of a rate of everybody. Where one person listed in vain costs more than an outcome found brings, each
        person moves a net benefit by so much more.
    """
    size = step * max(1.0, 1 / worth.worth)
    found = {
        name: sided(rounded_estimate(to, exact, size, "worth", f"{worth.worth:g}"), exact)
        for name, exact in worth.net_benefit.items()
    }
    return worth.model_copy(update={"net_benefit": found})


def _per_thousand(found: Estimate) -> Estimate:
    value, low, high = (None if end is None else 1000 * end for end in (found.value, found.low, found.high))
    return Estimate(value=value, low=low, high=high)
