"""The bias report: verdicts first, then the groups, every count through disclosure control."""

from typing import Any

from matac_ml.facts import RunFacts
from matac_ml.fairness import AttributeFacts, AuditFacts, GroupFacts, Verdict
from matac_ml.fairness.disclosure import HIDDEN, may_be_shown, protect
from matac_ml.fairness.measures import MEASURES
from model_cards import pictures
from model_cards.changes import changes
from model_cards.figures import with_interval

SHOWN = ("base_rate", "selected_share", "precision", "miss_rate", "false_positive_rate", "calibration_in_the_large")


def bias_report(facts: RunFacts, previous: RunFacts | None) -> dict[str, Any]:
    """What the template shows; a run without an audit gives no verdict and says why."""
    audit = facts.audit
    return {
        "audit": audit,
        "summary": summary(audit),
        "changes": changes(facts, previous),
        "instruments": [_instrument(one.label, one.attributes) for one in audit.instruments] if audit else [],
        "swap": _swap(audit),
        "titles": {m.name: m.title for m in MEASURES},
        "shown": SHOWN,
    }


def summary(audit: AuditFacts | None) -> tuple[str, ...]:
    """The verdicts in a few sentences, the worst first."""
    if audit is None:
        return ("Not enough evidence: no audit was made, because the extract holds nothing to group people by.",)
    lines = []
    for one in audit.instruments:
        found = dict.fromkeys(Verdict, 0)
        for attribute in one.attributes:
            for gap in attribute.gaps:
                found[gap.verdict] += 1
        lines.append(
            f"{one.label}: {found[Verdict.DISPARITY]} comparisons end in a disparity, {found[Verdict.NO_DISPARITY]} in "
            f"no disparity found, {found[Verdict.NOT_ENOUGH]} in not enough evidence."
        )
    return tuple(lines)


def _instrument(label: str, attributes: tuple[AttributeFacts, ...]) -> dict[str, Any]:
    return {"label": label, "attributes": [_attribute(label, attribute) for attribute in attributes]}


def _attribute(label: str, attribute: AttributeFacts) -> dict[str, Any]:
    people = protect({group.group: group.people for group in attribute.groups})
    lines = [
        (g.group, one.value, one.low, one.high)
        for g in attribute.groups
        if (one := g.measures["selected_share"]).value is not None
        and one.low is not None
        and one.high is not None
        and may_be_shown(g.rows, round(g.selected))
    ]
    return {
        "title": attribute.title,
        "gaps": sorted(
            attribute.gaps,
            key=lambda gap: list(Verdict).index(gap.verdict) if gap.verdict is not Verdict.DISPARITY else -1,
        ),
        "groups": [(g.group, people[g.group], [_cell(g, name) for name in SHOWN]) for g in attribute.groups],
        "picture": pictures.group_shares(lines, f"Share on the lists of the {label}") if lines else None,
    }


def _cell(group: GroupFacts, measure: str) -> str:
    """A measure of a group, unless it would show a small count."""
    if measure not in group.measures:
        return "–"
    one = group.measures[measure]
    if one.value is None:
        return "–"
    below = {
        "precision": group.selected,
        "miss_rate": group.outcomes,
        "false_positive_rate": group.rows - group.outcomes,
    }.get(measure, group.rows)
    above = abs(one.value) * below
    if measure != "calibration_in_the_large" and not may_be_shown(round(below), round(above)):
        return HIDDEN
    return with_interval(one)


def _swap(audit: AuditFacts | None) -> list[tuple[str, list[tuple[str, str, str]]]]:
    if audit is None:
        return []
    done = []
    for one in audit.swap:
        entering = protect({group: round(places) for group, places in one.entering.items()})
        leaving = protect({group: round(places) for group, places in one.leaving.items()})
        done.append((one.attribute, [(group, entering[group], leaving[group]) for group in entering]))
    return done
