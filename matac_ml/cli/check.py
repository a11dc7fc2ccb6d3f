"""``matac-ml check``: every bad row of an extract, and how good its records are."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.errors import RecordsError, UsageError
from matac_ml.outfile import write_text
from matac_ml.page import as_html, as_markdown, as_text
from matac_ml.records import CheckReport, check_extract, read_extract
from matac_ml.records.document import REASONS, Unmapped, check_page
from matac_ml.records.faults import LISTED

if TYPE_CHECKING:
    from matac_ml.harm import HarmIndex


def check(
    folder: Annotated[Path, typer.Argument(help="An extract: a folder of CSV or Parquet files.")],
    html: Annotated[Path | None, typer.Option(help="Also write the report as one HTML file.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Also write the report as Markdown.")] = None,
    policy: Annotated[
        str, typer.Option(help="The policy in force, whose harm index the offence codes are looked up in.")
    ] = "default",
    identities: Annotated[
        Path | None,
        typer.Option(help="The folder of `matac-ml identities`: also report likely duplicates that wait for review."),
    ] = None,
    rows: Annotated[
        int, typer.Option(min=1, max=LISTED, help="List this many rows of one rule; the others are counted.")
    ] = LISTED,
) -> None:
    """List every bad row of an extract, then report the quality of its records.

    Nothing is written into the folder, and no value of a cell is printed, only its kind. Ends with 3 when there are
    faults.
    """
    from matac_ml.rfg import load_policy

    index = load_policy(policy).harm_index
    report = check_extract(folder)
    if identities is not None and report.ok:
        report = _with_duplicates(report, folder, identities)
    page = check_page(report, at_most=rows, unmapped=_unmapped(report, index))
    typer.echo(as_text(page, without=REASONS).lstrip("\n"))
    for path, write in ((html, as_html), (markdown, as_markdown)):
        if path is not None:
            _write(path, write(page), folder)
    if not report.ok:
        faults = "1 fault; it is" if report.fault_rows == 1 else f"{report.fault_rows:,} faults; they are"
        raise RecordsError(f"{faults} listed above.")


def _with_duplicates(report: CheckReport, folder: Path, identities: Path) -> CheckReport:
    from matac_ml.linkage.unreviewed import duplicate_warnings

    return replace(report, warnings=(*report.warnings, *duplicate_warnings(identities, read_extract(folder))))


def _unmapped(report: CheckReport, index: "HarmIndex") -> Unmapped | None:
    if report.quality is None:
        return None
    missing = set(index.unmapped(code for code, _ in report.quality.offences))
    codes = tuple((code, count) for code, count in report.quality.offences if code in missing)
    days = index.unmapped_days
    given = "Their harm is missing." if days is None else f"Each counts as {days} days."
    return Unmapped(f"{index.name} {index.version}", codes, given)


def _write(path: Path, text: str, folder: Path) -> None:
    if path.resolve().parent == folder.resolve():
        raise UsageError(f"The report must not be written into the extract; name a file elsewhere than {path.name}.")
    write_text(path, text)
