"""The parts of the bias report that not every run has."""

from collections.abc import Sequence

from matac_ml.codes import NOT_STATED
from matac_ml.facts import AuditFacts, Estimate, InstrumentFacts, RunFacts, SwapFacts, Verdict
from matac_ml.fairness.disclosure import MARK
from model_cards.document import Block, Bullets, Heading, Paragraph, Table
from model_cards.feature_names import named
from model_cards.figures import about, counted, with_interval
from model_cards.groups import group_name, printed_groups
from model_cards.verdicts import instrument_counts

#: Attributes of victims printed in the report; the others are in the files.
_VICTIMS_BY = 2


def other_cuts(audit: AuditFacts) -> list[Block]:
    """The same audit on longer lists and at thresholds: verdicts alone."""
    if not audit.other_cuts:
        return []
    blocks: list[Block] = [
        Heading("Longer lists and thresholds"),
        Paragraph(
            "A longer list can show a difference that a list of a few places cannot show. Gates do not look at these."
        ),
    ]
    lines = tuple(f"{one.rule.capitalize()}: {instrument_counts(one)}" for one in audit.other_cuts)
    return [*blocks, Bullets(lines)]


def swap(audit: AuditFacts) -> list[Block]:
    """Who enters and leaves, by group, in people on an average list; nothing where every count is small."""
    tables = [table for one in audit.swap if (table := _swap_table(one))]
    if not tables:
        return []
    heading = "Who enters and who leaves, if the model replaced the matrix"
    return [Heading(heading), Paragraph("People on an average list."), *tables]


def _swap_table(one: SwapFacts) -> Table | None:
    ways = (one.entering, one.leaving, one.staying)
    groups = list(dict.fromkeys(group for way in ways for group in way))
    if not groups:
        return None
    rows = tuple((group_name(one.attribute, g), *(counted(way.get(g)) for way in ways)) for g in groups)
    title = one.title or one.attribute.replace("_", " ")
    return Table(f"{title}: who changes", ("Group", "Entering", "Leaving", "Staying"), rows, figures=True)


def labels(audit: AuditFacts) -> list[Block]:
    """The verdicts under other definitions of the outcome."""
    if not audit.labels:
        return []
    first = audit.labels[0]
    rules = {one.rule for one in first.instruments if one.rule}
    rows = tuple(
        (
            label.text.rstrip("."),
            counted(label.outcomes),
            one.label,
            *(f"{one.verdicts[verdict]}" for verdict in _ORDER),
        )
        for label in audit.labels
        for one in label.instruments
    )
    head = ("Outcome", "Rows", "Instrument", *(str(verdict).capitalize() for verdict in _ORDER))
    return [
        Heading("Under other definitions of the outcome"),
        Paragraph(
            "A recorded outcome is what somebody reported and the police wrote down. Where a comparison has another "
            "verdict under a stricter definition, the first verdict may rest on how things are recorded. Each "
            "comparison is in bias-verdicts.csv."
            + (f" The lists compared are the {'; '.join(sorted(rules))}." if rules else "")
        ),
        Table("Comparisons of groups under each outcome", head, rows),
    ]


_ORDER = (Verdict.DISPARITY, Verdict.NO_DISPARITY, Verdict.NOT_ENOUGH)


def victim_side(audit: AuditFacts) -> list[Block]:
    """Whose perpetrators are missed."""
    found = audit.victim_side
    if found is None:
        return []
    blocks: list[Block] = [
        Heading("Whose recorded suspects are missed"),
        Paragraph(
            f"After a list was drawn up, {about(found.victims)} people were named as victims of somebody who had been "
            "ranked. The miss rate is the share of them whose suspect was not on that list. Victims who do not call "
            "the police are not counted. Other groups of victims are in bias-groups.csv."
        ),
    ]
    attributes = found.instruments[0].attributes if found.instruments else ()
    return blocks + [_victims_by(i, found.instruments) for i in range(min(_VICTIMS_BY, len(attributes)))]


def _victims_by(i: int, instruments: Sequence[InstrumentFacts]) -> Table:
    """Miss rates of every instrument side by side."""
    first = instruments[0].attributes[i]
    each = [printed_groups(one.attributes[i]) for one in instruments]
    rows = tuple((g.name, g.people, *(of[n].text("miss_rate") for of in each)) for n, g in enumerate(each[0]))
    head = ("Group of victim", "Victims", *(f"{one.label}: miss rate, %" for one in instruments))
    return Table(f"{first.title}, of victims", head, rows, figures=True)


def both_roles(audit: AuditFacts) -> list[Block]:
    """People recorded both as suspect and as victim, and pairs recorded against each other."""
    found = audit.counter_allegations
    if found is None:
        return []
    by_sex = found.in_both_roles_by_sex
    blocks: list[Block] = [
        Heading("People recorded both as suspect and as victim"),
        Paragraph(
            f"Of {about(found.people)} people ranked, {about(found.in_both_roles)} had also been recorded as a victim "
            "before the first list. Pairs of people in which each is recorded as a suspect against the other: "
            f"{about(found.pairs)}."
        ),
    ]
    if by_sex:
        rows = tuple((sex.replace("unknown", NOT_STATED), counted(count)) for sex, count in by_sex.items())
        blocks.append(Table("People in both roles, by sex as recorded", ("Sex", "People"), rows, figures=True))
    if found.lines:
        lines = []
        for line in found.lines:
            lines.append((line.label, line.question, counted(line.pairs), _per_cent(line.share)))
        head = ("Instrument", "Who stands nearer to the top?", "Pairs", "Share of pairs, %; 50 is neither")
        blocks.append(Table("Pairs recorded against each other", head, tuple(lines)))
    return blocks


def _per_cent(share: Estimate) -> str:
    ends = (None if end is None else 100 * end for end in (share.value, share.low, share.high))
    value, low, high = ends
    return MARK if value is None else with_interval(Estimate(value=value, low=low, high=high), places=0)


def proxies(audit: AuditFacts, facts: RunFacts) -> list[Block]:
    """How well the features tell protected groups apart, and which does most."""
    if not audit.proxies:
        return []
    words = {f.name: named(f) for f in facts.features}
    rows = []
    for one in audit.proxies:
        rows.append(
            (
                one.title or one.attribute.replace("_", " "),
                group_name(one.attribute, one.group or "–"),
                with_interval(one.auc),
                words.get(one.feature or "", one.feature or "–"),
                str(one.verdict),
            )
        )
    head = ("Attribute", "Group told best", "AUC; 0.5 is chance", "Feature that tells most", "Verdict")
    return [
        Heading("Do the features tell protected groups apart?"),
        Paragraph(
            "No protected characteristic is among the features, but features may stand for one. Here a model is fitted "
            "to tell each group from everybody else by the features alone, and measured on people it has not seen."
        ),
        Table("Proxy test", head, tuple(rows)),
    ]


def mitigation(audit: AuditFacts) -> list[Block]:
    """What lessening one gap would cost."""
    found = audit.mitigation
    if found is None:
        return []
    rows = []
    for one in found.contenders:
        cost = one.against_model.get("harm")
        rows.append(
            (
                one.label,
                "yes" if one.mitigates else "no",
                with_interval(one.harm, places=2),
                str(one.gap.verdict),
                str(one.long_gap.verdict) if one.long_gap else "–",
                with_interval(cost, signed=True, places=2) if cost else "–",
            )
        )
    head = (
        "Contender",
        "Fitted to lessen it",
        "Share of harm captured",
        "Gap on the lists",
        "On longer lists",
        "Harm captured, minus the model's",
    )
    return [
        Heading("What lessening a gap would cost"),
        Paragraph(
            f"This is measured by {found.title[:1].lower()}{found.title[1:]}. Nothing is decided at random, and when "
            "people are scored nobody's place depends on their group."
        ),
        Table("Accuracy and fairness of every contender", head, tuple(rows)),
    ]
