"""The steps of the MATAC cycle, and the order in which they can be taken."""

from enum import StrEnum

from matac_ml.casework.notes import NOTES

MOST_WEEKS = 104


class State(StrEnum):
    """Where somebody stands."""

    NOBODY = "not in the cycle"
    HELD = "on a safeguarding hold"
    REFERRED = "referred"
    JUDGED_ONCE = "judged by one"
    JUDGED_TWICE = "judged by two"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_COHORT = "in the cohort"
    PLANNED = "planned"
    REMOVED = "removed for not engaging"
    DISRUPTED = "under a disruption plan"
    WITHDRAWN = "withdrawn"
    ENDED_EARLY = "ended early"
    COMPLETED = "completed"
    EXITED = "exited"


#: Where nothing of the cycle is going on, so that a referral begins it (again).
OUTSIDE = (State.NOBODY, State.DECLINED, State.REMOVED, State.WITHDRAWN, State.EXITED)
#: Where a referral waits for what specialists say of it.
WAITING = (State.REFERRED, State.JUDGED_ONCE, State.JUDGED_TWICE)

#: step -> (states it may follow, state it leads to)
STEPS: dict[str, tuple[tuple[State, ...], State]] = {
    # Another agency may refer somebody who waits already: both referrals are kept, and the person waits where they did.
    "referral": ((*OUTSIDE, *WAITING), State.REFERRED),
    # Somebody whom the records know as a victim alone: no judgement and no cohort until a named person has released it.
    "safeguarding_referral": ((*OUTSIDE, *WAITING, State.HELD), State.HELD),
    # An agency tells what it knows when it knows it: refused, it would learn where somebody stands. It moves nobody on.
    "further_referral": (
        tuple(state for state in State if state not in (*OUTSIDE, *WAITING)),
        State.NOBODY,
    ),
    "hold_released": ((State.HELD,), State.REFERRED),
    # Each of two specialists says theirs before they see a score or the other's.
    "first_judgement": ((State.REFERRED,), State.JUDGED_ONCE),
    "second_judgement": ((State.JUDGED_ONCE,), State.JUDGED_TWICE),
    "judgement_accepted": ((State.REFERRED, State.JUDGED_TWICE), State.ACCEPTED),
    "judgement_declined": ((State.REFERRED, State.HELD, State.JUDGED_TWICE), State.DECLINED),
    "cohort_member": ((State.ACCEPTED,), State.IN_COHORT),
    "plan": ((State.IN_COHORT, State.PLANNED), State.PLANNED),
    "engagement": ((State.PLANNED,), State.PLANNED),
    "removal": ((State.IN_COHORT, State.PLANNED), State.REMOVED),
    # Whoever is removed is dealt with as any prolific offender (Northamptonshire, 2019).
    "disruption_plan": ((State.REMOVED, State.DISRUPTED), State.DISRUPTED),
    # Custody, a move, a death, a victim who asks for it: none is a failure to engage, and none is recorded as one.
    "withdrawal": ((State.ACCEPTED, State.IN_COHORT, State.PLANNED, State.DISRUPTED), State.WITHDRAWN),
    "early_end": ((State.PLANNED,), State.ENDED_EARLY),
    "completion": ((State.PLANNED,), State.COMPLETED),
    "exit": ((State.COMPLETED, State.ENDED_EARLY, State.REMOVED, State.DISRUPTED, State.WITHDRAWN), State.EXITED),
}

#: What is expected next in that state; where nothing is, the state is missing.
NEXT: dict[State, str] = {
    State.HELD: "a safeguarding review; then a named person releases the hold, or declines the referral",
    State.REFERRED: "a judgement by specialist staff",
    State.JUDGED_ONCE: "a second judgement, by another specialist",
    State.JUDGED_TWICE: "a settlement: the two agree, or a third decides",
    State.ACCEPTED: "a place in a cohort",
    State.IN_COHORT: "a plan",
    State.PLANNED: "the weeks of the programme, each recorded; then its completion",
    State.REMOVED: "a disruption plan",
    State.DISRUPTED: "an exit with a score, when the disruption ends",
    State.WITHDRAWN: "an exit with a score",
    State.ENDED_EARLY: "an exit with a score",
    State.COMPLETED: "an exit with a score",
}

#: Every kind of entry about a person that casework writes; whatever else names a person is a look.
KINDS = frozenset(STEPS) | {"cohort_proposed", "override"} | NOTES
#: Steps that decide something about a person: nobody takes one who has declared a conflict of interest.
DECISIONS = frozenset(STEPS) - {"referral", "safeguarding_referral", "further_referral", "engagement"}


def after(kind: str, state: State) -> State:
    """Where a step leads somebody who stands there; a further referral leaves everybody where they are."""
    stays = kind == "further_referral" or (kind == "referral" and state in WAITING)
    return state if stays else STEPS[kind][1]
