"""The parts of the bias report that not every run has: other cuts, the swap, labels, victims, both roles, proxies, "
"cost."""

from matac_ml.fairness import AuditFacts, InstrumentFacts
from matac_ml.fairness.disclosure import HIDDEN, WITHHELD, protect
from matac_ml.fairness.joint import protect_table
from model_cards.document import Block, Bullets, Heading, Paragraph, Table
from model_cards.figures import about, figure, with_interval
from model_cards.groups import disparities, gap_sentence, group_name, printed_groups, worst_first
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
    for one in audit.swap:
        groups = sorted(set(one.entering) | set(one.leaving) | set(one.staying))
        lines = {
            g: {"entering": one.entering.get(g, 0), "leaving": one.leaving.get(g, 0), "staying": one.staying.get(g, 0)}
            for g in groups
        }
        if not one.staying:
            lines = {
                g: {name: value for name, value in cells.items() if name != "staying"} for g, cells in lines.items()
            }
        sums = {"model": ("entering", "staying"), "matrix": ("leaving", "staying")} if one.staying else {}
        table = protect_table(lines, sums=sums, elsewhere=frozenset(sums))
        names = [name for name in ("entering", "leaving", "staying") if name in next(iter(lines.values()))]
        rows = tuple((group_name(one.attribute, g), *(table[g][name].text for name in names)) for g in groups)
        title = one.title or one.attribute.replace("_", " ")
        blocks.append(
            Table(
                f"{title}: places that change hands",
                ("Group", *(name.capitalize() for name in names)),
                rows,
                figures=True,
            )
        )
    return blocks


def labels(audit: AuditFacts) -> list[Block]:
    """The verdicts under other definitions of the outcome."""
    if not audit.labels:
        return []
    blocks: list[Block] = [
        Heading("Under other definitions of the outcome"),
        Paragraph(
            "A recorded outcome is what somebody reported and the police wrote down. Where a comparison ends otherwise "
            "under a stricter definition, the first verdict was about recording as much as about people."
        ),
    ]
    for label in audit.labels:
        blocks.append(Heading(f"Outcome: {label.name.replace('_', ' ')}", 3))
        blocks.append(Paragraph(f"{label.text} About {about(label.outcomes)} rows."))
        lines = [instrument_counts(one) for one in label.instruments]
        for one in label.instruments:
            lines += [
                f"{one.label}, {a.title}. {gap_sentence(gap, a, printed_groups(a))}" for a, gap in disparities(one)
            ]
        blocks.append(Bullets((*lines, *_changed(audit, label.instruments))))
    return blocks


def _changed(audit: AuditFacts, instruments: tuple[InstrumentFacts, ...]) -> list[str]:
    """Comparisons that end otherwise than under the outcome predicted."""
    before = {
        (i.name, a.attribute, g.measure): g.verdict for i in audit.instruments for a in i.attributes for g in a.gaps
    }
    found = []
    for one in instruments:
        for attribute in one.attributes:
            for gap in attribute.gaps:
                old = before.get((one.name, attribute.attribute, gap.measure))
                if old is not None and old is not gap.verdict:
                    measure = gap.measure.replace("_", " ")
                    found.append(f"{one.label}, {attribute.title.lower()}, {measure}: {old} becomes {gap.verdict}.")
    return found


def victim_side(audit: AuditFacts) -> list[Block]:
    """Whose perpetrators are missed."""
    found = audit.victim_side
    if found is None:
        return []
    blocks: list[Block] = [
        Heading("Whose perpetrators are missed"),
        Paragraph(
            f"About {about(found.victims)} people were named as victims, after a list, of somebody who had been "
            "ranked. "
            "The miss rate is the share of them whose suspect was not on that list. Victims who never call are not "
            "here."
        ),
    ]
    for one in found.instruments:
        for attribute in one.attributes:
            people = protect({g.group: g.people for g in attribute.groups})
            seen = protect_table({g.group: _missed(g.rows, g.measures["miss_rate"].value) for g in attribute.groups})
            rows = []
            for g in attribute.groups:
                part, rest = seen[g.group]["missed"].value, seen[g.group]["seen"].value
                hidden = part is None or rest is None or people[g.group] in (HIDDEN, WITHHELD)
                miss = "hidden" if hidden or part is None or rest is None else figure(part / (part + rest))
                place = (
                    with_interval(g.measures["mean_place"]) if not hidden and "mean_place" in g.measures else "hidden"
                )
                rows.append((group_name(attribute.attribute, g.group), people[g.group], miss, place))
            head = ("Group of victim", "Victims", "Miss rate", "Share of the list above the suspect")
            blocks.append(Table(f"{attribute.title}: {one.label}", head, tuple(rows), figures=True))
            for gap in worst_first(attribute.gaps):
                blocks.append(Paragraph(f"{gap.measure.replace('_', ' ').capitalize()}: {gap.verdict}."))
    return blocks


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
    pairs = protect({"pairs": float(found.pairs), "": 10_000.0})["pairs"]
    blocks: list[Block] = [
        Heading("People recorded both as suspect and as victim"),
        Paragraph(
            f"Of about {about(found.people)} people ranked, {roles['both']} were also recorded as a victim before the "
            "first "
            f"list. Pairs in which each is recorded as suspect against the other: {pairs}."
        ),
    ]
    if by_sex:
        rows = tuple((sex, text) for sex, text in by_sex.items())
        blocks.append(Table("People in both roles, by sex as recorded", ("Sex", "People"), rows, figures=True))
    if found.lines:
        lines = []
        for line in found.lines:
            count = protect({"pairs": float(line.pairs), "": 10_000.0})["pairs"]
            shown = count not in (HIDDEN, WITHHELD)
            lines.append((line.label, line.question, count, with_interval(line.share) if shown else "hidden"))
        head = ("Instrument", "Who stands nearer to the top?", "Pairs", "Share of pairs; one half is neither")
        blocks.append(Table("Pairs recorded against each other", head, tuple(lines)))
    return blocks


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
