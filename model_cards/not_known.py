"""What a run cannot tell, or could only tell roughly: on the first page, so that a good figure is not read alone."""

from math import floor

from matac_ml.facts import ContenderFacts, RunFacts, StressFacts
from matac_ml.fairness.performance import step
from model_cards.document import Block, Bullets, Heading
from model_cards.performance import performance
from model_cards.verdicts import made_up_points

_QUICK = "Quick models, fitted to fewer rows and not the model in the bundle,"


def not_known(facts: RunFacts) -> list[Block]:
    """Say how far the list holds, whom it misses, and what no run can show."""
    lines = (*_stability(facts), *_other_outcomes(facts), *_missed(facts), *_people(facts))
    if made_up_points(facts):
        lines += ("How the model compares with a force's own points.",)
    no_run = "Whether a list reduces harm, and how often people simply follow it. No run can show that."
    return [Heading("What is not known"), Bullets((*lines, no_run))]


def _stability(facts: RunFacts) -> tuple[str, ...]:
    found = [one for one in facts.stress if not one.measures and one.top_list_overlap is not None]
    if not found:
        return ("How stable the list is: it was not tested in this run.",)
    said = [f"{one.text}: {one.top_list_overlap:.0%}." for one in found]
    return (f"How stable the list is. {_QUICK} were fitted again. {' '.join(said)}",)


def _other_outcomes(facts: RunFacts) -> tuple[str, ...]:
    """Where no quick model orders people better than the matrix, by AUC."""
    same = [one.text for one in facts.stress[1:] if not one.planted and _adds_nothing(one)]
    if not same:
        return ()
    return (
        f"Whether a model helps with other outcomes. {_QUICK} had no higher AUC than the matrix, as far as rounded "
        f"figures show, for these: {'; '.join(same)}.",
    )


def _adds_nothing(one: StressFacts) -> bool:
    areas = {name: m["auc"].value for name, m in one.measures.items() if "auc" in m and m["auc"].value is not None}
    matrix = areas.pop("matrix", None)
    return matrix is not None and bool(areas) and max(area or 0.0 for area in areas.values()) <= matrix


def _missed(facts: RunFacts) -> tuple[str, ...]:
    """In words, for at most both lists together: the same people may stand on both."""
    shown = [facts[name] for name in dict.fromkeys((facts.chosen, "matrix")) if name in facts]
    found = [performance(one).estimate("recall_at_k").value for one in shown if "recall_at_k" in one.measures]
    on_either = [value for value in found if value is not None]
    if not on_either or sum(on_either) >= 1:
        return ()
    where = "neither list" if len(shown) > 1 else "no list"
    missed = floor(100 * (1 - sum(on_either) - sum(map(_step, shown))))
    if missed < 1:
        return ()
    return (f"Who else will be recorded: at least {missed} in 100 of the rows with the outcome were on {where}.",)


def _step(one: ContenderFacts) -> float:
    """By how much a printed recall may be too low."""
    found, first = performance(one), one.confusion[0] if one.confusion else None
    outcomes = first.true_positive + first.false_negative if first else 0.0
    return step(found.places) * found.places / outcomes if found.places and outcomes else 0.0


def _people(facts: RunFacts) -> tuple[str, ...]:
    places = performance(facts[facts.chosen]).places
    if not places:
        return ()
    return (f"How many different people hold the {places:,.0f} places: one person may hold a place on every list.",)
