"""The files beside the bias report: every table by group, as CSV."""

from collections.abc import Iterator

from matac_ml.csvfile import csv_text
from matac_ml.facts import AttributeFacts, AuditFacts, InstrumentFacts
from matac_ml.fairness.disclosure import MARK
from model_cards.groups import TITLES, group_name, printed_groups
from model_cards.publication import publication_csv
from model_cards.published_audit import published_audit

#: File -> what it holds.
FILES = {
    "bias-table.csv": "Every group by who people are: people scored, outcome recorded, share on every list, verdict",
    "bias-groups.csv": "Every measure of every group, instrument, list and outcome, with 95 % intervals",
    "bias-verdicts.csv": "Every comparison of groups with its verdict, and the difference that would have been seen",
}


def bias_files(audit: AuditFacts) -> dict[str, str]:
    """Every file by name, rounded for publication."""
    audit = published_audit(audit)
    return {
        "bias-table.csv": publication_csv(audit),
        "bias-groups.csv": csv_text(_GROUPS, _groups(audit)),
        "bias-verdicts.csv": csv_text(_VERDICTS, _verdicts(audit)),
    }


_GROUPS = (
    "about", "instrument", "rule", "attribute", "group", "people", "measure", "value", "low", "high",
)  # fmt: skip
_VERDICTS = (
    "about", "instrument", "rule", "attribute", "measure", "verdict", "group", "value", "everybody", "would_be_seen",
)  # fmt: skip


def _parts(audit: AuditFacts) -> Iterator[tuple[str, InstrumentFacts, AttributeFacts]]:
    """Every attribute of every instrument, with the outcome or the people it is about."""
    parts = [("people ranked", (*audit.instruments, *audit.other_cuts))]
    parts += [(f"outcome: {label.text.rstrip('.')}", label.instruments) for label in audit.labels]
    parts += [("victims", audit.victim_side.instruments)] if audit.victim_side else []
    yield from (
        (about, instrument, a)
        for about, instruments in parts
        for instrument in instruments
        for a in instrument.attributes
    )


def _groups(audit: AuditFacts) -> Iterator[tuple[str, ...]]:
    for about, instrument, attribute in _parts(audit):
        for group in printed_groups(attribute):
            for name, found in group.facts.measures.items():
                ends = (MARK,) * 3 if found.value is None else tuple(map(_cell, (found.value, found.low, found.high)))
                people = group.people.replace(",", "")
                title = TITLES.get(name, name)
                yield (about, instrument.label, instrument.rule, attribute.title, group.name, people, title, *ends)


def _verdicts(audit: AuditFacts) -> Iterator[tuple[str, ...]]:
    for about, instrument, attribute in _parts(audit):
        for gap in attribute.gaps:
            figures = map(_cell, (gap.value, gap.overall, gap.detectable))
            who = group_name(attribute.attribute, gap.group or "")
            title = TITLES.get(gap.measure, gap.measure)
            yield (about, instrument.label, instrument.rule, attribute.title, title, str(gap.verdict), who, *figures)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
