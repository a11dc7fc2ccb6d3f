"""Why a list leaves somebody out: by the policy's rules of eligibility, or because nothing recent is recorded."""

from datetime import date, timedelta

from matac_ml.ages import full_years
from matac_ml.asof import PersonFile
from matac_ml.rfg import Policy
from matac_ml.spec.wording import window

#: By the flag of :func:`matac_ml.asof.eligibility_frame`, in the order in which they are said.
LEFT_OUT = {
    "deceased": "the records say that the person has died",
    "managed": "the person is under MATAC management already",
    "in_custody": "the person is in custody",
}


def too_young(policy: Policy) -> str:
    """What is said of somebody below the policy's minimum age."""
    return f"the person is younger than {policy.eligibility.minimum_age}"


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
        "managed": any(spell.covers(as_of) for spell in person.management),
        "in_custody": any(spell.covers(as_of) for spell in person.custody),
    }
    young = person.birth_date is not None and full_years(person.birth_date, as_of) < policy.eligibility.minimum_age
    why = [too_young(policy)] if young else []
    return (*why, *(text for flag, text in LEFT_OUT.items() if flag in policy.eligibility.leave_out and holds[flag]))
