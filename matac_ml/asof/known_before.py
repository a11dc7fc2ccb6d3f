"""What the records say before a day, as one number: the same number says that nothing before the day was corrected.

Every fact of an extract counts from the day it became known. The hashes of the facts of each day are added up, so one
look at the records gives the number of every day. A fact that no feature looks at may count too, and one that is known
without a day counts from the beginning: then a feature is derived once more than it had to be, and never kept wrongly.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

from matac_ml.records import Extract
from matac_ml.vocabulary import INCIDENTS, INVOLVEMENTS, TABLES, ExtractTable

#: Tables that no feature looks at.
_UNUSED = frozenset({"management", "referrals", "partner_incidents"})
#: Columns that stand in the rows; where identities are merged, under another name than the one that is read.
_AS_RECORDED = {"person_id": "recorded_as", "counterpart_id": "counterpart_as"}
#: A fact without a day.
_BEGINNING = "DATE '1900-01-01'"


def known_before(extract: Extract, days: Sequence[date]) -> dict[date, str]:
    """Give the fingerprint of everything that was known strictly before each day.

    Returns
    -------
    dict of date to str
        64 hexadecimal characters. Equal for two extracts that say the same of what was known before the day, whatever
        was recorded since. DuckDB's hash may differ between its versions. The order of rows does not count: where two
        identities given up for one person each have an ``at_risk_from``, the first row's is used.
    """
    facts = " UNION ALL ".join(_facts())
    query = f"SELECT known, sum(fact::HUGEINT), count(*) FROM ({facts}) GROUP BY known ORDER BY known"
    rows: list[tuple[date, int, int]] = extract.connect().execute(query).fetchall()
    found, total, count, at = {}, 0, 0, 0
    for day in sorted(set(days)):
        while at < len(rows) and rows[at][0] < day:
            total, count, at = total + int(rows[at][1]), count + rows[at][2], at + 1
        found[day] = hashlib.sha256(f"{total} {count}".encode()).hexdigest()
    return found


def _facts() -> Iterator[str]:
    """One SELECT a kind of fact: the day from which it is known, and its hash."""
    for table in TABLES:
        if table.name in _UNUSED:
            continue
        if table.name == "people":
            yield _fact(table, "people_as_recorded", "at_risk_from", ("person_id", "at_risk_from"), "at_risk_from")
            continue
        waiting = {column.known_on for column in table.columns if column.known_on}
        later = tuple(c.name for c in table.columns if c.known_on or c.name in waiting)
        open_ended = ("end_on",) if table.name == "custody" else ()
        fixed = tuple(c.name for c in table.columns if c.name not in (*later, *open_ended))
        source = "every_link" if table is INVOLVEMENTS else table.name
        yield _fact(table, source, f"coalesce({table.known_on}, {_BEGINNING})", fixed)
        for column in (c for c in table.columns if c.known_on):
            known = f"greatest(coalesce({table.known_on}, {_BEGINNING}), {column.known_on})"
            yield _fact(table, source, known, (*_key(table), column.name), column.known_on)
        # An end that lies ahead changes nothing before it: a spell lasts until the day that is asked for.
        for name in open_ended:
            yield _fact(table, source, f"greatest({table.known_on}, {name})", (*fixed, name), name)


def _key(table: ExtractTable) -> tuple[str, ...]:
    if table is INVOLVEMENTS:
        return ("incident_id", "person_id", "role", "counterpart_id")
    return ("incident_id",) if table is INCIDENTS else ("person_id",)


def _fact(table: ExtractTable, source: str, known: str, columns: Sequence[str], given: str = "") -> str:
    """A fact of every row, or of those rows alone in which a column is given."""
    merged = table.name != "merges"
    named = ", ".join(_AS_RECORDED.get(name, name) if merged else name for name in columns)
    where = f" WHERE {given} IS NOT NULL" if given else ""
    return f"SELECT {known} AS known, hash('{table.name}', '{' '.join(columns)}', {named}) AS fact FROM {source}{where}"
