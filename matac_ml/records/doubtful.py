"""Identities that may stand for nobody, or for many people at once: they would come first on a list.

What is written instead of an identifier is found by its form; what else holds the records of many people, by its size
beside the others'. Neither is a fault, because a real person can look like this. Each is reported before any list.
"""

from collections.abc import Collection, Iterable, Iterator

import duckdb

from matac_ml.identifiers import PLACEHOLDERS
from matac_ml.records.cells import A_DATE, is_word
from matac_ml.records.merging import STAYS_OF

#: An identity is implausibly large from so many incidents on, if it is in so many times as many as the next largest,
#: and there are so many others. Of the largest, at most 1 in 100 (or 10) are looked at.
LARGE, TIMES_THE_NEXT, OTHERS = 20, 3, 5

_REPEATED = "one digit repeated, with no identifier beside it"
_KIND = (
    "CASE WHEN NOT regexp_matches(x, '[\\p{{L}}\\p{{N}}]') THEN 'signs alone' "
    "WHEN regexp_full_match(x, '0+|-[0-9]+') THEN 'zero, or a number below zero' "
    "WHEN {word} THEN 'a word for somebody who is not known' "
    "WHEN regexp_full_match(upper(x), '{date}') THEN 'a date, which a spreadsheet makes of a number such as 8/6' "
    "WHEN regexp_full_match(x, '9{{3,}}|" + "|".join(f"{digit}{{{{4,}}}}" for digit in range(1, 9)) + "') "
    f"THEN '{_REPEATED}' END"
).format(word=is_word("x", PLACEHOLDERS), date=A_DATE)
#: Where identifiers of people and of incidents stand, with the table in which most of them are.
WHERE = (
    ("involvements", "person_id"),
    ("involvements", "counterpart_id"),
    ("involvements", "incident_id"),
    ("merges", "person_id"),
    ("merges", "merged_into"),
)
_ROLES = {"a suspect": "('suspect', 'offender')", "a victim": "('victim')"}


def find_doubtful(con: duckdb.DuckDBPyConnection, broken: Collection[str]) -> None:
    """Make ``typed.doubtful``: rule, table, column, key, what came, and the first row of each."""
    found = "SELECT '' AS rule, '' AS tbl, '' AS col, '' AS key, '' AS came, 0::BIGINT AS row WHERE false"
    where = ((table, column) for table, column in WHERE if table not in broken)
    for query in _queries(where, "typed.{}"):
        found += f" UNION ALL ({query})"
    con.execute(f"CREATE OR REPLACE TABLE typed.doubtful AS {found}")


def doubtful_people(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """By the identity that stays, what is odd about each person who may be nobody, or many people at once."""
    people = ((table, column) for table, column in WHERE if column != "incident_id")
    # The tables as they are read, whose rows have no number and whose merges are applied.
    queries = _queries(people, "(SELECT *, 0::BIGINT AS row FROM {})")
    found = " UNION ALL ".join(f"({query})" for query in queries)
    rows = con.execute(
        f"WITH found(rule, tbl, col, key, came, row) AS ({found}) SELECT coalesce(m.stays, d.key), "
        "string_agg(DISTINCT d.came, '; ' ORDER BY d.came) FROM found d LEFT JOIN typed.merged m "
        "ON m.person_id = d.key GROUP BY 1 ORDER BY 1"
    )
    return {str(person): str(came) for person, came in rows.fetchall()}


def _queries(where: Iterable[tuple[str, str]], source: str) -> Iterator[str]:
    for table, column in where:
        yield _placeholders(table, column, source.format(table))
        if (table, column) == ("involvements", "person_id"):
            yield from (_large(role, roles, source.format(table)) for role, roles in _ROLES.items())


def _placeholders(table: str, column: str, source: str) -> str:
    beside = ", ".join(f"CAST(try_cast(said.x AS HUGEINT) {step} 1 AS VARCHAR)" for step in "-+")
    return (
        f"WITH keys AS (SELECT DISTINCT {column} AS x FROM {source} WHERE {column} IS NOT NULL), "
        f"said AS (SELECT x, {_KIND} AS kind FROM keys WHERE kind IS NOT NULL), "
        f"kept AS (FROM said WHERE kind <> '{_REPEATED}' OR NOT EXISTS (FROM keys k WHERE k.x IN ({beside}))) "
        f"SELECT 'placeholder', '{table}', '{column}', x, format('{{}}; number of rows: {{:,}}', first(kind), "
        f"count(*)), min(row) FROM {source} JOIN kept ON x = {column} GROUP BY x"
    )


def _large(role: str, roles: str, source: str) -> str:
    """Identities in at least 20 incidents, down to the first gap: three times as many as the next."""
    least = LARGE // TIMES_THE_NEXT
    return (
        f"WITH rows AS (SELECT {STAYS_OF} AS x, v.incident_id, v.row FROM {source} v "
        f"LEFT JOIN typed.merged m ON m.person_id = v.person_id WHERE v.role IN {roles} AND v.person_id IS NOT NULL), "
        "many AS (SELECT x, min(row) AS row, count(DISTINCT incident_id) AS n FROM rows GROUP BY x "
        f"HAVING count(*) > {least}), "
        "ranked AS (SELECT *, row_number() OVER w AS place, coalesce(lead(n) OVER w, 0) AS next FROM many "
        "WINDOW w AS (ORDER BY n DESC, row)), "
        "everybody AS (SELECT count(DISTINCT x) AS n FROM rows), "
        f"gap AS (SELECT max(place) AS place, arg_max(next, place) AS next FROM ranked, everybody e WHERE "
        f"ranked.n >= {LARGE} AND ranked.n >= {TIMES_THE_NEXT} * next AND place <= greatest(10, e.n // 100) "
        f"AND e.n - place >= {OTHERS}) "
        f"SELECT 'implausibly_large', 'involvements', 'person_id', x, format('{role} in {{:,}} incidents; the next "
        f"largest is in {{}}', r.n, CASE WHEN gap.next > {least} THEN CAST(gap.next AS VARCHAR) ELSE 'fewer than "
        f"{least + 1}' END), r.row FROM ranked r, gap WHERE r.place <= gap.place"
    )
