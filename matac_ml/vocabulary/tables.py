"""The tables of an extract in the order of the manual; :mod:`matac_ml.vocabulary.incidents` has the first."""

from matac_ml.codes import LEGACY_ETHNICITY, OFFICER_DEFINED_ETHNICITY, SELF_DEFINED_ETHNICITY, Relationship, Role, Sex
from matac_ml.vocabulary.column import Column, ExtractTable, Kind, Latest
from matac_ml.vocabulary.incidents import INCIDENTS, RECLASSIFICATIONS

INVOLVEMENTS = ExtractTable(
    "involvements",
    "One row a person, incident and role; another one when a link that was withdrawn is believed again.",
    (
        Column("incident_id", Kind.IDENTIFIER, "An incident of the incidents table.", required=True),
        Column("person_id", Kind.IDENTIFIER, "A person; the same in every table.", required=True),
        Column("role", Kind.CODE, "What the person is to the incident.", required=True, codes=tuple(Role)),
        Column("recorded_on", Kind.DATE, "The day the link became known.", latest=Latest.CUT_OFF,
               empty_is="the incident's recorded_on",
               if_empty="Every link counts from the day its incident was recorded, even if it was made later."),
        Column("relationship", Kind.CODE, "On a victim's row: what the victim is to the suspect.",
               codes=tuple(Relationship), words="where the victim is",
               if_empty="Partner, former partner and family cannot be told apart."),
        Column("counterpart_id", Kind.IDENTIFIER,
               "On a victim's row: the suspect this row is about.", empty_is="every suspect of the incident",
               if_empty="Each victim of an incident counts for every suspect of it."),
        Column("withdrawn_on", Kind.DATE,
               "The day on which the link was withdrawn: a day after it sees the incident without this person in "
               "this role.",
               latest=Latest.CUT_OFF, known_on="withdrawn_on", empty_is="still believed",
               if_empty="No link is known to have been withdrawn: whatever was corrected looks as if it had never "
               "been otherwise."),
    ),
    required=True,
    known_on="recorded_on",
)  # fmt: skip

PEOPLE = ExtractTable(
    "people",
    "One row a person. Everything here but at_risk_from is for auditing and eligibility, never a feature.",
    (
        Column("person_id", Kind.IDENTIFIER, "The person, once in the file.", required=True),
        Column("birth_date", Kind.DATE, "Date of birth; 1 January where only the year is known.",
               if_empty="Nobody's age is known: nobody is left out for being under 16, and there is no audit by age."),
        Column("sex", Kind.CODE, "Sex as recorded.", codes=tuple(Sex), default="unknown",
               aliases=(("f", "female"), ("m", "male"), ("u", "unknown"))),
        Column("self_defined_ethnicity", Kind.CODE, "What the person said: 18+1 code; the 16+1 code O1 is read as A4.",
               codes=SELF_DEFINED_ETHNICITY, aliases=tuple(LEGACY_ETHNICITY.items())),
        Column("officer_defined_ethnicity", Kind.CODE, "What an officer saw, as a code.",
               codes=OFFICER_DEFINED_ETHNICITY,
               aliases=tuple((f"ic{code}", code) for code in OFFICER_DEFINED_ETHNICITY)),
        Column("deprivation_decile", Kind.INTEGER, "Decile of the home area, 1 the most deprived.", low=1, high=10),
        Column("home_area", Kind.TEXT, "Area of residence."),
        Column("deceased_on", Kind.DATE, "Date of death.", latest=Latest.CUT_OFF,
               if_empty="Nobody is left out for having died."),
        Column("at_risk_from", Kind.DATE,
               "The day from which the person could be recorded here at all, as it was known on that day: "
               "moved into the area, came to notice of any police system. "
               "Never a birthday, nor a day worked out from one.",
               latest=Latest.CUT_OFF, known_on="at_risk_from",
               if_empty="The time somebody could be recorded here is not known: features of it are missing."),
    ),
    required=True,
    key=("person_id",),
)  # fmt: skip

CUSTODY = ExtractTable(
    "custody",
    "One row a spell in custody.",
    (
        Column("person_id", Kind.IDENTIFIER, "The person held.", required=True),
        Column("start_on", Kind.DATE, "First day.", required=True),
        Column("end_on", Kind.DATE, "Last day; empty while it lasts.", latest=Latest.PLANNED),
        Column("recorded_on", Kind.DATE, "The day the spell became known.", empty_is="start_on"),
    ),
    known_on="recorded_on",
    if_empty="Nobody is known to be in custody: time in custody counts as time without incidents.",
)

MANAGEMENT = ExtractTable(
    "management",
    "One row a spell of being managed under MATAC.",
    (
        Column("person_id", Kind.IDENTIFIER, "The person managed.", required=True),
        Column("start_on", Kind.DATE, "First day.", required=True),
        Column("end_on", Kind.DATE, "Last day; empty while it lasts.", latest=Latest.PLANNED),
    ),
    if_empty="Nobody is known to be managed: nobody is left out for it.",
)

REFERRALS = ExtractTable(
    "referrals",
    "One row a referral by a partner agency.",
    (
        Column("referral_id", Kind.IDENTIFIER, "The referral's number, once in the file.", required=True),
        Column("person_id", Kind.IDENTIFIER, "The person referred.", required=True),
        Column("referred_on", Kind.DATE, "The day of the referral.", required=True, latest=Latest.CUT_OFF),
        Column("agency", Kind.TEXT, "Who referred."),
        Column("concern", Kind.TEXT, "A short label of the concern; no free text about people."),
    ),
    key=("referral_id",),
    if_empty="Nothing is known about referrals by partners.",
)

PARTNER_INCIDENTS = ExtractTable(
    "partner_incidents",
    "One row an incident that a partner who referred somebody knows of and can date. "
    "It is held against the record, to see whose incidents are missing there; it is never scored.",
    (
        Column("partner_incident_id", Kind.IDENTIFIER, "The incident's number, once in the file.", required=True),
        Column("referral_id", Kind.IDENTIFIER, "The referral it came with.", required=True),
        Column("occurred_on", Kind.DATE, "The day on which it happened, as the partner knows it.", required=True,
               latest=Latest.CUT_OFF),
    ),
    key=("partner_incident_id",),
    if_empty="Nothing is known about incidents that partners know; `matac-ml recording` counts people alone.",
)  # fmt: skip

MERGES = ExtractTable(
    "merges",
    "One row an identity found to be another's. As of a day, only merges found out before it hold; "
    "one without a day holds throughout.",
    (
        Column("person_id", Kind.IDENTIFIER, "The identity that is given up.", required=True),
        Column("merged_into", Kind.IDENTIFIER, "The identity that stays.", required=True),
        Column("merged_on", Kind.DATE, "The day it was found out.", empty_is="known from the beginning"),
        Column(
            "withdrawn_on",
            Kind.DATE,
            "The day on which the merge was taken back; both identities then stay.",
            known_on="withdrawn_on",
        ),
    ),
    key=("person_id",),
    known_on="merged_on",
    if_empty="No two identities are known to be one person: a person's records may be split.",
)

TABLES = (INCIDENTS, INVOLVEMENTS, PEOPLE, RECLASSIFICATIONS, CUSTODY, MANAGEMENT, REFERRALS, PARTNER_INCIDENTS, MERGES)


def table(name: str) -> ExtractTable:
    """Return the table of that name."""
    return next(t for t in TABLES if t.name == name)
