"""A correction of one record as of its day, and a person's file as it reads with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Self, TypeVar

from matac_ml.asof import PersonFile
from matac_ml.asof.person_file import (
    Classification,
    PairRow,
    RecordedIncident,
    SuspectRow,
    VictimRow,
    known_before,
)

Row = TypeVar("Row", SuspectRow, PairRow, VictimRow)
Change = Literal["classification", "not_suspect"]


@dataclass(frozen=True)
class Correction:
    """One record corrected.

    Attributes
    ----------
    change : str
        ``classification``: the incident is classified otherwise. ``not_suspect``: the person was not its suspect.
    day : date
        The day from which it holds: a day sees it that lies after it.
    is_crime, offence_code : optional
        Of a classification.
    """

    incident_id: str
    change: Change
    day: date
    is_crime: bool | None = None
    offence_code: str | None = None

    def payload(self) -> dict[str, Any]:
        """The correction as JSON values."""
        said: dict[str, Any] = {"incident_id": self.incident_id, "change": self.change, "day": self.day.isoformat()}
        if self.change == "classification":
            said |= {"is_crime": self.is_crime, "offence_code": self.offence_code}
        return said

    @classmethod
    def from_payload(cls, kept: Mapping[str, Any]) -> Self:
        """The correction from its JSON values."""
        change: Change = "not_suspect" if kept["change"] == "not_suspect" else "classification"
        return cls(
            str(kept["incident_id"]),
            change,
            date.fromisoformat(kept["day"]),
            kept.get("is_crime"),
            kept.get("offence_code"),
        )

    @property
    def words(self) -> str:
        """What is corrected, in words."""
        if self.change == "not_suspect":
            return f"the person is not a suspect of incident {self.incident_id}"
        kind = "a crime" if self.is_crime else "not a crime"
        code = f", offence code {self.offence_code}" if self.offence_code else ""
        return f"incident {self.incident_id} is {kind}{code}"


def corrected_file(person: PersonFile, corrections: Sequence[Correction], t: date) -> PersonFile:
    """The file of a person as a day sees it when corrections are recorded; the same where the day sees none of them.

    Parameters
    ----------
    t : date
        A correction counts when its day lies strictly before it.
    """
    file = person.as_of(t)
    seen = [correction for correction in corrections if known_before(t, correction.day)]
    if not seen:
        return file
    gone = {correction.incident_id for correction in seen if correction.change == "not_suspect"}
    changed = {correction.incident_id: correction for correction in seen if correction.change == "classification"}
    return replace(
        file,
        as_suspect=_rows(file.as_suspect, changed, gone),
        pairs=_rows(file.pairs, changed, gone),
        as_victim=_rows(file.as_victim, changed, set()),
        earlier=None,
    )


def _rows(rows: Iterable[Row], changed: Mapping[str, Correction], gone: set[str]) -> tuple[Row, ...]:
    return tuple(
        replace(row, incident=_incident(row.incident, changed.get(row.incident.incident_id)))
        for row in rows
        if row.incident.incident_id not in gone
    )


def _incident(incident: RecordedIncident, correction: Correction | None) -> RecordedIncident:
    if correction is None:
        return incident
    before = [known for known in incident.classifications if known.known_from <= correction.day]
    after = [known for known in incident.classifications if known.known_from > correction.day]
    code = correction.offence_code or (before[-1].offence_code if before else None)
    new = Classification(correction.day, bool(correction.is_crime), code)
    return replace(incident, classifications=(*before, new, *after))


def is_recorded(person: PersonFile, correction: Correction, t: date) -> bool:
    """Whether the records themselves already say as of a day what a correction says."""
    rows = [row for row in person.as_of(t).as_suspect if row.incident.incident_id == correction.incident_id]
    if correction.change == "not_suspect":
        return not rows
    known = [row.incident.classified(t) for row in rows]
    code = correction.offence_code
    return any(one.is_crime is correction.is_crime and code in (None, one.offence_code) for one in known)
