"""Why a list leaves somebody out: by the policy's rules of eligibility, or because nothing recent is recorded."""

from datetime import date, timedelta

from matac_ml.asof import PersonFile, PersonView
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.rfg import Policy
from matac_ml.wording import joined, window

#: By the flag of :func:`matac_ml.asof.eligibility_frame`, in the order in which they are said.
LEFT_OUT = {
    "deceased": "the records say that the person has died",
    "managed": "the person is under MATAC management already",
    "in_custody": "the person is in custody",
}


def too_young(policy: Policy) -> str:
    """The sentence for a person below the policy's minimum age."""
    return f"the person is younger than {policy.eligibility.minimum_age}"


def why_left_out(view: PersonView, policy: Policy, *, lookback_days: int) -> tuple[str, ...]:
    """Say why the list of a day leaves a person out; empty for whoever is on it.

    Parameters
    ----------
    lookback_days : int
        Whoever is recorded as a suspect of an incident that happened in so many days before the day is looked at.
    """
    first = view.t - timedelta(days=lookback_days)
    if not any(incident.occurred_on >= first for incident in view.as_suspect):
        return (f"nothing is recorded with this person as suspect {window(lookback_days)}",)
    rules, age = policy.eligibility, view.age_years
    holds = {"deceased": view.has_died, "managed": view.under_management, "in_custody": view.in_custody}
    why = [] if age is None or age >= rules.minimum_age else [too_young(policy)]
    return (*why, *(text for flag, text in LEFT_OUT.items() if flag in rules.leave_out and holds[flag]))


def left_out_text(person: PersonFile | None, policy: Policy, as_of: date, *, lookback_days: int = LOOKBACK_DAYS) -> str:
    """The same as a sentence; empty for whoever is on the list, is no suspect, or is not known."""
    view = None if person is None else PersonView(person, as_of)
    if view is None or not view.is_suspect:
        return ""
    why = why_left_out(view, policy, lookback_days=lookback_days)
    return f"The list leaves this person out: {joined(why)}." if why else ""
