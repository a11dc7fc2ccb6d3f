"""Rules between cells, rows and tables, as facts. To add one, add it here; the manual and the messages follow.

Beside the tables there are ``typed.known_incidents`` (one row an incident, the first), ``typed.merged`` (where every
chain of merges ends), ``typed.unresolved`` (identities whose merges cannot be followed), ``typed.doubtful`` (identities
that may stand for nobody), ``typed.cut_off`` and ``typed.today``.
"""

from dataclasses import dataclass

from matac_ml.records.cells import A_DATE
from matac_ml.records.doubtful import LARGE, TIMES_THE_NEXT
from matac_ml.records.faults import Severity
from matac_ml.records.merging import MOST_DAYS
from matac_ml.vocabulary import TABLES, Kind, Latest

FAULT, WARNING = Severity.FAULT, Severity.WARNING


@dataclass(frozen=True)
class Rule:
    """A rule between cells, rows or tables.

    Attributes
    ----------
    name : str
        Short and stable, for machines.
    column : str
        The column shown with a bad row.
    sentence : str
        What must hold, in words.
    kind : str
        What came, in words: the kind of the bad value, never the value.
    sql : str
        A query over the typed tables that gives ``row``, the number of each bad row of ``table``, and perhaps ``came``,
        in place of ``kind``.
    """

    name: str
    table: str
    column: str
    severity: Severity
    sentence: str
    kind: str
    sql: str


def _rule(name: str, where: str, severity: Severity, sentence: str, kind: str, sql: str) -> Rule:
    table, column = where.split(".")
    return Rule(name, table, column, severity, sentence, kind, sql)


def _after_cut_off(table: str, column: str) -> Rule:
    return _rule(
        "after_cut_off", f"{table}.{column}", FAULT, "must not be after the cut-off that extract.yaml declares",
        "a later date", f"SELECT row FROM typed.{table}, typed.cut_off WHERE {column} > declared",
    )  # fmt: skip


def _after_today(table: str, column: str) -> Rule:
    return _rule(
        "after_today", f"{table}.{column}", FAULT, "must not be after today", "a day that is to come",
        f"SELECT row FROM typed.{table}, typed.today WHERE {column} > day",
    )  # fmt: skip


_DAYS = [(table.name, column) for table in TABLES for column in table.columns if column.kind is Kind.DATE]


def _doubtful(name: str, where: str, sentence: str) -> Rule:
    table, column = where.split(".")
    return _rule(
        name, where, WARNING, sentence, "an identifier like that",
        f"SELECT row, came FROM typed.doubtful WHERE rule = '{name}' AND tbl = '{table}' AND col = '{column}'",
    )  # fmt: skip


def _placeholder(where: str) -> Rule:
    return _doubtful("placeholder", where, "should name one person or incident; the first row of each is shown")


def _repeated(table: str, key: str) -> Rule:
    return _rule(
        "repeated", f"{table}.{key}", FAULT, f"no two rows may have the same {key}", "one that an earlier row has",
        f"SELECT row FROM typed.{table} WHERE {key} IS NOT NULL AND {key} IN "
        f"(SELECT {key} FROM typed.{table} GROUP BY {key} HAVING count(*) > 1) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY row) > 1",
    )  # fmt: skip


def _no_incident(table: str) -> Rule:
    return _rule(
        "no_such_incident", f"{table}.incident_id", FAULT, "must be an incident of the incidents table",
        "one that is not there",
        f"SELECT row FROM typed.{table} a ANTI JOIN typed.incidents i ON a.incident_id = i.incident_id "
        "WHERE a.incident_id IS NOT NULL",
    )  # fmt: skip


def _ends_before_start(table: str) -> Rule:
    return _rule(
        "ends_before_start", f"{table}.end_on", FAULT, "must not be before start_on", "an earlier date",
        f"SELECT row FROM typed.{table} WHERE end_on < start_on",
    )  # fmt: skip


def _nobody(table: str) -> Rule:
    return _rule(
        "no_such_person", f"{table}.person_id", WARNING, "should be a person of the people table",
        "one that is not there; attributes are taken as missing",
        f"SELECT row FROM typed.{table} a ANTI JOIN typed.people p ON a.person_id = p.person_id "
        "WHERE a.person_id IS NOT NULL",
    )  # fmt: skip


_NOT_USUAL = "NOT (length(offence_code) = 5 AND offence_code NOT LIKE '%-%')"


def _dates(table: str) -> str:
    """Rows whose offence code, in capitals with _ for a blank, has the form of a date."""
    return f"SELECT row FROM typed.{table} WHERE {_NOT_USUAL} AND regexp_full_match(offence_code, '{A_DATE}')"


#: A stretch of so many days without an incident is reported if it is so many times as long as the usual distance.
GAP_DAYS, TIMES_THE_USUAL = 14, 20
_GAPS = f"""
WITH days AS (SELECT recorded_on AS day, min(row) AS row, count(*) AS n FROM typed.incidents WHERE recorded_on IS NOT
    NULL GROUP BY day),
gaps AS (SELECT *, coalesce(lead(day) OVER (ORDER BY day), (SELECT declared FROM typed.cut_off)) - day AS gap FROM days)
SELECT row, format('no incident recorded on the {{:,}} days after it', gap - 1) AS came FROM gaps
WHERE gap > {GAP_DAYS} AND gap > {TIMES_THE_USUAL} * (SELECT (max(day) - min(day)) / sum(n) FROM days)
"""

RULES: tuple[Rule, ...] = (
    _repeated("incidents", "incident_id"),
    _repeated("people", "person_id"),
    _repeated("referrals", "referral_id"),
    _repeated("merges", "person_id"),
    _no_incident("involvements"),
    _no_incident("reclassifications"),
    _rule("recorded_before_occurred", "incidents.recorded_on", FAULT, "must not be before occurred_on",
          "an earlier date", "SELECT row FROM typed.incidents WHERE recorded_on < occurred_on"),
    _rule("outcome_before_recorded", "incidents.outcome_on", FAULT, "must not be before recorded_on",
          "an earlier date", "SELECT row FROM typed.incidents WHERE outcome_on < recorded_on"),
    _rule("reclassified_before_recorded", "reclassifications.reclassified_on", FAULT,
          "must not be before the incident was recorded", "an earlier date",
          "SELECT r.row FROM typed.reclassifications r JOIN typed.known_incidents i USING (incident_id) "
          "WHERE r.reclassified_on < i.recorded_on"),
    *(_after_cut_off(table, column.name) for table, column in _DAYS if column.latest is Latest.CUT_OFF),
    _rule("born_after_incident", "people.birth_date", FAULT, "must not be after an incident the person is linked to",
          "a later date",
          "SELECT p.row FROM typed.people p JOIN (SELECT v.person_id, min(i.occurred_on) AS first FROM "
          "typed.involvements v JOIN typed.known_incidents i USING (incident_id) GROUP BY v.person_id) "
          "USING (person_id) WHERE p.birth_date > first"),
    _rule("died_before_birth", "people.deceased_on", FAULT, "must not be before birth_date", "an earlier date",
          "SELECT row FROM typed.people WHERE deceased_on < birth_date"),
    _ends_before_start("custody"),
    _ends_before_start("management"),
    _rule("custody_recorded_early", "custody.recorded_on", FAULT, "must not be before start_on", "an earlier date",
          "SELECT row FROM typed.custody WHERE recorded_on < start_on"),
    _rule("merged_into_itself", "merges.merged_into", FAULT, "must be another person", "the same person",
          "SELECT row FROM typed.merges WHERE merged_into = person_id"),
    _rule("withdrawn_before_merged", "merges.withdrawn_on", FAULT, "must not be before merged_on", "an earlier date",
          "SELECT row FROM typed.merges WHERE withdrawn_on < merged_on"),
    _rule("merge_cycle", "merges.merged_into", FAULT, "must lead to an identity that stays",
          "a chain that comes back to its start",
          "SELECT row FROM typed.merges WHERE person_id IN (SELECT person_id FROM typed.unresolved "
          "WHERE why = 'circle')"),
    _rule("merges_on_many_days", "merges.merged_on", FAULT,
          f"the identities of one person must change on at most {MOST_DAYS} days", "one of more days",
          "SELECT row FROM typed.merges WHERE person_id IN (SELECT person_id FROM typed.unresolved "
          "WHERE why = 'restless')"),
    *(_after_today(table, column.name) for table, column in _DAYS if column.latest is not Latest.PLANNED),
    _placeholder("involvements.person_id"),
    _placeholder("involvements.counterpart_id"),
    _placeholder("involvements.incident_id"),
    _placeholder("merges.person_id"),
    _placeholder("merges.merged_into"),
    _doubtful("implausibly_large", "involvements.person_id",
              f"one identity should not be in {LARGE} incidents and {TIMES_THE_NEXT} times as many as the next "
              "largest: it may stand for several people; the first row of each is shown"),
    _rule("gap", "incidents.recorded_on", WARNING,
          "records should be there of every week up to the cut-off: some may not have been exported, or a day is wrong",
          "a long stretch without an incident after it", _GAPS),
    _rule("alike", "involvements.person_id", WARNING,
          "should differ from every other in more than capitals and leading zeros: it may be one person under two "
          "identifiers; the first row of each is shown", "an identifier like another",
          "SELECT min(row) AS row FROM typed.involvements WHERE ltrim(lower(person_id), '0') IN (SELECT "
          "ltrim(lower(person_id), '0') AS said FROM typed.involvements GROUP BY said HAVING "
          "min(person_id) <> max(person_id)) GROUP BY person_id"),
    _rule("offence_is_a_date", "incidents.offence_code", WARNING, "should be an offence code",
          "a date, which a spreadsheet makes of a code such as 8/6", _dates("incidents")),
    _rule("offence_is_a_date", "reclassifications.offence_code", WARNING, "should be an offence code",
          "a date, which a spreadsheet makes of a code such as 8/6", _dates("reclassifications")),
    _rule("same_involvement_twice", "involvements.person_id", WARNING,
          "a person should stand once in one role of an incident", "a row that an earlier row says",
          # Few rows share a hash: only those are sorted.
          "SELECT row FROM typed.involvements WHERE hash(incident_id, person_id, role, counterpart_id) IN (SELECT "
          "hash(incident_id, person_id, role, counterpart_id) FROM typed.involvements GROUP BY 1 HAVING count(*) > 1) "
          "QUALIFY row_number() OVER (PARTITION BY incident_id, person_id, role, counterpart_id ORDER BY row) > 1"),
    _rule("suspect_and_victim", "involvements.role", WARNING,
          "one person should not be suspect and victim of the same incident", "a victim who is also its suspect",
          "SELECT row FROM typed.involvements v SEMI JOIN (SELECT incident_id, person_id FROM typed.involvements "
          "WHERE role IN ('suspect', 'offender')) s ON v.incident_id = s.incident_id AND v.person_id = s.person_id "
          "WHERE v.role = 'victim' AND (v.counterpart_id IS NULL OR v.counterpart_id = v.person_id)"),
    _rule("link_before_incident", "involvements.recorded_on", WARNING,
          "a link should not be known before its incident", "an earlier date; the incident's is used",
          "SELECT v.row FROM typed.involvements v JOIN typed.known_incidents i USING (incident_id) "
          "WHERE v.recorded_on < i.recorded_on"),
    _rule("counterpart_not_suspect", "involvements.counterpart_id", WARNING,
          "should be a suspect or offender of the incident", "somebody else; the row then stands for no pair",
          "SELECT row FROM typed.involvements v ANTI JOIN (SELECT incident_id, person_id FROM typed.involvements "
          "WHERE role IN ('suspect', 'offender')) s ON v.incident_id = s.incident_id "
          "AND v.counterpart_id = s.person_id WHERE v.role = 'victim' AND v.counterpart_id IS NOT NULL"),
    _rule("not_a_victims_row", "involvements.relationship", WARNING,
          "relationship and counterpart_id are for a victim's row", "one on another row, not read",
          "SELECT row FROM typed.involvements WHERE role <> 'victim' "
          "AND (relationship IS NOT NULL OR counterpart_id IS NOT NULL)"),
    _rule("outcome_without_date", "incidents.outcome_on", WARNING, "an outcome should have its date",
          "nothing; the outcome is never visible",
          "SELECT row FROM typed.incidents WHERE outcome_code > 0 AND outcome_on IS NULL"),
    _nobody("involvements"),
    _nobody("custody"),
    _nobody("management"),
    _nobody("referrals"),
)  # fmt: skip
