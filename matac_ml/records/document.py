"""A check written once and shown three ways: on the terminal, as Markdown, and as one HTML file."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from matac_ml.records.emptiness import Uninformative
from matac_ml.records.faults import LISTED, Finding
from matac_ml.records.report import CheckReport

_WIDTH = 110
#: Offence codes listed; those beyond are counted.
_CODES = 50
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #999;padding:.3rem .8rem;"
    "text-align:left;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}"
)


@dataclass(frozen=True)
class Grid:
    """A table of texts; columns in ``numbers`` are set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs, listed lines and perhaps a table."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    grid: Grid | None = None


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


def sections(report: CheckReport, *, at_most: int = LISTED, unmapped: Unmapped | None = None) -> tuple[Section, ...]:
    """Write a check as sections, the verdict first.

    Parameters
    ----------
    unmapped : Unmapped, optional
        By the harm index in force.
    at_most : int
        Rows listed for one rule of one column; those beyond are counted.
    """
    found = [_verdict(report)]
    for heading, findings in (("Faults", report.faults), ("Warnings", report.warnings)):
        if findings:
            found.append(_findings(heading, findings, at_most if heading == "Faults" else min(at_most, 5)))
    if unmapped is not None and unmapped.codes:
        found.append(_unmapped(unmapped))
    if report.quality is not None and report.quality.uninformative:
        found.append(_uninformative(report.quality.uninformative))
    return (*found, *_quality(report))


def _unmapped(unmapped: Unmapped) -> Section:
    crimes = sum(count for _, count in unmapped.codes)
    held = f"{unmapped.index} does not hold {len(unmapped.codes):,} of the codes, on {crimes:,} crimes."
    shown = [(code, f"{count:,}") for code, count in unmapped.codes[:_CODES]]
    if more := unmapped.codes[_CODES:]:
        shown.append((f"{len(more):,} other codes", f"{sum(count for _, count in more):,}"))
    grid = Grid(("Offence code", "Crimes"), tuple(shown), frozenset({1}))
    return Section("Offence codes that the harm index does not hold", (f"{held} {unmapped.given}",), grid=grid)


def _uninformative(found: tuple[Uninformative, ...]) -> Section:
    rows = tuple((one.what, one.state, one.follows) for one in found)
    said = "These are absent, empty or the same in every row. You can go on; this is what it means."
    return Section("What the records do not say", (said,), grid=Grid(("Column", "It has", "What follows"), rows))


def _verdict(report: CheckReport) -> Section:
    heading = f"Check of {report.folder}"
    if report.ok:
        said = "The extract can be read: no fault was found."
    else:
        kinds = len({(f.file, f.column, f.rule) for f in report.faults})
        said = (
            f"The extract cannot be read: {report.fault_rows:,} fault{'s' * (report.fault_rows != 1)} of {kinds} "
            f"kind{'s' * (kinds != 1)}. Mend them and check again; nothing was written."
        )
    size = () if report.size is None else (report.size,)
    warned = f"{sum(f.count for f in report.warnings):,} warnings, which do not stop reading."
    inside = "Counts here are exact and some are small: this report is for work inside the force, not for publication."
    return Section(heading, (said, *size, *((warned,) if report.warnings else ()), inside))


def _findings(heading: str, findings: tuple[Finding, ...], at_most: int) -> Section:
    listed = tuple(line for finding in findings for line in finding.lines(at_most))
    note = f"At most {at_most:,} rows of one rule are listed; the others are counted. Row 1 is the header."
    return Section(heading, (note,), lines=listed)


def _quality(report: CheckReport) -> Iterator[Section]:
    quality = report.quality
    if quality is None:
        yield Section("Quality of the records", ("Not measured: a table could not be read.",))
        return
    rows = tuple(
        (a.measure.question, f"{a.count:,}", f"{a.of:,}", _share(a.share), a.measure.matters) for a in quality.answers
    )
    head = ("What was counted", "How many", "Out of", "Share", "Why it matters")
    yield Section("Quality of the records", grid=Grid(head, rows, frozenset({1, 2, 3})))
    total = sum(count for _, count in quality.delays)
    delays = tuple((words, f"{count:,}", _share(count / total if total else None)) for words, count in quality.delays)
    yield Section(
        "From the incident to its record",
        ("A score made before an incident is recorded cannot know of it.",),
        grid=Grid(("Recorded after", "Incidents", "Share"), delays, frozenset({1, 2})),
    )
    years = tuple((str(y), f"{n:,}", _share(crime / n), _share(late / n)) for y, n, crime, late in quality.years)
    yield Section(
        "By year of recording",
        ("A step from one year to the next is more often a change of system or of practice than of behaviour.",),
        grid=Grid(("Year", "Incidents", "Non-crimes", "Over 28 days late"), years, frozenset({1, 2, 3})),
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def as_text(found: tuple[Section, ...]) -> str:
    """Sections for a terminal."""
    return "\n".join(line for section in found for line in _text(section))


def _text(section: Section) -> Iterator[str]:
    yield from ("", section.heading.upper())
    for paragraph in section.paragraphs:
        yield from textwrap.wrap(paragraph, _WIDTH)
    yield from (f"  {line}" for line in section.lines)
    if section.grid is None:
        return
    # Reasons are for the written report; a terminal shows the figures.
    columns = range(len(section.grid.head) - (section.grid.head[-1] == "Why it matters"))
    table = (section.grid.head, *section.grid.rows)
    widths = {c: max(len(row[c]) for row in table) for c in columns}
    for row in table:
        cells = (row[c].rjust(widths[c]) if c in section.grid.numbers else row[c].ljust(widths[c]) for c in columns)
        yield "  " + "  ".join(cells).rstrip()


def as_markdown(found: tuple[Section, ...]) -> str:
    """Sections as Markdown."""
    lines: list[str] = []
    for number, section in enumerate(found):
        lines += [f"{'#' if number == 0 else '##'} {_mark(section.heading)}", ""]
        for paragraph in section.paragraphs:
            lines += [_mark(paragraph), ""]
        if section.lines:
            lines += [*(f"- {_mark(line)}" for line in section.lines), ""]
        if section.grid is not None:
            rule = ("---:" if c in section.grid.numbers else "---" for c in range(len(section.grid.head)))
            lines += [f"| {' | '.join(section.grid.head)} |", f"| {' | '.join(rule)} |"]
            lines += [f"| {' | '.join(map(_mark, row))} |" for row in section.grid.rows]
            lines.append("")
    return "\n".join(lines)


def _mark(text: str) -> str:
    """Keep a text from being read as Markdown or HTML."""
    for mark in "\\|*`<>[]":
        text = text.replace(mark, f"\\{mark}")
    return text


def as_html(found: tuple[Section, ...]) -> str:
    """Sections as one HTML file without scripts or outside resources."""
    body = "\n".join(_html(section, "h1" if number == 0 else "h2") for number, section in enumerate(found))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(found[0].heading)}</title><style>{_STYLE}</style></head>\n<body><main>\n{body}\n"
        "</main></body></html>\n"
    )


def _html(section: Section, tag: str) -> str:
    parts = [f"<{tag}>{escape(section.heading)}</{tag}>", *(f"<p>{escape(p)}</p>" for p in section.paragraphs)]
    if section.lines:
        parts += ["<ul>", *(f"<li>{escape(line)}</li>" for line in section.lines), "</ul>"]
    if section.grid is not None:
        grid = section.grid
        sides = [' class="n"' if c in grid.numbers else "" for c in range(len(grid.head))]
        head = "".join(f'<th scope="col"{side}>{escape(h)}</th>' for h, side in zip(grid.head, sides, strict=True))
        rows = (
            "".join(f"<td{side}>{escape(cell)}</td>" for cell, side in zip(row, sides, strict=True))
            for row in grid.rows
        )
        parts += [f"<table><thead><tr>{head}</tr></thead><tbody>", *(f"<tr>{row}</tr>" for row in rows),
                  "</tbody></table>"]  # fmt: skip
    return "\n".join(parts)
