"""The identities of an extract as they are compared, and what its incidents say about two of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from matac_ml.linkage.folding import folded, halves, known_as
from matac_ml.linkage.matching import COLUMNS
from matac_ml.records import Extract

#: Shorter names are not compared letter by letter: Ann and Ian would be alike.
_SHORTEST = 4
# Identities that were merged stand under the one that stays.
_PEOPLE = """
SELECT p.person_id, p.home_area AS area, o.others, coalesce(o.incidents, 0) AS incidents
FROM (SELECT person_id, home_area FROM people UNION ALL
      SELECT DISTINCT person_id, NULL FROM involvements WHERE person_id NOT IN (SELECT person_id FROM people)) p
LEFT JOIN (
    SELECT a.person_id, list_sort(list_distinct(list(b.person_id))) AS others,
        count(DISTINCT a.incident_id) AS incidents
    FROM involvements a LEFT JOIN involvements b ON b.incident_id = a.incident_id AND b.person_id <> a.person_id
    GROUP BY a.person_id
) o USING (person_id)
ORDER BY p.person_id
"""
_TOGETHER = """
SELECT p.first, p.second, count(DISTINCT a.incident_id) FROM pairs p
JOIN involvements a ON a.person_id = p.first
JOIN involvements b ON b.person_id = p.second AND b.incident_id = a.incident_id
GROUP BY p.first, p.second
"""


def known_people(extract: Extract) -> dict[str, dict[str, Any]]:
    """Everybody in an extract: area, number of incidents, and who else stands in these."""
    rows = extract.connect().sql(_PEOPLE).to_arrow_table().to_pylist()
    return {row["person_id"]: row for row in rows}


def compared(particulars: Sequence[Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """The identities that have particulars and are in the extract, folded, in order.

    Somebody with neither a name nor a date of birth cannot be told from anybody and is left out.
    """
    rows = [_row(row, people[row["person_id"]]) for row in particulars if row["person_id"] in people]
    sound = [row for row in rows if row["birth_date"] or (row["surname"] and row["forename"])]
    return pa.Table.from_pylist(sound, schema=pa.schema(COLUMNS))


def _row(given: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    last, first = halves(given["full_name"])
    surname, forename = folded(given["surname"] or last), folded(given["forename"] or first)
    born = given["birth_date"]
    postcode = (folded(given["postcode"]) or "").replace(" ", "") or None
    return {
        "person_id": given["person_id"],
        "surname": surname,
        "forename": forename,
        "surname_plain": _plain(surname),
        "forename_plain": _plain(forename),
        "known_as": known_as(forename),
        "initial": forename[:1] if forename else None,
        "birth_date": born,
        "birth_year": born[:4] if born else None,
        "birth_turned": _turned(born),
        "sex": None if given["sex"] == "unknown" else given["sex"],
        "postcode": postcode,
        "district": postcode[:-3] if postcode else None,
        "address": folded(given["address"]),
        "area": person["area"],
        "others": person["others"] or None,
    }


def _plain(name: str | None) -> str | None:
    return name if name and name.isascii() and len(name) >= _SHORTEST else None


def _turned(born: str | None) -> str | None:
    """The date with day and month changed over, where that is another date."""
    if not born or born[8:] > "12" or born[8:] == born[5:7]:
        return None
    return f"{born[:4]}-{born[8:]}-{born[5:7]}"


def together(extract: Extract, pairs: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    """In how many incidents both identities of a pair stand: two people, unless somebody was entered twice."""
    con = extract.connect()
    sides = {side: pa.array([pair[side] for pair in pairs], pa.string()) for side in ("first", "second")}
    con.register("pairs", pa.table(sides))
    found = {(first, second): int(n) for first, second, n in con.execute(_TOGETHER).fetchall()}
    con.unregister("pairs")
    return found
