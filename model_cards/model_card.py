"""The figures of the model card: what it adds to the matrix, what could not be told, what it looks at."""

from matac_ml.evaluation import BY_NAME as MEASURES
from matac_ml.facts import AblationStep, RunFacts
from matac_ml.fairness.disclosure import MARK
from matac_ml.fairness.performance import step
from model_cards import pictures
from model_cards.changes import changes
from model_cards.data_sheet import calibrated_on, look_back
from model_cards.feature_names import named
from model_cards.figures import figure, with_interval
from model_cards.not_known import missed_by_both, models_that_add_nothing, stability
from model_cards.performance import at_capacity, confusion_tables, differences, over_all, performance
from model_cards.points_table import printed_curves, printed_pairs
from model_cards.recording import recording_ended
from model_cards.verdicts import calibration
from model_cards.worth import worth_table


def model_card(facts: RunFacts, previous: RunFacts | None) -> dict[str, object]:
    """The card."""
    with_matrix = "matrix" in facts and facts.chosen != "matrix"
    beside = [performance(facts[name]) for name in (("matrix", facts.chosen) if with_matrix else (facts.chosen,))]
    places_in_all = max((performance(contender).places for contender in facts.contenders), default=0.0)
    return {
        "changes": changes(facts, previous),
        "calibrated": calibration(facts),
        "recording_ended": recording_ended(facts.audit),
        "stable": stability(facts),
        "no_better": models_that_add_nothing(facts),
        "missed": missed_by_both(facts),
        "beside_matrix": with_matrix,
        "places": beside[-1].places,
        "at_capacity": at_capacity(facts),
        "over_all": over_all(facts),
        "places_in_all": places_in_all,
        "step": f"{step(places_in_all):g}" if places_in_all else "",
        "differences": differences(facts),
        "auc_picture": pictures.contenders(facts, "auc", "AUC"),
        "over_time": pictures.precision_over_time(beside, k=facts.k),
        "curves": pictures.calibration(beside),
        "confusion": confusion_tables(facts),
        "mark": MARK,
        "worth": worth_table(facts),
        "families": _families(facts),
        "points": facts.points,
        "printed_curves": printed_curves(facts),
        "printed_pairs": printed_pairs(facts),
        "curves_picture": pictures.curves(facts.points) if facts.points else None,
        "calibrated_on": calibrated_on(facts),
        "look_back": look_back(facts),
        "features": _features(facts),
        "stricter": _stricter(facts),
    }


def _families(facts: RunFacts) -> list[tuple[str, ...]]:
    """What each family adds when families are added one by one."""
    return [
        (
            step.step,
            with_interval(step.measures["auc"]),
            with_interval(step.gain["auc"], signed=True) if "auc" in step.gain else "–",
            with_interval(step.gain["brier"], signed=True) if "brier" in step.gain else "–",
            _adds(step),
        )
        for step in facts.ablation
    ]


def _adds(step: AblationStep) -> str:
    """By which of the two changes beside it a family adds something."""
    if step.improved:
        return f"yes, by the {' and the '.join(MEASURES[name].title for name in step.improved)}"
    return "not on these data" if not step.supported else "–"


def _stricter(facts: RunFacts) -> list[str]:
    """What the features say of each stricter outcome, one line an outcome."""
    names = {feature.name: named(feature) for feature in facts.features}
    lines = []
    for outcome in facts.stricter:
        if not outcome.judged:
            found = "too few rows have it to tell"
        elif not outcome.opposed:
            found = "no feature was found to have the opposite effect"
        else:
            ways = [
                f"{names[way.feature]} ({_more(way.stricter)} of these, {_more(way.predicted)} of what is predicted)"
                for way in outcome.opposed
            ]
            found = f"the opposite effect was found for {'; '.join(ways)}"
        lines.append(f"{outcome.text}: {found}.")
    return lines


def _features(facts: RunFacts) -> list[tuple[str, ...]]:
    return [
        (named(feature), feature.family, feature.name, figure(feature.importance), f"{feature.missing_share or 0:.0%}")
        for feature in sorted(facts.features, key=lambda feature: (-(feature.importance or 0), feature.name))
    ]


def _more(effect: float) -> str:
    return "more" if effect > 0 else "fewer"
