"""The table by protected group that a force can publish every quarter, in the bias report and as CSV."""

import csv
import io

from matac_ml.facts import RunFacts
from matac_ml.fairness import AttributeFacts, AuditFacts, GroupFacts
from model_cards.document import Block, Bullets, Heading, Paragraph, Table
from model_cards.groups import PrintedGroup, gap_sentence, is_of_people, printed_groups

_HEAD = ("Group", "People scored", "Outcome recorded, %")


def publication_tables(audit: AuditFacts, facts: RunFacts) -> list[Block]:
    """One table an attribute: who is scored, what was recorded, who is on the lists of each instrument, the verdict."""
    first, last = facts.split.test[0], facts.split.test[-1]
    blocks: list[Block] = [
        Heading("Table for publication"),
        Paragraph(
            f"{facts.data.force or 'An extract'}, records to {facts.data.cut_off}; lists of {audit.k} places drawn up "
            "for "
            f"{len(facts.split.test)} dates from {first} to {last}. Counts are rounded and small ones hidden, so that "
            "it "
            "may be published as it stands. “hidden”: fewer than ten different people with, or without, the outcome, "
            "by the rows a person has on average; or fewer than ten places on the lists. Quarter by quarter, set it "
            "beside the one before. “Per 1,000” is of places in the rankings: one person has a place on every date."
        ),
    ]
    for one in audit.instruments[0].attributes:
        if is_of_people(one.attribute):
            blocks += _table(one.attribute, audit)
    return blocks


def _table(attribute: str, audit: AuditFacts) -> list[Block]:
    cuts = (*audit.instruments, *audit.other_cuts)
    found = [(one, a, printed_groups(a)) for one in cuts for a in one.attributes if a.attribute == attribute]
    head = (*_HEAD, *(f"{one.label}, {one.rule or 'on its lists'}: per 1,000" for one, _, _ in found))
    rows = []
    for i, group in enumerate(found[0][2]):
        cells = [group.name, group.people, group.text("base_rate")]
        rows.append((*cells, *(groups[i].text("selected_share") for _, _, groups in found)))
    caption = f"{found[0][1].title}: for publication"
    verdicts = [f"{one.label}, {one.rule or 'on its lists'}: {_sentence(a, groups)}" for one, a, groups in found]
    return [Table(caption, head, tuple(rows), figures=True), Bullets(tuple(verdicts))]


def _verdict(attribute: AttributeFacts, group: GroupFacts) -> str:
    gap = next((one for one in attribute.gaps if one.measure == "selected_share"), None)
    if gap is None or group.group in gap.too_small:
        return "not enough evidence"
    return str(gap.verdict)


def _sentence(attribute: AttributeFacts, groups: tuple[PrintedGroup, ...]) -> str:
    gap = next((one for one in attribute.gaps if one.measure == "selected_share"), None)
    said = gap_sentence(gap, attribute, groups) if gap else "not compared."
    return said.removeprefix("Share on the lists: ")


def publication_csv(audit: AuditFacts) -> str:
    """The same as CSV, one line a group and instrument, without intervals' words."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("attribute", "group", "people", "instrument", "rule", "outcome_recorded", "on_the_lists", "verdict"))
    for one in (*audit.instruments, *audit.other_cuts):
        for attribute in (a for a in one.attributes if is_of_people(a.attribute)):
            for group in printed_groups(attribute):
                values = [group.value(name) for name in ("base_rate", "selected_share")]
                shares = ["hidden" if v is None else f"{v:.4f}" for v in values]
                verdict = _verdict(attribute, group.facts)
                people = group.people.replace(",", "")
                out.writerow((attribute.title, group.name, people, one.label, one.rule, *shares, verdict))
    return text.getvalue()
