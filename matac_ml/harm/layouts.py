"""How the publishers of harm indices lay out their workbooks.

The Cambridge Crime Harm Index comes as an Excel workbook with a row an offence (``SUB_GROUP``, ``FULL_OFFENCE_TITLE``,
a code and a number of days; expired offences say so in their title); the crime severity score of the Office for
National Statistics as a data tool whose list of weights names an offence and a weight in days. Both change between
editions, so a column is found by any of the heads it is known to have had.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """How one publisher lays out a workbook.

    Attributes
    ----------
    sheet : str
        Part of the sheet's name, in lower case.
    group, title, code, days : tuple of str
        Heads a column may have, in lower case and without punctuation; the first that is there is taken.
    """

    name: str
    publisher: str
    sheet: str
    group: tuple[str, ...]
    title: tuple[str, ...]
    code: tuple[str, ...]
    days: tuple[str, ...]


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "cchi",
            "Cambridge Crime Harm Index (Cambridge Centre for Evidence-Based Policing)",
            "values",
            ("sub group", "subgroup", "offence sub group"),
            ("full offence title", "offence title", "offence"),
            (
                "ho class",
                "ho classification",
                "home office classification",
                "home office code",
                "ho code",
                "offence code",
            ),
            ("cchi value", "cchi days", "days", "cchi", "value", "starting point days"),
        ),
        Layout(
            "ons",
            "Crime Severity Score data tool (Office for National Statistics)",
            "weight",
            ("offence group", "group", "offence subgroup", "subgroup"),
            ("offence", "offence description", "description", "offence type"),
            ("offence code", "home office code", "ho code", "code"),
            ("weight", "weights", "crime severity weight", "severity weight"),
        ),
    )
}
