"""Finding the files of an extract and reading their bytes once: names, kinds, headers, hashes; no rows yet.

Nothing here trusts a name or a file: a link that leads out of the folder, a pipe, a file that is not text and a header
that is not one are faults, found before any reader is let loose on them.
"""

import codecs
import csv
import hashlib
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from matac_ml.errors import RecordsError
from matac_ml.records.faults import Finding, Severity, whole_file
from matac_ml.vocabulary import TABLES, ExtractTable
from matac_ml.written import escaped

FORMATS: tuple[Literal["csv", "parquet"], ...] = ("csv", "parquet")
SETTINGS = "extract.yaml"
#: A description of the extract for others, which lies beside the tables and is not read.
DESCRIPTION = "croissant.json"
_OTHER_FORMATS = ("tsv", "txt", "xlsx", "xlsm", "xls", "ods", "json", "jsonl", "gz", "zip", "bz2", "xz", "zst")
#: A header line longer than this is not a header.
_HEADER_BYTES = 64 * 1024
#: A table with more columns than this is not one of ours.
MOST_COLUMNS = 1000
_CHUNK = 1 << 20
_OWN = {table.name for table in TABLES}


@dataclass
class Form:
    """How the lines of a text lie, counted while its bytes pass by."""

    line_feeds: int = 0
    returns: int = 0
    both: int = 0
    blank: bool = False
    nul: bool = False
    last: bytes = b"\n"

    def add(self, chunk: bytes) -> None:
        """Count one piece."""
        self.nul = self.nul or b"\0" in chunk
        self.line_feeds += chunk.count(b"\n")
        self.returns += chunk.count(b"\r")
        joined = self.last + chunk
        self.both += joined.count(b"\r\n") - self.last.count(b"\r\n")
        self.blank = self.blank or b"\n\n" in joined or b"\n\r\n" in joined
        self.last = joined[-2:]

    @property
    def lines(self) -> int | None:
        """Lines of a file that has no blank one and ends all in the same way; None of any other file."""
        if self.blank or (self.returns and not self.returns == self.both == self.line_feeds):
            return None
        return self.line_feeds + (not self.last.endswith(b"\n"))

    @property
    def ending(self) -> str:
        """What ends a line: a carriage return only where there is nothing else."""
        return "\r" if self.returns and not self.line_feeds else "\n"


@dataclass(frozen=True)
class Source:
    """One file of the extract that can be read.

    Attributes
    ----------
    columns : tuple of str
        Header names in the order of the file, trimmed and lower case; empty for Parquet, which names its own.
    form : Form
        Of a CSV file, how its lines lie.
    """

    table: ExtractTable
    path: Path
    format: Literal["csv", "parquet"]
    columns: tuple[str, ...]
    sha256: str
    form: Form = field(default_factory=Form)

    @property
    def file(self) -> str:
        """File name within the folder."""
        return self.path.name


@dataclass(frozen=True)
class Sources:
    """Every file of an extract.

    Attributes
    ----------
    broken : frozenset of str
        Tables whose file is missing or cannot be read; rules that need them are not tried.
    """

    sources: tuple[Source, ...]
    settings: Path | None
    findings: tuple[Finding, ...]
    broken: frozenset[str]
    data_hash: str


def find_sources(folder: Path) -> Sources:
    """Look through a folder, hash its files and read its headers.

    Raises
    ------
    RecordsError
        When ``folder`` is not a folder that can be read.
    """
    try:
        if not folder.is_dir():
            raise RecordsError(
                f"An extract must be a folder of CSV or Parquet files, got {_what(folder)}: {escaped(str(folder))}"
            )
        present = sorted(folder.iterdir())
    except (OSError, ValueError) as error:
        raise RecordsError(
            f"The folder cannot be read: {type(error).__name__}. Check its name and its rights."
        ) from None
    findings, sources, broken = list(_strangers(present)), [], set()
    for table in TABLES:
        source, found = _source(folder, table)
        findings += found
        if source is not None:
            sources.append(source)
        elif found:
            broken.add(table.name)
    settings = folder / SETTINGS if (folder / SETTINGS).is_symlink() or (folder / SETTINGS).exists() else None
    if settings is not None and (fault := _unsafe(folder, settings)):
        findings.append(fault)
        settings = None
    return Sources(tuple(sources), settings, tuple(findings), frozenset(broken), _data_hash(sources, settings))


def _what(path: Path) -> str:
    return "nothing" if not path.exists() else "a file"


def _data_hash(sources: list[Source], settings: Path | None) -> str:
    """Hash of every file's name and contents; the folder's own name, dates and rights do not count."""
    lines = [f"{source.file} {source.sha256}" for source in sources]
    if settings is not None:
        lines.append(f"{SETTINGS} {hashlib.sha256(settings.read_bytes()).hexdigest()}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _strangers(present: list[Path]) -> list[Finding]:
    """Files that look like tables or settings and are not read."""
    known = {f"{name}.{suffix}" for name in _OWN for suffix in FORMATS}
    # Passed over, it would take the cut-off with it.
    misnamed = [
        whole_file(escaped(path.name), "misnamed", f"the settings must be named {SETTINGS}", "another name")
        for path in present
        if path.name != SETTINGS and path.name.lower() in (SETTINGS, "extract.yml")
    ]
    return misnamed + [
        Finding(escaped(path.name), None, "unknown_file", f"a table is named {', '.join(sorted(_OWN))}",
                ("a file that is not read",), severity=Severity.WARNING)
        for path in present
        if path.suffix.lower().lstrip(".") in (*FORMATS, *_OTHER_FORMATS) and path.name not in (*known, DESCRIPTION)
    ]  # fmt: skip


def _source(folder: Path, table: ExtractTable) -> tuple[Source | None, list[Finding]]:
    paths = [folder / f"{table.name}.{suffix}" for suffix in FORMATS]
    there = [path for path in paths if path.is_symlink() or path.exists()]
    if not there:
        missing = whole_file(f"{table.name}.csv", "missing_file", "the file must be there, or the same as .parquet",
                             "no file")  # fmt: skip
        return None, [missing] if table.required else []
    if len(there) > 1:
        return None, [whole_file(there[0].name, "two_files", "a table must be one file, CSV or Parquet", "both")]
    path = there[0]
    if fault := _unsafe(folder, path):
        return None, [fault]
    try:
        sha256, form, fault = _scan(path)
        if fault is not None:
            return None, [fault]
        if path.suffix == ".parquet":
            return Source(table, path, "parquet", (), sha256), []
        columns, findings = _header(path, table)
    except OSError as error:
        return None, [whole_file(path.name, "unreadable", "the file must be readable", type(error).__name__)]
    return (Source(table, path, "csv", columns, sha256, form) if columns else None), findings


def _unsafe(folder: Path, path: Path) -> Finding | None:
    """A fault unless the path is a plain file inside the folder."""
    try:
        real = path.resolve(strict=True)
        inside = real.is_relative_to(folder.resolve(strict=True))
        plain = stat.S_ISREG(real.stat().st_mode)
    except (OSError, RuntimeError):
        return whole_file(path.name, "unsafe_file", "the file must be a plain file", "a link that leads nowhere")
    if not inside:
        return whole_file(path.name, "unsafe_file", "the file must lie in the folder", "a link out of the folder")
    return None if plain else whole_file(path.name, "unsafe_file", "the file must be a plain file", "something else")


def _scan(path: Path) -> tuple[str, Form, Finding | None]:
    """Hash a file in one pass; a CSV that holds NUL bytes is not text, a Parquet file has its mark at both ends."""
    digest, size, first, last, form = hashlib.sha256(), 0, b"", b"", Form()
    text = path.suffix == ".csv"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            first = first or chunk[:4]
            last = (last + chunk[-4:])[-4:]
            size += len(chunk)
            if text:
                form.add(chunk)
    fault = None
    if size == 0:
        fault = whole_file(path.name, "empty_file", "the file must hold at least a header", "a file of 0 bytes")
    elif form.nul:
        fault = whole_file(path.name, "not_text", "a CSV file must be UTF-8 text", "bytes that are not text")
    elif not text and (first, last) != (b"PAR1", b"PAR1"):
        fault = whole_file(path.name, "not_parquet", "the file must be Parquet", "a file of another format")
    return digest.hexdigest(), form, fault


def _header(path: Path, table: ExtractTable) -> tuple[tuple[str, ...], list[Finding]]:
    """Header names of a CSV file, and what is wrong with them."""
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES).removeprefix(codecs.BOM_UTF8)
    # Blank lines before the header are passed over.
    line = next((line for line in head.splitlines() if line.strip(b" \t")), b"")
    if head.endswith(line) and len(head) >= _HEADER_BYTES - len(codecs.BOM_UTF8):
        return (), [whole_file(path.name, "not_text", "the first line must be a header", "a line without an end")]
    try:
        text = line.decode()
        names = tuple(name.strip().lower() for name in next(csv.reader([text], strict=True), []))
    except UnicodeDecodeError:
        return (), [whole_file(path.name, "not_utf8", "a CSV file must be UTF-8 text", "bytes in another encoding")]
    except csv.Error:
        return (), [whole_file(path.name, "bad_header", "the first line must be a header", "a quote without an end")]
    if len(names) > MOST_COLUMNS:
        came = f"{len(names):,} columns"
        return (), [whole_file(path.name, "bad_header", f"there must be at most {MOST_COLUMNS:,} columns", came)]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        return (), [whole_file(path.name, "bad_header", "columns must be separated by commas", "another separator")]
    findings = check_columns(path.name, table, names)
    fatal = any(f.rule in ("missing_column", "repeated_column") for f in findings)
    return (() if fatal else names), findings


def check_columns(file: str, table: ExtractTable, names: tuple[str, ...]) -> list[Finding]:
    """Compare a file's columns with the table's; unknown columns are warnings and are not read."""
    declared = {column.name for column in table.columns}
    missing = [c.name for c in table.columns if c.required and c.name not in names]
    repeated = sorted({name for name in names if name in declared and names.count(name) > 1})
    strange = sum(name not in declared for name in names)
    findings = [
        *(whole_file(file, "missing_column", f"the column {n} must be there", "no such column", n) for n in missing),
        *(whole_file(file, "repeated_column", f"the column {n} must be there once", "it twice", n) for n in repeated),
    ]
    if strange:
        came = f"{strange} other column{'s' if strange > 1 else ''}, not read"
        expected = f"columns are {', '.join(column.name for column in table.columns)}"
        findings.append(Finding(file, None, "unknown_column", expected, (came,), severity=Severity.WARNING))
    return findings
