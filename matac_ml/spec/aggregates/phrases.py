"""The parts that sentences of features are made of."""

from matac_ml.spec.aggregates.definition import Declared
from matac_ml.spec.aggregates.engines import Conditions
from matac_ml.spec.columns import View
from matac_ml.wording import window

NOUN = {
    View.SUSPECT: "domestic abuse incidents as suspect",
    View.PAIR: "domestic abuse allegations by known victims",
    View.VICTIM: "domestic abuse incidents in which this person is the victim",
}


def window_text(days: int | None) -> str:
    """The window, at the end of a clause."""
    return "in the years looked back on" if days is None else window(days)


def conditions_text(where: Conditions) -> str:
    """Conditions as they follow a noun, each after a space."""
    return "".join(f" {condition.read()}" for condition in where)


def rows_text(feature: Declared) -> str:
    """The rows that a feature looks at."""
    noun = NOUN[feature.view]
    other = conditions_text(tuple(c for c in feature.where if c.column != "domestic"))
    if any(c.column == "domestic" and c.values == (False,) for c in feature.where):
        return f"{noun.replace('domestic abuse ', '')}{other} (not domestic)"
    return noun + other


def rows_in_window(feature: Declared) -> str:
    """The rows and the window."""
    return f"{rows_text(feature)} {window_text(feature.window_days)}"


def sentence_start(text: str) -> str:
    """Text with which a sentence begins."""
    return f"{text[:1].upper()}{text[1:]}"


def column_text(feature: Declared) -> str:
    """The column that is summed, ranked or told apart."""
    return (feature.column or "").replace("_", " ").replace("harm days", "harm")


def too_few(feature: Declared) -> str:
    """What missing means where there must be ``min_n`` rows."""
    if feature.min_n > 1:
        return f"Fewer than {feature.min_n} {rows_in_window(feature)}: too few to say."
    return f"No {rows_in_window(feature)}."
