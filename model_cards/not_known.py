"""What a run cannot tell, or could only tell roughly: on the first page, so that a good figure is not read alone."""

from math import floor

from matac_ml.facts import ContenderFacts, RunFacts, StressFacts
from matac_ml.fairness.performance import step
from model_cards.performance import performance


def stability(facts: RunFacts) -> tuple[StressFacts, ...]:
    """The choices after which it was looked how much of the list stays."""
    return tuple(choice for choice in facts.stress if not choice.measures and choice.top_list_overlap is not None)


def models_that_add_nothing(facts: RunFacts) -> tuple[str, ...]:
    """Other outcomes for which no quick model orders people better than the matrix, by AUC."""
    return tuple(choice.text for choice in facts.stress[1:] if not choice.planted and _adds_nothing(choice))


def _adds_nothing(choice: StressFacts) -> bool:
    areas = {name: m["auc"].value for name, m in choice.measures.items() if "auc" in m and m["auc"].value is not None}
    matrix = areas.pop("matrix", None)
    return matrix is not None and bool(areas) and max(area or 0.0 for area in areas.values()) <= matrix


def missed_by_both(facts: RunFacts) -> int:
    """Of 100 rows with the outcome, how many at least were on neither list; 0 where that cannot be said.

    For at most both lists together: the same people may stand on both.
    """
    shown = [facts[name] for name in dict.fromkeys((facts.chosen, "matrix")) if name in facts]
    found = [
        performance(contender).estimate("recall_at_k").value
        for contender in shown
        if "recall_at_k" in contender.measures
    ]
    on_either = [value for value in found if value is not None]
    if not on_either or sum(on_either) >= 1:
        return 0
    return max(0, floor(100 * (1 - sum(on_either) - sum(map(_step, shown)))))


def _step(contender: ContenderFacts) -> float:
    """By how much a printed recall may be too low."""
    found, first = performance(contender), contender.confusion[0] if contender.confusion else None
    outcomes = first.true_positive + first.false_negative if first else 0.0
    return step(found.places) * found.places / outcomes if found.places and outcomes else 0.0
