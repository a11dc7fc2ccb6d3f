"""The steps of the MATAC cycle, and the order in which they can be taken."""

from enum import StrEnum

#: A programme lasts so many weeks (Northamptonshire, 2019).
PROGRAMME_WEEKS = 17


class State(StrEnum):
    """Where somebody stands."""

    NOBODY = "not in the cycle"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_COHORT = "in the cohort"
    PLANNED = "planned"
    REMOVED = "removed for not engaging"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"
    EXITED = "exited"


#: Where nothing of the cycle is going on, so that a referral begins it (again).
OUTSIDE = (State.NOBODY, State.DECLINED, State.REMOVED, State.WITHDRAWN, State.EXITED)

#: step -> (states it may follow, state it leads to)
STEPS: dict[str, tuple[tuple[State, ...], State]] = {
    # Another agency may refer somebody who waits for a judgement already: both referrals are kept.
    "referral": ((*OUTSIDE, State.REFERRED), State.REFERRED),
    "judgement_accepted": ((State.REFERRED,), State.ACCEPTED),
    "judgement_declined": ((State.REFERRED,), State.DECLINED),
    "cohort_member": ((State.ACCEPTED,), State.IN_COHORT),
    "plan": ((State.IN_COHORT, State.PLANNED), State.PLANNED),
    "engagement": ((State.PLANNED,), State.PLANNED),
    "removal": ((State.IN_COHORT, State.PLANNED), State.REMOVED),
    # Custody, a move, a death, a victim who asks for it: none is a failure to engage, and none is recorded as one.
    "withdrawal": ((State.ACCEPTED, State.IN_COHORT, State.PLANNED), State.WITHDRAWN),
    "completion": ((State.PLANNED,), State.COMPLETED),
    "exit": ((State.COMPLETED, State.REMOVED, State.WITHDRAWN), State.EXITED),
}

#: Every kind of entry about a person that casework writes; whatever else names a person is a look.
KINDS = frozenset(STEPS) | {"cohort_proposed", "override"}
