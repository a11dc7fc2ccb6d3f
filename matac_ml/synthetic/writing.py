"""Tables to files: CSV or Parquet, chunk by chunk, byte-stable, and nothing half-written."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from matac_ml.errors import UsageError

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


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes ``out`` when all went well and leaves nothing when it did not.

    Raises
    ------
    UsageError
        When ``out`` exists and is not an empty folder.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            f"OUT must be a new or empty folder; {out} holds something already. Name another, or empty it."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        partial.chmod(0o755)
        yield partial
        if out.exists():
            out.rmdir()
        partial.rename(out)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
