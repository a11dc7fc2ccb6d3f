"""The vocabulary of an extract as types: roles, relationships, outcomes, grades, ethnicity and offence codes.

Values are what stands in the files, lower case with underscores; published codes keep their published form.
"""

import re
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """How a person is linked to an incident. A suspect is named, an offender charged, cautioned or convicted."""

    SUSPECT = "suspect"
    OFFENDER = "offender"
    VICTIM = "victim"
    WITNESS = "witness"
    INVOLVED = "involved"
    REPORTER = "reporter"


class Sex(StrEnum):
    """Sex as recorded. For auditing, never a feature."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Relationship(StrEnum):
    """What the victim is to the suspect."""

    SPOUSE = "spouse"
    EX_SPOUSE = "ex_spouse"
    PARTNER = "partner"
    EX_PARTNER = "ex_partner"
    INTIMATE = "intimate"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    IN_LAW = "in_law"
    STEP_FAMILY = "step_family"
    CARER = "carer"
    OTHER_HOUSEHOLD = "other_household"
    NOT_CONNECTED = "not_connected"


CURRENT_PARTNERS = (Relationship.SPOUSE, Relationship.PARTNER, Relationship.INTIMATE)
FORMER_PARTNERS = (Relationship.EX_SPOUSE, Relationship.EX_PARTNER)
FAMILY = (
    Relationship.PARENT,
    Relationship.CHILD,
    Relationship.SIBLING,
    Relationship.GRANDPARENT,
    Relationship.IN_LAW,
    Relationship.STEP_FAMILY,
)


class ReportSource(StrEnum):
    """Who brought the incident to the police."""

    VICTIM = "victim"
    THIRD_PARTY = "third_party"
    OFFICER = "officer"
    ONLINE = "online"
    OTHER = "other"


class InjuryLevel(StrEnum):
    """The worst injury recorded."""

    NONE = "none"
    MINOR = "minor"
    SERIOUS = "serious"


class OrderBreach(StrEnum):
    """The order that was breached: non-molestation, restraining, protection notice or order, or bail."""

    NMO = "nmo"
    RO = "ro"
    DVPO = "dvpo"
    DAPO = "dapo"
    BAIL = "bail"


class DashGrade(StrEnum):
    """The officer's grade on the risk checklist. It is recorded, and says little by itself."""

    STANDARD = "standard"
    MEDIUM = "medium"
    HIGH = "high"


class OutcomeCode(IntEnum):
    """Home Office crime outcome types 1 to 22; 0 is not yet assigned.

    Types 15 and 16 are neither dropped nor read as guilt: they keep victims who could not support a prosecution.
    """

    NOT_ASSIGNED = 0
    CHARGED = 1
    CAUTION_YOUTH = 2
    CAUTION_ADULT = 3
    TAKEN_INTO_CONSIDERATION = 4
    OFFENDER_DIED = 5
    PENALTY_NOTICE = 6
    DRUG_WARNING = 7
    COMMUNITY_RESOLUTION = 8
    NOT_PUBLIC_INTEREST_CPS = 9
    NOT_PUBLIC_INTEREST_POLICE = 10
    UNDER_AGE = 11
    SUSPECT_TOO_ILL = 12
    VICTIM_DEAD_OR_TOO_ILL = 13
    NO_SUSPECT_VICTIM_DOES_NOT_SUPPORT = 14
    EVIDENTIAL_DIFFICULTIES_VICTIM_SUPPORTS = 15
    EVIDENTIAL_DIFFICULTIES_VICTIM_DOES_NOT_SUPPORT = 16
    TIME_LIMIT_EXPIRED = 17
    NO_SUSPECT = 18
    NATIONAL_FRAUD = 19
    OTHER_BODY = 20
    FURTHER_INVESTIGATION_NOT_PUBLIC_INTEREST = 21
    DIVERSION = 22


#: Outcomes by which a suspect was charged or summonsed, cautioned, or admitted the offence before a court.
CHARGED_OUTCOMES = (
    OutcomeCode.CHARGED,
    OutcomeCode.CAUTION_YOUTH,
    OutcomeCode.CAUTION_ADULT,
    OutcomeCode.TAKEN_INTO_CONSIDERATION,
)


#: Self-defined ethnicity, 18+1 codes, in words. The 16+1 code O1 (Chinese) is read as A4.
SELF_DEFINED_NAMES = {
    "W1": "White British",
    "W2": "White Irish",
    "W3": "Gypsy or Irish Traveller",
    "W9": "Any other White",
    "M1": "White and Black Caribbean",
    "M2": "White and Black African",
    "M3": "White and Asian",
    "M9": "Any other Mixed",
    "A1": "Indian",
    "A2": "Pakistani",
    "A3": "Bangladeshi",
    "A4": "Chinese",
    "A9": "Any other Asian",
    "B1": "Black Caribbean",
    "B2": "Black African",
    "B9": "Any other Black",
    "O2": "Arab",
    "O9": "Any other",
    "NS": "Not stated",
}
SELF_DEFINED_ETHNICITY = tuple(SELF_DEFINED_NAMES)
LEGACY_ETHNICITY = {"O1": "A4"}

#: Ethnicity as an officer saw it: the 6+1 identity codes of the Police National Computer. Sources word them a little
#: differently. 0 is not on that list; forces write it where nothing was recorded.
OFFICER_DEFINED_NAMES = {
    "0": "Not recorded (0)",
    "1": "White, North European",
    "2": "White, South European",
    "3": "Black",
    "4": "Asian",
    "5": "Chinese, Japanese or South East Asian",
    "6": "Arab or North African",
    "9": "Unknown (9)",
}
OFFICER_DEFINED_ETHNICITY = tuple(OFFICER_DEFINED_NAMES)

_GROUPS = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "O": "Other"}
NOT_STATED = "Not stated"


def ethnicity_group(code: str | None) -> str:
    """Give the 5+1 group of a self-defined ethnicity code.

    Parameters
    ----------
    code : str or None
        One of :data:`SELF_DEFINED_ETHNICITY` or a legacy 16+1 code; None is missing.

    Returns
    -------
    str
        White, Mixed, Asian, Black, Other or Not stated; missing is Not stated.
    """
    if code is None or code not in (*SELF_DEFINED_ETHNICITY, *LEGACY_ETHNICITY):
        return NOT_STATED
    return _GROUPS.get(LEGACY_ETHNICITY.get(code, code)[0], NOT_STATED)


#: class and sub-class of a Home Office offence code, written with a stroke: 125/12, 8/67
_STROKE = re.compile(r"([0-9]{1,3})/([0-9]{1,2})")
_SHORT = re.compile(r"[0-9]{1,5}")
#: what a spreadsheet makes of a number in a column with gaps: 867.0
_FLOAT = re.compile(r"([0-9]{1,5})\.0")
#: Spaces and tabs only, so that SQL and Python agree on every text.
_SPACES = re.compile(r"[ \t]+")


def normalise_offence_code(code: str) -> str:
    """Write an offence code in one form.

    Home Office codes become five digits, class then sub-class; any other token is upper case with underscores.

    >>> normalise_offence_code("125/12"), normalise_offence_code("867"), normalise_offence_code("8/67")
    ('12512', '00867', '00867')
    >>> normalise_offence_code(" common assault ")
    'COMMON_ASSAULT'
    """
    text = code.strip(" \t")
    if stroke := _STROKE.fullmatch(text):
        return stroke[1].zfill(3) + stroke[2].zfill(2)
    if _SHORT.fullmatch(text):
        return text.zfill(5)
    if number := _FLOAT.fullmatch(text):
        return number[1].zfill(5)
    return _SPACES.sub("_", text).upper()
