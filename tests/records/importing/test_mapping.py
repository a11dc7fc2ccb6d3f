"""A mapping is read strictly: every fault of it at once, with its line, and nothing of the source is looked at."""

from pathlib import Path

import pytest

from matac_ml.errors import RecordsError
from matac_ml.records.importing import read_plan
from matac_ml.records.importing.dateforms import strptime_form
from tests.records.importing.sources import MAPPING


def _faults(folder: Path, text: str, **walks: str) -> str:
    for name, content in walks.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RecordsError) as raised:
        read_plan(folder / "mapping.yaml")
    return str(raised.value)


def test_every_fault_at_once(tmp_path: Path) -> None:
    """One reading tells all that is to be corrected, each with its line and what was meant."""
    text = (
        MAPPING.replace("occurred_on: {column: Happened, date: DD/MM/YYYY}", "occurred_on: Happened")
        .replace("recorded_on: {column: Reported, date: DD/MM/YYYY}", "recorded_on: {column: Reported, date: DD/MM/YY}")
        .replace("codes: role}", "codes: rolle}")
        .replace("sex: Sex", "sexx: Sex")
        .replace("from: people", "from: peeple")
        .replace("VIC: victim", "VIC: vicktim")
    )
    said = _faults(tmp_path, text)
    for fault in (
        "line 16, tables.1.columns.occurred_on: is a date: name how it is written",
        "recorded_on: date must be ISO, excel, or made of DD (day), MM, MON or MONTH, YYYY",
        "'rolle' is not one of the codes; did you mean role?",
        "sexx: is no column of people; did you mean sex?",
        "'peeple' is not one of the sources; did you mean people?",
    ):
        assert fault in said
    assert "sources.people: is not used by any table" in said


def test_a_cross_walk_must_lead_to_our_codes(tmp_path: Path) -> None:
    """A spelling fault on our side is found before a row is read, in a file too."""
    assert "'vicktim' is not a value of role; it must be one of suspect" in _faults(
        tmp_path, MAPPING.replace("VIC: victim", "VIC: vicktim")
    )
    text = MAPPING.replace("role: {SUSP: suspect, VIC: victim}", "role: role.csv")
    said = _faults(tmp_path, text, role="theirs,ours\nSUSP,suspect\nsusp,victim\nVIC,victm\n")
    assert "'susp' stands there twice with two meanings" in said
    assert "'victm' is not a value of role" in said
    assert "nearest: victim" in said
    assert "must have the heads theirs and ours" in _faults(tmp_path, text, role="code,meaning\nSUSP,suspect\n")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("format: 1\n", "", "format: must be given"),
        ("  people: people.csv", "  people: people.csv\n  People: p.csv", "in more than capitals"),
        ("crimes.csv", "../crimes.csv", "must be a file inside the folder of the source"),
        ("crimes.csv", "crimes.docx", "must end with one of .csv"),
        ('delimiter: ";"', "delimiter: semicolon", "must be one character, or tab"),
        ('delimiter: ";"', "encoding: klingon", "must be an encoding such as"),
        ("links: links.csv", "links: {file: links.csv, tabel: x}", "unknown entry; check the spelling"),
        ("incident_id: Ref\n", "area: Ref\n", "must say where incident_id comes from"),
        ("sex: Sex", "sex: {column: Sex, constant: male}", "must name one of column, columns and constant"),
        ("date: DD/MM/YYYY}\n    is", "date: [DD/MM/YYYY, MM/DD/YYYY]}\n    is", "one text would be two days"),
        ("date: DD/MM/YYYY}\n    is", "date: DD/MM/YYYY, zone: UTC}\n    is", "which only a form with hh has"),
        ("from: people", "from: people\n  keep: {newest: Sex}", "must name a column and how its date is written"),
        ("from: links", "from: links\n  leave_out: [{column: Role, reason: why}]", "with one of is, is_not and empty"),
        ("from: crimes", "from: crimes\n  leave_out: [{not_in: people, reason: why}]", "not_in must be a table that"),
        ("cut_off: 2024-07-01", "cut_off: 1 July", "must be a day such as 2025-04-01"),
        ("cut_off: 2024-07-01", "time_zone: Europe/Lodnon", "must be a time zone such as Europe/London"),
    ],
)  # fmt: skip
def test_what_a_mapping_must_not_say(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """Each fault says what was expected and what came."""
    assert old in MAPPING
    assert fault in _faults(tmp_path, MAPPING.replace(old, new, 1))


@pytest.mark.parametrize(("said", "form"), [
    ("DD-MON-YYYY", "%d-%b-%Y"), ("D MONTH YYYY", "%d %B %Y"), ("YYYYMMDD", "%Y%m%d"),
    ("DD/MM/YYYY hh:mm:ss AM", "%d/%m/%Y %I:%M:%S %p"), ("YYYY-MM-DDThh:mm", "%Y-%m-%dT%H:%M"),
])  # fmt: skip
def test_forms_of_dates(said: str, form: str) -> None:
    """Minutes are mm and months MM: the case of a letter tells them apart."""
    assert strptime_form(said) == form
