"""The figures of the parts of the bias report that not every run has."""

from matac_ml.codes import NOT_STATED
from matac_ml.facts import AuditFacts, Estimate, GapFacts, RunFacts, SwapFacts, Verdict
from matac_ml.fairness.disclosure import MARK
from model_cards.feature_names import named
from model_cards.figures import counted, figure, with_interval
from model_cards.groups import group_name, in_words, printed_groups
from model_cards.verdicts import instrument_counts

#: Attributes of victims printed in the report; the others are in the files.
_VICTIMS_BY = 2
_Rows = list[tuple[str, ...]]


def parts(audit: AuditFacts, facts: RunFacts) -> dict[str, object]:
    """Every part by the name that the template gives it; what a run does not have is empty."""
    return {
        "other_cuts": [
            f"{instrument.rule.capitalize()}: {instrument_counts(instrument)}" for instrument in audit.other_cuts
        ],
        "swap": [(swap.title or _spaced(swap.attribute), rows) for swap in audit.swap if (rows := _swap(swap))],
        "labels": _labels(audit),
        "victim_side": _victim_side(audit),
        "both_roles": _both_roles(audit),
        "proxies": _proxies(audit, facts),
        "mitigation": _mitigation(audit),
    }


#: The parts that are listed as missing where a run does not have them.
PARTS = ("labels", "victim_side", "both_roles", "proxies", "mitigation")


def _spaced(attribute: str) -> str:
    return attribute.replace("_", " ")


def _swap(found: SwapFacts) -> _Rows:
    """Who enters and leaves, by group, in people on an average list; nothing where every count is small."""
    ways = (found.entering, found.leaving, found.staying)
    groups = dict.fromkeys(group for way in ways for group in way)
    return [(group_name(found.attribute, g), *(counted(way.get(g)) for way in ways)) for g in groups]


_ORDER = (Verdict.DISPARITY, Verdict.NO_DISPARITY, Verdict.NOT_ENOUGH)


def _labels(audit: AuditFacts) -> dict[str, object] | None:
    """The verdicts under other definitions of the outcome."""
    if not audit.labels:
        return None
    rows = [
        (
            label.text.rstrip("."),
            counted(label.outcomes),
            instrument.label,
            *(f"{instrument.verdicts[v]}" for v in _ORDER),
        )
        for label in audit.labels
        for instrument in label.instruments
    ]
    return {
        "rules": sorted({instrument.rule for instrument in audit.labels[0].instruments if instrument.rule}),
        "rows": rows,
    }


def _victim_side(audit: AuditFacts) -> dict[str, object] | None:
    """Whose perpetrators are missed: a table an attribute of victims, every instrument side by side."""
    found = audit.victim_side
    if found is None:
        return None
    instruments = found.instruments
    tables = []
    for i, attribute in enumerate(instruments[0].attributes[:_VICTIMS_BY] if instruments else ()):
        each = [printed_groups(instrument.attributes[i]) for instrument in instruments]
        rows = [(g.name, g.people, *(of[n].text("false_negative_rate") for of in each)) for n, g in enumerate(each[0])]
        head = ("Group of victim", "Victims", *(f"{instrument.label}: missed, %" for instrument in instruments))
        tables.append((attribute.title, head, rows))
    return {"victims": found.victims, "tables": tables}


def _both_roles(audit: AuditFacts) -> dict[str, object] | None:
    """People recorded both as suspect and as victim, and pairs recorded against each other."""
    found = audit.counter_allegations
    if found is None:
        return None
    by_sex = [(sex.replace("unknown", NOT_STATED), counted(n)) for sex, n in found.in_both_roles_by_sex.items()]
    lines = [(line.label, line.question, counted(line.pairs), _per_cent(line.share)) for line in found.lines]
    return {
        "people": found.people, "in_both": found.in_both_roles, "pairs": found.pairs, "by_sex": by_sex, "lines": lines
    }  # fmt: skip


def _per_cent(share: Estimate) -> str:
    value, low, high = (None if end is None else 100 * end for end in (share.value, share.low, share.high))
    return MARK if value is None else with_interval(Estimate(value=value, low=low, high=high), places=0)


def _proxies(audit: AuditFacts, facts: RunFacts) -> _Rows:
    """How well the features tell protected groups apart, and which does most."""
    words = {feature.name: named(feature) for feature in facts.features}
    return [
        (
            proxy.title or _spaced(proxy.attribute),
            group_name(proxy.attribute, proxy.group or "–"),
            with_interval(proxy.auc),
            words.get(proxy.feature or "", proxy.feature or "–"),
            figure(proxy.detectable, places=2),
            str(proxy.verdict),
        )
        for proxy in audit.proxies
    ]


def _verdict(gap: GapFacts) -> str:
    """A verdict, and what would have been seen where nothing was."""
    if gap.verdict is not Verdict.NO_DISPARITY:
        return str(gap.verdict)
    return f"{gap.verdict}; {in_words(gap.measure, gap.detectable)} would probably be seen"


def _mitigation(audit: AuditFacts) -> dict[str, object] | None:
    """What lessening one gap would cost."""
    found = audit.mitigation
    if found is None:
        return None
    rows = []
    for contender in found.contenders:
        cost = contender.against_model.get("harm")
        rows.append(
            (
                contender.label,
                "yes" if contender.mitigates else "no",
                with_interval(contender.harm, places=2),
                _verdict(contender.gap),
                _verdict(contender.long_gap) if contender.long_gap else "–",
                with_interval(cost, signed=True, places=2) if cost else "–",
            )
        )
    return {"by": f"{found.title[:1].lower()}{found.title[1:]}", "rows": rows}
