"""The audit of recording as it is published: people rounded to ten, incidents more coarsely, shares of people."""

from matac_ml.facts import Estimate, GroupRecordingFacts, PowerFacts, RecordingFacts, Verdict
from matac_ml.fairness.disclosure import BASE, NOT_SHOWN, RECORDS_BASE, SMALLEST, Rounding, at_least
from model_cards.figures import BARELY
from model_cards.paired import sided
from model_cards.rounded import NONE, one_digit, rounded_estimate, rounded_share

TOO_FEW = "So few people were referred that nothing about any group of them can be printed."
#: What a power is rounded to.
_POWER_STEP = 0.05


def published_recording(to: Rounding, recording: tuple[RecordingFacts, ...]) -> tuple[RecordingFacts, ...]:
    """Round every attribute; one of which a single group can be printed is left out."""
    found = [_attribute(to, facts) for facts in recording]
    shown = tuple(facts for facts in found if sum(bool(group.group) for group in facts.groups) > 1)
    # That it was looked at is said all the same.
    return shown or tuple(facts.model_copy(update={"groups": (), "notes": (TOO_FEW,)}) for facts in found)


def _attribute(to: Rounding, facts: RecordingFacts) -> RecordingFacts:
    groups = (_group(to, group, facts) for group in facts.groups)
    new = {
        "people": to.count(facts.people, "referred"),
        "linked": to.count(facts.linked, "referred"),
        "stated": to.count(facts.stated, "referred"),
        "groups": tuple(group for group in groups if group is not None),
        "notes": (),
    }
    return facts.model_copy(update=new)


def _group(to: Rounding, group: GroupRecordingFacts, facts: RecordingFacts) -> GroupRecordingFacts | None:
    """One group; None where it is too small to have a line, unless it was found to be recorded less."""
    key = ("recording", facts.attribute, group.group)
    people = to.count(group.people, *key)
    if people == NOT_SHOWN and group.verdict is not Verdict.DISPARITY:
        return None
    others = to.count(facts.stated - group.people, *key, "others")
    share, rest = (
        NONE if of == NOT_SHOWN else rounded_share(to, estimate, of, *key, "share", name)
        for estimate, of, name in ((group.share, people, "own"), (group.others, others, "others"))
    )
    ratio = _ratio(to, group.ratio, share, rest, people, key)
    # A person may be in several incidents: ten people's worth of them is the step.
    known = to.count(group.known, *key, "known", base=round(at_least(BASE * facts.per_person)))
    recorded = None if group.recorded is None else to.count(group.recorded, *key, "recorded", base=RECORDS_BASE)
    shown = people != NOT_SHOWN
    return group.model_copy(
        update={
            "group": group.group if shown else "",
            "people": people,
            "linked": _linked(to, group, people, key),
            "known": known if shown else NOT_SHOWN,
            "held": NOT_SHOWN,
            "power": tuple(_power(to, entry, key) for entry in group.power) if shown else (),
            "smallest_loss": one_digit(group.smallest_loss) if shown and group.smallest_loss else None,
            "share": share,
            "others": rest,
            "ratio": ratio,
            "cancelling_odds": _odds(share, rest) if ratio.value is not None else None,
            "recorded": recorded if shown else None,
            "estimated": _recaptured(recorded, share),
            "text": "",
        }
        | dict.fromkeys(("p_value", "p_adjusted"))
    )


def _linked(to: Rounding, group: GroupRecordingFacts, people: int, key: tuple[str, ...]) -> int:
    """People linked; all of them where so few are not that their number is not printed."""
    return people if group.people - group.linked < SMALLEST else to.count(group.linked, *key)


def _power(to: Rounding, entry: PowerFacts, key: tuple[str, ...]) -> PowerFacts:
    return entry.model_copy(update={"power": min(1.0, to.to(entry.power, _POWER_STEP, *key, "power"))})


def _ratio(
    to: Rounding, exact: Estimate, share: Estimate, others: Estimate, people: int, key: tuple[str, ...]
) -> Estimate:
    """The ratio of the printed shares; none where rounding has put it on the other side of 1."""
    if exact.value is None or not share.value or not others.value or exact.low is None or exact.high is None:
        return NONE
    value = share.value / others.value
    found = sided(rounded_estimate(to, exact, at_least(BASE / people), *key, "ratio"), exact, neutral=1.0)
    low, high = max(found.low or 0.0, 0.0), found.high or 0.0
    if (exact.high < 1 <= value) or (exact.low > 1 >= value):
        return NONE
    return Estimate(
        value=value,
        low=min(low, max(value, 1 + BARELY)) if exact.low > 1 else min(low, value),
        high=max(high, min(value, 1 - BARELY)) if exact.high < 1 else max(high, value),
    )


def _odds(share: Estimate, others: Estimate) -> float | None:
    """The odds ratio that would cancel the printed difference; it tells nothing that the two shares do not."""
    if not share.value or not others.value or others.value >= 1:
        return None
    return others.value * (1 - share.value) / (share.value * (1 - others.value))


def _recaptured(recorded: int | None, share: Estimate) -> Estimate | None:
    if recorded in (None, NOT_SHOWN) or not share.value or not share.low or not share.high:
        return None
    return Estimate(value=recorded / share.value, low=recorded / share.high, high=recorded / share.low)
