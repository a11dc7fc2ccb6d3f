"""How a feature's value reads in a sentence."""

import re

#: A sentence that begins with a number of rows, so that one is not many.
_ONE = re.compile(r"^\{value\} (domestic abuse (?:incident|allegation))s\b")


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


def sentence_with(sentence: str, value: float, unit: str) -> str:
    """A sentence with a value in place of ``{value}``."""
    if value == 1:
        sentence = _ONE.sub(r"{value} \1", sentence)
    return sentence.replace("{value}", shown(value, unit))
