"""What is noted about a person on the programme: needs, contacts, agreements with breaches, decisions to keep them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matac_ml.casework.entry import Entry

NEEDS, CONTACT, KEPT = "needs_recorded", "contact_noted", "kept_on_programme"
MADE, SIGNED, BREACHED = "agreement_made", "agreement_signed", "agreement_breached"
#: Kinds of such entries; none moves anybody on.
OF_PROGRAMME = frozenset({NEEDS, CONTACT, KEPT, MADE, SIGNED, BREACHED})


@dataclass(frozen=True)
class Breach:
    """A breach of an agreement: its day, and what happened."""

    on: date
    what: str


@dataclass(frozen=True)
class BehaviourAgreement:
    """An Acceptable Behaviour Agreement, to which a housing alternative is tied.

    Attributes
    ----------
    number : int
        Of its entry; a signature and a breach name it.
    terms : tuple of str
        What the person agrees to.
    agency : str
        Who offers what the agreement is for.
    signed_on, signed_by : date or None, str
        When, and who signed; nobody yet where there is no day.
    breaches : tuple of Breach
    """

    number: int
    terms: tuple[str, ...]
    agency: str
    signed_on: date | None = None
    signed_by: str = ""
    breaches: tuple[Breach, ...] = ()


def programme_noted(entry: Entry, payload: Mapping[str, Any], lasting: Mapping[str, Any]) -> dict[str, Any]:
    """What such a note changes of what lasts."""
    agreements: tuple[BehaviourAgreement, ...] = lasting.get("agreements", ())
    if entry.kind == NEEDS:
        return {"needs": tuple(str(need) for need in payload["needs"])}
    if entry.kind == MADE:
        terms = tuple(str(term) for term in payload["terms"])
        return {"agreements": (*agreements, BehaviourAgreement(entry.number, terms, str(payload["agency"])))}
    if entry.kind in (SIGNED, BREACHED):
        return {"agreements": tuple(_changed(one, entry, payload) for one in agreements)}
    return {}


def _changed(agreement: BehaviourAgreement, entry: Entry, payload: Mapping[str, Any]) -> BehaviourAgreement:
    if agreement.number != payload["agreement"]:
        return agreement
    if entry.kind == SIGNED:
        day = date.fromisoformat(payload["signed_on"])
        return replace(agreement, signed_on=day, signed_by=str(payload["signed_by"]))
    why = entry.personal.justification if entry.personal else ""
    breach = Breach(date.fromisoformat(payload["breached_on"]), why)
    return replace(agreement, breaches=(*agreement.breaches, breach))
