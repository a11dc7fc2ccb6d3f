"""What a referral says beyond who and why: on which ground it is shared, with whom, and the agency's own records.

MATAC has no mandate of its own in law (Northamptonshire, 2019), so whoever refers states the ground. The list is closed
and in plain words; whether a ground holds in law is for the force and the agency to say, not for this program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from matac_ml.errors import UsageError
from matac_ml.written import has_hidden

#: Records of an agency in one referral at most, and characters of each.
MOST_RECORDS, LONGEST_RECORD = 20, 300


class Basis(StrEnum):
    """Why it is shared, as whoever refers states it."""

    CRIME = "crime"
    SAFEGUARDING = "safeguarding"
    AGREEMENT = "agreement"
    CONSENT = "consent"
    ORDER = "order"

    @property
    def words(self) -> str:
        """The ground, after *because*."""
        return _GROUNDS[self]


_GROUNDS = {
    Basis.CRIME: "it is strictly necessary to prevent or detect crime",
    Basis.SAFEGUARDING: "it is necessary to protect somebody from harm",
    Basis.AGREEMENT: "a written agreement between the agencies covers it",
    Basis.CONSENT: "the person it is about has agreed to it",
    Basis.ORDER: "a court or a law requires it",
}


class Share(StrEnum):
    """Who may be told what the referral says."""

    POLICE = "police"
    MEETING = "meeting"
    PLAN = "plan"

    @property
    def words(self) -> str:
        """With whom."""
        return _WITH[self]


_WITH = {
    Share.POLICE: "with the police alone",
    Share.MEETING: "with the agencies at the meeting",
    Share.PLAN: "with the agencies at the meeting and those that carry out the plan",
}


@dataclass(frozen=True)
class Shared:
    """With whom one referral may be shared.

    Attributes
    ----------
    source : str
        Who refers: ``analysis``, or an agency.
    share : str
        A value of :class:`Share`; empty where nobody said.
    on : date
        The day of the referral.
    """

    source: str
    share: str
    on: date


@dataclass(frozen=True)
class AgencyRecord:
    """One thing that an agency has on record; kept apart from police records, and no part of a score."""

    happened_on: date
    what: str

    def payload(self) -> dict[str, str]:
        """The record as JSON values."""
        return {"on": self.happened_on.isoformat(), "what": self.what}

    @classmethod
    def from_payload(cls, kept: Mapping[str, Any]) -> Self:
        """The record from its JSON values."""
        return cls(date.fromisoformat(kept["on"]), str(kept["what"]))


def records_typed(given: Sequence[str]) -> tuple[AgencyRecord, ...]:
    """Records as they are typed on a command line, each ``DAY=WHAT``.

    Raises
    ------
    UsageError
        One has no day, or says nothing; what it says is not repeated.
    """
    found = []
    for number, text in enumerate(given, 1):
        day, _, what = text.partition("=")
        try:
            found.append(AgencyRecord(date.fromisoformat(day.strip()), what.strip()))
        except ValueError:
            raise UsageError(f"Record {number} must be DAY=WHAT, such as 2026-11-28=Shouting heard.") from None
    return tuple(found)


@dataclass(frozen=True)
class Terms:
    """On which terms something is shared.

    Attributes
    ----------
    basis, share : str
        Values of :class:`Basis` and :class:`Share`; empty where nobody said.
    records : sequence of AgencyRecord
    """

    basis: str = ""
    share: str = ""
    records: Sequence[AgencyRecord] = ()

    def payload(self) -> dict[str, Any]:
        """What is kept of the terms."""
        said: dict[str, Any] = {name: value for name, value in (("basis", self.basis), ("share", self.share)) if value}
        return said | ({"records": [record.payload() for record in self.records]} if self.records else {})

    def faults(self, today: date) -> list[str]:
        """Why these are no terms; what an agency wrote is not repeated."""
        faults = [
            f"{name} must be one of {', '.join(kind)}"
            for name, kind, value in (("basis", Basis, self.basis), ("share", Share, self.share))
            if value and value not in list(kind)
        ]
        if len(self.records) > MOST_RECORDS:
            faults.append(f"a referral has at most {MOST_RECORDS} records, got {len(self.records)}")
        for place, record in enumerate(self.records, 1):
            if record.happened_on > today:
                faults.append(f"record {place} must not lie after today, {today}")
            if not record.what.strip() or len(record.what) > LONGEST_RECORD or has_hidden(record.what):
                faults.append(
                    f"record {place} must say what happened, in one line of at most {LONGEST_RECORD} characters"
                )
        return faults
