"""The records a partner sends with a referral: the columns of an extract, as strict JSON rows."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model

from matac_ml.codes import Relationship, Role, normalise_offence_code
from matac_ml.vocabulary import INCIDENTS, INVOLVEMENTS, Column, ExtractTable, Kind

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
    str, StringConstraints(min_length=1, max_length=40, pattern=IDENTIFIER), AfterValidator(normalise_offence_code)
]


class Asked(BaseModel):
    """A request: unknown keys, NaN and infinity are refused, and a number is not a string."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


_TYPES: dict[Kind, Any] = {
    Kind.IDENTIFIER: Identifier,
    Kind.DATE: Day,
    Kind.BOOLEAN: bool,
    Kind.OFFENCE: OffenceCode,
    Kind.TEXT: Identifier,
}


def _type(column: Column) -> Any:
    """The type of a value that is there."""
    if column.kind is Kind.CODE:
        return type(column.codes[0]) if isinstance(column.codes[0], StrEnum) else Literal[column.codes]
    if column.kind is Kind.INTEGER:
        return Annotated[int, Field(ge=column.low, le=column.high), WHOLE]
    return _TYPES[column.kind]


def _row(name: str, doc: str, table: ExtractTable) -> type[Asked]:
    """A model of one row of a table, from the declarations of its columns."""
    fields: dict[str, Any] = {}
    for column in table.columns:
        said = f"{column.sentence} When absent: {column.empty_is}." if column.empty_is else column.sentence
        described = Field(... if column.required else column.default, description=said)
        never_null = column.required or column.default is not None
        fields[column.name] = (_type(column) if never_null else _type(column) | None, described)
    return create_model(name, __base__=Asked, __doc__=doc, **fields)


if TYPE_CHECKING:
    # What the checks of a referral read; a row has every declared column.
    class IncidentRow(Asked):
        """One incident, crime or not."""

        incident_id: str
        occurred_on: date
        recorded_on: date
        outcome_on: date | None

    class InvolvementRow(Asked):
        """One person's part in one incident."""

        incident_id: str
        person_id: str
        role: Role
        relationship: Relationship | None
        counterpart_id: str | None
        recorded_on: date | None
        withdrawn_on: date | None

else:
    IncidentRow = _row("IncidentRow", "One incident, crime or not.", INCIDENTS)
    InvolvementRow = _row("InvolvementRow", "One person's part in one incident.", INVOLVEMENTS)


class PartnerRecords(Asked):
    """Records sent with a referral."""

    incidents: list[IncidentRow] = Field(min_length=1, max_length=MAX_INCIDENTS)
    involvements: list[InvolvementRow] = Field(min_length=1, max_length=4 * MAX_INCIDENTS)
