"""What an import did, as one page for whoever signs the data off."""

from collections.abc import Mapping
from pathlib import Path

from matac_ml.page import Document, write_prose
from matac_ml.records.importing.account import ImportAccount, SourceShare
from matac_ml.records.importing.history import RecordHistory
from matac_ml.records.importing.mapping import CellEntry
from matac_ml.records.importing.plan import ImportPlan
from matac_ml.records.report import CheckReport
from matac_ml.wording import day

_TEMPLATE = Path(__file__).parent / "templates" / "import.md"


def import_page(
    plan: ImportPlan, account: ImportAccount, report: CheckReport, history: RecordHistory | None
) -> Document:
    """Write an import as a page: the sources, what became of their rows, and what the check of the result says."""
    return write_prose(
        _TEMPLATE,
        {
            "mapping": plan.name,
            "force": plan.mapping.force,
            "unread": account.unread,
            "files": [(name, ", ".join(files), f"{rows:,}") for name, files, rows in account.files],
            "shares": [row for share in account.shares for row in _rows(share)],
            "tables": [(name, f"{rows:,}") for name, rows in account.tables],
            "columns": [row for part in plan.mapping.tables for row in _columns(part.table, part.source, part.columns)],
            "size": report.size or "",
            "warned": sum(finding.count for finding in report.warnings),
            "history": history,
            "before": day(history.before) if history else "",
            "dumped": day(history.day) if history else "",
            "changed": [(what, f"{count:,}") for what, count in history.written] if history else [],
            "kept": [(what, f"{count:,}") for what, count in history.kept if count] if history else [],
        },
    )


def _rows(share: SourceShare) -> list[tuple[str, str, str, str]]:
    where = (share.source, f"{share.table} (item {share.item})" + (", looked up" if share.looked_up else ""))
    rows = [(*where, "used", f"{share.used:,}")]
    if share.merged:
        rows.append((*where, "merged with a row that says the same", f"{share.merged:,}"))
    if share.replaced:
        rows.append((*where, "replaced by the row of the same key that is kept", f"{share.replaced:,}"))
    rows += [(*where, f"left out: {reason}", f"{count:,}") for reason, count in share.left_out]
    return [*rows, (*where, "all rows of the source", f"{share.rows:,}")]


def _columns(table: str, source: str, columns: Mapping[str, CellEntry]) -> list[tuple[str, str, str]]:
    return [(f"{table}.{name}", cell.of or source, _said(cell)) for name, cell in columns.items()]


def _said(cell: CellEntry) -> str:
    """Where a column comes from, in words."""
    found = {name: value for name, value in cell.model_dump(by_alias=True).items() if value not in ("", (), None)}
    found.pop("of", None)
    return "; ".join(
        f"{name}: {', '.join(value) if isinstance(value, tuple) else value}" for name, value in found.items()
    )
