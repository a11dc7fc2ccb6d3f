"""docs/records.md: every table and column that is read, from the declarations that check them."""

from collections.abc import Iterator

from matac_ml.records import TABLES
from matac_ml.records.declarations import Column, Table

_HEAD = """# Records: what an extract holds

Written by `make docs` from the declarations that check every row. An extract is a folder with one file a table, as
`NAME.csv` (UTF-8, heads in the first row) or `NAME.parquet`, and an `extract.yaml`. Check yours before anything else:

    .venv/bin/matac-ml check EXTRACT

It lists every bad row with file, row, column and rule, never with a name or value of a person, writes nothing, and ends
with its own exit code. What only deserves attention (late recording, missing ethnicity, unmapped offences) comes as a
report.

Two dates stand on every incident: the day it happened and the day it became known. A feature of a day sees what was
recorded strictly before that day. Dates are written `2024-05-31`; yes and no as `true` and `false`; an empty cell is
*not known*. Columns that are not listed here are not read, and the report names them: nothing else about a person comes
in.
"""


def records_page() -> str:
    """The page."""
    lines = [_HEAD]
    for table in TABLES:
        lines += _table(table)
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> Iterator[str]:
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
    if column.default is not None:
        said.append(f"empty is `{column.default}`")
    return "; ".join(said)
