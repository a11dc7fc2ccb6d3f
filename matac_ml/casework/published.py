"""How lists were overridden, judgements agreed and programmes ended, rounded as everything that is published is.

Counts of people are rounded at random to a multiple of ten, and none below twenty is shown. The rounding follows from
the salted digests of the entries that are counted, which nobody has who does not hold the ledger.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from matac_ml.casework.caseload import entries_by_person
from matac_ml.casework.cycle import Cycle
from matac_ml.casework.overrides import OverrideCode
from matac_ml.casework.statistics import ByPerson, settlements

#: Kinds of entry that end a way through the programme, in words.
_ENDS = {
    "completion": "completed the programme",
    "early_end": "ended the programme early",
    "removal": "removed for not engaging",
    "withdrawal": "withdrawn",
}


@dataclass(frozen=True)
class PublishedCount:
    """One count of people as it may be shown."""

    group: str
    what: str
    shown: str


def published_statistics(cycle: Cycle) -> tuple[PublishedCount, ...]:
    """Overrides with their reasons, judgements, and ends of programmes; every count is rounded by itself."""
    from matac_ml.fairness.disclosure import MARK, NOT_SHOWN, Rounding

    by_person = entries_by_person(cycle)
    counts, digests = _counts(cycle, by_person)
    to = Rounding(f"{digests}{sorted((group, dict(of_group)) for group, of_group in counts.items())}")
    found = []
    for group, of_group in counts.items():
        for what, count in of_group.items():
            rounded = to.count(count, group, what)
            found.append(PublishedCount(group, what, MARK if rounded == NOT_SHOWN else f"about {rounded:,}"))
    return tuple(found)


def _counts(cycle: Cycle, by_person: ByPerson) -> tuple[Mapping[str, Mapping[str, int]], list[str]]:
    cohorts = [entry for entry in cycle.ledger.entries(kind="cohort") if entry.personal]
    overrides = [entry for entry in cycle.ledger.entries(kind="override") if entry.personal]
    lists: Counter[str] = Counter({"in cohorts": 0, "put on against the list": 0, "left off against the list": 0})
    for entry in cohorts:
        payload = entry.personal.payload if entry.personal else {}
        lists["in cohorts"] += int(payload["members"])
        lists["put on against the list"] += int(payload["put on"])
        lists["left off against the list"] += int(payload["left off"])
    codes = [str(entry.personal.payload.get("code") or "") for entry in overrides if entry.personal]
    reasons = Counter(OverrideCode(code).words if code in list(OverrideCode) else "not coded" for code in codes)
    judged: Counter[str] = Counter()
    for settlement in settlements(cycle, by_person):
        judged["accepted" if settlement.accepted else "declined"] += 1
        judged["judged alike by both" if settlement.agreed_blind else "judged differently at first"] += 1
    ends = Counter(_ENDS[entry.kind] for entries in by_person.values() for entry in entries if entry.kind in _ENDS)
    groups = {"Lists": lists, "Reasons for overrides": reasons, "Referrals judged by two": judged, "Programme": ends}
    counted = [*cohorts, *overrides, *(entry for entries in by_person.values() for entry in entries)]
    return {group: counts for group, counts in groups.items() if counts}, [entry.digest for entry in counted]
