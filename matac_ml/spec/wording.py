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
        singular = {"days": "day", "victims": "victim"}
        return f"{number} {singular.get(unit, unit) if value == 1 else unit}"
    return number


_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LENGTHS = {28: "four weeks", 90: "three months", 91: "three months", 182: "six months", 183: "six months"}


def span(days: int) -> str:
    """A length of time as people say it, for sentences; tables and declarations hold the days.

    Examples
    --------
    >>> span(1095), span(365), span(182), span(45), span(1)
    ('three years', 'one year', 'six months', '45 days', '1 day')
    """
    if days in _LENGTHS:
        return _LENGTHS[days]
    years, left = divmod(days, 365)
    if left or not years:
        return f"{days:,} day{'' if days == 1 else 's'}"
    return f"{_SMALL[years - 1] if years <= len(_SMALL) else years} year{'' if years == 1 else 's'}"


def window(days: int) -> str:
    """A window that ends today, at the end of a clause.

    Examples
    --------
    >>> window(1095), window(365), window(45)
    ('in the last three years', 'in the last year', 'in the last 45 days')
    """
    return f"in the last {span(days).removeprefix('one ').removeprefix('1 ')}"


def sentence_with(sentence: str, value: float, unit: str) -> str:
    """A sentence with a value in place of ``{value}``."""
    if value == 1:
        sentence = _ONE.sub(r"{value} \1", sentence)
    return sentence.replace("{value}", shown(value, unit))
