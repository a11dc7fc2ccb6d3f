"""Steps that many tests begin with."""

from matac_ml.casework import Cycle, NewEntry
from tests.casework.conftest import MEETING

WHY = "Agreed at the November meeting."
GIVEN = {"actor": "s.officer", "reason": WHY}


def accept(cycle: Cycle, *people: str) -> None:
    """Refer and accept people."""
    for person in people:
        cycle.refer(person, source="analysis", **GIVEN)
        cycle.judge(person, accept=True, **GIVEN)


def on_programme(cycle: Cycle, person: str = "P1") -> None:
    """Bring a person to a plan that begins on the day of the meeting."""
    accept(cycle, person)
    cycle.cohort([person], name="2025-06", capacity=10, **GIVEN)
    cycle.plan(person, interventions=["key_worker"], starts=MEETING, **GIVEN)


def look(subject: str, *, reference: str = "") -> NewEntry:
    """A consultation about a person."""
    return NewEntry(
        kind="consultation",
        actor="an.analyst",
        purpose="matac_nomination",
        justification="The November meeting.",
        subject=subject,
        reference=reference,
        payload={"total": 40, "words": "Zoë"},
    )
