"""Which features no record gives a value: a list, a model and a check can say nothing by them."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import pandas as pd

#: Names printed; those beyond are counted.
_PRINTED = 12


def say_missing(frame: "pd.DataFrame", names: Iterable[str] | None = None) -> None:
    """Say which of these columns, or of all, hold no value in any row; nothing of a table without rows."""
    if len(frame):
        chosen = frame if names is None else frame[[name for name in names if name in frame]]
        _say([str(name) for name in chosen.columns[chosen.isna().all()]])


def say_missing_in(out: Path) -> None:
    """The same of a Parquet file, or of a folder of them, from their metadata."""
    from pyarrow.parquet import read_metadata

    found = [read_metadata(path) for path in ([out] if out.is_file() else sorted(out.glob("*.parquet")))]
    groups = [file.row_group(number) for file in found for number in range(file.num_row_groups)]
    if not sum(group.num_rows for group in groups):
        return
    valued = {
        group.column(number).path_in_schema
        for group in groups
        for number in range(group.num_columns)
        if (known := group.column(number).statistics) is None or known.null_count < group.num_rows
    }
    _say([name for name in found[0].schema.names if name not in valued])


def _say(names: list[str]) -> None:
    if not names:
        return
    said = "1 feature has" if len(names) == 1 else f"{len(names):,} features have"
    more = f" and {len(names) - _PRINTED:,} more" if len(names) > _PRINTED else ""
    typer.echo(
        f"NOT RECORDED: {said} no value for anybody: {', '.join(names[:_PRINTED])}{more}. "
        "`matac-ml check` says which columns are absent or empty, and what follows."
    )
