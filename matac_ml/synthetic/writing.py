"""Tables to files: CSV or Parquet, chunk by chunk, byte-stable."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]


class TableWriter(ExitStack):
    """Writes each table it is given to one file of its own, opened at the first chunk and closed in the end."""

    def __init__(self, folder: Path, *, file_format: Format) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._format = folder, file_format
        self._open: dict[str, Any] = {}

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Append a chunk of rows to each table's file."""
        for name, table in tables.items():
            if name not in self._open:
                self._open[name] = self.enter_context(_open(self._folder / f"{name}.{self._format}", table.schema))
            self._open[name].write_table(table)


def _open(path: Path, schema: pa.Schema) -> Any:
    if path.suffix == ".parquet":
        return pq.ParquetWriter(path, schema, compression="zstd")
    unquoted = pacsv.WriteOptions(quoting_style="none", quoting_header="none")
    return pacsv.CSVWriter(path, schema, write_options=unquoted)
