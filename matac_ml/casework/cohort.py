"""Who is in a cohort: the order of the list, as many as there are places, and what a meeting decided against it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matac_ml.casework.drawn import Cited
from matac_ml.casework.entry import NewEntry
from matac_ml.casework.score import PolicyUsed
from matac_ml.roles import Permission, titles, who_may
from matac_ml.written import tidied

MOST_PLACES = 1_000
#: Where the order of a cohort comes from, as its entry says, when no list was named.
SUPPLIED = "supplied by whoever took the cohort"


@dataclass(frozen=True)
class Selection:
    """A cohort as a meeting decided it.

    Attributes
    ----------
    proposed : tuple of str
        People in the order of the list.
    members : tuple of str
        Those of the list who have a place, in its order, then those put on.
    left_off, put_on : mapping of str to str
        Person to the reason why, against the list.
    """

    proposed: tuple[str, ...]
    members: tuple[str, ...]
    left_off: Mapping[str, str]
    put_on: Mapping[str, str]
    capacity: int


def select(
    proposed: Sequence[str], *, capacity: int, leave_off: Mapping[str, str], put_on: Mapping[str, str]
) -> Selection:
    """Give the places.

    The first ``capacity`` people have a place unless they are left off. Whoever is put on takes a place that is free;
    places still free go to the next on the list who are not left off.
    """
    listed = [person for person in proposed[:capacity] if person not in leave_off]
    free = max(capacity - len(listed) - len(put_on), 0)
    next_in_order = [person for person in proposed[capacity:] if person not in {*leave_off, *put_on}][:free]
    return Selection(tuple(proposed), (*listed, *next_in_order, *put_on), dict(leave_off), dict(put_on), capacity)


def faults_of(chosen: Selection) -> list[str]:
    """Everything that keeps a selection from being a cohort; people are named by their place alone."""
    proposed, capacity = chosen.proposed, chosen.capacity
    if not 1 <= capacity <= MOST_PLACES:
        return [f"a cohort has 1 to {MOST_PLACES:,} places, got {capacity}"]
    faults = [
        f"places {proposed.index(person) + 1} and {place} of the list are the same person"
        for place, person in enumerate(proposed, 1)
        if proposed.index(person) + 1 < place
    ]
    both = len(set(chosen.left_off) & set(chosen.put_on))
    faults += [f"{both} of the overrides both leave a person off and put them on"] if both else []
    strange = sum(person not in proposed for person in chosen.left_off)
    faults += [f"{strange} of those left off were not proposed, so nothing is decided about them"] if strange else []
    placed = [place for place, person in enumerate(proposed[:capacity], 1) if person in chosen.put_on]
    faults += [f"place {place} of the list has a place without being put on" for place in placed]
    if len(chosen.members) > capacity:
        faults.append(f"{len(chosen.members)} people for {capacity} places: say who is left off, and why")
    return faults or ([] if chosen.members else ["it has no member"])


def faults_of_members(not_ready: int, held: int) -> list[str]:
    """Why members cannot be taken: so many have no judgement, and so many are victims whom nobody has released."""
    found = ((not_ready, "not accepted by a judgement"), (held, "recorded as a victim only and not released"))
    return [f"{count} of its members {'was' if count == 1 else 'were'} {why}" for count, why in found if count]


def faults_of_conflicts(conflicted: int, hidden: int) -> list[str]:
    """Why somebody cannot take a cohort: their own conflicts of interest, or records that they may not see."""
    faults = []
    if conflicted:
        faults.append(
            f"you have declared a conflict of interest in {conflicted} of these cases; "
            f"somebody else with the role {titles(who_may(Permission.CHAIR))} may take the cohort"
        )
    if hidden:
        faults.append(
            f"{hidden} of these records are restricted to others; whoever may see them all may take the cohort"
        )
    return faults


def entries_of(
    chosen: Selection,
    reason: str,
    by: PolicyUsed | None,
    entry: Callable[[str, str, str, Mapping[str, Any]], NewEntry],
    *,
    order: str,
    cited: Cited,
    codes: Mapping[str, str] | None = None,
) -> list[NewEntry]:
    """One entry about the cohort, of counts alone; then one for each place, override and member.

    Parameters
    ----------
    reason : str
        Of the meeting; an override has its own.
    entry : callable
        Makes an entry of its kind, subject, reason and payload.
    order : str
        Who gave the order, unless it is that of a drawn list.
    cited : Cited
        The drawn list whose order it is, if it is one's.
    codes : mapping of person to str, optional
        The coded reason of an override.
    """
    coded = {who: {"code": code} if code else {} for who, code in (codes or {}).items()}
    counts = {"proposed": len(chosen.proposed), "members": len(chosen.members), "capacity": chosen.capacity}
    counts |= {"left off": len(chosen.left_off), "put on": len(chosen.put_on)}
    policy = {"policy": by.policy, "policy_sha256": by.sha256} if by else {}
    source: dict[str, Any] = {"order": order}
    if cited.number is not None:
        source = {"order": f"of drawn list {cited.number}", "list": cited.number}
        source |= {"list_reason": tidied(cited.reason)} if cited.reason.strip() else {}
    entries = [entry("cohort", "", reason, {**counts, **policy, **source})]
    entries += [entry("cohort_proposed", who, reason, {"place": i}) for i, who in enumerate(chosen.proposed, 1)]
    for way, overrides in (("left off", chosen.left_off), ("put on", chosen.put_on)):
        entries += [entry("override", who, why, {"way": way, **coded.get(who, {})}) for who, why in overrides.items()]
    return entries + [entry("cohort_member", who, reason, {}) for who in chosen.members]
