"""The mappings shipped for published layouts take files laid out so, as far as these reach."""

import json
from pathlib import Path
from typing import Any

import pytest

from matac_ml.errors import RecordsError
from matac_ml.records import Extract, read_extract
from matac_ml.records.importing import import_records

LAYOUTS = Path(__file__).parents[3] / "examples/importing/layouts"


def _named(*ids: str, kind: str = "person") -> dict[str, Any]:
    return {"data": [{"id": one, "type": kind} for one in ids]}


def _person(number: str, gender: str, **relationships: dict[str, Any]) -> dict[str, Any]:
    told = {"dateOfBirth": "1990-05-06", "gender": gender, "ethnicitySelfDefined": "ESDD_W1", "surname": "Zzyzx"}
    return {"id": number, "type": "person", "attributes": told, "relationships": relationships}


#: A report as the model nests it; the victim is somebody's former partner, and has a telephone besides.
REPORT = {
    "data": {
        "id": "R1",
        "type": "incident",
        "attributes": {"hadWeapon": False, "incidentStartDateTime": {"dateFrom": "2024-03-01"}},
        "relationships": {
            "knownSuspect": _named("S1"), "unknownSuspect": _named("U1"), "victim": _named("V1"),
            "submission": _named("X1", kind="submission"),
        },
    },
    "included": [
        _person("S1", "GNDR_0003"),
        _person("V1", "GNDR_0001", exPartner=_named("S1"), personalTelephone=_named("T1", kind="telephone")),
        _person("U1", "GNDR_0005"),
        {"id": "X1", "type": "submission", "attributes": {"submitTime": "2024-03-02T23:30:00.000+00:00"}},
    ],
}  # fmt: skip


def _imported(layout: str, folder: Path) -> Extract:
    import_records(LAYOUTS / f"{layout}.yaml", folder / "source", folder / "out")
    return read_extract(folder / "out")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An empty folder for the files."""
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


def test_a_report_in_the_standard_data_model_becomes_an_incident(source: Path, tmp_path: Path) -> None:
    """Nested documents: roles, who is what to whom, and the day of the submission; no name comes in."""
    (source / "reports.jsonl").write_text(json.dumps(REPORT) + "\n", encoding="utf-8")
    extract = _imported("sdm", tmp_path)
    con = extract.connect()
    incidents = con.execute(
        "SELECT incident_id, occurred_on::VARCHAR, recorded_on::VARCHAR, weapon_used FROM incidents"
    )
    assert incidents.fetchall() == [("R1", "2024-03-01", "2024-03-02", False)]
    links = con.execute("SELECT person_id, role, relationship, counterpart_id FROM involvements ORDER BY 1")
    assert links.fetchall() == [("S1", "suspect", None, None), ("V1", "victim", "ex_partner", "S1")]
    people = con.execute("SELECT person_id, sex, self_defined_ethnicity FROM people ORDER BY 1").fetchall()
    assert people == [("S1", "male", "W1"), ("U1", "unknown", "W1"), ("V1", "female", "W1")]
    assert all(b"Zzyzx" not in path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_a_line_that_is_no_document_is_refused(source: Path, tmp_path: Path) -> None:
    """Without what stands in it."""
    (source / "reports.jsonl").write_text(json.dumps(REPORT) + '\n{"data": {"id": "Somebody', encoding="utf-8")
    with pytest.raises(RecordsError, match="the query must be one SELECT over the files") as error:
        _imported("sdm", tmp_path)
    assert "Somebody" not in str(error.value)


def test_entities_of_the_pole_dictionary_become_an_extract(source: Path, tmp_path: Path) -> None:
    """A file an entity, with the numbers that the dictionary does not ask for."""
    people = "Reference,Person,Surname,Date of Birth,Gender\n"
    files = {
        "Crime": "Reference,Home Office Classification,Date of Offence,Reported Date,Location Area\n"
        "C1,8/6,2024-03-01,02/03/2024,Beat 1\n",
        "Incident": "Reference,Date of Incident,Location Area\nN1,2024-04-01,Beat 1\n",
        "Offender": people + "C1,P1,Nobody,1980-01-02,Male\n",
        "Suspect": people + "N1,P1,Nobody,1980-01-02,M\n",
        "Victim": people + "C1,P2,Nobody,02/01/1981,Female\nN1,P2,Nobody,02/01/1981,Female\n",
        "Witness": people,
    }
    for name, text in files.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    extract = _imported("pole", tmp_path)
    con = extract.connect()
    incidents = con.execute(
        "SELECT incident_id, is_crime, offence_code, recorded_on::VARCHAR FROM incidents ORDER BY 1"
    )
    assert incidents.fetchall() == [("C1", True, "00806", "2024-03-02"), ("N1", False, None, "2024-04-01")]
    links = con.execute("SELECT incident_id, person_id, role FROM involvements ORDER BY 1, 2").fetchall()
    assert links == [("C1", "P1", "offender"), ("C1", "P2", "victim"), ("N1", "P1", "suspect"), ("N1", "P2", "victim")]
    assert con.execute("SELECT person_id, sex FROM people ORDER BY 1").fetchall() == [("P1", "male"), ("P2", "female")]
