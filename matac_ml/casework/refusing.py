"""Why a step is refused that nobody could take: no name, no reason, about nobody, or on a day that cannot be."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from matac_ml.errors import UsageError
from matac_ml.identifiers import has_lost_digits, is_no_value
from matac_ml.written import fault_of_reason, faults_of_name, has_hidden


def faults_of_day(day: date, last: date | None, today: date) -> list[str]:
    """Return why a step cannot have been taken on a day.

    Parameters
    ----------
    last : date or None
        The day of the step before it.
    """
    faults = [f"its day must not lie after today, {today}; got {day}"] if day > today else []
    # A step that a wrong clock dated in the future keeps nobody from the next one.
    if last and day < min(last, today):
        faults.append(f"its day must not lie before the step before it, {last}; got {day}")
    return faults


def faults_of_person(person_id: str) -> list[str]:
    """Return why a text cannot be the identifier of a person; it is not repeated."""
    faults = []
    if not person_id or person_id != person_id.strip():
        faults.append("whom it is about must be named, without blanks around the identifier")
    if has_hidden(person_id):
        faults.append("the identifier holds characters that cannot be seen; copy it from the records again")
    if is_no_value(person_id):
        faults.append("the identifier is what a program writes where there is no value; look the person up again")
    if has_lost_digits(person_id):
        faults.append("the identifier is a number whose last digits a program dropped; copy it from the records again")
    return faults


def faults_of_source(source: str) -> list[str]:
    """Return why a text cannot be the source of a referral."""
    return faults_of_name(source, "the source") if source.strip() else ["who refers must be named; no source was given"]


def faults_of_naming(people: Collection[str], *reasons: str) -> list[str]:
    """Return why a reason of something about nobody cannot stand: it names one of these people by identifier."""
    words = {word for reason in reasons for word in re.findall(r"[\w.:/@+-]+", reason)}
    bare = words | {word.strip(".:,") for word in words}
    if bare.isdisjoint(people):
        return []
    return ["its reason names somebody by their identifier: it is about nobody, so no erasure would reach it"]


def refuse(message: str, actor: str, reason: str, faults: Sequence[str]) -> None:
    """Raise UsageError with every fault of a step, those of its actor and reason included; do nothing without any."""
    found = list(faults)
    found += faults_of_name(actor, "the name of who takes it")
    if why := fault_of_reason(reason):
        found.append(f"its reason {why}")
    if found:
        raise UsageError(message, faults=found)
