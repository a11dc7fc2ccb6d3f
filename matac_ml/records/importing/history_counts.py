"""What the report of a snapshot counts: every kind of change that was written, and what an extract cannot say."""

from collections.abc import Mapping

from matac_ml.records import cells
from matac_ml.records.importing.history_sql import FIRST_KEPT
from matac_ml.vocabulary import Column

_BOTH = "dump.incidents n JOIN prev.incidents o ON o.incident_id = n.incident_id"


def _new_rows(table: str, *key: str) -> tuple[str, str]:
    on = " AND ".join(f"o.{column} = n.{column}" for column in key)
    return table, f"SELECT 1 FROM dump.{table} n ANTI JOIN prev.{table} o ON {on}"


def _gone_rows(table: str, *key: str) -> tuple[str, str]:
    on = " AND ".join(f"o.{column} = n.{column}" for column in key)
    return table, f"SELECT 1 FROM prev.{table} o ANTI JOIN dump.{table} n ON {on}"


def _said(schema: str, column: Column) -> str:
    if column.default is None:
        return f"{schema}.{column.name}"
    default = cells.text(column.default) if isinstance(column.default, str) else str(column.default)
    return f"coalesce({schema}.{column.name}, {default})"


_SPELL = ("person_id", "start_on")
_ROLES = (
    "SELECT DISTINCT incident_id, person_id FROM withdrawn w SEMI JOIN linked l "
    "ON l.incident_id = w.incident_id AND l.person_id = w.person_id AND l.role <> w.role"
)
#: What was written, in words: the table that must be in the dump, and a query with a row for each.
WRITTEN: Mapping[str, tuple[str, str]] = {
    "new incidents": ("incidents", "FROM fresh"),
    "of these, dated before the last files and known from the day of these": (
        "incidents",
        "SELECT 1 FROM dump.incidents n JOIN fresh f ON f.incident_id = n.incident_id WHERE n.recorded_on <= {before}",
    ),
    "incidents that vanished, every link to them withdrawn": ("incidents", "FROM vanished"),
    "of these, older than every incident in the files": (
        "incidents",
        "SELECT 1 FROM vanished WHERE occurred_on < (SELECT min(occurred_on) FROM dump.incidents)",
    ),
    "incidents classified otherwise": (
        "incidents",
        "SELECT incident_id FROM undated_changes UNION SELECT incident_id FROM dated_changes",
    ),
    "outcomes given": ("incidents", "FROM outcomes"),
    "new links of people to incidents": ("involvements", "FROM linked"),
    "links withdrawn": ("involvements", "FROM withdrawn"),
    "people whose role in an incident changed": ("involvements", _ROLES),
    "people charged who were suspects": (
        "involvements",
        "SELECT 1 FROM linked l SEMI JOIN (FROM links_prev WHERE role = 'suspect' AND withdrawn_on IS NULL) o "
        "ON o.incident_id = l.incident_id AND o.person_id = l.person_id WHERE l.role = 'offender'",
    ),
    "new people": _new_rows("people", "person_id"),
    "new spells in custody": _new_rows("custody", *_SPELL),
    "spells in custody that vanished, ended on the day of these files if they had not ended": _gone_rows(
        "custody", *_SPELL
    ),
    "new spells under management": _new_rows("management", *_SPELL),
    "new referrals": _new_rows("referrals", "referral_id"),
    "new incidents that partners know": _new_rows("partner_incidents", "partner_incident_id"),
    "merges found": _new_rows("merges", "person_id"),
    "merges taken back": (
        "merges",
        "SELECT 1 FROM prev.merges o LEFT JOIN dump.merges n ON n.person_id = o.person_id "
        "WHERE o.withdrawn_on IS NULL AND (n.person_id IS NULL OR n.withdrawn_on IS NOT NULL)",
    ),
}
#: What differs and stays as it was first seen.
KEPT: Mapping[str, tuple[str, str]] = {
    "incidents with another outcome, or none, after a first one": (
        "incidents",
        f"SELECT 1 FROM {_BOTH} WHERE o.outcome_on IS NOT NULL AND n.outcome_code IS DISTINCT FROM o.outcome_code",
    ),
    **{
        f"incidents with another value of {column.name}": (
            "incidents",
            f"SELECT 1 FROM {_BOTH} WHERE {_said('n', column)} IS DISTINCT FROM {_said('o', column)}",
        )
        for column in FIRST_KEPT
    },
    "people with an earlier or other at_risk_from": (
        "people",
        "SELECT 1 FROM dump.people n JOIN prev.people o ON o.person_id = n.person_id "
        "WHERE n.at_risk_from IS DISTINCT FROM o.at_risk_from "
        "AND (o.at_risk_from IS NOT NULL OR n.at_risk_from <= {before})",
    ),
    "people who vanished": _gone_rows("people", "person_id"),
    "spells in custody with another end after the first one had passed": (
        "custody",
        "SELECT 1 FROM dump.custody n JOIN prev.custody o ON o.person_id = n.person_id AND o.start_on = n.start_on "
        "WHERE o.end_on <= {before} AND n.end_on IS DISTINCT FROM o.end_on",
    ),
    "referrals that vanished": _gone_rows("referrals", "referral_id"),
    "merges into another identity than before": (
        "merges",
        "SELECT 1 FROM dump.merges n JOIN prev.merges o ON o.person_id = n.person_id "
        "WHERE n.merged_into <> o.merged_into OR (o.withdrawn_on IS NOT NULL AND n.withdrawn_on IS NULL)",
    ),
}
