"""Identities that may stand for nobody, or for many people at once: they would come first on a list.

What is written instead of an identifier is found by its form; what else holds the records of many people, by its size
beside the others'. Neither is a fault, because a real person can look like this. Each is reported before any list.
"""

from collections.abc import Collection

import duckdb

from matac_ml.records.cells import is_word
from matac_ml.records.merging import STAYS_OF

#: An identity is implausibly large from so many incidents on, if it is in so many times as many as the next largest,
#: and there are so many others. Of the largest, at most 1 in 100 (or 10) are looked at.
LARGE, TIMES_THE_NEXT, OTHERS = 20, 3, 5

_WORDS = (
    "(unknown|unidentified|unnamed|notknown|notrecorded|notstated|notgiven|notprovided|notavailable|notapplicable|"
    "anonymous|anonymised|redacted|withheld|nonegiven|noname|nonominal|nosuspect|novictim|dummy|placeholder).*|"
    "unk|uk|u|nk|nr|ns|np|anon|tbc|tba|tbd|pending|missing|blank|empty|default|test|testperson|testnominal|"
    "personunknown|personsunknown|suspectunknown|victimunknown|offenderunknown|maleunknown|femaleunknown|"
    "x{1,9}|z{2,9}|various|multiple|several|others?|someone|somebody|nobody|crown|regina|rex|thecrown|police|public|"
    "johndoe|janedoe|joebloggs|"
)
_REPEATED = "one digit repeated, with no identifier beside it"
_KIND = (
    "CASE WHEN NOT regexp_matches(x, '[\\p{{L}}\\p{{N}}]') THEN 'signs alone' "
    "WHEN regexp_full_match(x, '0+|-[0-9]+') THEN 'zero, or a number below zero' "
    "WHEN {word} THEN 'a word for somebody who is not known' "
    "WHEN regexp_full_match(x, '9{{3,}}|" + "|".join(f"{digit}{{{{4,}}}}" for digit in range(1, 9)) + "') "
    f"THEN '{_REPEATED}' END"
).format(word=is_word("x", _WORDS))
#: Where identifiers of people and of incidents stand, with the table in which most of them are.
_WHERE = (
    ("involvements", "person_id"),
    ("involvements", "counterpart_id"),
    ("involvements", "incident_id"),
    ("merges", "person_id"),
    ("merges", "merged_into"),
)
_ROLES = {"a suspect": "('suspect', 'offender')", "a victim": "('victim')"}


def find_doubtful(con: duckdb.DuckDBPyConnection, broken: Collection[str]) -> None:
    """Make ``typed.doubtful``: rule, table, column, key, role, what came, and the first row of each."""
    con.execute(
        "CREATE OR REPLACE TABLE typed.doubtful (rule VARCHAR, tbl VARCHAR, col VARCHAR, key VARCHAR, came VARCHAR, "
        "row BIGINT)"
    )
    for table, column in _WHERE:
        if table not in broken:
            con.execute(f"INSERT INTO typed.doubtful {_placeholders(table, column)}")
    if "involvements" not in broken:
        for role, roles in _ROLES.items():
            con.execute(f"INSERT INTO typed.doubtful {_large(role, roles)}")


def _placeholders(table: str, column: str) -> str:
    beside = ", ".join(f"CAST(try_cast(said.x AS HUGEINT) {step} 1 AS VARCHAR)" for step in "-+")
    return (
        f"WITH keys AS (SELECT DISTINCT {column} AS x FROM typed.{table} WHERE {column} IS NOT NULL), "
        f"said AS (SELECT x, {_KIND} AS kind FROM keys WHERE kind IS NOT NULL), "
        f"kept AS (FROM said WHERE kind <> '{_REPEATED}' OR NOT EXISTS (FROM keys k WHERE k.x IN ({beside}))) "
        f"SELECT 'placeholder', '{table}', '{column}', x, format('{{}}; number of rows: {{:,}}', first(kind), "
        f"count(*)), min(row) FROM typed.{table} JOIN kept ON x = {column} GROUP BY x"
    )


def _large(role: str, roles: str) -> str:
    """Identities in at least 20 incidents, down to the first gap: three times as many as the next."""
    least = LARGE // TIMES_THE_NEXT
    return (
        f"WITH rows AS (SELECT {STAYS_OF} AS x, v.incident_id, v.row FROM typed.involvements v "
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
