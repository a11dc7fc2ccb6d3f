"""Every column that is declared reaches every place that speaks of columns: nothing but its declaration is needed."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matac_ml.asof import PersonView, feature_table, person_features, person_file_from_records
from matac_ml.asof.weights import HarmTable
from matac_ml.explain.incident_table import incident_lines
from matac_ml.harm import load_harm_index
from matac_ml.leakcheck import tables_of
from matac_ml.leakcheck.mutations import change_the_future, remove_the_future
from matac_ml.records import Extract, check_extract, read_extract
from matac_ml.spec import COLUMNS, Aggregate, Condition, Family, Feature, Op, View
from matac_ml.vocabulary import CLASSIFIED, INCIDENTS, TABLES, Column, ExtractTable, Kind
from serving.partner import person_of
from serving.rows import IncidentRow, PartnerRecords
from tests.docs.records_page import records_page
from tests.records.folders import folder_of

HARM = load_harm_index("cchi-2026-medians")
HAPPENED, RECORDED, LATER = date(2024, 1, 1), date(2024, 1, 5), date(2024, 2, 1)
EARLIER: dict[str, Any] = {
    "incident_id": "I0", "occurred_on": date(2023, 12, 1), "recorded_on": date(2023, 12, 2), "is_crime": False,
}  # fmt: skip
NOT_ALLOWED = {
    Kind.IDENTIFIER: "NULL",
    Kind.DATE: "31/02/2024",
    Kind.BOOLEAN: "perhaps",
    Kind.INTEGER: "99999",
    Kind.CODE: "perhaps",
    Kind.OFFENCE: "x" * 61,
    Kind.TEXT: "x" * 201,
}
every_column = pytest.mark.parametrize("column", INCIDENTS.columns, ids=lambda column: column.name)


def a_value(column: Column) -> Any:
    """A value that the column may hold, and that is not what an empty cell is read as."""
    if column.kind is Kind.DATE:
        return {"occurred_on": HAPPENED, "recorded_on": RECORDED}.get(column.name, LATER)
    return column.replacements[0] if column.replacements else "I1"


FULL = {column.name: a_value(column) for column in INCIDENTS.columns}
LINKS = [{"incident_id": key, "person_id": "A", "role": "suspect"} for key in ("I0", "I1")]


def known_on(column: Column) -> date:
    """The day on which the full incident's value became known."""
    return LATER if column.known_on else RECORDED


@pytest.fixture(scope="module")
def extract() -> Extract:
    """An incident of which little is known, and a later one of which everything is."""
    return Extract.from_tables({"incidents": [EARLIER, FULL], "involvements": LINKS, "people": [{"person_id": "A"}]})


REST = {"people": "person_id\nA\n", "involvements": "incident_id,person_id,role\nI1,A,suspect\n"}


def written(*rows: dict[str, Any]) -> str:
    """A CSV file of some incidents."""
    lines = [",".join(str(value) for value in row.values()) for row in rows]
    return "\n".join([",".join(rows[0]), *lines, ""])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A file of an incident with a value in every column, as it is read."""
    return read_extract(folder_of(tmp_path_factory.mktemp("sound"), incidents=written(FULL), **REST))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str | None]]:
    """Of a file with a row for each column, which has what its kind does not allow: columns at fault, by that one."""
    rows = [
        FULL | {"incident_id": f"I{number}"} | {column.name: NOT_ALLOWED[column.kind]}
        for number, column in enumerate(INCIDENTS.columns, 1)
    ]
    report = check_extract(folder_of(tmp_path_factory.mktemp("faulty"), incidents=written(*rows), **REST))
    return {
        column.name: {fault.column for fault in report.faults if line in fault.rows}
        for line, column in enumerate(INCIDENTS.columns, 2)
    }


@every_column
def test_it_is_read_and_checked(column: Column, sound: Extract, faulty: dict[str, set[str | None]]) -> None:
    """A value comes out of the file as it went in; another than its kind allows is a fault of the column."""
    found = sound.connect().execute(f"SELECT {column.name} FROM incidents").fetchall()
    assert found == [(FULL[column.name],)]
    assert column.name in faulty[column.name]


def test_the_quality_report_says_which_are_empty(tmp_path: Path) -> None:
    """Each table without rows and each optional column without a value is named, with what follows from it."""
    quality = check_extract(folder_of(tmp_path / "bare", people="person_id\nA1\n")).quality
    assert quality is not None
    said = {one.what: one.follows for one in quality.uninformative}
    optional = {
        f"{table.name}.{column.name}"
        for table in TABLES[:3]
        for column in table.columns
        if not column.required and (table.name, column.name) != ("incidents", "domestic")
    }
    assert optional - set(said) == set()
    assert {table.name for table in TABLES[3:]} <= set(said)
    assert all(said.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_manual_describes_it(table: ExtractTable) -> None:
    """Every column of every table stands in docs/records.md with its sentence."""
    page = records_page()
    assert [column.name for column in table.columns if f"| `{column.name}` | {column.sentence} |" not in page] == []


@every_column
def test_partners_may_send_it(column: Column) -> None:
    """A value in JSON reaches the person's file, and the description of the service says what it is."""
    row = {name: str(value) if isinstance(value, date) else value for name, value in FULL.items()}
    sent = PartnerRecords.model_validate_json(_json({"incidents": [row], "involvements": LINKS[1:]}))
    (suspected,) = person_of(sent, "A").as_suspect
    if column.words:
        assert suspected.incident.known(date(2025, 1, 1))[column.name] == FULL[column.name]
    assert column.sentence in str(IncidentRow.model_json_schema()["properties"][column.name])


def _json(records: dict[str, Any]) -> str:
    return json.dumps(records)


@every_column
def test_a_feature_may_look_at_it_once_it_is_known(column: Column, extract: Extract) -> None:
    """The same count in SQL and in Python: one more from the day after the value became known, none before."""
    assert (column.name in COLUMNS) is bool(column.words)
    if not column.words:
        return
    counted = Feature(
        name="counted", family=Family.CONTEXT, view=View.SUSPECT, aggregate=Aggregate.COUNT, window_days=365,
        where=(Condition(column.name, Op.IN, (FULL[column.name],)),), direction=0, allowed_because="A test.",
        source="A test.",
    )  # fmt: skip
    days = [known_on(column), known_on(column) + timedelta(days=1)]
    in_sql = feature_table(extract, [counted], days, harm=HARM)["counted"].tolist()
    person = person_file_from_records({"incidents": [EARLIER, FULL], "involvements": LINKS}, "A")
    assert in_sql == [person_features(person, [counted], day, harm=HARM)["counted"] for day in days]
    assert in_sql[1] == in_sql[0] + 1


@every_column
def test_leakcheck_changes_it_once_it_is_known(column: Column, extract: Extract) -> None:
    """A day on, nothing of it changes; on the day it became known, it has another value, and is gone."""
    tables, rng = tables_of(extract), np.random.default_rng(0)
    day = pd.Timestamp(known_on(column))

    def cells(changed: dict[str, pd.DataFrame]) -> list[Any]:
        rows = changed["incidents"]
        return rows.loc[rows["incident_id"] == "I1", column.name].dropna().tolist()

    held = cells(tables)
    assert held != []
    assert cells(change_the_future(tables, day + timedelta(days=1), rng)) == held
    assert cells(remove_the_future(tables, day + timedelta(days=1), rng)) == held
    assert cells(remove_the_future(tables, day, rng)) == []
    if column.words:
        assert cells(change_the_future(tables, day, rng)) not in ([], held)


@every_column
def test_the_table_of_incidents_notes_it_if_it_is_to_be_shown(column: Column) -> None:
    """The words that its declaration gives stand in the line of the incident, from the day it is known."""
    person = person_file_from_records({"incidents": [FULL], "involvements": LINKS[1:]}, "A")
    view = PersonView(person, known_on(column) + timedelta(days=1), harm=HarmTable(HARM))
    (line,) = incident_lines(view, HARM)
    shown = column.shown.format(value=str(FULL[column.name]).replace("_", " "))
    assert (shown in line.noted) is bool(column.shown)


def test_every_declaration_holds_together() -> None:
    """Days that are named are columns of days; values that leakcheck writes are values that the column may hold."""
    assert list(_faults()) == []


def _faults() -> Iterator[str]:
    for table in TABLES:
        days = {column.name for column in table.columns if column.kind is Kind.DATE} | {""}
        if table.known_on not in days:
            yield f"{table.name}: known_on"
        for column in table.columns:
            where = f"{table.name}.{column.name}"
            if column.known_on not in days:
                yield f"{where}: known_on"
            if column.values and not set(column.replacements) <= set(column.values):
                yield f"{where}: altered"
            if column.kind is Kind.CODE and not column.codes:
                yield f"{where}: codes"
            if column.words and column.kind is Kind.BOOLEAN and not column.otherwise:
                yield f"{where}: otherwise"
            if column.default is not None and column.values and column.default not in column.values:
                yield f"{where}: default"
    if any(not column.words for column in CLASSIFIED):
        yield "incidents: words"
