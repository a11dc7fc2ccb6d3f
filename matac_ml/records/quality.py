"""The quality of records as facts: one question, one count, one sentence on why a board should care."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from matac_ml.ages import full_years_sql
from matac_ml.codes import CURRENT_PARTNERS, FAMILY, FORMER_PARTNERS
from matac_ml.records.emptiness import Uninformative, uninformative

#: A crime this many days old without an outcome is overdue; a choice of this report, not a rule of counting.
OVERDUE_DAYS = 180
#: Upper ends, in days, of the classes of delay between an incident and its record.
DELAYS = (0, 2, 7, 28, 91, 365)


@dataclass(frozen=True)
class QualityMeasure:
    """One question about an extract.

    Attributes
    ----------
    sql : str
        Gives one row of two whole numbers: how many, and out of how many. ``$cut_off`` is the cut-off.
    matters : str
        What the answer does to scores.
    """

    name: str
    question: str
    sql: str
    matters: str


@dataclass(frozen=True)
class QualityAnswer:
    """A measure and what came out."""

    measure: QualityMeasure
    count: int
    of: int

    @property
    def share(self) -> float | None:
        """Count as a share of ``of``; None of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class Quality:
    """Every answer, the delays in recording, and the years.

    Attributes
    ----------
    delays : tuple of (str, int)
        Class of delay in words, incidents in it.
    years : tuple of (int, int, int, int)
        Year of recording; incidents, of them non-crimes, of them recorded over 28 days late.
    offences : tuple of (str, int)
        Offence code, as recorded first or after a change; crimes with it, most first.
    uninformative : tuple of Uninformative
        Tables and columns that say nothing.
    """

    answers: tuple[QualityAnswer, ...]
    delays: tuple[tuple[str, int], ...]
    years: tuple[tuple[int, int, int, int], ...]
    offences: tuple[tuple[str, int], ...]
    uninformative: tuple[Uninformative, ...]

    def answer(self, name: str) -> QualityAnswer:
        """Return the answer of that name."""
        return next(a for a in self.answers if a.measure.name == name)


_SUSPECTS = "(SELECT DISTINCT person_id FROM involvements WHERE role IN ('suspect', 'offender'))"
_CONNECTED = ", ".join(f"'{r}'" for r in (*CURRENT_PARTNERS, *FORMER_PARTNERS, *FAMILY))
_AGE = full_years_sql("p.birth_date", "i.occurred_on")


def _suspects_with(condition: str) -> str:
    return f"SELECT count(*) FILTER ({condition}), count(*) FROM people SEMI JOIN {_SUSPECTS} s USING (person_id)"


def _without(role: str) -> str:
    return (
        f"SELECT count(*) FILTER (v.incident_id IS NULL), count(*) FROM incidents i LEFT JOIN (SELECT DISTINCT "
        f"incident_id FROM involvements WHERE role IN ({role})) v USING (incident_id)"
    )


def _under_16(role: str) -> str:
    return (
        f"SELECT count(*) FILTER ({_AGE} < 16), count(*) FROM involvements v JOIN people p USING (person_id) "
        f"JOIN incidents i USING (incident_id) WHERE v.role IN ({role})"
    )


QUALITY_MEASURES = tuple(QualityMeasure(*declared) for declared in (
    ("non_crime", "Incidents recorded as non-crimes",
     "SELECT count(*) FILTER (NOT is_crime), count(*) FROM incidents",
     "They count towards frequency and carry little or no harm; forces differ in when one becomes a crime."),
    ("late_7", "Incidents recorded more than 7 days after they happened",
     "SELECT count(*) FILTER (recorded_on - occurred_on > 7), count(*) FROM incidents",
     "Until it is recorded an incident is invisible: a score made meanwhile is too low."),
    ("late_28", "Incidents recorded more than 28 days after they happened",
     "SELECT count(*) FILTER (recorded_on - occurred_on > 28), count(*) FROM incidents",
     "A whole meeting passes before these are seen."),
    ("no_suspect", "Incidents without a suspect or offender", _without("'suspect', 'offender'"),
     "They count for nobody."),
    ("no_victim", "Incidents without a victim on record", _without("'victim'"),
     "Repeat and serial patterns against one or several victims cannot be seen in them."),
    ("no_relationship", "Victims' rows without a relationship",
     "SELECT count(*) FILTER (relationship IS NULL), count(*) FROM involvements WHERE role = 'victim'",
     "Partner, former partner and family cannot be told apart."),
    ("which_suspect", "Victims' rows that name no suspect, in incidents with several suspects",
     "WITH many AS (SELECT incident_id FROM involvements WHERE role IN ('suspect', 'offender') GROUP BY "
     "incident_id HAVING count(DISTINCT person_id) > 1) SELECT count(*) FILTER (counterpart_id IS NULL AND "
     "m.incident_id IS NOT NULL), count(*) FROM involvements v LEFT JOIN many m USING (incident_id) "
     "WHERE role = 'victim'",
     "Each such victim counts for every suspect of the incident."),
    ("suspect_is_victim", "Incidents in which one person is suspect and victim",
     "SELECT count(DISTINCT v.incident_id), (SELECT count(*) FROM incidents) FROM involvements v SEMI JOIN "
     "(FROM involvements WHERE role IN ('suspect', 'offender')) s ON s.incident_id = v.incident_id "
     "AND s.person_id = v.person_id WHERE v.role = 'victim'",
     "Counter-allegations, or mistakes of linking: the wrong person may be scored."),
    ("dual_role", "Suspects who are also recorded as a victim, in any incident",
     f"SELECT count(*) FILTER (v.person_id IS NOT NULL), count(*) FROM {_SUSPECTS} s LEFT JOIN (SELECT DISTINCT "
     "person_id FROM involvements WHERE role = 'victim') v USING (person_id)",
     "Shown before anything else wherever such a person is scored."),
    ("ethnicity_missing", "Suspects without self-defined ethnicity",
     _suspects_with("self_defined_ethnicity IS NULL OR self_defined_ethnicity = 'NS'"),
     "Audits by ethnicity see only the others; who is missing is rarely by chance."),
    ("ethnicity_officer_only", "Suspects with only an officer's view of ethnicity",
     _suspects_with("(self_defined_ethnicity IS NULL OR self_defined_ethnicity = 'NS') "
                    "AND officer_defined_ethnicity IS NOT NULL"),
     "An officer's view is not the person's; the two are kept apart in audits."),
    ("sex_missing", "Suspects without recorded sex", _suspects_with("sex = 'unknown'"),
     "Audits by sex see only the others."),
    ("birth_missing", "Suspects without a date of birth", _suspects_with("birth_date IS NULL"),
     "The rule that a person must be 16 or over cannot be applied to them."),
    ("suspect_under_16", "Suspects' links to an incident when under 16", _under_16("'suspect', 'offender'"),
     "Domestic abuse in law is between people of 16 and over; policies leave these people out."),
    ("victim_under_16", "Victims' links to an incident when under 16", _under_16("'victim'"),
     "A child who is hurt is a matter of child protection first."),
    ("after_death", "Suspects' links to an incident after their recorded death",
     "SELECT count(*) FILTER (i.occurred_on > p.deceased_on), count(*) FROM involvements v JOIN people p USING "
     "(person_id) JOIN incidents i USING (incident_id) WHERE v.role IN ('suspect', 'offender')",
     "Two people may share one identity, or the death is another's."),
    ("no_offence", "Crimes without an offence code",
     "SELECT count(*) FILTER (offence_code IS NULL), count(*) FROM incidents WHERE is_crime",
     "They carry no harm: gravity is too low."),
    ("overdue_outcome", f"Crimes older than {OVERDUE_DAYS} days at the cut-off without an outcome",
     "SELECT count(*) FILTER (coalesce(outcome_code, 0) = 0), count(*) FROM incidents WHERE is_crime AND "
     f"$cut_off - recorded_on > {OVERDUE_DAYS}",
     "Features of outcomes see less than happened."),
    ("outcome_undated", "Outcomes without a date",
     "SELECT count(*) FILTER (outcome_on IS NULL), count(*) FROM incidents WHERE outcome_code > 0",
     "They are never visible, because nobody can say when they became known."),
    ("like_duplicates", "Incidents like another: same suspect, day, area and offence",
     "WITH keyed AS (SELECT DISTINCT i.incident_id, v.person_id, i.occurred_on, i.area, i.offence_code FROM "
     "incidents i JOIN involvements v USING (incident_id) WHERE v.role IN ('suspect', 'offender')) SELECT "
     "count(DISTINCT incident_id), (SELECT count(*) FROM incidents) FROM (FROM keyed QUALIFY count(*) OVER "
     "(PARTITION BY person_id, occurred_on, area, offence_code) > 1)",
     "One crime for each victim is proper; the same event twice makes frequency too high."),
    ("reclassified", "Incidents whose classification was changed later",
     "SELECT (SELECT count(DISTINCT incident_id) FROM reclassifications), count(*) FROM incidents",
     "Each change counts from the day it was made."),
    ("flag_mismatch", "Incidents between partners or family that are not flagged as domestic",
     "SELECT count(DISTINCT i.incident_id) FILTER (NOT i.domestic), count(DISTINCT i.incident_id) FROM "
     f"incidents i JOIN involvements v USING (incident_id) WHERE v.relationship IN ({_CONNECTED})",
     "What is not flagged is not counted."),
    ("merged", "Identities found to be another's",
     "SELECT (SELECT count(*) FROM merges), count(*) FROM people",
     "Before a merge a person's history is split, and each half scores too low."),
))  # fmt: skip


def answers(con: duckdb.DuckDBPyConnection, cut_off: object) -> Iterator[QualityAnswer]:
    """Answer the questions in order."""
    for asked in QUALITY_MEASURES:
        count, of = con.execute(asked.sql.replace("$cut_off", f"DATE '{cut_off}'")).fetchone() or (0, 0)
        yield QualityAnswer(asked, int(count or 0), int(of or 0))


def measure(con: duckdb.DuckDBPyConnection, cut_off: object) -> Quality:
    """Ask every question of an extract's connection, and gather what its check found to say nothing."""
    return Quality(tuple(answers(con, cut_off)), _delays(con), _years(con), offence_counts(con), uninformative(con))


def offence_counts(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    """Crimes by offence code; one whose code was changed counts under each code it had."""
    rows = con.execute(
        "SELECT offence_code, count(DISTINCT incident_id) AS n FROM (SELECT incident_id, offence_code, is_crime FROM "
        "incidents UNION ALL SELECT incident_id, offence_code, is_crime FROM reclassifications) "
        "WHERE is_crime AND offence_code IS NOT NULL GROUP BY offence_code ORDER BY n DESC, offence_code"
    )
    return tuple((str(code), int(n)) for code, n in rows.fetchall())


def _delays(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    named, low = [], 0
    for high in DELAYS:
        words = "the same day" if high == 0 else f"{low} to {high} days" if low < high else f"{high} days"
        named.append((words, f"delay BETWEEN {low} AND {high}"))
        low = high + 1
    named.append((f"more than {DELAYS[-1]} days", f"delay > {DELAYS[-1]}"))
    counts = ", ".join(f"count(*) FILTER ({condition})" for _, condition in named)
    found = con.execute(f"SELECT {counts} FROM (SELECT recorded_on - occurred_on AS delay FROM incidents)").fetchone()
    return tuple((words, int(n)) for (words, _), n in zip(named, found or (0,) * len(named), strict=True))


def _years(con: duckdb.DuckDBPyConnection) -> tuple[tuple[int, int, int, int], ...]:
    rows = con.execute(
        "SELECT year(recorded_on) AS y, count(*), count(*) FILTER (NOT is_crime), "
        "count(*) FILTER (recorded_on - occurred_on > 28) FROM incidents WHERE recorded_on IS NOT NULL "
        "GROUP BY y ORDER BY y"
    ).fetchall()
    return tuple((int(y), int(n), int(non_crime), int(late)) for y, n, non_crime, late in rows)
