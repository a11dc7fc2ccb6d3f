"""How judgements agreed, how often the list was overridden, how long it took; small numbers are protected.

Counts are of ways through the cycle that still stand in the ledger: an erasure takes a person out of them, but not out
of the counts of a cohort, whose entry names nobody.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from matac_ml.casework.case import Case, case_from
from matac_ml.casework.caseload import entries_by_person
from matac_ml.casework.cycle import Cycle
from matac_ml.casework.entry import Entry
from matac_ml.casework.steps import State
from matac_ml.wording import count

#: People on lists, and referrals, of which none was decided otherwise, from which a warning says so.
RUBBER_STAMPED = 20

ByPerson = Mapping[str, Sequence[Entry]]
_SETTLED = ("judgement_accepted", "judgement_declined")


@dataclass(frozen=True)
class Settlement:
    """How one referral was settled by two judgements.

    Attributes
    ----------
    source : str
        Where the first referral came from.
    agreed_blind : bool
        Whether both judged alike before they saw anything.
    by_third : bool
        Whether a third person decided.
    days : int
        From the first referral to the outcome.
    """

    person_id: str
    source: str
    agreed_blind: bool
    by_third: bool
    accepted: bool
    days: int


def settlements(cycle: Cycle, by_person: ByPerson | None = None) -> Iterator[Settlement]:
    """Every referral that two specialists judged and that was settled.

    Parameters
    ----------
    by_person : mapping of person to entries, optional
        What casework wrote, where it is at hand; read from the ledger unless told.
    """
    for person, entries in (entries_by_person(cycle) if by_person is None else by_person).items():
        for place, entry in enumerate(entries):
            if entry.kind not in _SETTLED or not entry.personal or "way" not in entry.personal.payload:
                continue
            before = case_from(person, entries[:place])
            if before.state is State.JUDGED_TWICE:
                yield _settlement(before, entry, entry.personal.payload)


def _settlement(before: Case, entry: Entry, payload: Mapping[str, Any]) -> Settlement:
    views = {judgement.accepts for judgement in before.judgements}
    began = before.referred or date.fromisoformat(payload["on"])
    return Settlement(
        person_id=before.person_id,
        source="analysis" if before.sources[:1] == ("analysis",) else "partner agencies",
        agreed_blind=len(views) == 1,
        by_third=payload["way"] == "third",
        accepted=entry.kind == "judgement_accepted",
        days=(date.fromisoformat(payload["on"]) - began).days,
    )


def agreement_counts(
    cycle: Cycle, group_of: Callable[[Settlement], str] = lambda settlement: settlement.source
) -> dict[str, dict[str, str]]:
    """Of each group, how many referrals both judged alike, how many differed, and who settled them; protected.

    Parameters
    ----------
    group_of : callable
        Where the referral came from unless told.
    """
    from matac_ml.fairness.disclosure import protect

    counts: dict[str, Counter[str]] = {}
    for settlement in settlements(cycle):
        for group in ("all", group_of(settlement)):
            counts.setdefault(group, Counter())[_how(settlement)] += 1
    ways = ("both accepted", "both declined", "differed, then agreed", "differed, a third decided")
    return {group: protect({way: of_group[way] for way in ways}) for group, of_group in sorted(counts.items())}


def _how(settlement: Settlement) -> str:
    if settlement.agreed_blind:
        return "both accepted" if settlement.accepted else "both declined"
    return "differed, a third decided" if settlement.by_third else "differed, then agreed"


def median_days(cycle: Cycle) -> float | None:
    """Days from referral to outcome of half of those settled; None of fewer than a protected count."""
    from matac_ml.fairness.disclosure import MINIMUM_CELL

    days = [settlement.days for settlement in settlements(cycle)]
    return median(days) if len(days) >= MINIMUM_CELL else None


def override_counts(cycle: Cycle) -> dict[str, int]:
    """How many people were put on, and left off, against the list, and how many cohorts there were.

    Counted from the entries of cohorts, so that erasing a person takes nobody out of the count.
    """
    counts = [entry.personal.payload for entry in cycle.ledger.entries(kind="cohort") if entry.personal]
    ways = {way: sum(int(payload[way]) for payload in counts) for way in ("put on", "left off")}
    return {"cohorts": len(counts), **ways}


def override_reasons(cycle: Cycle) -> dict[str, str]:
    """How often each coded reason was given for an override; protected."""
    from matac_ml.fairness.disclosure import protect

    found = (entry.personal.payload for entry in cycle.ledger.entries(kind="override") if entry.personal)
    return protect(Counter(str(payload.get("code") or "not coded") for payload in found))


def warnings_of(cycle: Cycle, by_person: ByPerson | None = None) -> list[str]:
    """What looks as if lists or referrals were taken as they came: a person has to be able to decide otherwise."""
    warnings = []
    cohorts = [entry.personal.payload for entry in cycle.ledger.entries(kind="cohort") if entry.personal]
    taken, meetings = 0, 0
    for payload in reversed(cohorts):
        if int(payload["put on"]) + int(payload["left off"]):
            break
        taken, meetings = taken + int(payload["members"]), meetings + 1
    if taken >= RUBBER_STAMPED:
        warnings.append(
            f"The last {count(meetings, 'cohort')} took {taken} people in the order proposed, and nobody was left off "
            "or put on. Look whether the list is discussed, or only confirmed."
        )
    found = list(settlements(cycle, by_person))
    if len(found) >= RUBBER_STAMPED and all(settlement.accepted for settlement in found):
        warnings.append(
            f"All {len(found)} referrals that were judged were accepted. Look whether each is judged on its own."
        )
    return warnings
