"""The tables of an extract, column by column. To accept another column, add it here and nowhere else."""

from matac_ml.codes import (
    LEGACY_ETHNICITY,
    OFFICER_DEFINED_ETHNICITY,
    SELF_DEFINED_ETHNICITY,
    DashGrade,
    InjuryLevel,
    OrderBreach,
    Relationship,
    ReportSource,
    Role,
    Sex,
)
from matac_ml.records.declarations import Column, Kind, Table


def _flag(name: str, sentence: str) -> Column:
    return Column(name, Kind.BOOLEAN, sentence)


INCIDENTS = Table(
    "incidents",
    "One row an incident or crime, as it was recorded.",
    (
        Column("incident_id", Kind.IDENTIFIER, "The incident's number, once in the file.", required=True),
        Column("occurred_on", Kind.DATE, "The day it happened; the first day of a course of conduct.", required=True),
        Column("recorded_on", Kind.DATE, "The day it became known to the police.", required=True),
        Column("is_crime", Kind.BOOLEAN, "Whether it was recorded as a crime; false is a non-crime incident.",
               required=True),
        Column("offence_code", Kind.OFFENCE,
               "Home Office code (125/12, 867 and 00867 are understood) or any other token that a harm index knows."),
        Column("outcome_code", Kind.INTEGER, "Home Office outcome type; 0 is not yet assigned.", low=0, high=22),
        Column("outcome_on", Kind.DATE, "The day the outcome was given; without it the outcome is never visible."),
        Column("area", Kind.TEXT, "Beat, ward or district of the incident; for lists by area and auditing."),
        Column("report_source", Kind.CODE, "Who reported it.", codes=tuple(ReportSource)),
        Column("injury_level", Kind.CODE, "The worst injury recorded.", codes=tuple(InjuryLevel)),
        _flag("weapon_used", "A weapon was used or threatened."),
        _flag("strangulation", "Strangulation or suffocation was recorded."),
        _flag("alcohol", "Alcohol was recorded as a factor."),
        _flag("drugs", "Drugs were recorded as a factor."),
        _flag("children_present", "Children were present."),
        _flag("honour_based", "Flagged as honour-based."),
        _flag("stalking", "Flagged as stalking."),
        Column("order_breach", Kind.CODE, "The order that was breached.", codes=tuple(OrderBreach)),
        Column("dash_grade", Kind.CODE, "The officer's risk grade.", codes=tuple(DashGrade)),
        _flag("proactively_detected", "Found by police work, not reported; harm indices leave such offences out."),
        Column("domestic", Kind.BOOLEAN, "Flagged as domestic abuse.", default="true"),
    ),
    required=True,
    key=("incident_id",),
)  # fmt: skip

INVOLVEMENTS = Table(
    "involvements",
    "One row a person, incident and role.",
    (
        Column("incident_id", Kind.IDENTIFIER, "An incident of the incidents table.", required=True),
        Column("person_id", Kind.IDENTIFIER, "A person; the same in every table.", required=True),
        Column("role", Kind.CODE, "What the person is to the incident.", required=True, codes=tuple(Role)),
        Column("recorded_on", Kind.DATE, "The day the link became known.", default="the incident's recorded_on"),
        Column("relationship", Kind.CODE, "On a victim's row: what the victim is to the suspect.",
               codes=tuple(Relationship)),
        Column("counterpart_id", Kind.IDENTIFIER,
               "On a victim's row: the suspect this row is about.", default="every suspect of the incident"),
    ),
    required=True,
)  # fmt: skip

PEOPLE = Table(
    "people",
    "One row a person. Everything here but at_risk_from is for auditing and eligibility, never a feature.",
    (
        Column("person_id", Kind.IDENTIFIER, "The person, once in the file.", required=True),
        Column("birth_date", Kind.DATE, "Date of birth; 1 January where only the year is known."),
        Column("sex", Kind.CODE, "Sex as recorded.", codes=tuple(Sex), default="unknown",
               aliases=(("f", "female"), ("m", "male"), ("u", "unknown"))),
        Column("self_defined_ethnicity", Kind.CODE, "What the person said: 18+1 code; the 16+1 code O1 is read as A4.",
               codes=SELF_DEFINED_ETHNICITY, aliases=tuple(LEGACY_ETHNICITY.items())),
        Column("officer_defined_ethnicity", Kind.CODE, "What an officer saw, as a code.",
               codes=OFFICER_DEFINED_ETHNICITY,
               aliases=tuple((f"ic{code}", code) for code in OFFICER_DEFINED_ETHNICITY)),
        Column("deprivation_decile", Kind.INTEGER, "Decile of the home area, 1 the most deprived.", low=1, high=10),
        Column("home_area", Kind.TEXT, "Area of residence."),
        Column("deceased_on", Kind.DATE, "Date of death."),
        Column("at_risk_from", Kind.DATE,
               "The day from which the person could be recorded here at all, as it was known on that day: moved into "
               "the area, came to notice of any police system. Never a birthday, nor a day worked out from one."),
    ),
    required=True,
    key=("person_id",),
)  # fmt: skip

RECLASSIFICATIONS = Table(
    "reclassifications",
    "One row each time an incident's classification was changed; the incidents table holds the first one.",
    (
        Column("incident_id", Kind.IDENTIFIER, "An incident of the incidents table.", required=True),
        Column("reclassified_on", Kind.DATE, "The day of the change.", required=True),
        Column("is_crime", Kind.BOOLEAN, "Whether it is a crime from that day on.", required=True),
        Column("offence_code", Kind.OFFENCE, "The offence from that day on.", default="as before"),
    ),
)

CUSTODY = Table(
    "custody",
    "One row a spell in custody.",
    (
        Column("person_id", Kind.IDENTIFIER, "The person held.", required=True),
        Column("start_on", Kind.DATE, "First day.", required=True),
        Column("end_on", Kind.DATE, "Last day; empty while it lasts."),
        Column("recorded_on", Kind.DATE, "The day the spell became known.", default="start_on"),
    ),
)

MANAGEMENT = Table(
    "management",
    "One row a spell of being managed under MATAC.",
    (
        Column("person_id", Kind.IDENTIFIER, "The person managed.", required=True),
        Column("start_on", Kind.DATE, "First day.", required=True),
        Column("end_on", Kind.DATE, "Last day; empty while it lasts."),
    ),
)

REFERRALS = Table(
    "referrals",
    "One row a referral by a partner agency.",
    (
        Column("referral_id", Kind.IDENTIFIER, "The referral's number, once in the file.", required=True),
        Column("person_id", Kind.IDENTIFIER, "The person referred.", required=True),
        Column("referred_on", Kind.DATE, "The day of the referral.", required=True),
        Column("agency", Kind.TEXT, "Who referred."),
        Column("concern", Kind.TEXT, "A short label of the concern; no free text about people."),
    ),
    key=("referral_id",),
)

MERGES = Table(
    "merges",
    "One row an identity found to be another's. Merges hold throughout, also before the day they were found out.",
    (
        Column("person_id", Kind.IDENTIFIER, "The identity that is given up.", required=True),
        Column("merged_into", Kind.IDENTIFIER, "The identity that stays.", required=True),
        Column("merged_on", Kind.DATE, "The day it was found out."),
    ),
    key=("person_id",),
)

TABLES = (INCIDENTS, INVOLVEMENTS, PEOPLE, RECLASSIFICATIONS, CUSTODY, MANAGEMENT, REFERRALS, MERGES)


def table(name: str) -> Table:
    """Return the table of that name."""
    return next(t for t in TABLES if t.name == name)
