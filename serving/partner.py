"""Records that a partner sent with a referral: do they hold together, and whose file do they make?"""

from collections import Counter
from typing import Any

from matac_ml.asof import PersonFile, person_file_from_records
from matac_ml.codes import Role
from matac_ml.vocabulary import TABLES
from serving.rows import PartnerRecords

Faults = list[tuple[str, str]]
_SUSPECT = (Role.SUSPECT, Role.OFFENDER)


def check_records(records: PartnerRecords, person_id: str, where: str) -> Faults:
    """Every contradiction among the rows, as field and message; rows count from 0 as in JSON."""
    faults: Faults = []
    known = {row.incident_id for row in records.incidents}
    for incident_id, times in Counter(row.incident_id for row in records.incidents).items():
        if times > 1:
            rows = [i for i, row in enumerate(records.incidents) if row.incident_id == incident_id]
            faults += [(f"{where}.incidents.{i}.incident_id", "this incident is sent more than once") for i in rows[1:]]
    for i, incident in enumerate(records.incidents):
        if incident.recorded_on < incident.occurred_on:
            faults.append((f"{where}.incidents.{i}.recorded_on", "it must not be before the day it happened"))
        if incident.outcome_on is not None and incident.outcome_on < incident.occurred_on:
            faults.append((f"{where}.incidents.{i}.outcome_on", "it must not be before the day it happened"))
    for i, row in enumerate(records.involvements):
        if row.incident_id not in known:
            faults.append((f"{where}.involvements.{i}.incident_id", "it names an incident that was not sent"))
        if row.role is not Role.VICTIM and (row.relationship or row.counterpart_id):
            faults.append((f"{where}.involvements.{i}.role", "relationship and counterpart belong on a victim's row"))
        if row.withdrawn_on and row.recorded_on and row.withdrawn_on < row.recorded_on:
            faults.append((f"{where}.involvements.{i}.withdrawn_on", "it must not be before the link was recorded"))
    if not any(row.person_id == person_id and row.role in _SUSPECT for row in records.involvements):
        faults.append((f"{where}.involvements", "the person nominated is suspect or offender in none of the rows"))
    return faults


def person_of(records: PartnerRecords, person_id: str) -> PersonFile:
    """The person's file from rows that hold together."""
    tables: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    tables["incidents"] = [row.model_dump() for row in records.incidents]
    tables["involvements"] = [row.model_dump() for row in records.involvements]
    return person_file_from_records(tables, person_id)
