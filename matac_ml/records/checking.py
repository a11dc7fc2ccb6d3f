"""Rules and settings applied to tables that were read: what is wrong, and the day on which the data stop."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from matac_ml.records.declarations import Rule, Severity
from matac_ml.records.faults import LISTED, Finding, whole_file
from matac_ml.records.rules import RULES
from matac_ml.records.tables import TABLES
from matac_ml.yamltext import YamlTextError, parse_yaml

CHECK_COMMAND = "`matac-ml check FOLDER` lists every bad row."
#: Rows of one rule printed in an error; the check command prints them all.
_IN_AN_ERROR = 20
_UNREAD = {
    "missing_file", "two_files", "unsafe_file", "unreadable", "empty_file", "not_text", "not_parquet", "not_utf8",
    "bad_header", "missing_column", "repeated_column", "nested_column",
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
class Settings:
    """What ``extract.yaml`` says."""

    cut_off: date | None = None
    force: str = ""
    description: str = ""


def read_settings(path: Path | None) -> tuple[Settings, tuple[Finding, ...]]:
    """Read ``extract.yaml``; every key is optional."""
    if path is None:
        return Settings(), ()
    expected = "extract.yaml must be a mapping with cut_off (a date), force and description (texts)"
    try:
        if path.stat().st_size > _SETTINGS_BYTES:
            return Settings(), (whole_file(path.name, "bad_settings", expected, "a file over 64 KiB"),)
        raw = parse_yaml(path.read_bytes().decode("utf-8")).data or {}
    except YamlTextError as error:
        return Settings(), tuple(whole_file(path.name, "bad_settings", expected, fault) for fault in error.faults)
    except (OSError, UnicodeDecodeError) as error:
        came = f"a file that cannot be read as UTF-8 text ({type(error).__name__})"
        return Settings(), (whole_file(path.name, "bad_settings", expected, came),)
    if not isinstance(raw, dict):
        return Settings(), (whole_file(path.name, "bad_settings", expected, f"a {type(raw).__name__}"),)
    return _settings(path.name, raw, expected)


def _settings(file: str, raw: Mapping[object, object], expected: str) -> tuple[Settings, tuple[Finding, ...]]:
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
    words = {}
    for key in ("force", "description"):
        value = raw.get(key, "")
        if isinstance(value, str) and len(value) <= 2000:
            words[key] = value.strip()
        else:
            findings.append(whole_file(file, "bad_settings", f"{key} must be a text", type(value).__name__, key))
    if strange := set(raw) - {"cut_off", "force", "description"}:
        came = (f"{len(strange)} other key(s), not read",)
        findings.append(Finding(file, None, "unknown_setting", expected, came, severity=Severity.WARNING))
    return Settings(cut_off if type(cut_off) is date else None, **words), tuple(findings)


#: Days on which something became known.
_RECORDED = (
    ("incidents", "recorded_on"),
    ("incidents", "outcome_on"),
    ("involvements", "recorded_on"),
    ("reclassifications", "reclassified_on"),
    ("custody", "recorded_on"),
)


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


def check_rules(con: duckdb.DuckDBPyConnection, findings: Findings, files: Mapping[str, str]) -> None:
    """Try every rule whose tables could be read."""
    for rule in RULES:
        needed = set(re.findall(r"typed\.(\w+)", rule.sql))
        if not needed & findings.broken:
            findings.add(rule.table, _broken_by(con, rule, files[rule.table]))
    if not {"incidents"} & findings.broken:
        findings.add("incidents", _no_incidents(con, files["incidents"]))


def _broken_by(con: duckdb.DuckDBPyConnection, rule: Rule, file: str) -> tuple[Finding, ...]:
    con.execute(f"CREATE OR REPLACE TEMP TABLE bad_rows AS {rule.sql}")
    (count,) = con.execute("SELECT count(*) FROM bad_rows").fetchone() or (0,)
    if not count:
        return ()
    rows = tuple(row for (row,) in con.execute(f"SELECT row FROM bad_rows ORDER BY row LIMIT {LISTED}").fetchall())
    came = (rule.kind,) * len(rows)
    return (Finding(file, rule.column, rule.name, rule.sentence, came, rows, int(count), rule.severity),)


def _no_incidents(con: duckdb.DuckDBPyConnection, file: str) -> tuple[Finding, ...]:
    (count,) = con.execute("SELECT count(*) FROM typed.incidents").fetchone() or (0,)
    return () if count else (whole_file(file, "no_rows", "there must be at least one incident", "no rows"),)


def faults_of(findings: Iterable[Finding], *, each: int = _IN_AN_ERROR) -> tuple[str, ...]:
    """One line a bad row of every fault, files in the order of the manual; rows beyond ``each`` are counted."""
    order = {table.name: number for number, table in enumerate(TABLES)}
    faults = [f for f in findings if f.severity is Severity.FAULT]
    faults.sort(key=lambda f: order.get(f.file.split(".")[0].split(" ")[0], len(order)))
    return tuple(line for fault in faults for line in fault.lines(each))
