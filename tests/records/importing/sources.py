"""A small force's own files, and the mapping that fits them; a test changes what it is about."""

from collections.abc import Mapping
from pathlib import Path

from matac_ml.errors import RecordsError
from matac_ml.records.importing import ImportAccount, import_records

CRIMES = "Ref;Type;Happened;Reported;Status\nC1;CRIME;01/02/2024;02/02/2024;OPEN\nC2;NON;03/02/2024;04/02/2024;OPEN\n"
LINKS = "Ref,Person,Role\nC1,N1,SUSP\nC1,N2,VIC\nC2,N1,SUSP\n"
PEOPLE = "Person,Sex\nN1,M\nN2,F\n"
FILES = {"crimes.csv": CRIMES, "links.csv": LINKS, "people.csv": PEOPLE}
MAPPING = """
format: 1
cut_off: 2024-07-01
sources:
  crimes: {file: crimes.csv, delimiter: ";"}
  links: links.csv
  people: people.csv
codes:
  type: {CRIME: true, NON: false}
  role: {SUSP: suspect, VIC: victim}
tables:
- table: incidents
  from: crimes
  columns:
    incident_id: Ref
    occurred_on: {column: Happened, date: DD/MM/YYYY}
    recorded_on: {column: Reported, date: DD/MM/YYYY}
    is_crime: {column: Type, codes: type}
- table: involvements
  from: links
  columns: {incident_id: Ref, person_id: Person, role: {column: Role, codes: role}}
- table: people
  from: people
  columns: {person_id: Person, sex: Sex}
"""


def source_of(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """The folder of a source with these files in place of, or beside, the sound ones."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    for name, content in {**FILES, **files}.items():
        (source / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return source


def imported(folder: Path, *, mapping: str = MAPPING, **files: str | bytes) -> ImportAccount:
    """Import such files into ``folder/out``; a file's name has ``_`` for its dot."""
    source = source_of(folder, {name.replace("_", "."): content for name, content in files.items()})
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return import_records(folder / "mapping.yaml", source, folder / "out").account


def refusal(folder: Path, *, mapping: str = MAPPING, **files: str | bytes) -> str:
    """The message with which such an import ends; nothing may be left of it."""
    try:
        imported(folder, mapping=mapping, **files)
    except RecordsError as error:
        assert sorted(path.name for path in folder.iterdir()) == ["mapping.yaml", "source"], "something was written"
        return str(error)
    raise AssertionError("it was imported")
