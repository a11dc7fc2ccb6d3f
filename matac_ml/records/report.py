"""What a check found: faults, warnings and the quality of what could be read."""

from dataclasses import dataclass
from pathlib import Path

from matac_ml.records.declarations import Severity
from matac_ml.records.extract import load
from matac_ml.records.faults import Finding


@dataclass(frozen=True)
class CheckReport:
    """Everything a check found; nothing in it is a value from a file.

    Attributes
    ----------
    faults, warnings : tuple of Finding
        A fault stops the extract from being read, a warning does not.
    """

    folder: str
    faults: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the extract can be read."""
        return not self.faults

    @property
    def fault_rows(self) -> int:
        """Bad rows and files in all, listed or not."""
        return sum(finding.count for finding in self.faults)


def check_extract(folder: Path) -> CheckReport:
    """Check a folder and report every fault; never raises for what a file holds.

    Raises
    ------
    RecordsError
        When ``folder`` is not a folder that can be read.
    """
    findings, _, _ = load(Path(folder))
    found = findings.found
    return CheckReport(
        Path(folder).name,
        tuple(f for f in found if f.severity is Severity.FAULT),
        tuple(f for f in found if f.severity is Severity.WARNING),
    )
