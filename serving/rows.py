"""The records a partner sends with a referral: the columns of an extract, as strict JSON rows."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from matac_ml.codes import (
    DashGrade,
    InjuryLevel,
    OrderBreach,
    Relationship,
    ReportSource,
    Role,
    normalise_offence_code,
)

#: Identifiers and prose hold no control characters: they are printed on pages. Nor what cannot be seen or turns the
#: direction of writing: with it one name, or one justification, could be made to look like another.
PLAIN = r"^[^\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+$"
#: Starts and ends with something other than a blank, so that no two spellings mean one thing.
IDENTIFIER = r"^[A-Za-z0-9](?:[A-Za-z0-9 ._:/@+-]*[A-Za-z0-9])?$"

MAX_INCIDENTS = 500


def _calendar_day(value: Any) -> Any:
    """Days come as YYYY-MM-DD text only: a number or a time of day is somebody's mistake."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-" and value.isascii():
        day = date.fromisoformat(value)
        if not 1900 <= day.year <= 2100:
            raise ValueError("a day between 1900-01-01 and 2100-12-31 was expected")
        return day
    if isinstance(value, date):
        return value
    raise ValueError("a day as YYYY-MM-DD was expected")


def _whole_number(value: Any) -> Any:
    """JSON knows one kind of number: 10.0 is as whole as 10."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: After the bounds of a number that may be absent: before them, they would be missing from the description.
WHOLE = BeforeValidator(_whole_number)
Day = Annotated[
    date,
    BeforeValidator(_calendar_day),
    Field(
        json_schema_extra={"pattern": r"^(19[0-9]{2}|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}$"},
        description="YYYY-MM-DD, 1900 to 2100.",
    ),
]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=IDENTIFIER)]
#: An identifier that is only looked up: whatever an extract may hold.
KnownIdentifier = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=PLAIN)]
#: Written in the one form of an extract, without which the harm index would not find it.
OffenceCode = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40, pattern=IDENTIFIER),
    AfterValidator(normalise_offence_code),
]


class Asked(BaseModel):
    """A request: unknown keys, NaN and infinity are refused, and a number is not a string."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class IncidentRow(Asked):
    """One incident, crime or not."""

    incident_id: Identifier
    occurred_on: Day
    recorded_on: Day
    is_crime: bool
    offence_code: OffenceCode | None = Field(default=None, description="Home Office code such as 12502 or 125/02.")
    outcome_code: Annotated[int, Field(ge=0, le=22), WHOLE] | None = None
    outcome_on: Day | None = None
    area: Identifier | None = None
    report_source: ReportSource | None = None
    injury_level: InjuryLevel | None = None
    weapon_used: bool | None = None
    strangulation: bool | None = None
    alcohol: bool | None = None
    drugs: bool | None = None
    children_present: bool | None = None
    honour_based: bool | None = None
    stalking: bool | None = None
    order_breach: OrderBreach | None = None
    dash_grade: DashGrade | None = None
    proactively_detected: bool | None = None
    domestic: bool = True


class InvolvementRow(Asked):
    """One person's part in one incident."""

    incident_id: Identifier
    person_id: Identifier
    role: Role
    recorded_on: Day | None = Field(default=None, description="The incident's own unless told.")
    relationship: Relationship | None = Field(
        default=None, description="On the victim's row: what the victim is to the suspect."
    )
    counterpart_id: Identifier | None = Field(default=None, description="On the victim's row: the suspect it is about.")


class PartnerRecords(Asked):
    """Records sent with a referral."""

    incidents: list[IncidentRow] = Field(min_length=1, max_length=MAX_INCIDENTS)
    involvements: list[InvolvementRow] = Field(min_length=1, max_length=4 * MAX_INCIDENTS)
