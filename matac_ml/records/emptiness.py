"""Columns that say nothing, because they are absent, empty or the same in every row; and what follows from it."""

from dataclasses import dataclass

import duckdb

from matac_ml.records.tables import TABLES

#: A column with one value is reported from so many rows on; in fewer, one value is no surprise.
FEW_ROWS = 10
_SAME = "Features of it are the same for everybody: a list and a model cannot tell people apart by it."
_AUDIT = "Audits by it are not possible."
_FOLLOWS = {
    "incidents.offence_code": "No crime has a known harm: gravity is missing, or the index's value for unknown codes.",
    "incidents.outcome_code": "No outcome is seen: features of outcomes are 0 for everybody.",
    "incidents.outcome_on": "No outcome is ever visible: features of outcomes are 0 for everybody.",
    "incidents.area": "There are no lists by area, and no audit by area.",
    "incidents.injury_level": "Features of injury, also of a trend in severity, are missing or 0 for everybody.",
    "incidents.domestic": "Every incident counts as domestic abuse.",
    "incidents.proactively_detected": "No offence found by police work is left out of harm.",
    "involvements.recorded_on": "Every link counts from the day its incident was recorded, even if it was made later.",
    "involvements.relationship": "Partner, former partner and family cannot be told apart.",
    "involvements.counterpart_id": "Each victim of an incident counts for every suspect of it.",
    "people.birth_date": "Nobody's age is known: nobody is left out for being under 16, and there is no audit by age.",
    "people.deceased_on": "Nobody is left out for having died.",
    "people.at_risk_from": "The time somebody could be recorded here is not known: features of it are missing.",
    "reclassifications": "Every incident keeps the classification in the incidents table, as if it never changed.",
    "custody": "Nobody is known to be in custody: time in custody counts as time without incidents.",
    "management": "Nobody is known to be managed: nobody is left out for it.",
    "referrals": "Nothing is known about referrals by partners.",
    "merges": "No two identities are known to be one person: a person's records may be split.",
}


@dataclass(frozen=True)
class Uninformative:
    """A table without rows, or a column whose values tell nobody apart.

    Attributes
    ----------
    what : str
        ``table`` or ``table.column``.
    state : str
        "no rows", "no value", or "the same value in every row".
    follows : str
        What follows for scores and audits.
    """

    what: str
    state: str
    follows: str


def find_uninformative(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``typed.uninformative``: every table without rows and every optional column that tells nobody apart."""
    con.execute("CREATE OR REPLACE TABLE typed.uninformative (what VARCHAR, state VARCHAR)")
    for table in TABLES:
        optional = [column for column in table.columns if not column.required]
        asked = "".join(f", count({c.name}), coalesce(min({c.name}) = max({c.name}), false)" for c in optional)
        [(rows, *answers)] = con.execute(f"SELECT count(*){asked} FROM typed.{table.name}").fetchall()
        found = [] if rows else [(table.name, "no rows")]
        for column, values, same in zip(optional, answers[::2], answers[1::2], strict=True):
            if rows and not values:
                found.append((f"{table.name}.{column.name}", "no value"))
            elif same and values == rows >= FEW_ROWS:
                found.append((f"{table.name}.{column.name}", "the same value in every row"))
        for one in found:
            con.execute("INSERT INTO typed.uninformative VALUES (?, ?)", one)


def uninformative(con: duckdb.DuckDBPyConnection) -> tuple[Uninformative, ...]:
    """Give what was found, in the order of the manual, and what follows from it."""
    return tuple(_said(str(what), str(state)) for what, state in con.execute("FROM typed.uninformative").fetchall())


def _said(what: str, state: str) -> Uninformative:
    generic = _AUDIT if what.startswith("people.") else _SAME
    constant = state == "the same value in every row"
    return Uninformative(what, state, generic if constant else _FOLLOWS.get(what, generic))
