"""The plain-English sentence of a feature, for those who declare none."""

import math
import re
from typing import TYPE_CHECKING

from matac_ml.spec.aggregate import LEAST_EXPOSURE_DAYS, Aggregate
from matac_ml.spec.columns import View

if TYPE_CHECKING:
    from matac_ml.spec.condition import Condition
    from matac_ml.spec.feature import Feature

#: A sentence that begins with a number of rows, so that one is not many.
_ONE = re.compile(r"^\{value\} (domestic abuse (?:incident|allegation))s\b")
_NOUN = {
    View.SUSPECT: "domestic abuse incidents as suspect",
    View.PAIR: "domestic abuse allegations by a known victim",
    View.VICTIM: "domestic abuse incidents in which this person is the victim",
}


def _window(days: int | None) -> str:
    return "in the years looked back on" if days is None else f"in the last {days:,} days"


def _conditions(where: "tuple[Condition, ...]") -> str:
    return "".join(f" {condition.read()}" for condition in where)


def _rows(feature: "Feature") -> str:
    noun = _NOUN[feature.view]
    if any(c.column == "domestic" and c.values == (False,) for c in feature.where):
        noun = noun.replace("domestic abuse ", "")
        return noun + _conditions(tuple(c for c in feature.where if c.column != "domestic")) + " (not domestic)"
    return noun + _conditions(tuple(c for c in feature.where if c.column != "domestic"))


def _victims(feature: "Feature") -> str:
    return f"{_conditions(feature.where)} {_window(feature.window_days)}"


def sentence_text(feature: "Feature") -> str:
    """A sentence with ``{value}`` in it, from the aggregate, the view, the conditions and the window."""
    rows, window = _rows(feature), _window(feature.window_days)
    among = _NOUN[feature.view] + _conditions(feature.of)
    column = (feature.column or "").replace("_", " ").replace("harm days", "harm")
    texts = {
        Aggregate.COUNT: f"{{value}} {rows} {window}.",
        Aggregate.ANY: f"Any {rows} {window}: {{value}}.",
        Aggregate.TOTAL: f"{{value}} of {column} in all, over {rows} {window}.",
        Aggregate.MAXIMUM: f"{{value}} is the gravest: most {column} in one of the {rows} {window}.",
        Aggregate.MEAN: f"{{value}} of {column} on average, over {rows} {window}.",
        Aggregate.DAYS_SINCE_LAST: f"{{value}} since the latest of the {rows} {window}.",
        Aggregate.DAYS_SINCE_FIRST: f"{{value}} since the first of the {rows} {window}.",
        Aggregate.MEAN_GAP: f"{{value}} on average between one and the next of the {rows} {window}.",
        Aggregate.SHARE: f"{{value}} of the {among} {window} were {_stated(feature)}.",
        Aggregate.RATIO: f"{{value}} times as often {window} as over {feature.against_days or 0:,} days: {rows}.",
        Aggregate.RATE: f"{{value}} for days not spent in custody: {rows} {window}.",
        Aggregate.NEW: f"{{value}} first recorded{_victims(feature)}.",
        Aggregate.MOST_PER_VICTIM: f"{{value}} is the most with one victim: {rows} {window}.",
        Aggregate.CONCURRENT: f"{{value}} whose records overlap in time with another victim's{_victims(feature)}.",
        Aggregate.TREND: f"{{value}}: how {column} changes over the {rows} {window} (above 0, graver).",
        Aggregate.LAPLACE: f"{{value}}: how late in the window the {rows} {window} fall (above 0, more often of late).",
        Aggregate.CUSTODY_DAYS: f"{{value}} in custody {window}.",
        Aggregate.DAYS_AT_RISK: "{value} since this person could first be recorded here.",
    }
    if feature.aggregate is Aggregate.DISTINCT:
        what = "different victims" if feature.column == "victim_id" else f"different {column}s"
        return f"{{value}} ({what}): {rows} {window}."
    return texts[feature.aggregate]


def _stated(feature: "Feature") -> str:
    return _conditions(feature.where).strip().removeprefix("were ")


def missing_text(feature: "Feature") -> str:
    """What a missing value means; empty for aggregates that are never missing."""
    rows, window, n = _rows(feature), _window(feature.window_days), feature.min_n
    few = f"Fewer than {n} {rows} {window}: too few to say." if n > 1 else f"No {rows} {window}."
    if feature.aggregate in (Aggregate.DAYS_SINCE_LAST, Aggregate.DAYS_SINCE_FIRST):
        return f"No {rows} {window}."
    if feature.aggregate in (Aggregate.MAXIMUM, Aggregate.MEAN, Aggregate.MEAN_GAP, Aggregate.LAPLACE):
        return few
    if feature.aggregate is Aggregate.TREND:
        return f"Fewer than {n} {rows} {window}, or all on one day: too few to say."
    if feature.aggregate is Aggregate.SHARE:
        return f"Fewer than {n} {_NOUN[feature.view]}{_conditions(feature.of)} {window}."
    if feature.aggregate is Aggregate.RATIO:
        return f"Fewer than {n} {rows} in the last {feature.against_days or 0:,} days."
    if feature.aggregate is Aggregate.DAYS_AT_RISK:
        return "Not on record since when this person could be recorded here."
    if feature.aggregate is Aggregate.RATE:
        return f"Fewer than {LEAST_EXPOSURE_DAYS} days not in custody {window}."
    return ""


def shown(value: float, unit: str) -> str:
    """A value with its unit, as a reader expects it: 3 incidents, 42 %, 1.5."""
    if unit == "yes or no":
        return "yes" if value else "no"
    if unit == "share":
        return f"{value:.0%}"
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
    if unit in ("days", "incidents a year", "victims", "log points a year", "standard deviations"):
        one = {"days": "day", "victims": "victim"}
        return f"{number} {one.get(unit, unit) if value == 1 else unit}"
    return number


def say(feature: "Feature", value: float | None) -> str:
    """The sentence of a feature with a value in it, or what missing means."""
    if value is None or math.isnan(value):
        return feature.missing
    sentence = feature.sentence
    if value == 1:
        sentence = _ONE.sub(r"{value} \1", sentence)
    return sentence.replace("{value}", shown(value, feature.unit))
