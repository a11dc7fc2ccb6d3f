"""The tables by protected group that a force can publish every quarter, in the bias report and as CSV."""

from typing import NamedTuple

from matac_ml.csvfile import csv_text
from matac_ml.facts import AttributeFacts, AuditFacts, GapFacts, InstrumentFacts, Verdict
from matac_ml.fairness.disclosure import MARK
from matac_ml.fairness.groups import INTERSECTIONS, is_of_people
from model_cards.groups import gap_sentence, predicts_probability, printed_groups
from model_cards.published_audit import published_audit

#: Attributes of more groups than these are in the file alone.
_MOST_GROUPS = 12


class GroupTable(NamedTuple):
    """The table of one attribute, and what it shows in a sentence for each instrument."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]


def tables_by_group(audit: AuditFacts) -> list[GroupTable]:
    """One table an attribute: who is scored, what was recorded, who is on the longer lists, the verdict."""
    audit = published_audit(audit)
    return [
        _table(i, audit)
        for i, instrument in enumerate(audit.instruments[0].attributes if audit.instruments else ())
        if is_of_people(instrument.attribute)
        and instrument.attribute not in INTERSECTIONS
        and 0 < len(instrument.groups) <= _MOST_GROUPS
    ]


def longest(audit: AuditFacts) -> tuple[InstrumentFacts, ...]:
    """The instruments on the last of the longer lists that were audited, where group shares can be printed at all."""
    shares = [instrument for instrument in audit.other_cuts if _has(instrument, "selected_share")]
    last = shares[-1].rule if shares else ""
    return tuple(instrument for instrument in shares if instrument.rule == last) or audit.instruments


def _has(instrument: InstrumentFacts, measure: str) -> bool:
    return any(
        g.value is not None for a in instrument.attributes for group in a.groups if (g := group.measures.get(measure))
    )


def _table(i: int, audit: AuditFacts) -> GroupTable:
    first = audit.instruments[0].attributes[i]
    cuts = longest(audit)
    found = [printed_groups(instrument.attributes[i]) for instrument in cuts]
    model = next((a for instrument in audit.instruments if predicts_probability(a := instrument.attributes[i])), None)
    predicted = printed_groups(model) if model else ()
    heads = ("Group", "People scored", "Outcome recorded, %", *(("Predicted, %",) if predicted else ()))
    rows = []
    for n, group in enumerate(printed_groups(first)):
        cells = [group.name, group.people, group.text("base_rate")]
        cells += [predicted[n].text("mean_score").partition(" (")[0]] if predicted else []
        rows.append((*cells, *(groups[n].text("selected_share") for groups in found)))
    head = (*heads, *(f"{instrument.label}, {instrument.rule or 'on its lists'}: per 1,000" for instrument in cuts))
    lines = (
        f"{instrument.label}, {instrument.rule or 'on its lists'}. {_sentence(instrument.attributes[i])}"
        for instrument in cuts
    )
    return GroupTable(first.title, head, tuple(rows), tuple(lines))


def _on_lists(attribute: AttributeFacts) -> GapFacts | None:
    """The comparison of shares on the lists, where one was made."""
    return next((gap for gap in attribute.gaps if gap.measure == "selected_share"), None)


def _sentence(attribute: AttributeFacts) -> str:
    gap = _on_lists(attribute)
    return gap_sentence(gap, attribute) if gap else "Share on the lists: not compared."


def publication_csv(audit: AuditFacts) -> str:
    """The same for every attribute of people, one line a group, instrument and cut, rounded for publication."""
    audit = published_audit(audit)
    head = ("attribute", "group", "people", "instrument", "rule", "outcome_recorded", "on_the_lists", "verdict")
    rows = []
    for instrument in (*audit.instruments, *audit.other_cuts):
        for attribute in (a for a in instrument.attributes if is_of_people(a.attribute)):
            verdict = gap.verdict if (gap := _on_lists(attribute)) else Verdict.NOT_ENOUGH
            for group in printed_groups(attribute):
                values = [group.value(name) for name in ("base_rate", "selected_share")]
                shares = [MARK if v is None else f"{v:.4f}" for v in values]
                who = (attribute.title, group.name, group.people.replace(",", ""), instrument.label, instrument.rule)
                rows.append((*who, *shares, verdict.value))
    return csv_text(head, rows)
