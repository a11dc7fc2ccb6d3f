"""The chapter of the bias report on whose incidents are missing from the record: what could be found, what was."""

from matac_ml.facts import AuditFacts, Estimate, GroupRecordingFacts, RecordingFacts, Verdict
from matac_ml.fairness.disclosure import MARK, NOT_SHOWN
from model_cards.figures import counted, figure, with_interval
from model_cards.groups import group_name

_VERDICTS = {
    Verdict.DISPARITY: "recorded less",
    Verdict.NO_DISPARITY: "none found",
    Verdict.NOT_ENOUGH: "too little data",
}


def recording_chapter(audit: AuditFacts) -> dict[str, object] | None:
    """The figures of the chapter; None where partners refer nobody."""
    if not audit.recording:
        return None
    first = audit.recording[0]
    groups = [(found, group) for found in audit.recording for group in found.groups]
    return {
        "dated": first.of == "incidents",
        "days": first.tolerance_days,
        "people": first.people,
        "linked": first.linked,
        "compared": first.compared,
        "sources": [(found.title, found.stated, found.source) for found in audit.recording],
        "could": [_could(found, group) for found, group in groups if group.group],
        "was": [_was(found, group) for found, group in groups if group.group],
        "found": [_found(found, group) for found, group in groups if group.verdict is Verdict.DISPARITY],
    }


def recording_ended(audit: AuditFacts | None) -> dict[str, object] | None:
    """How many comparisons of groups ended how; None where it was not looked at."""
    if audit is None or not audit.recording:
        return None
    ended = [group.verdict for found in audit.recording for group in found.groups]
    less, none, unknown = (ended.count(verdict) for verdict in _VERDICTS)
    withheld = next((note for found in audit.recording for note in found.notes), "")
    return {"groups": len(ended), "less": less, "none": none, "unknown": unknown, "withheld": withheld}


def _name(found: RecordingFacts, group: GroupRecordingFacts) -> str:
    return group_name(found.attribute, group.group)


def _could(found: RecordingFacts, group: GroupRecordingFacts) -> tuple[str, ...]:
    """How much a group's comparison rests on, and what it would have found."""
    powers = {entry.loss: f"{100 * entry.power:.0f} %" for entry in group.power}
    people = counted(group.people)
    linked = "all, or nearly all" if group.linked == group.people else counted(group.linked)
    smallest = "–" if group.smallest_loss is None else f"{100 * group.smallest_loss:.0f} %"
    return (
        found.title, _name(found, group), people, counted(group.known), linked, powers.get(0.25, "–"),
        powers.get(0.5, "–"), smallest,
    )  # fmt: skip


def _was(found: RecordingFacts, group: GroupRecordingFacts) -> tuple[str, ...]:
    """What was found of it."""
    odds = group.cancelling_odds if group.verdict is Verdict.DISPARITY else None
    ratio = with_interval(group.ratio, places=2, neutral=1) if group.ratio.value is not None else MARK
    return (
        found.title, _name(found, group), _per_cent(group.share), _per_cent(group.others), ratio,
        figure(odds, places=1) if odds is not None else "–",
        _incidents(group), _VERDICTS[group.verdict],
    )  # fmt: skip


def _per_cent(share: Estimate) -> str:
    if share.value is None:
        return MARK
    value, low, high = (None if end is None else 100 * end for end in (share.value, share.low, share.high))
    return with_interval(Estimate(value=value, low=low, high=high), places=0)


def _incidents(group: GroupRecordingFacts) -> str:
    """Incidents on record, of how many there are in all if the two lists are independent."""
    if group.recorded is None:
        return "–"
    estimate = group.estimated
    if group.recorded == NOT_SHOWN or estimate is None:
        return MARK
    low, value, high = (f"{_hundreds(end):,}" for end in (estimate.low, estimate.value, estimate.high))
    return f"{group.recorded:,} of {value} ({low} to {high})"


def _hundreds(count: float | None) -> int:
    """An estimate as finely as the counts that it rests on."""
    return round((count or 0.0) / 100) * 100


def _found(found: RecordingFacts, group: GroupRecordingFacts) -> dict[str, str]:
    """A group that is recorded less; figures are empty where they are not printed."""
    printed = group.ratio.value is not None
    held, others = (f"{100 * (share.value or 0):.0f}" if printed else "" for share in (group.share, group.others))
    odds = "" if group.cancelling_odds is None else figure(group.cancelling_odds, places=1)
    return {"title": found.title, "group": _name(found, group), "held": held, "others": others, "odds": odds}
