"""The bias report: what was found, what could not be said, the tables that decide; the rest is in its files."""

from collections.abc import Iterator

from matac_ml.facts import AttributeFacts, AuditFacts, GapFacts, RunFacts, Verdict
from matac_ml.fairness.detectable import IN_ITS_UNIT, OF_EVERYBODY
from matac_ml.fairness.disclosure import BASE, MARK, SMALLEST
from matac_ml.fairness.groups import is_of_people
from matac_ml.fairness.measures import COMPARED
from model_cards import bias_more, pictures
from model_cards.bias_files import FILES
from model_cards.changes import NOTHING_BEFORE, verdict_changes
from model_cards.consistency import CHECKED
from model_cards.document import Block, Bullets, Document, Figure, Heading, Link, Paragraph, Table
from model_cards.figures import about
from model_cards.groups import TITLES, disparities, gap_sentence, in_words, printed_groups
from model_cards.publication import longest, publication_tables
from model_cards.published import PublishedRun
from model_cards.unfilled import Unfilled, unfilled_blocks
from model_cards.verdicts import audit_lines
from model_cards.wording import VERDICTS

_SHOWN_FIRST = 6


def bias_report(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the report; a run without an audit gives no verdict and says why."""
    audit = facts.audit
    if audit is None:
        short = (Paragraph(audit_lines(None)[0], "No verdict."),)
        return Document("bias-report", "Bias report", short, tuple(unfilled_blocks(_unfilled(None))))
    return Document("bias-report", "Bias report", _short(audit, facts, previous), tuple(_blocks(audit, facts)))


def _short(audit: AuditFacts, facts: RunFacts, previous: RunFacts | None) -> tuple[Block, ...]:
    changed = (NOTHING_BEFORE,) if previous is None else verdict_changes(audit, previous.audit)
    refused = _refused(facts)
    return (
        *((Paragraph(refused, "No tables by group.", warn=True),) if refused else ()),
        _headline(audit),
        Bullets(audit_lines(audit)),
        Paragraph(VERDICTS),
        Heading("What changed since the version before?"),
        Bullets(tuple(changed[:_SHOWN_FIRST]) or ("No verdict changed.",)),
    )


def _refused(facts: RunFacts) -> str:
    """Why no table by group is written; empty where they are."""
    return facts.refused if isinstance(facts, PublishedRun) else ""


def _headline(audit: AuditFacts) -> Paragraph:
    """Disparities by who people are first; those by what is recorded of them are never passed over."""
    found = [(one.name, a, gap) for one in audit.instruments for a, gap in disparities(one)]
    recorded = sum(not is_of_people(a.attribute) for _, a, _ in found)
    held = {(name, a.attribute, gap.measure) for name, a, gap in found if _is_held_against(a, gap)}
    model, matrix = ({one[1:] for one in held if one[0] == name} for name in ("model", "matrix"))
    asked = [g for one in audit.instruments for a in one.attributes if is_of_people(a.attribute) for g in a.gaps]
    unknown = sum(gap.verdict is Verdict.NOT_ENOUGH for gap in asked)
    elsewhere = sum(gap.verdict is Verdict.DISPARITY for gap in asked) - len(held)
    if held:
        new = len(model - matrix)
        lead = f"By {_WHO}, the lists differ between groups by more than chance."
        said = f"{_were(len(held), 'difference')} found, {new} of them only in the model's lists. "
    elif 2 * unknown >= len(asked):
        lead = f"By {_WHO}, there is too little data to say for {unknown} of {len(asked)} comparisons."
        said = "In the rest no difference larger than chance was found on the lists. "
    else:
        lead = f"By {_WHO}, no difference larger than chance was found on the lists."
        said = f"For {unknown} of {len(asked)} comparisons there is too little data to say. " if unknown else ""
    if elsewhere:
        said += f"{_were(elsewhere, 'difference')} found in other measures, such as the mean score. "
    partly = sum(bool(gap.too_small) for gap in asked if gap.verdict is Verdict.NO_DISPARITY)
    if partly:
        said += (
            f"{partly} of the comparisons in which none was found leave out groups about which nothing can be said. "
        )
    if recorded:
        said += (
            f"By {_RECORDED}, {_were(recorded, 'difference')} found. Whether that is justified is for you to decide. "
        )
    return Paragraph(f"{said}A difference that was not found may still exist.", lead)


def _were(count: int, what: str) -> str:
    return f"{count} {what} was" if count == 1 else f"{count} {what}s were"


_WHO = "sex, ethnicity, age, deprivation and area, where these are recorded"
_RECORDED = "relationship to the victims, and by whether people are victims too"


def _is_held_against(attribute: AttributeFacts, gap: GapFacts) -> bool:
    return gap.measure in COMPARED and is_of_people(attribute.attribute)


def _blocks(audit: AuditFacts, facts: RunFacts) -> list[Block]:
    return [
        *_found(audit),
        *_not_said(audit),
        *_tables(audit, facts),
        *_under_the_numbers(audit),
        *bias_more.other_cuts(audit),
        *bias_more.swap(audit),
        *bias_more.labels(audit),
        *bias_more.victim_side(audit),
        *bias_more.both_roles(audit),
        *bias_more.proxies(audit, facts),
        *bias_more.mitigation(audit),
        *_how(audit, facts),
        *_files(facts),
        *unfilled_blocks(_unfilled(audit)),
    ]


_MOST_FOUND = 16


def _found(audit: AuditFacts) -> list[Block]:
    lines = [
        f"{one.label}, {a.title.lower()}. {gap_sentence(gap, a)}"
        for of_people in (True, False)
        for one in audit.instruments
        for a, gap in disparities(one)
        if is_of_people(a.attribute) is of_people
    ]
    if not lines:
        return [Heading("What was found"), Paragraph("No difference larger than chance was found.")]
    more = (
        (f"All of them, with {len(lines) - _MOST_FOUND} more, are in bias-verdicts.csv.",)
        if len(lines) > _MOST_FOUND
        else ()
    )
    return [Heading("What was found"), Bullets((*lines[:_MOST_FOUND], *more))]


def _not_said(audit: AuditFacts) -> list[Block]:
    """Every attribute with how its comparisons ended, so that silence is not read as good news."""
    rows = []
    for i, attribute in enumerate(audit.instruments[0].attributes):
        counts = []
        for one in audit.instruments:
            ended = [gap.verdict for gap in one.attributes[i].gaps]
            counts += [f"{ended.count(verdict)}" for verdict in Verdict]
        rows.append((attribute.title, *counts))
    head = ("Compared by", *(f"{one.label}: {_ENDED[verdict]}" for one in audit.instruments for verdict in Verdict))
    return [
        Heading("What could not be said"),
        Paragraph(
            "“Too little data” is not good news. The groups are too small, or the lists too short, to notice a "
            "difference of a size that matters. More lists, or longer ones, would give more data."
        ),
        Table("How many comparisons ended in each verdict", head, tuple(rows), figures=True),
    ]


_ENDED = {
    Verdict.NO_DISPARITY: "none found",
    Verdict.DISPARITY: "disparity",
    Verdict.NOT_ENOUGH: "too little data",
}


def _tables(audit: AuditFacts, facts: RunFacts) -> list[Block]:
    tables = publication_tables(audit, facts)
    shares = [(one.label, _lines(one.attributes[0])) for one in longest(audit) if one.attributes]
    printed = list(dict.fromkeys(name for _, values in shares for name in values))
    if not printed:
        return tables
    picture = pictures.group_shares(shares, "On the lists, per 1,000", groups=printed)
    title = audit.instruments[0].attributes[0].title
    return [*tables, Figure(picture, f"{title}: share of each group on the longer lists.")]


def _lines(attribute: AttributeFacts) -> dict[str, tuple[float, float, float]]:
    """Group -> share on the lists with its interval, of those that are printed."""
    done = {}
    for group in printed_groups(attribute):
        one = group.estimate("selected_share")
        if one is not None and one.value is not None and one.low is not None and one.high is not None:
            done[group.name] = (one.value, one.low, one.high)
    return done


def _under_the_numbers(audit: AuditFacts) -> list[Block]:
    apart = tuple(line for a in audit.instruments[0].attributes if is_of_people(a.attribute) and (line := _apart(a)))
    return [
        Heading("What lies under the numbers"),
        Paragraph(
            "Every figure is about what was recorded. A group that is visited or reported more often is recorded more "
            "often, whatever its members do. A difference can come from behaviour, reporting, recording or the list."
            + (
                " Below are the groups with the highest and lowest share, where intervals do not overlap."
                if apart
                else ""
            )
        ),
        *([Bullets(apart)] if apart else []),
        Paragraph(
            "Where groups differ in how often something is recorded, no list that makes mistakes can have equal "
            "precision, equal false negative rates and equal false positive rates for all of them at once "
            "(Chouldechova 2017; "
            "Kleinberg, Mullainathan and Raghavan 2017). Which inequality does less harm is for people to decide."
        ),
    ]


def _apart(attribute: AttributeFacts) -> str | None:
    """The two groups whose recorded outcomes lie furthest apart, of those that are printed."""
    rates = [(e.value, g) for g in printed_groups(attribute) if (e := g.estimate("base_rate")) and e.value is not None]
    if len(rates) < 2:
        return None
    lowest, highest = (pick(rates, key=lambda one: one[0])[1] for pick in (min, max))
    top, bottom = highest.estimate("base_rate"), lowest.estimate("base_rate")
    if top is None or bottom is None or top.low is None or bottom.high is None or top.low <= bottom.high:
        return None
    shares = " and ".join(f"{g.text('base_rate').replace(' (', ' % (')} of “{g.name}”" for g in (lowest, highest))
    return f"{attribute.title}: the outcome was recorded for {shares}."


def _how(audit: AuditFacts, facts: RunFacts) -> list[Block]:
    lists = len(facts.split.test)
    return [
        Heading("How it was found"),
        Paragraph(
            f"{about(audit.people).capitalize()} people were ranked on {lists} dates, and each list has {audit.k} "
            "places. "
            f"Intervals come from {audit.resamples:,} resamples of people. Whether a group differs from everybody by "
            f"more than chance is tested by {audit.permutations:,} permutations. The test allows for every comparison "
            "made of "
            "an instrument (Holm). The matrix is audited in the same way as the model, because keeping it is a "
            "choice too."
        ),
        Paragraph(
            (
                f"Every count of people is rounded up or down at random to a multiple of {BASE}. So are both parts of "
                f"every rate, which count the people on an average list. Where a part is below {SMALLEST}, “{MARK}” is "
                "printed instead. A group of so few people is left out. All figures are rounded anew when the records "
                "change, so that a difference between two versions does not show one person. Figures may therefore not "
                "add up. ",
                Link("Gates", "model-card", "Gates"),
            )
        ),
        Paragraph(CHECKED),
        _largest_unnoticed(),
    ]


def _largest_unnoticed() -> Table:
    """The sizes of gap above which the verdict is *not enough evidence*."""
    own = [(TITLES[name], in_words(name, bound)) for name, bound in IN_ITS_UNIT.items()]
    shares = [(TITLES[name], f"{share:.0%} of everybody's value") for name, share in OF_EVERYBODY.items()]
    caption = (
        "The largest difference that may go unnoticed where no disparity was found. These limits are choices of this "
        "software, not findings"
    )
    return Table(caption, ("Measure", "Difference from everybody"), (*shares, *own))


def _files(facts: RunFacts) -> list[Block]:
    if _refused(facts):
        return []
    rows = tuple(FILES.items())
    return [
        Heading("The files beside this report"),
        Table("CSV files, rounded by the same rule", ("File", "What it holds"), rows),
    ]


def _unfilled(audit: AuditFacts | None) -> tuple[Unfilled, ...]:
    return tuple(_open_fields(audit))


def _open_fields(audit: AuditFacts | None) -> Iterator[Unfilled]:
    found = (
        (audit and audit.labels, "Other definitions of the outcome, by group", "The run makes it when records allow."),
        (audit and audit.victim_side, "Whose recorded suspects are missed, by group of victim", "Needs victims named."),
        (audit and audit.counter_allegations, "Counter-allegations: people in both roles", "Needs victims named."),
        (audit and audit.proxies, "How well the features tell protected groups", "The run makes it."),
        (audit and audit.mitigation, "What lessening a gap would cost", "The run makes it."),
    )
    yield from (Unfilled(field, why) for there, field, why in found if not there)
    yield Unfilled(
        "Disability, sexual orientation, religion, gender reassignment", "Seldom recorded; not read from the extract."
    )
    yield Unfilled("What meetings did with the lists, by group", "The ledger holds it once lists are used.")
