"""The check against the version before: a table whose difference would be about few people is not written."""

from collections.abc import Mapping

from matac_ml.facts import AuditFacts, InstrumentFacts, RunFacts
from matac_ml.fairness.disclosure import BASE

TOO_LIKE = (
    "Fewer than ten people differ from the version before, and the difference between two tables would be about them. "
    "So the tables by group are not written again: those of the version before stand."
)
TOO_LIKE_REFERRED = (
    "Fewer than ten of the people referred differ from the version before. "
    "The difference between two tables would be about them. "
    "So this is not printed again: the tables of the version before stand."
)


def few_people_differ(facts: RunFacts, previous: RunFacts) -> bool:
    """Whether a difference between the groups of two versions would be about fewer than ten people.

    Somebody who comes or goes is one person more or less in one group of every attribute; somebody whose group changes,
    one in two of them. People who change places within a total are therefore found too.
    """
    old, new = previous.audit, facts.audit
    if old is None or new is None or facts.data.data_hash == previous.data.data_hash:
        return False
    lists = max(len(facts.split.test), 1)
    pairs = [(a, b) for a in new.instruments[0].attributes for b in old.instruments[0].attributes
             if a.attribute == b.attribute] if new.instruments and old.instruments else []  # fmt: skip
    limits = (("people", 2 * BASE), ("rows", 2 * BASE * lists), ("outcomes", 2 * BASE * lists))
    return any(
        all(_apart({g.group: getattr(g, name) for g in a.groups}, {g.group: getattr(g, name) for g in b.groups}) < most
            for name, most in limits)
        for a, b in pairs
    )  # fmt: skip


def few_referred_differ(facts: RunFacts, previous: RunFacts) -> bool:
    """The same of the people whom partners referred, by the groups of the audit of recording."""
    old, new = previous.audit, facts.audit
    if old is None or new is None or facts.data.data_hash == previous.data.data_hash:
        return False
    before = {found.attribute: {group.group: group.people for group in found.groups} for found in old.recording}
    return any(
        _apart({group.group: group.people for group in found.groups}, before[found.attribute]) < 2 * BASE
        for found in new.recording
        if found.attribute in before
    )


def _apart(new: Mapping[str, int], old: Mapping[str, int]) -> int:
    return sum(abs(new.get(group, 0) - old.get(group, 0)) for group in {*new, *old})


def without_groups(audit: AuditFacts) -> AuditFacts:
    """The verdicts alone."""

    def bare(some: tuple[InstrumentFacts, ...]) -> tuple[InstrumentFacts, ...]:
        return tuple(
            instrument.model_copy(update={"attributes": tuple(
                a.model_copy(update={"groups": (), "gaps": tuple(
                    g.model_copy(update={"value": None, "overall": None}) for g in a.gaps)})
                for a in instrument.attributes)})
            for instrument in some
        )  # fmt: skip

    audit = without_referred(audit)
    new = {"instruments": bare(audit.instruments), "other_cuts": bare(audit.other_cuts), "swap": (), "labels": ()}
    return audit.model_copy(update=new | {"victim_side": None, "counter_allegations": None, "proxies": ()})


def without_referred(audit: AuditFacts) -> AuditFacts:
    """Without the groups of people whom partners referred, and with the reason in their place."""
    bare = {"groups": (), "notes": (TOO_LIKE_REFERRED,)}
    return audit.model_copy(update={"recording": tuple(found.model_copy(update=bare) for found in audit.recording)})


def without_few_referred(audit: AuditFacts, facts: RunFacts, previous: RunFacts) -> AuditFacts:
    """The same where few of the people referred differ from the version before; the audit as it is elsewhere."""
    return without_referred(audit) if few_referred_differ(facts, previous) else audit
