"""A check written once, as a page that can be shown on the terminal, as Markdown, and as one HTML file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matac_ml.page import Document, write_prose
from matac_ml.records.faults import LISTED
from matac_ml.records.report import CheckReport

_TEMPLATE = Path(__file__).parent / "templates" / "check.md"
#: Heads of columns that are left to the written report: a terminal shows the figures.
REASONS = ("Why it matters",)
#: Offence codes listed; those beyond are counted.
_CODES = 50
#: Rows of one warning listed: warnings do not stop reading.
_WARNED = 5


@dataclass(frozen=True)
class Unmapped:
    """Offence codes that a harm index does not hold.

    Attributes
    ----------
    index : str
        Name and version of the index.
    codes : tuple of (str, int)
        Code and crimes with it, most first.
    given : str
        What such a crime counts as, in words.
    """

    index: str
    codes: tuple[tuple[str, int], ...]
    given: str


def check_page(report: CheckReport, *, at_most: int = LISTED, unmapped: Unmapped | None = None) -> Document:
    """Write a check as a page, the verdict first.

    Parameters
    ----------
    unmapped : Unmapped, optional
        By the harm index in force; none when it holds every code.
    at_most : int
        Rows listed for one rule of one column; those beyond are counted.
    """
    if unmapped is not None and not unmapped.codes:
        unmapped = None
    return write_prose(
        _TEMPLATE,
        {
            "report": report,
            "kinds": len({(finding.file, finding.column, finding.rule) for finding in report.faults}),
            "warned": sum(finding.count for finding in report.warnings),
            "listed": list(_listed(report, at_most)),
            "unmapped": unmapped,
            "crimes": sum(count for _, count in unmapped.codes) if unmapped else 0,
            "codes": _codes(unmapped) if unmapped else [],
            **_quality(report),
        },
    )


def _listed(report: CheckReport, at_most: int) -> Iterator[tuple[str, int, list[str]]]:
    """Faults, then warnings: heading, most rows of one rule, and lines."""
    for heading, findings, most in (
        ("Faults", report.faults, at_most),
        ("Warnings", report.warnings, min(at_most, _WARNED)),
    ):
        if findings:
            yield heading, most, [line for finding in findings for line in finding.lines(most)]


def _codes(unmapped: Unmapped) -> list[tuple[str, str]]:
    shown = [(code, f"{count:,}") for code, count in unmapped.codes[:_CODES]]
    if more := unmapped.codes[_CODES:]:
        shown.append((f"{len(more):,} other codes", f"{sum(count for _, count in more):,}"))
    return shown


def _quality(report: CheckReport) -> dict[str, object]:
    """The rows of the tables of quality; none where it was not measured."""
    quality = report.quality
    if quality is None:
        return {"quality": None}
    total = sum(count for _, count in quality.delays)
    return {
        "quality": quality,
        "uninformative": [(column.what, column.state, column.follows) for column in quality.uninformative],
        "answers": [
            (a.measure.question, f"{a.count:,}", f"{a.of:,}", _share(a.share), a.measure.matters)
            for a in quality.answers
        ],
        "delays": [(words, f"{n:,}", _share(n / total if total else None)) for words, n in quality.delays],
        "years": [(f"{y}", f"{n:,}", _share(crime / n), _share(late / n)) for y, n, crime, late in quality.years],
    }


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
