"""Columns that say nothing, because they are absent, empty or the same in every row; and what follows from it."""

from dataclasses import dataclass

import duckdb

from matac_ml.vocabulary import PEOPLE, TABLES, table

#: A column with one value is reported from so many rows on; in fewer, one value is no surprise.
FEW_ROWS = 10
_CONSTANT = "the same value in every row"
_SAME = "Features of it are the same for everybody: a list and a model cannot tell people apart by it."
_AUDIT = "Audits by it are not possible."


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
    for held in TABLES:
        optional = [column for column in held.columns if not column.required]
        asked = "".join(f", count({c.name}), coalesce(min({c.name}) = max({c.name}), false)" for c in optional)
        [(rows, *answers)] = con.execute(f"SELECT count(*){asked} FROM typed.{held.name}").fetchall()
        found = [] if rows else [(held.name, "no rows")]
        for column, values, same in zip(optional, answers[::2], answers[1::2], strict=True):
            if rows and not values:
                found.append((f"{held.name}.{column.name}", "no value"))
            elif same and values == rows >= FEW_ROWS:
                found.append((f"{held.name}.{column.name}", _CONSTANT))
        for row in found:
            con.execute("INSERT INTO typed.uninformative VALUES (?, ?)", row)


def uninformative(con: duckdb.DuckDBPyConnection) -> tuple[Uninformative, ...]:
    """Give what was found, in the order of the manual, and what follows from it."""
    return tuple(_said(str(what), str(state)) for what, state in con.execute("FROM typed.uninformative").fetchall())


def _said(what: str, state: str) -> Uninformative:
    declared, _, column = what.partition(".")
    generic = _AUDIT if declared == PEOPLE.name else _SAME
    held = table(declared)
    follows = held.column(column).if_empty if column else held.if_empty
    return Uninformative(what, state, generic if state == _CONSTANT else follows or generic)
