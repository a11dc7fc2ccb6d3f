"""How others write what we call by one code: several spellings of each, as different systems and people type them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

#: Column -> our code -> spellings in exports.
VARIANTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "role": {
        "suspect": ("SUSP", "Suspect", "Sus."), "offender": ("CHARGED", "Offender"),
        "victim": ("VIC", "Victim", "Aggrieved"), "witness": ("WIT", "Witness"),
    },
    "relationship": {
        "spouse": ("Husband/Wife", "SPOUSE", "H/W"), "ex_spouse": ("Ex Husband/Wife", "EX SPOUSE"),
        "partner": ("Partner", "COHABITEE", "B/F or G/F"), "ex_partner": ("Ex Partner", "EX-PARTNER", "Expartner"),
        "intimate": ("Other intimate", "CASUAL"), "parent": ("Mother/Father", "PARENT"),
        "child": ("Son/Daughter", "CHILD"), "sibling": ("Brother/Sister", "SIBLING"),
        "grandparent": ("Grandparent", "GRANDPARENT."), "in_law": ("In-law", "INLAW"),
        "step_family": ("Step family", "STEP-FAMILY"), "other_household": ("Other in household", "OTHER H/HOLD"),
    },
    "sex": {
        "female": ("F", "Female", "2"), "male": ("M", "Male", "1"), "other": ("X", "Other"),
        "unknown": ("U", "Not known"),
    },
    "report_source": {
        "victim": ("Victim", "VICTIM/IP", "IP"), "third_party": ("Third party", "3RD PARTY"),
        "officer": ("Police officer", "POLICE"), "online": ("Online", "WEB"), "other": ("Other",),
    },
    "injury_level": {
        "none": ("No injury", "NONE"), "minor": ("Minor injury", "SLIGHT"), "serious": ("Serious injury", "GBH LEVEL"),
    },
    "order_breach": {
        "nmo": ("Non-molestation", "NON MOL"), "ro": ("Restraining order", "R/O"), "dvpo": ("DVPO", "D.V.P.O."),
        "dapo": ("DAPO",), "bail": ("Bail", "BAIL CONDS"),
    },
    "dash_grade": {"standard": ("Standard", "STD"), "medium": ("Medium", "MED"), "high": ("High", "HIGH RISK")},
}  # fmt: skip


def spelt(rng: np.random.Generator, column: str, values: pd.Series) -> pd.Series:
    """Write each code in one of its spellings, some with a blank too many or in capitals; empty cells stay empty."""
    found = values.to_numpy(object).copy()
    draw = rng.random(len(found))
    for code, spellings in VARIANTS[column].items():
        place = np.flatnonzero(found == code)
        found[place] = np.array(spellings, object)[(draw[place] * len(spellings)).astype(int)]
    careless = np.flatnonzero(rng.random(len(found)) < 0.05)
    found[careless] = [f" {text.upper()}" if text else text for text in found[careless]]
    return pd.Series(found, index=values.index)


def crosswalk(column: str) -> list[tuple[str, str]]:
    """Every spelling of a column with our code, as a cross-walk has them."""
    return [(theirs, ours) for ours, spellings in VARIANTS[column].items() for theirs in spellings]
