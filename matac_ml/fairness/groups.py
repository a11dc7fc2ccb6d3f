"""The groups of an audit: protected characteristics as recorded, with *not stated* a group of its own."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from matac_ml.ages import full_years
from matac_ml.codes import NOT_STATED, ethnicity_group

#: attribute -> how a reader is told of it
TITLES = {
    "sex": "Sex as recorded",
    "ethnicity": "Self-defined ethnicity (5+1 groups)",
    "ethnicity_detailed": "Self-defined ethnicity (18+1 groups)",
    "ethnicity_officer": "Ethnicity as an officer saw it",
    "age": "Age",
    "deprivation": "Deprivation of the home area, in tenths",
    "area": "Home area",
    "relationship": "Relationship to the recorded victims",
    "roles": "Recorded as suspect only, or also as victim",
    "sex_by_ethnicity": "Sex and ethnicity together",
    "sex_by_age": "Sex and age together",
    "sex_by_roles": "Sex and roles together",
}
#: Attributes that say what is recorded, not who somebody is: audited, but a difference by them need not be unfair.
HISTORY = ("relationship", "roles")
#: name -> the two attributes it holds together
INTERSECTIONS = {
    "sex_by_ethnicity": ("sex", "ethnicity"),
    "sex_by_age": ("sex", "age"),
    "sex_by_roles": ("sex", "roles"),
}


def is_of_people(attribute: str) -> bool:
    """Whether groups say who somebody is, and not what is recorded of them.

    >>> is_of_people("sex_by_age"), is_of_people("sex_by_roles")
    (True, False)
    """
    return not set(INTERSECTIONS.get(attribute, (attribute,))) & set(HISTORY)


_AGES = (
    ("under 25", 0, 25),
    ("25 to 34", 25, 35),
    ("35 to 44", 35, 45),
    ("45 to 54", 45, 55),
    ("55 and over", 55, 200),
)


def age_band(birth_date: date | None, as_of: date) -> str:
    """Band of full years, or *Not stated*.

    >>> age_band(date(2000, 5, 2), date(2025, 5, 1)), age_band(None, date(2025, 5, 1))
    ('under 25', 'Not stated')
    """
    if birth_date is None or pd.isna(birth_date):
        return NOT_STATED
    years = full_years(birth_date, as_of)
    return next((name for name, low, high in _AGES if low <= years < high), NOT_STATED)


def audit_groups(
    people: pd.DataFrame, person_ids: Sequence[str], as_of: date, *, history: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Groups of every person, in the order of ``person_ids``.

    Parameters
    ----------
    people : DataFrame
        As from ``Extract.people_frame``.
    as_of : date
        Day on which ages are taken: one for everybody, so that a person stays in one group.
    history : DataFrame, optional
        As from :func:`matac_ml.fairness.history.groups_of_history`: groups by what was recorded before ``as_of``.

    Returns
    -------
    DataFrame
        One column an attribute of :data:`TITLES` for which anything is recorded; indexed by person.
    """
    known = people.set_index("person_id").reindex(list(person_ids))
    detailed = known["self_defined_ethnicity"].astype(object).where(known["self_defined_ethnicity"].notna(), None)
    found = pd.DataFrame(index=known.index)
    found["sex"] = _stated(known["sex"]).replace("unknown", NOT_STATED)
    found["ethnicity"] = [ethnicity_group(code) for code in detailed]
    found["ethnicity_detailed"] = [NOT_STATED if code is None or code == "NS" else str(code) for code in detailed]
    found["ethnicity_officer"] = _stated(known["officer_defined_ethnicity"])
    found["age"] = [age_band(_as_date(day), as_of) for day in known["birth_date"]]
    found["deprivation"] = [_decile(decile) for decile in known["deprivation_decile"]]
    found["area"] = _stated(known["home_area"])
    if history is not None:
        for name in HISTORY:
            found[name] = _stated(history.reindex(known.index)[name])
    for name, (first, second) in INTERSECTIONS.items():
        if first in found and second in found:
            found[name] = found[first].astype(str) + ", " + found[second].astype(str)
    recorded = [name for name in found if found[name].nunique() > 1]
    return found[recorded]


def _stated(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), NOT_STATED).astype(str)


def _as_date(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload, arg-type]


def _decile(decile: object) -> str:
    if pd.isna(decile):  # type: ignore[call-overload]
        return NOT_STATED
    which = int(decile)  # type: ignore[call-overload]
    return f"decile {which}" + {1: " (most deprived)", 10: " (least deprived)"}.get(which, "")
