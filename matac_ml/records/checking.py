"""Rules and settings applied to tables that were read: what is wrong, and the day on which the data stop."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from matac_ml import clock
from matac_ml.records.doubtful import find_doubtful
from matac_ml.records.emptiness import find_uninformative
from matac_ml.records.faults import LISTED, Finding, Severity, whole_file
from matac_ml.records.loading import create_empty, forget
from matac_ml.records.merging import resolve_merges
from matac_ml.records.rules import RULES, Rule
from matac_ml.vocabulary import MERGES, TABLES, table
from matac_ml.yamltext import YamlTextError, parse_yaml

CHECK_COMMAND = "`matac-ml check FOLDER` lists every bad row."
#: Rows of one rule printed in an error; the check command prints them all.
_IN_AN_ERROR = 20
_UNREAD = {
    "missing_file", "two_files", "unsafe_file", "unreadable", "empty_file", "not_text", "not_parquet", "not_utf8",
    "bad_header", "missing_column", "repeated_column", "nested_column", "too_large",
}  # fmt: skip
_SETTINGS_BYTES = 64 * 1024
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass
class Findings:
    """What was found so far, and the tables that could not be read at all."""

    found: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def add(self, table: str, found: Iterable[Finding]) -> None:
        """Keep findings; a fault of a whole file breaks its table."""
        for finding in found:
            self.found.append(finding)
            if finding.severity is Severity.FAULT and finding.rule in _UNREAD and not finding.rows:
                self.broken.add(table)


@dataclass(frozen=True)
class ExtractSettings:
    """What ``extract.yaml`` says.

    Attributes
    ----------
    zone : zoneinfo.ZoneInfo
        Where a time that names its zone is made a day, and where today is asked for.
    """

    cut_off: date | None = None
    force: str = ""
    description: str = ""
    zone: ZoneInfo = clock.LONDON


def read_settings(path: Path | None) -> tuple[ExtractSettings, tuple[Finding, ...]]:
    """Read ``extract.yaml``; every key is optional."""
    if path is None:
        return ExtractSettings(), ()
    expected = "extract.yaml must be a mapping with cut_off (a date), time_zone, force and description (texts)"
    try:
        if path.stat().st_size > _SETTINGS_BYTES:
            return ExtractSettings(), (whole_file(path.name, "bad_settings", expected, "a file over 64 KiB"),)
        raw = parse_yaml(path.read_bytes().decode("utf-8")).data or {}
    except YamlTextError as error:
        return ExtractSettings(), tuple(
            whole_file(path.name, "bad_settings", expected, fault) for fault in error.faults
        )
    except (OSError, UnicodeDecodeError) as error:
        came = f"a file that cannot be read as UTF-8 text ({type(error).__name__})"
        return ExtractSettings(), (whole_file(path.name, "bad_settings", expected, came),)
    if not isinstance(raw, dict):
        return ExtractSettings(), (whole_file(path.name, "bad_settings", expected, f"a {type(raw).__name__}"),)
    return _settings(path.name, raw, expected)


def _settings(file: str, raw: Mapping[object, object], expected: str) -> tuple[ExtractSettings, tuple[Finding, ...]]:
    findings = []
    cut_off = raw.get("cut_off")
    if isinstance(cut_off, str) and _DAY.fullmatch(cut_off):
        with contextlib.suppress(ValueError):
            cut_off = date.fromisoformat(cut_off)
    if cut_off is not None and type(cut_off) is not date:
        kind = type(cut_off).__name__
        findings.append(
            whole_file(file, "bad_settings", "cut_off must be a date as YYYY-MM-DD", f"a {kind}", "cut_off")
        )
        cut_off = None
    zone, found = _zone(file, raw.get("time_zone", clock.LONDON.key))
    findings += found
    words = {}
    for key in ("force", "description"):
        value = raw.get(key, "")
        if isinstance(value, str) and len(value) <= 2000:
            words[key] = value.strip()
        else:
            needed = f"{key} must be a text of at most 2,000 characters"
            kind = f"a text of {len(value):,}" if isinstance(value, str) else f"a {type(value).__name__}"
            findings.append(whole_file(file, "bad_settings", needed, kind, key))
    if strange := set(raw) - {"cut_off", "time_zone", "force", "description"}:
        came = (f"{len(strange)} other key(s), not read",)
        findings.append(Finding(file, None, "unknown_setting", expected, came, severity=Severity.WARNING))
    return ExtractSettings(cut_off if type(cut_off) is date else None, **words, zone=zone), tuple(findings)


def _zone(file: str, name: object) -> tuple[ZoneInfo, list[Finding]]:
    """A zone by its name. A name without a place, such as localtime, may mean the zone of the machine."""
    with contextlib.suppress(ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        if isinstance(name, str) and (name == "UTC" or re.fullmatch(r"[A-Z][A-Za-z_]+(/[A-Za-z_+-]+)+", name)):
            return ZoneInfo(name), []
    came = "a name that is not a zone" if isinstance(name, str) else f"a {type(name).__name__}"
    expected = "time_zone must be the name of a zone such as Europe/London"
    return clock.LONDON, [whole_file(file, "bad_settings", expected, came, "time_zone")]


#: Days on which something became known that features look at. Merges are found out long after the last record.
_RECORDED = [
    (table.name, day)
    for table in TABLES
    if table.known_on and table is not MERGES
    for day in dict.fromkeys((table.known_on, *(column.known_on for column in table.columns if column.known_on)))
]


def set_cut_off(con: duckdb.DuckDBPyConnection, declared: date | None, broken: Iterable[str]) -> date:
    """Hold the cut-off in ``typed.cut_off``: what is declared, else the last day on which anything was recorded."""
    con.execute("CREATE OR REPLACE TABLE typed.cut_off AS SELECT CAST(? AS DATE) AS declared", [declared])
    if declared is not None or "incidents" in set(broken):
        return declared or date.min
    days = " UNION ALL ".join(
        f"SELECT max({column}) AS day FROM typed.{name}" for name, column in _RECORDED if name not in set(broken)
    )
    last = con.execute(f"SELECT max(day) FROM ({days})").fetchone()
    return last[0] if last and last[0] else date.min


def check_cut_off(declared: date | None, today: date, file: str) -> tuple[Finding, ...]:
    """A cut-off that is still to come is a fault: nobody knows yet what will have been recorded by then."""
    if declared is None or declared <= today:
        return ()
    return (whole_file(file, "after_today", "the cut-off must not be after today", "a day that is to come", "cut_off"),)


def check_rules(
    con: duckdb.DuckDBPyConnection, findings: Findings, files: Mapping[str, str], *, today: date, warn: bool
) -> None:
    """Try every rule whose tables could be read.

    Parameters
    ----------
    warn : bool
        Try the rules whose breach is a warning too.
    files : mapping of table name to the name that messages give its file
    today : datetime.date
        In the zone of the extract: no record may be later.
    """
    con.execute("CREATE OR REPLACE TABLE typed.today AS SELECT CAST(? AS DATE) AS day", [today])
    if "incidents" not in findings.broken:
        _know_incidents(con)
    if "merges" in findings.broken:
        create_empty(con, table("merges"))
    resolve_merges(con)
    if warn:
        find_doubtful(con, findings.broken)
        find_uninformative(con)
    # Half the rules look at tables that few extracts have, and planning a query takes longer than looking for a row.
    empty = {one.name for one in TABLES if one.name not in findings.broken and _is_empty(con, one.name)}
    for rule in RULES:
        if rule.table in empty or (rule.severity is Severity.WARNING and not warn):
            continue
        needed = {name.removeprefix("known_") for name in re.findall(r"typed\.(\w+)", rule.sql)}
        if not (needed | {rule.table}) & findings.broken:
            findings.add(rule.table, _broken_by(con, rule, files[rule.table]))
    for name, what in (("incidents", "incident"), ("involvements", "person in an incident")):
        if name not in findings.broken:
            findings.add(name, _no_rows(con, name, files[name], what))


def _know_incidents(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``typed.known_incidents``: a repeated incident, which is a fault, must not multiply the rows of a join."""
    forget(con, "known_incidents")
    twice = con.execute(
        "SELECT 1 FROM typed.incidents WHERE incident_id IS NOT NULL GROUP BY incident_id HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if twice is None:
        con.execute("CREATE VIEW typed.known_incidents AS FROM typed.incidents")
        return
    con.execute(
        "CREATE TABLE loaded.known_incidents AS FROM typed.incidents WHERE incident_id IS NOT NULL "
        "QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY row) = 1"
    )
    con.execute("CREATE VIEW typed.known_incidents AS FROM loaded.known_incidents")


def _broken_by(con: duckdb.DuckDBPyConnection, rule: Rule, file: str) -> tuple[Finding, ...]:
    con.execute(f"CREATE OR REPLACE TEMP TABLE bad_rows AS {rule.sql}")
    (count,) = con.execute("SELECT count(*) FROM bad_rows").fetchone() or (0,)
    if not count:
        return ()
    listed = con.execute(f"SELECT * FROM bad_rows ORDER BY row LIMIT {LISTED}").fetchall()
    came = tuple(str(said[0]) if said else rule.kind for _, *said in listed)
    rows = tuple(int(row) for row, *_ in listed)
    return (Finding(file, rule.column, rule.name, rule.sentence, came, rows, int(count), rule.severity),)


def _is_empty(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return con.execute(f"SELECT 1 FROM typed.{name} LIMIT 1").fetchone() is None


def _no_rows(con: duckdb.DuckDBPyConnection, name: str, file: str, what: str) -> tuple[Finding, ...]:
    (count,) = con.execute(f"SELECT count(*) FROM typed.{name}").fetchone() or (0,)
    return () if count else (whole_file(file, "no_rows", f"there must be at least one {what}", "no rows"),)


def faults_of(findings: Iterable[Finding], *, each: int = _IN_AN_ERROR) -> tuple[str, ...]:
    """One line a bad row of every fault, files in the order of the manual; rows beyond ``each`` are counted."""
    order = {table.name: number for number, table in enumerate(TABLES)}
    faults = [f for f in findings if f.severity is Severity.FAULT]
    faults.sort(key=lambda f: order.get(f.file.split(".")[0].split(" ")[0], len(order)))
    return tuple(line for fault in faults for line in fault.lines(each))
