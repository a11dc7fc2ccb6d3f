"""Rules between cells, rows and tables, as facts. To add one, add it here; the manual and the messages follow.

Beside the tables there are ``typed.known_incidents`` (one row an incident, the first), ``typed.merged`` (where every
chain of merges ends), ``typed.unresolved`` (identities whose merges cannot be followed), ``typed.doubtful`` (identities
that may stand for nobody), ``typed.cut_off`` and ``typed.today``.
"""

from dataclasses import dataclass

from matac_ml.records.cells import A_DATE
from matac_ml.records.doubtful import LARGE, TIMES_THE_NEXT, WHERE
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
    where : str
        The table, and the column shown with a bad row: ``incidents.recorded_on``.
    sentence : str
        What must hold, in words.
    kind : str
        What came, in words: the kind of the bad value, never the value.
    sql : str
        A query over the typed tables that gives ``row``, the number of each bad row of ``table``, and perhaps ``came``,
        in place of ``kind``.
    """

    name: str
    where: str
    severity: Severity
    sentence: str
    kind: str
    sql: str

    @property
    def table(self) -> str:
        """The table whose rows can break it."""
        return self.where.partition(".")[0]

    @property
    def column(self) -> str:
        """The column shown with a bad row."""
        return self.where.partition(".")[2]


def _repeated(table: str, key: str) -> Rule:
    return Rule(
        "repeated", f"{table}.{key}", FAULT, f"no two rows may have the same {key}", "one that an earlier row has",
        f"SELECT row FROM typed.{table} WHERE {key} IS NOT NULL AND {key} IN "
        f"(SELECT {key} FROM typed.{table} GROUP BY {key} HAVING count(*) > 1) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY row) > 1",
    )  # fmt: skip


_KEYS = {"incident_id": "an incident", "person_id": "a person", "referral_id": "a referral"}


def _not_in(name: str, where: str, other: str, severity: Severity, kind: str) -> Rule:
    """A key that another table must, or should, hold under the same name."""
    table, key = where.split(".")
    must, what = "must" if severity is FAULT else "should", _KEYS[key]
    return Rule(
        name, where, severity, f"{must} be {what} of the {other} table", kind,
        f"SELECT row FROM typed.{table} a ANTI JOIN typed.{other} b USING ({key}) WHERE a.{key} IS NOT NULL",
    )  # fmt: skip


def _before(name: str, where: str, other: str) -> Rule:
    """A day before another of the same row that it must not be before."""
    table, column = where.split(".")
    return Rule(
        name, where, FAULT, f"must not be before {other}", "an earlier date",
        f"SELECT row FROM typed.{table} WHERE {column} < {other}",
    )  # fmt: skip


def _unresolved(why: str) -> str:
    return f"SELECT row FROM typed.merges SEMI JOIN (FROM typed.unresolved WHERE why = '{why}') USING (person_id)"


def _doubtful(name: str, where: str, sentence: str) -> Rule:
    table, column = where.split(".")
    return Rule(
        name, where, WARNING, sentence, "an identifier like that",
        f"SELECT row, came FROM typed.doubtful WHERE rule = '{name}' AND tbl = '{table}' AND col = '{column}'",
    )  # fmt: skip


_DAYS = [(table.name, column) for table in TABLES for column in table.columns if column.kind is Kind.DATE]

#: A stretch of so many days without an incident is reported if it is so many times as long as the usual distance.
GAP_DAYS, TIMES_THE_USUAL = 14, 20
_GAPS = f"""
WITH days AS (SELECT recorded_on AS day, min(row) AS row, count(*) AS n FROM typed.incidents WHERE recorded_on IS NOT
    NULL GROUP BY day),
gaps AS (SELECT *, coalesce(lead(day) OVER (ORDER BY day), (SELECT declared FROM typed.cut_off)) - day AS gap FROM days)
SELECT row, format('no incident recorded on the {{:,}} days after it', gap - 1) AS came FROM gaps
WHERE gap > {GAP_DAYS} AND gap > {TIMES_THE_USUAL} * (SELECT (max(day) - min(day)) / sum(n) FROM days)
"""

# Of every link with a row that was withdrawn. Rows that merely stand twice are another rule's.
_SPELLS_OF_LINKS = """
SELECT v.row, v.incident_id, v.person_id, v.role, v.counterpart_id, v.withdrawn_on AS until,
    greatest(coalesce(v.recorded_on, i.recorded_on), i.recorded_on) AS since
FROM typed.involvements v JOIN typed.known_incidents i USING (incident_id)
WHERE hash(v.incident_id, v.person_id, v.role, v.counterpart_id) IN (SELECT hash(incident_id, person_id, role,
    counterpart_id) FROM typed.involvements WHERE withdrawn_on IS NOT NULL)
"""

RULES: tuple[Rule, ...] = (
    *(_repeated(table.name, key) for table in TABLES for key in table.key),
    *(_not_in("no_such_incident", f"{table}.incident_id", "incidents", FAULT, "one that is not there")
      for table in ("involvements", "reclassifications")),
    _not_in("no_such_referral", "partner_incidents.referral_id", "referrals", FAULT, "one that is not there"),
    _before("recorded_before_occurred", "incidents.recorded_on", "occurred_on"),
    _before("outcome_before_recorded", "incidents.outcome_on", "recorded_on"),
    Rule("reclassified_before_recorded", "reclassifications.reclassified_on", FAULT,
         "must not be before the incident was recorded", "an earlier date",
         "SELECT r.row FROM typed.reclassifications r JOIN typed.known_incidents i USING (incident_id) "
         "WHERE r.reclassified_on < i.recorded_on"),
    Rule("occurred_after_referral", "partner_incidents.occurred_on", FAULT, "must not be after the referral",
         "a later date", "SELECT p.row FROM typed.partner_incidents p JOIN typed.referrals r USING (referral_id) "
         "WHERE p.occurred_on > r.referred_on"),
    *(Rule("after_cut_off", f"{table}.{column.name}", FAULT,
           "must not be after the cut-off that extract.yaml declares", "a later date",
           f"SELECT row FROM typed.{table}, typed.cut_off WHERE {column.name} > declared")
      for table, column in _DAYS if column.latest is Latest.CUT_OFF),
    Rule("born_after_incident", "people.birth_date", FAULT, "must not be after an incident the person is linked to",
         "a later date",
         "SELECT p.row FROM typed.people p JOIN (SELECT v.person_id, min(i.occurred_on) AS first FROM "
         "typed.involvements v JOIN typed.known_incidents i USING (incident_id) GROUP BY v.person_id) "
         "USING (person_id) WHERE p.birth_date > first"),
    _before("died_before_birth", "people.deceased_on", "birth_date"),
    _before("ends_before_start", "custody.end_on", "start_on"),
    _before("ends_before_start", "management.end_on", "start_on"),
    _before("custody_recorded_early", "custody.recorded_on", "start_on"),
    Rule("link_withdrawn_early", "involvements.withdrawn_on", FAULT,
         "must not be before the link became known", "an earlier date",
         f"SELECT row FROM ({_SPELLS_OF_LINKS}) WHERE until < since"),
    Rule("link_spells_overlap", "involvements.withdrawn_on", FAULT,
         "must be on or before the day from which another row says the same link",
         "a row that holds while another does",
         f"WITH spells AS ({_SPELLS_OF_LINKS}) SELECT DISTINCT w.row FROM spells w JOIN spells o ON o.row <> w.row "
         "AND o.incident_id = w.incident_id AND o.person_id = w.person_id AND o.role = w.role "
         "AND o.counterpart_id IS NOT DISTINCT FROM w.counterpart_id "
         "WHERE o.since < w.until AND coalesce(o.until > w.since, TRUE)"),
    Rule("merged_into_itself", "merges.merged_into", FAULT, "must be another person", "the same person",
         "SELECT row FROM typed.merges WHERE merged_into = person_id"),
    _before("withdrawn_before_merged", "merges.withdrawn_on", "merged_on"),
    Rule("merge_cycle", "merges.merged_into", FAULT, "must lead to an identity that stays",
         "a chain that comes back to its start", _unresolved("circle")),
    Rule("merges_on_many_days", "merges.merged_on", FAULT,
         f"the identities of one person must change on at most {MOST_DAYS} days", "one of more days",
         _unresolved("restless")),
    *(Rule("after_today", f"{table}.{column.name}", FAULT, "must not be after today", "a day that is to come",
           f"SELECT row FROM typed.{table}, typed.today WHERE {column.name} > day")
      for table, column in _DAYS if column.latest is not Latest.PLANNED),
    *(_doubtful("placeholder", f"{table}.{column}",
                "should name one person or incident; the first row of each is shown") for table, column in WHERE),
    _doubtful("implausibly_large", "involvements.person_id",
              f"one identity should not be in {LARGE} incidents and {TIMES_THE_NEXT} times as many as the next "
              "largest: it may stand for several people; the first row of each is shown"),
    Rule("gap", "incidents.recorded_on", WARNING,
         "records should be there of every week up to the cut-off: some may not have been exported, or a day is wrong",
         "a long stretch without an incident after it", _GAPS),
    Rule("alike", "involvements.person_id", WARNING,
         "should differ from every other in more than capitals and leading zeros: "
         "it may be one person under two identifiers; the first row of each is shown", "an identifier like another",
         "SELECT min(row) AS row FROM typed.involvements WHERE ltrim(lower(person_id), '0') IN (SELECT "
         "ltrim(lower(person_id), '0') AS said FROM typed.involvements GROUP BY said HAVING "
         "min(person_id) <> max(person_id)) GROUP BY person_id"),
    *(Rule("offence_is_a_date", f"{table}.offence_code", WARNING, "should be an offence code",
           "a date, which a spreadsheet makes of a code such as 8/6",
           # In capitals with _ for a blank; the usual five characters are no date, and need no pattern.
           f"SELECT row FROM typed.{table} WHERE NOT (length(offence_code) = 5 AND offence_code NOT LIKE '%-%') "
           f"AND regexp_full_match(offence_code, '{A_DATE}')") for table in ("incidents", "reclassifications")),
    Rule("same_involvement_twice", "involvements.person_id", WARNING,
         "a person should stand once in one role of an incident", "a row that an earlier row says",
         # Few rows share a hash: only those are sorted.
         "SELECT row FROM typed.involvements WHERE withdrawn_on IS NULL AND hash(incident_id, person_id, role, "
         "counterpart_id) IN (SELECT hash(incident_id, person_id, role, counterpart_id) FROM typed.involvements "
         "WHERE withdrawn_on IS NULL GROUP BY 1 HAVING count(*) > 1) "
         "QUALIFY row_number() OVER (PARTITION BY incident_id, person_id, role, counterpart_id ORDER BY row) > 1"),
    Rule("suspect_and_victim", "involvements.role", WARNING,
         "one person should not be suspect and victim of the same incident", "a victim who is also its suspect",
         "SELECT row FROM typed.involvements v SEMI JOIN (SELECT incident_id, person_id FROM typed.involvements "
         "WHERE role IN ('suspect', 'offender')) s ON v.incident_id = s.incident_id AND v.person_id = s.person_id "
         "WHERE v.role = 'victim' AND (v.counterpart_id IS NULL OR v.counterpart_id = v.person_id)"),
    Rule("link_before_incident", "involvements.recorded_on", WARNING,
         "a link should not be known before its incident", "an earlier date; the incident's is used",
         "SELECT v.row FROM typed.involvements v JOIN typed.known_incidents i USING (incident_id) "
         "WHERE v.recorded_on < i.recorded_on"),
    Rule("counterpart_not_suspect", "involvements.counterpart_id", WARNING,
         "should be a suspect or offender of the incident", "somebody else; the row then stands for no pair",
         "SELECT row FROM typed.involvements v ANTI JOIN (SELECT incident_id, person_id FROM typed.involvements "
         "WHERE role IN ('suspect', 'offender')) s ON v.incident_id = s.incident_id "
         "AND v.counterpart_id = s.person_id WHERE v.role = 'victim' AND v.counterpart_id IS NOT NULL"),
    Rule("not_a_victims_row", "involvements.relationship", WARNING,
         "relationship and counterpart_id are for a victim's row", "one on another row, not read",
         "SELECT row FROM typed.involvements WHERE role <> 'victim' "
         "AND (relationship IS NOT NULL OR counterpart_id IS NOT NULL)"),
    Rule("outcome_without_date", "incidents.outcome_on", WARNING, "an outcome should have its date",
         "nothing; the outcome is never visible",
         "SELECT row FROM typed.incidents WHERE outcome_code > 0 AND outcome_on IS NULL"),
    *(_not_in("no_such_person", f"{table}.person_id", "people", WARNING,
              "one that is not there; attributes are taken as missing")
      for table in ("involvements", "custody", "management", "referrals")),
)  # fmt: skip
