"""What a check found: faults, warnings and the quality of what could be read."""

from dataclasses import dataclass
from pathlib import Path

from matac_ml.records.extract import MOST_MEMORY_GIB, Extract, load
from matac_ml.records.faults import Finding, Severity
from matac_ml.records.quality import Quality, measure
from matac_ml.written import escaped


@dataclass(frozen=True)
class CheckReport:
    """Everything a check found; nothing in it is a value from a file.

    Attributes
    ----------
    faults, warnings : tuple of Finding
        A fault stops the extract from being read, a warning does not.
    quality : Quality or None
        None when a table could not be read at all.
    size : str or None
        How much was read, in words.
    data_hash : str
        SHA-256 of the names and contents of the files.
    """

    folder: str
    faults: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    quality: Quality | None = None
    size: str | None = None
    data_hash: str = ""

    @property
    def ok(self) -> bool:
        """Whether the extract can be read."""
        return not self.faults

    @property
    def fault_rows(self) -> int:
        """Bad rows and files in all, listed or not."""
        return sum(finding.count for finding in self.faults)


def check_extract(folder: Path, *, most: int = MOST_MEMORY_GIB << 30) -> CheckReport:
    """Check a folder and report every fault; never raises for what a file holds.

    Parameters
    ----------
    most : int
        Bytes of memory beyond which the tables go to a scratch folder.

    Raises
    ------
    RecordsError
        When ``folder`` is not a folder that can be read.
    """
    findings, extract, sources = load(Path(folder), most=most)
    found = findings.found
    return CheckReport(
        escaped(Path(folder).resolve().name),
        tuple(f for f in found if f.severity is Severity.FAULT),
        tuple(f for f in found if f.severity is Severity.WARNING),
        quality=None if extract is None else measure(extract.connect(), extract.cut_off),
        size=None if extract is None else _size(extract),
        data_hash=sources.data_hash,
    )


def _size(extract: Extract) -> str:
    counts = extract.connect().execute(
        "SELECT (SELECT count(*) FROM incidents), (SELECT count(*) FROM involvements), (SELECT count(*) FROM people), "
        "(SELECT min(recorded_on) FROM incidents)"
    )
    incidents, links, people, first = counts.fetchone() or (0, 0, 0, None)
    return (
        f"{incidents:,} incidents, {links:,} links and {people:,} people; "
        f"recorded from {first} to the cut-off, {extract.cut_off}. Data hash {extract.data_hash[:12]}."
    )
