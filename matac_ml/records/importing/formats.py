"""Which format a source has: by what the mapping says, or by the ending of the file's name; never by what is inside."""

from pathlib import PurePosixPath

from matac_ml.records.importing.mapping import SourceEntry

_ENDINGS = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite",
    ".xlsx": "workbook", ".xlsm": "workbook", ".xls": "workbook",
}  # fmt: skip
#: What can be read.
FORMATS = tuple(dict.fromkeys(_ENDINGS.values()))
#: The endings of their names, for messages.
ENDINGS = tuple(_ENDINGS)


def format_of(source: SourceEntry, file: str) -> str:
    """The format of one file of a source; the ending itself where it is none that can be read."""
    if source.format:
        return source.format
    suffixes = [suffix.lower() for suffix in PurePosixPath(file).suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    return _ENDINGS.get(last, last)


def delimiter_of(source: SourceEntry, file: str) -> str:
    """What stands between the columns of a text file."""
    usual = "\t" if format_of(source, file) == "tsv" else ","
    return {"": usual, "tab": "\t"}.get(source.delimiter, source.delimiter)


def is_packed(file: str) -> bool:
    """Whether the file is packed with gzip."""
    return file.lower().endswith(".gz")
