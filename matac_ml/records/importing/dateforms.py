"""How a date is written, in letters that a person uses: ``DD/MM/YYYY hh:mm``; never guessed from what stands there."""

import re
from collections.abc import Sequence

#: As records are written everywhere else: ``2024-05-31``, perhaps with a time and its zone.
ISO = "ISO"
#: Days since 30 December 1899, as a spreadsheet keeps them.
EXCEL = "excel"
_PARTS = {
    "YYYY": "%Y", "MONTH": "%B", "MON": "%b", "MM": "%m", "M": "%m", "DD": "%d", "D": "%d",
    "hh": "%H", "mm": "%M", "ss": "%S", "AM": "%p",
}  # fmt: skip
_PART = re.compile("|".join(_PARTS))
_ALLOWED = "DD (day), MM, MON or MONTH, YYYY, hh, mm, ss and AM, with signs and blanks between them"


def strptime_form(written: str) -> str:
    """Return the form as DuckDB and Python write it.

    Raises
    ------
    ValueError
        When the text is not a date format, or leaves out the day, the month or the year.

    Examples
    --------
    >>> strptime_form("DD/MM/YYYY hh:mm"), strptime_form("D MON YYYY")
    ('%d/%m/%Y %H:%M', '%d %b %Y')
    """
    parts = _PART.findall(written)
    between = _PART.sub("", written)
    if re.search(r"[^\W_]|%", between.replace("T", "")):
        raise ValueError(f"must be ISO, excel, or made of {_ALLOWED}, got {written!r}")
    found = [_PARTS[part] for part in parts]
    for what, signs in (("day", ["%d"]), ("month", ["%m", "%b", "%B"]), ("year", ["%Y"])):
        if sum(found.count(sign) for sign in signs) != 1:
            raise ValueError(f"must name the {what} once, got {written!r}; a year has four digits: YYYY")
    form = _PART.sub(lambda part: _PARTS[part[0]], written)
    return form.replace("%H", "%I") if "%p" in found else form


def clashing(written: Sequence[str]) -> bool:
    """Whether two forms differ in the order of day and month alone, so that one text could be two days.

    Examples
    --------
    >>> clashing(["DD/MM/YYYY", "MM/DD/YYYY"]), clashing(["DD/MM/YYYY", "YYYY-MM-DD"])
    (True, False)
    """
    forms = [strptime_form(form) for form in written if form not in (ISO, EXCEL)]
    bare = [re.sub(r"[ T]*%[HI].*", "", form) for form in forms]
    turned = {form.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m") for form in bare}
    return any(form in turned for form in bare)


def has_time(written: Sequence[str]) -> bool:
    """Whether a form holds the hour."""
    return any("hh" in form for form in written)
