"""The parts of the bias report that not every run has: other cuts, the swap, labels, victims, both roles, proxies, "
"cost."""

from collections.abc import Mapping

from matac_ml.fact import Estimate
from matac_ml.fairness import AttributeFacts, AuditFacts, InstrumentFacts, PairLineFacts, SwapFacts, Verdict
from matac_ml.fairness.disclosure import HIDDEN, WITHHELD, protect
from matac_ml.fairness.joint import protect_table
from model_cards.document import Block, Bullets, Heading, Paragraph, Table
from model_cards.figures import about, counted, figure, with_interval
from model_cards.groups import TITLES, disparities, gap_sentence, group_name, printed_groups, worst_first
from model_cards.verdicts import instrument_counts


def other_cuts(audit: AuditFacts) -> list[Block]:
    """The same audit on longer lists and at thresholds: verdicts alone."""
    if not audit.other_cuts:
        return []
    blocks: list[Block] = [
        Heading("Longer lists and thresholds"),
        Paragraph(
            "A longer list shows earlier what a list of a few places cannot yet show. Gates do not look at these."
        ),
    ]
    for one in audit.other_cuts:
        lines = [f"{one.rule}: {instrument_counts(one)}"]
        lines += [f"{a.title}. {gap_sentence(gap, a, printed_groups(a))}" for a, gap in disparities(one)]
        blocks.append(Bullets(tuple(lines)))
    return blocks


def swap(audit: AuditFacts) -> list[Block]:
    """Who enters, leaves and stays, by group, protected as one table with the places of each instrument."""
    if not audit.swap:
        return []
    blocks: list[Block] = [
        Heading("Who enters and who leaves, if the model replaced the matrix"),
        Paragraph("Places on all test lists together."),
    ]
    hidden = []
    for one in audit.swap:
        title, table = one.title or one.attribute.replace("_", " "), _swap_table(one)
        if any(cell[:1].isdigit() for row in table for cell in row[1:]):
            head = ("Group", "Entering", "Leaving", *(("Staying",) if one.staying else ()))
            blocks.append(Table(f"{title}: places that change hands", head, table, figures=True))
        else:
            hidden.append(title)
    if hidden:
        blocks.append(Paragraph("; ".join(hidden) + ".", "Every count is small, and none is printed, by:"))
    return blocks


def _swap_table(one: SwapFacts) -> tuple[tuple[str, ...], ...]:
    columns = {"entering": one.entering, "leaving": one.leaving} | ({"staying": one.staying} if one.staying else {})
    groups = list(dict.fromkeys(group for of in columns.values() for group in of))
    lines = {group: {name: of.get(group, 0.0) for name, of in columns.items()} for group in groups}
    # The places of either instrument are in other tables already; what is hidden here must not follow from them.
    sums = {"model": ("entering", "staying"), "matrix": ("leaving", "staying")} if one.staying else {}
    table = protect_table(lines, sums=sums, elsewhere=frozenset(sums))
    return tuple((group_name(one.attribute, g), *(table[g][name].text for name in columns)) for g in groups)


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
    blocks: list[Block] = [
        Heading("Under other definitions of the outcome"),
        Paragraph(
            "A recorded outcome is what somebody reported and the police wrote down. Where a comparison ends otherwise "
            "under a stricter definition, the first verdict was about recording as much as about people."
            + (f" Compared on: {'; '.join(sorted(rules))}." if rules else "")
        ),
        Table("Comparisons of groups under each outcome", head, rows),
    ]
    for label in audit.labels[1:]:
        lines = _changed(first.instruments, label.instruments)
        if lines:
            blocks += [Paragraph("", f"{label.text.rstrip('.')}:"), Bullets(tuple(lines))]
    return blocks


_ORDER = (Verdict.DISPARITY, Verdict.NO_DISPARITY, Verdict.NOT_ENOUGH)


def _changed(first: tuple[InstrumentFacts, ...], other: tuple[InstrumentFacts, ...]) -> list[str]:
    """Disparities that are there under one of the two outcomes alone, and how many verdicts changed besides."""
    before = {(i.name, a.attribute, gap.measure): gap for i in first for a in i.attributes for gap in a.gaps}
    found, rest = [], 0
    for one in other:
        for attribute in one.attributes:
            for gap in attribute.gaps:
                old = before.get((one.name, attribute.attribute, gap.measure))
                if old is None or old.verdict is gap.verdict:
                    continue
                if gap.verdict is Verdict.DISPARITY:
                    found.append(
                        f"{one.label}, {attribute.title}. {gap_sentence(gap, attribute, printed_groups(attribute))}"
                    )
                elif old.verdict is Verdict.DISPARITY:
                    measure = TITLES.get(gap.measure, gap.measure)
                    found.append(f"{one.label}, {attribute.title}. {measure}: no longer a disparity; {gap.verdict}.")
                else:
                    rest += 1
    return found + ([f"{rest} more end otherwise, none of them in a disparity before or now."] if rest else [])


def victim_side(audit: AuditFacts) -> list[Block]:
    """Whose perpetrators are missed."""
    found = audit.victim_side
    if found is None:
        return []
    blocks: list[Block] = [
        Heading("Whose recorded suspects are missed"),
        Paragraph(
            f"{about(found.victims).capitalize()} people were named as victims, after a list, of somebody who had been "
            "ranked. "
            "The miss rate is the share of them whose suspect was not on that list. Victims who never call are not "
            "here."
        ),
    ]
    for attribute in found.instruments[0].attributes if found.instruments else ():
        blocks += _victims_by(attribute.attribute, found.instruments)
    return blocks


def _victims_by(name: str, instruments: tuple[InstrumentFacts, ...]) -> list[Block]:
    """Miss rates of every instrument side by side, and the verdicts."""
    each = [(one, a) for one in instruments for a in one.attributes if a.attribute == name]
    first = each[0][1]
    people = protect({g.group: g.people for g in first.groups})
    missed = [_miss_rates(a, people) for _, a in each]
    rows = tuple(
        (group_name(name, g.group), people[g.group], *(of.get(g.group, "–") for of in missed)) for g in first.groups
    )
    head = ("Group of victim", "Victims", *(f"{one.label}: miss rate, %" for one, _ in each))
    verdicts = [
        f"{one.label}: " + "; ".join(f"{_measure(gap.measure)}, {gap.verdict}" for gap in worst_first(a.gaps)) + "."
        for one, a in each
        if a.gaps
    ]
    table = Table(f"{first.title}, of victims", head, rows, figures=True)
    return [table, *([Bullets(tuple(verdicts))] if verdicts else [])]


def _measure(name: str) -> str:
    return TITLES.get(name, name.replace("_", " ")).partition(":")[0].lower()


def _miss_rates(attribute: AttributeFacts, people: Mapping[str, str]) -> dict[str, str]:
    """The miss rate of each group, worked out from protected counts."""
    cells = protect_table({g.group: _missed(g.rows, g.measures["miss_rate"].value) for g in attribute.groups})
    done = {}
    for g in attribute.groups:
        part, rest = cells[g.group]["missed"].value, cells[g.group]["seen"].value
        shown = people.get(g.group, HIDDEN) not in (HIDDEN, WITHHELD)
        done[g.group] = (
            figure(100 * part / (part + rest), places=1)
            if shown and part is not None and rest is not None
            else "hidden"
        )
    return done


def _missed(rows: int, rate: float | None) -> dict[str, float]:
    missed = round((rate or 0.0) * rows)
    return {"missed": missed, "seen": rows - missed}


def both_roles(audit: AuditFacts) -> list[Block]:
    """People recorded both as suspect and as victim, and pairs recorded against each other."""
    found = audit.counter_allegations
    if found is None:
        return []
    roles = protect({"both": found.in_both_roles, "one": found.people - found.in_both_roles})
    by_sex = protect({sex: float(count) for sex, count in found.in_both_roles_by_sex.items()})
    blocks: list[Block] = [
        Heading("People recorded both as suspect and as victim"),
        Paragraph(
            f"Of {about(found.people)} people ranked, {roles['both']} were also recorded as a victim before the "
            "first "
            f"list. Pairs in which each is recorded as suspect against the other: {counted(found.pairs)}."
        ),
    ]
    if by_sex:
        rows = tuple((sex, text) for sex, text in by_sex.items())
        blocks.append(Table("People in both roles, by sex as recorded", ("Sex", "People"), rows, figures=True))
    if found.lines:
        lines = []
        for line in found.lines:
            lines.append((line.label, line.question, counted(line.pairs), _share_of_pairs(line)))
        head = ("Instrument", "Who stands nearer to the top?", "Pairs", "Share of pairs, %; 50 is neither")
        blocks.append(Table("Pairs recorded against each other", head, tuple(lines)))
    return blocks


def _share_of_pairs(line: PairLineFacts) -> str:
    """A share is printed where ten pairs or more are on either side of it; ties count half."""
    there = (line.share.value or 0.0) * line.pairs
    cells = protect_table({"there": {"pairs": there}, "other": {"pairs": line.pairs - there}})
    part, rest = cells["there"]["pairs"].value, cells["other"]["pairs"].value
    if part is None or rest is None or line.share.low is None or line.share.high is None:
        return "hidden"
    value = part / (part + rest)
    low, high = min(line.share.low, value), max(line.share.high, value)
    return with_interval(Estimate(value=100 * value, low=100 * low, high=100 * high), places=0)


def proxies(audit: AuditFacts) -> list[Block]:
    """How well the features tell protected groups apart, and which does most."""
    if not audit.proxies:
        return []
    rows = []
    for one in audit.proxies:
        rows.append(
            (
                one.title or one.attribute.replace("_", " "),
                group_name(one.attribute, one.group or "–"),
                with_interval(one.auc),
                one.feature or "–",
                str(one.verdict),
            )
        )
    head = ("Attribute", "Group told best", "AUC; .5 is chance", "Feature that tells most", "Verdict")
    return [
        Heading("Do the features tell protected groups apart?"),
        Paragraph(
            "No protected characteristic is among the features, but features may stand for one. Here a model is fitted "
            "to "
            "tell each group from everybody else by the features alone, and measured on people it has not seen."
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
        "Harm captured",
        "Gap on the lists",
        "On longer lists",
        "Harm, less the model's",
    )
    return [
        Heading("What lessening a gap would cost"),
        Paragraph(
            f"By {found.title.lower()}. Nothing here is random, and nobody's place depends on the group they are in "
            "when "
            "they are scored."
        ),
        Table("Accuracy and fairness of every contender", head, tuple(rows)),
    ]
