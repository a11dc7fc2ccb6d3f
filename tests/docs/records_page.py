"""docs/records.md: every table and column that is read, from the declarations that check them."""

from collections.abc import Iterator

from matac_ml.vocabulary import TABLES, Column, ExtractTable

_HEAD = """# Records: what an extract holds

Written by `make docs` from the declarations that check every row. An extract is a folder with one file a table, as
`NAME.csv` (UTF-8, heads in the first row) or `NAME.parquet`, and an `extract.yaml`. Check yours before anything else:

    .venv/bin/matac-ml check build/demo/extract

It lists every bad row with file, row, column and rule, never with a name or value of a person, writes nothing, and ends
with its own exit code. What only deserves attention (late recording, missing ethnicity, identities that may stand for
nobody, weeks without any record, columns that say nothing, and the offence codes that the harm index of `--policy` does
not hold, with counts) comes as a report. Row numbers are the lines of the file; for Parquet, row 1 would be the header.

Two dates stand on every incident: the day it happened and the day it became known. A feature of a day sees what was
recorded strictly before that day. Dates are written `2024-05-31`; yes and no as `true` and `false`; an empty cell is
*not known*. Columns that are not listed here are not read, and the report names them: nothing else about a person comes
in.

**Identifiers.** One person is one key in every table: 1, 1.0 and `1` are the same, whatever type a spreadsheet or
data frame gave them, and `01` is another. A fault are: words that programs write where there is no value (NULL, N/A,
NaN, None, true, #REF!), numbers that lost digits (1e15, 1.2E+15, a decimal number of more than 15 digits), fractions
in a column of numbers, dates, and characters that cannot be seen. A warning are: what people write for somebody who
is not known (UNKNOWN, U/K, 0, 9999, -), what a spreadsheet makes of a number (08-Jun), and an identity in at least 20
incidents that is in three times as many as the next largest. Every list and score says so first, files in the column
`doubtful_identity`. Identifiers that differ in capitals or leading zeros alone are a warning of `check`.

**Days.** A time without a zone is the day it names. A time with one (`2024-06-08T23:30:00Z`, a Parquet timestamp in
UTC) is the day it was in `time_zone` of `extract.yaml`, Europe/London when it is not named; the zone of the machine
is never used. No day and no cut-off may lie after today in that zone, but for `end_on` of custody and management. A
list is made as of the day after the cut-off at the latest, so as of tomorrow at the latest.

**Limits.** A CSV row has at most 256 KiB, a table 1,000 columns, a Parquet value 10,000 bytes. A Parquet file may not
hold more rows than it has bytes (100,000 are always allowed), nor expand to more than 64 times its size and 256 MiB;
these are read from its metadata first, which may have 16 MiB. Reading uses at most 8 GiB of memory and then a scratch
folder; time grows with the size of the files, also of hostile ones. Of each rule 1,000 rows are listed and all are
counted; a CSV file with 100,000 rows that are not CSV is not read further. Chains of merges are followed to any
length.
"""


def records_page() -> str:
    """The page."""
    lines = [_HEAD]
    for table in TABLES:
        lines += _table(table)
    return "\n".join(lines).rstrip() + "\n"


def _table(table: ExtractTable) -> Iterator[str]:
    yield f"## {table.name}{'' if table.required else ' (optional)'}\n"
    yield table.sentence + (f" No two rows share {' and '.join(table.key)}." if table.key else "") + "\n"
    yield "| Column | What it is | Values | Needed |\n|---|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.sentence} | {_values(column)} | {'yes' if column.required else ''} |"
    yield ""


def _values(column: Column) -> str:
    said = [column.kind.value.replace("_", " ")]
    if column.codes:
        said = [", ".join(f"`{code}`" for code in column.codes)]
    if column.low is not None or column.high is not None:
        said.append(f"{column.low} to {column.high}")
    if column.aliases:
        said.append("also read: " + ", ".join(f"`{old}` as `{new}`" for old, new in column.aliases))
    if empty := column.empty_is or (column.default is not None and str(column.default).lower()):
        said.append(f"empty is `{empty}`")
    return "; ".join(said)
