"""Why a list leaves somebody out: by the policy's rules of eligibility, or because nothing recent is recorded."""

from collections.abc import Sequence
from datetime import date, timedelta

from matac_ml.ages import full_years
from matac_ml.asof import LOOKBACK_DAYS, PersonFile, Spell
from matac_ml.explain.incidents import is_suspect
from matac_ml.explain.wording import joined
from matac_ml.rfg import Policy
from matac_ml.spec.wording import window

#: By the flag of :func:`matac_ml.asof.eligibility_frame`, in the order in which they are said.
LEFT_OUT = {
    "deceased": "the records say that the person has died",
    "managed": "the person is under MATAC management already",
    "in_custody": "the person is in custody",
}


def too_young(policy: Policy) -> str:
    """The sentence for a person below the policy's minimum age."""
    return f"the person is younger than {policy.eligibility.minimum_age}"


def _covered(spells: Sequence[Spell], day: date) -> bool:
    """Whether one of the spells was known before the day, began before it and had not ended before it."""
    return any(
        one.known_from < day and one.start_on < day and (one.end_on is None or one.end_on >= day) for one in spells
    )


def why_left_out(person: PersonFile, policy: Policy, as_of: date, *, lookback_days: int) -> tuple[str, ...]:
    """Say why the list of a day leaves a person out; empty for whoever is on it.

    Parameters
    ----------
    lookback_days : int
        Whoever is recorded as a suspect of an incident that happened in so many days before the day is looked at.
    """
    first = as_of - timedelta(days=lookback_days)
    if not any(
        row.known_from < as_of and row.incident.domestic and first <= row.incident.occurred_on < as_of
        for row in person.as_suspect
    ):
        return (f"nothing is recorded with this person as suspect {window(lookback_days)}",)
    holds = {
        "deceased": person.deceased_on is not None and person.deceased_on < as_of,
        "managed": _covered(person.management, as_of),
        "in_custody": _covered(person.custody, as_of),
    }
    young = person.birth_date is not None and full_years(person.birth_date, as_of) < policy.eligibility.minimum_age
    why = [too_young(policy)] if young else []
    return (*why, *(text for flag, text in LEFT_OUT.items() if flag in policy.eligibility.leave_out and holds[flag]))


def left_out_text(person: PersonFile | None, policy: Policy, as_of: date, *, lookback_days: int = LOOKBACK_DAYS) -> str:
    """The same as a sentence; empty for whoever is on the list, is no suspect, or is not known."""
    if person is None or not is_suspect(person, as_of):
        return ""
    why = why_left_out(person, policy, as_of, lookback_days=lookback_days)
    return f"The list leaves this person out: {joined(why)}." if why else ""
