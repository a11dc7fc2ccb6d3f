"""Small extracts as folders of files, sound but for what a test puts in."""

from pathlib import Path

from matac_ml.records import CheckReport, Finding, check_extract

INCIDENTS = "incident_id,occurred_on,recorded_on,is_crime"
INCIDENT = "I1,2024-01-01,2024-01-02,true"
SOUND = {
    "incidents": f"{INCIDENTS}\n{INCIDENT}\n",
    "involvements": "incident_id,person_id,role\nI1,A1,suspect\n",
    "people": "person_id,sex\nA1,male\n",
}


def folder_of(folder: Path, **files: str | bytes) -> Path:
    """An extract with these files in place of the sound ones; ``yaml`` is extract.yaml."""
    folder.mkdir(exist_ok=True)
    for name, content in {**SOUND, **files}.items():
        path = folder / ("extract.yaml" if name == "yaml" else f"{name}.csv")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def checked(folder: Path, **files: str | bytes) -> CheckReport:
    """The check of such an extract."""
    return check_extract(folder_of(folder, **files))


def rows_of(findings: tuple[Finding, ...]) -> dict[tuple[str, str | None], tuple[int, ...]]:
    """Rule and column, and the rows that break it."""
    return {(finding.rule, finding.column): finding.rows for finding in findings}
