"""What a condition may look at: columns of the three views, from those of an extract, and how each reads in a sentence.

A column of an incident is here because its declaration says how a condition on it reads. Arrests, stop-search,
intelligence logs, associates, area, postcode, ethnicity, sex and age are not here, so no feature can be declared on
them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from matac_ml.codes import Role
from matac_ml.vocabulary import CLASSIFIED, INCIDENTS, INVOLVEMENTS, LATER, Column, Kind, Value


class View(StrEnum):
    """The grain a feature looks at; every row is one that was known strictly before the as-of day.

    ``suspect``: one row an incident in which the person is suspect or offender. ``pair``: one row an incident and
    victim of that person. ``victim``: one row an incident in which the person is the victim.
    """

    SUSPECT = "suspect"
    PAIR = "pair"
    VICTIM = "victim"


EVERY_VIEW = (View.SUSPECT, View.PAIR, View.VICTIM)


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column that conditions and aggregates may name.

    Attributes
    ----------
    codes : tuple of bool, int or str
        Every code allowed; empty when any is (offence codes, days).
    changes : bool
        Whether the value can change after the row is first known: a reclassification, an outcome, a charge.
    words, otherwise : str
        How a true, and a false, value reads inside a sentence.
    """

    name: str
    kind: Kind
    views: tuple[View, ...] = EVERY_VIEW
    codes: tuple[Value, ...] = ()
    changes: bool = False
    words: str = ""
    otherwise: str = ""


def _declared(column: Column, views: tuple[View, ...] = EVERY_VIEW) -> ViewColumn:
    codes = () if column.kind is Kind.BOOLEAN else column.values
    changes = column in CLASSIFIED or column in LATER
    return ViewColumn(column.name, column.kind, views, codes, changes, column.words, column.otherwise)


def _columns() -> Iterator[ViewColumn]:
    yield from (_declared(column) for column in INCIDENTS.columns if column.words)
    yield ViewColumn("harm_days", Kind.INTEGER, changes=True, words="harm in days")
    suspects, victims = (View.SUSPECT, View.PAIR), (View.PAIR, View.VICTIM)
    yield ViewColumn("role", Kind.CODE, suspects, (Role.SUSPECT, Role.OFFENDER), changes=True, words="as")
    # Forces record a charge as the role, as the incident's outcome, or both: whichever is known counts.
    said = "charged, cautioned or convicted"
    yield ViewColumn("charged", Kind.BOOLEAN, suspects, changes=True, words=said, otherwise=f"not {said}")
    yield ViewColumn("victim_id", Kind.IDENTIFIER, (View.PAIR,), words="victim")
    yield _declared(INVOLVEMENTS.column("relationship"), victims)
    yield ViewColumn(
        "counter_allegation",
        Kind.BOOLEAN,
        (View.VICTIM,),
        changes=True,
        words="by someone who is also recorded as this person's victim",
        otherwise="by someone who is not recorded as this person's victim",
    )


COLUMNS: dict[str, ViewColumn] = {column.name: column for column in _columns()}
