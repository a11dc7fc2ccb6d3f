"""An import from beginning to end: read, settled, checked as any extract is, and written whole or not at all."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from matac_ml import clock
from matac_ml.errors import RecordsError
from matac_ml.infile import memory_allowed
from matac_ml.lineage import FILE, LineageDataset, LineageRun, write_lineage
from matac_ml.outfile import whole_folder, write_text
from matac_ml.page import as_html, as_markdown
from matac_ml.records import cells
from matac_ml.records.checking import faults_of
from matac_ml.records.extract import Database
from matac_ml.records.faults import Finding
from matac_ml.records.importing.account import ImportAccount, account_for, write_origins
from matac_ml.records.importing.document import import_page
from matac_ml.records.importing.history import RecordHistory, read_previous, write_history
from matac_ml.records.importing.loading import LoadedSources, load_sources
from matac_ml.records.importing.plan import ImportPlan, read_plan
from matac_ml.records.importing.settling import Settled, by_file, settle
from matac_ml.records.report import CheckReport, check_extract
from matac_ml.vocabulary import table
from matac_ml.yamltext import yaml_text

#: DuckDB's share of the memory; beyond it, it uses its scratch folder.
MEMORY = 1 << 30
#: What it keeps while the extract is checked.
_RESTING = 192 << 20
#: What the check takes meanwhile.
_CHECKING = 1280 << 20
#: The folder beside the tables that says how they were made.
ABOUT = "import"
#: In it, the tables of the files alone, where the extract holds their history.
DUMP = "dump"
_REFUSED = "Nothing was imported: the source does not give an extract with this mapping. Nothing was written."


@dataclass(frozen=True)
class ImportResult:
    """What an import did.

    Attributes
    ----------
    account : ImportAccount
        Every row of the source: used, merged with another, or left out for a reason.
    report : CheckReport
        What ``matac-ml check`` finds in the extract.
    history : RecordHistory or None
        What changed since the extract before, where there is one.
    """

    account: ImportAccount
    report: CheckReport
    history: RecordHistory | None


def import_records(
    mapping: Path, source: Path, out: Path, *, previous: Path | None = None, accept_vanished: bool = False
) -> ImportResult:
    """Make an extract of a force's own files.

    Parameters
    ----------
    mapping : Path
        The mapping file; its cross-walks lie beside it.
    source : Path
        The folder that holds the files which the mapping names.
    out : Path
        A new or empty folder. It appears complete or not at all: the tables as Parquet, ``extract.yaml``, and in
        ``import`` the mapping, ``rows.parquet`` (what became of every row of the source), the report and the events of
        the import for a catalogue of data.
    previous : Path, optional
        The extract of the files before: the new one then holds what changed since, as it became known.
    accept_vanished : bool
        Whether most of its rows may have vanished.

    Raises
    ------
    RecordsError
        With every fault that was found in the mapping, in the files and in what came of them.
    """
    plan, began = read_plan(mapping), clock.now()
    before = None if previous is None else read_previous(previous, plan)
    with whole_folder(out) as folder:
        database = Database(size=_size(plan, source), zone=plan.zone, most=MEMORY)
        con = database.connection
        loaded = load_sources(con, plan, source)
        _refuse(loaded.findings)
        settled = settle(con, plan, loaded)
        _write_tables(con, plan, settled, folder)
        with _given_back(con):
            report = check_extract(folder, most=_CHECKING)
        found = [finding for finding in report.faults if not _spoilt(finding, settled)]
        _refuse([*settled.findings, *_in_the_source(con, plan, found, loaded), *loaded.changed()], settled.unknown)
        account = account_for(con, plan, settled, loaded)
        about = folder / ABOUT
        about.mkdir(mode=0o700)
        write_origins(con, plan, settled, loaded, about / "rows.parquet")
        write_text(about / plan.name, plan.text)
        history = None
        if before is not None:
            with _given_back(con):
                history = write_history(before, folder, about / DUMP, vanishing=accept_vanished, most=_CHECKING)
                report = check_extract(folder, most=_CHECKING)
            _refuse(report.faults)
        page = import_page(plan, account, report, history)
        write_text(about / "report.html", as_html(page))
        write_text(about / "report.md", as_markdown(page))
        rows = sum(count for _, count in account.tables) if history is None else history.rows
        made = LineageDataset("extract", sha256=report.data_hash, rows=rows)
        read = [LineageDataset("mapping", sha256=hashlib.sha256(plan.text.encode()).hexdigest()), *loaded.lineage()]
        if before is not None:
            read.append(LineageDataset("extract", sha256=before.previous.data_hash))
        write_lineage(about / FILE, [LineageRun("import", began, clock.now(), tuple(read), (made,))])
    return ImportResult(account, report, history)


@contextmanager
def _given_back(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let the memory go that the tables take, while the check has a database of its own; they are read again later."""
    with suppress(duckdb.Error):  # small tables that lie in memory stay there
        con.execute(f"SET memory_limit = '{_RESTING >> 20}MiB'")
    try:
        yield
    finally:
        con.execute(f"SET memory_limit = '{memory_allowed(MEMORY) >> 20}MiB'")


def _size(plan: ImportPlan, source: Path) -> int:
    """Bytes of the files, where they are there."""
    paths = [source / file for entry in plan.mapping.sources.values() for file in entry.names]
    return sum(path.stat().st_size for path in paths if path.is_file())


def _refuse(findings: Iterable[Finding], unknown: Iterable[str] = ()) -> None:
    faults = [*unknown, *faults_of(findings)]
    if faults:
        raise RecordsError(_REFUSED, faults=faults)


def _write_tables(con: duckdb.DuckDBPyConnection, plan: ImportPlan, settled: Settled, folder: Path) -> None:
    for name, columns in settled.tables.items():
        given = ", ".join(map(cells.name, columns))
        path = cells.text(str(folder / f"{name}.parquet"))
        con.execute(f"COPY (SELECT {given} FROM work.{name} ORDER BY out) TO {path} (FORMAT parquet, COMPRESSION zstd)")
    mapping = plan.mapping
    settings = {"cut_off": mapping.cut_off, "force": mapping.force, "description": mapping.description}
    said = {name: value for name, value in settings.items() if value} | {"time_zone": mapping.time_zone}
    write_text(folder / "extract.yaml", yaml_text(said))


def _spoilt(finding: Finding, settled: Settled) -> bool:
    """Whether a finding only says again that a cell could not be used."""
    return finding.rule == "empty" and (finding.file.partition(".")[0], finding.column) in settled.spoilt


def _in_the_source(
    con: duckdb.DuckDBPyConnection, plan: ImportPlan, findings: Iterable[Finding], loaded: LoadedSources
) -> Iterator[Finding]:
    """The faults of a check with the rows of the source in place of those of the extract."""
    for finding in findings:
        name = finding.file.partition(".")[0]
        if not finding.rows:
            yield finding
            continue
        places = con.execute(
            f"SELECT out, part, file, row FROM work.{name} WHERE out IN (SELECT unnest(?::BIGINT[]))",
            [list(finding.rows)],
        ).fetchall()
        came = dict(zip(finding.rows, finding.came, strict=True))
        column = f"{name}.{finding.column}" if finding.column else table(name).name
        more = finding.count - len(finding.rows)
        for number, entry in plan.parts(name):
            rows = [(file, row, came[out]) for out, part, file, row in sorted(places) if part == number]
            for found in by_file(rows, loaded.files[entry.source], column, finding.rule, finding.expected, more=more):
                yield found
                more = 0
