"""The figures of the bias report: what was found, what could not be said, the tables that decide."""

import math

from matac_ml.facts import AttributeFacts, AuditFacts, GapFacts, RunFacts, Verdict
from matac_ml.fairness.disclosure import BASE, MARK, SMALLEST
from matac_ml.fairness.groups import is_of_people
from matac_ml.fairness.measures import BY_NAME, COMPARED
from matac_ml.page import Picture
from model_cards import bias_more, pictures
from model_cards.bias_files import FILES
from model_cards.changes import verdict_changes
from model_cards.groups import disparities, gap_sentence, in_words, printed_groups
from model_cards.publication import longest, tables_by_group
from model_cards.published import PublishedRun
from model_cards.recording import recording_chapter, recording_ended


def bias_report(facts: RunFacts, previous: RunFacts | None) -> dict[str, object]:
    """The report; a run without an audit gives no verdict, and the template says why."""
    audit = facts.audit
    if audit is None:
        return dict.fromkeys((*bias_more.PARTS, "recording"))
    return {
        "refused": facts.refused if isinstance(facts, PublishedRun) else "",
        **_headline(audit),
        "recording_ended": recording_ended(audit),
        "recording": recording_chapter(audit),
        "changed": [] if previous is None else verdict_changes(audit, previous.audit),
        "found": _found(audit),
        "ended": _ended(audit),
        "mark": MARK,
        "by_group": tables_by_group(audit),
        "shares_picture": _shares_picture(audit),
        "first_title": audit.instruments[0].attributes[0].title if audit.instruments[0].attributes else "",
        "apart": [pair for a in audit.instruments[0].attributes if is_of_people(a.attribute) and (pair := _apart(a))],
        **bias_more.parts(audit, facts),
        "base": BASE,
        "smallest": SMALLEST,
        "unnoticed": _unnoticed(),
        "files": FILES,
    }


def _headline(audit: AuditFacts) -> dict[str, object]:
    """Disparities by who people are first; those by what is recorded of them are never passed over."""
    found = [(instrument.name, a, gap) for instrument in audit.instruments for a, gap in disparities(instrument)]
    on_lists = {(name, a.attribute, gap.measure) for name, a, gap in found if _is_held_against(a, gap)}
    model, matrix = ({key[1:] for key in on_lists if key[0] == name} for name in ("model", "matrix"))
    asked = [
        g
        for instrument in audit.instruments
        for a in instrument.attributes
        if is_of_people(a.attribute)
        for g in a.gaps
    ]
    return {
        "on_lists": len(on_lists),
        "new_on_lists": len(model - matrix),
        "asked": len(asked),
        "unknown": sum(gap.verdict is Verdict.NOT_ENOUGH for gap in asked),
        "elsewhere": sum(gap.verdict is Verdict.DISPARITY for gap in asked) - len(on_lists),
        "partly": sum(bool(gap.too_small) for gap in asked if gap.verdict is Verdict.NO_DISPARITY),
        "recorded": sum(not is_of_people(a.attribute) for _, a, _ in found),
    }


def _is_held_against(attribute: AttributeFacts, gap: GapFacts) -> bool:
    return gap.measure in COMPARED and is_of_people(attribute.attribute)


def _found(audit: AuditFacts) -> list[str]:
    """Every disparity in a sentence, those of who people are before those of what is recorded of them."""
    return [
        f"{instrument.label}, {a.title.lower()}. {gap_sentence(gap, a)}"
        for of_people in (True, False)
        for instrument in audit.instruments
        for a, gap in disparities(instrument)
        if is_of_people(a.attribute) is of_people
    ]


_ENDED = {Verdict.NO_DISPARITY: "none found", Verdict.DISPARITY: "disparity", Verdict.NOT_ENOUGH: "too little data"}


def _ended(audit: AuditFacts) -> dict[str, object]:
    """Every attribute with how its comparisons ended, so that silence is not read as good news."""
    rows = []
    for i, attribute in enumerate(audit.instruments[0].attributes):
        ended = [[gap.verdict for gap in instrument.attributes[i].gaps] for instrument in audit.instruments]
        rows.append((attribute.title, *(f"{each.count(verdict)}" for each in ended for verdict in Verdict)))
    head = (
        "Compared by",
        *(f"{instrument.label}: {_ENDED[verdict]}" for instrument in audit.instruments for verdict in Verdict),
    )
    return {"head": head, "rows": rows}


def _shares_picture(audit: AuditFacts) -> Picture | None:
    """Share of each group on the longer lists; None where none is printed."""
    shares = [
        (instrument.label, _shares(instrument.attributes[0])) for instrument in longest(audit) if instrument.attributes
    ]
    printed = list(dict.fromkeys(name for _, values in shares for name in values))
    return pictures.group_shares(shares, "On the lists, per 1,000", groups=printed) if printed else None


def _shares(attribute: AttributeFacts) -> dict[str, tuple[float, float, float]]:
    """Group -> share on the lists with its interval, of those that are printed."""
    done = {}
    for group in printed_groups(attribute):
        share = group.estimate("selected_share")
        if share is not None and share.value is not None and share.low is not None and share.high is not None:
            done[group.name] = (share.value, share.low, share.high)
    return done


def _apart(attribute: AttributeFacts) -> dict[str, str] | None:
    """The two groups whose recorded outcomes lie furthest apart, where their intervals do not overlap."""
    rates = [(e.value, g) for g in printed_groups(attribute) if (e := g.estimate("base_rate")) and e.value is not None]
    if len(rates) < 2:
        return None
    lowest, highest = (pick(rates, key=lambda rate: rate[0])[1] for pick in (min, max))
    top, bottom = highest.estimate("base_rate"), lowest.estimate("base_rate")
    if top is None or bottom is None or top.low is None or bottom.high is None or top.low <= bottom.high:
        return None
    shares = (f"{g.text('base_rate').replace(' (', ' % (')} of “{g.name}”" for g in (lowest, highest))
    return {"title": attribute.title} | dict(zip(("lowest", "highest"), shares, strict=True))


def _unnoticed() -> list[tuple[str, str]]:
    """The sizes of gap above which the verdict is *not enough evidence*."""
    return [
        (m.title, f"{m.unnoticed:.0%} of everybody's value" if m.of_everybody else in_words(m.name, m.unnoticed))
        for m in sorted(BY_NAME.values(), key=lambda m: not m.of_everybody)
        if math.isfinite(m.unnoticed)
    ]
