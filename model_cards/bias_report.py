"""The bias report: verdicts first, then the table for publication, then every group, every count through disclosure "
"control."""

from matac_ml.facts import RunFacts
from matac_ml.fairness import AttributeFacts, AuditFacts, GapFacts, InstrumentFacts, Verdict
from matac_ml.fairness.detectable import IN_ITS_UNIT, OF_EVERYBODY
from matac_ml.fairness.disclosure import MINIMUM_CELL, ROUNDING
from model_cards import bias_more, pictures
from model_cards.changes import NOTHING_BEFORE, verdict_changes
from model_cards.consistency import consistency_paragraph
from model_cards.document import Block, Bullets, Document, Figure, Heading, Link, Paragraph, Table
from model_cards.figures import about
from model_cards.groups import (
    COMPARED,
    HEADS,
    TITLES,
    PrintedGroup,
    disparities,
    gap_sentence,
    in_words,
    is_of_people,
    predicts_probability,
    printed_groups,
    verdict_lines,
)
from model_cards.publication import publication_tables
from model_cards.unfilled import Unfilled, unfilled_blocks
from model_cards.verdicts import audit_lines
from model_cards.wording import VERDICTS

SHOWN = ("base_rate", "selected_share", "precision", "miss_rate", "false_positive_rate", "calibration_in_the_large")
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
    return (
        _headline(audit),
        Bullets(audit_lines(audit)),
        Paragraph(VERDICTS),
        *_found(audit),
        Heading("What changed since the version before?"),
        Bullets(tuple(changed[:_SHOWN_FIRST]) or ("No verdict changed.",)),
    )


def _headline(audit: AuditFacts) -> Paragraph:
    """Disparities by who people are first; those by what is recorded of them are never passed over."""
    found = [(one.name, a, gap) for one in audit.instruments for a, gap in disparities(one)]
    recorded = sum(not is_of_people(a.attribute) for _, a, _ in found)
    held = {(name, a.attribute, gap.measure) for name, a, gap in found if _is_held_against(a, gap)}
    model, matrix = ({one[1:] for one in held if one[0] == name} for name in ("model", "matrix"))
    said = ""
    if held:
        new = len(model - matrix)
        lead = f"By {_WHO}, there are disparities on the lists."
        said = f"{new} of the model that the matrix does not have. " if new else "None of the model alone. "
    else:
        lead = f"By {_WHO}, no disparity was found on the lists."
        asked = [g for one in audit.instruments for a in one.attributes if is_of_people(a.attribute) for g in a.gaps]
        unknown = sum(gap.verdict is Verdict.NOT_ENOUGH for gap in asked)
        said = f"For {unknown} of {len(asked)} comparisons of these no answer was possible. " if unknown else ""
    if recorded:
        were = "was" if recorded == 1 else "were"
        said += f"By {_RECORDED}, {recorded} {were} found. Whether that is justified is for you. "
    return Paragraph(f"{said}What was not found may still be there: see what could have been detected.", lead)


_WHO = "sex, ethnicity, age, deprivation and area, as far as known"
_RECORDED = "whom people are recorded against, and whether they are victims too"


def _is_held_against(attribute: AttributeFacts, gap: GapFacts) -> bool:
    return gap.measure in COMPARED and is_of_people(attribute.attribute)


def _found(audit: AuditFacts) -> list[Block]:
    of_people, recorded = [], 0
    for one in audit.instruments:
        for attribute, gap in disparities(one):
            if not is_of_people(attribute.attribute):
                recorded += 1
                continue
            of_people.append(
                f"{one.label}, {attribute.title}. {gap_sentence(gap, attribute, printed_groups(attribute))}"
            )
    if not of_people and not recorded:
        return []
    more = (f"And {len(of_people) - _SHOWN_FIRST} more, below.",) if len(of_people) > _SHOWN_FIRST else ()
    history = (
        f"{recorded} {'more' if of_people else 'found'} by {_RECORDED}, over all instruments. "
        "Whether that is justified is for you.",
    )
    return [Heading("Disparities"), Bullets((*of_people[:_SHOWN_FIRST], *more, *(history if recorded else ())))]


def _blocks(audit: AuditFacts, facts: RunFacts) -> list[Block]:
    blocks: list[Block] = [*publication_tables(audit, facts), *_under_the_numbers(audit)]
    for attribute in audit.instruments[0].attributes:
        blocks += _attribute(attribute.attribute, attribute.title, audit)
    blocks += bias_more.other_cuts(audit)
    blocks += bias_more.swap(audit)
    blocks += bias_more.labels(audit)
    blocks += bias_more.victim_side(audit)
    blocks += bias_more.both_roles(audit)
    blocks += bias_more.proxies(audit)
    blocks += bias_more.mitigation(audit)
    return [*blocks, *_how(audit, facts), *unfilled_blocks(_unfilled(audit))]


def _under_the_numbers(audit: AuditFacts) -> list[Block]:
    apart = tuple(line for attribute in audit.instruments[0].attributes if (line := _apart(attribute)))
    return [
        Heading("What lies under the numbers"),
        Paragraph(
            "Every figure is about what was recorded. A group that is visited or reported more often is recorded more "
            "often, whatever its members do; a difference may lie in behaviour, in reporting, in recording or in the "
            "list."
        ),
        *([Bullets(apart)] if apart else []),
        Paragraph(
            "Where groups differ in how often something is recorded, no list that makes mistakes can have equal "
            "precision, "
            "equal miss rates and equal false positive rates for all of them at once (Chouldechova 2017; Kleinberg, "
            "Mullainathan and Raghavan 2017). Which inequality is the lesser harm is for people to decide."
        ),
    ]


def _apart(attribute: AttributeFacts) -> str | None:
    """The two groups whose recorded outcomes lie furthest apart, of those that are printed."""
    rates = [(v, g.name) for g in printed_groups(attribute) if (v := g.value("base_rate")) is not None]
    if len(rates) < 2:
        return None
    (low, lowest), (high, highest) = min(rates), max(rates)
    if f"{low:.1%}" == f"{high:.1%}":
        return None
    return f"{attribute.title}: the outcome was recorded for {low:.1%} of {lowest} and {high:.1%} of {highest}."


def _attribute(name: str, title: str, audit: AuditFacts) -> list[Block]:
    blocks: list[Block] = [Heading(title)]
    found = [(one, a, printed_groups(a)) for one in audit.instruments for a in one.attributes if a.attribute == name]
    for one, attribute, groups in found:
        lines = verdict_lines(attribute, groups)
        if lines:
            blocks += [Paragraph("", f"{one.label}:"), Bullets(lines)]
    blocks += _shares(found, title)
    blocks += [_group_table(one, attribute, groups) for one, attribute, groups in found]
    return blocks + _calibration(found)


_Found = list[tuple[InstrumentFacts, AttributeFacts, tuple[PrintedGroup, ...]]]


def _shares(found: _Found, title: str) -> list[Block]:
    lines = [(one.label, _lines(groups, "selected_share")) for one, _, groups in found]
    printed = [g.name for g in found[0][2] if any(g.name in values for _, values in lines)]
    if not printed:
        return [Paragraph("No share on the lists is printed: every group has too few places.")]
    picture = pictures.group_shares(lines, "On the lists, per 1,000", groups=printed)
    return [Figure(picture, f"{title}: share on the lists. Groups with too few places are left out.")]


def _lines(groups: tuple[PrintedGroup, ...], measure: str) -> dict[str, tuple[float, float, float]]:
    """Group -> value, low and high, of those that are printed."""
    done = {}
    for group in groups:
        one = group.estimate(measure)
        if one is not None and one.value is not None and one.low is not None and one.high is not None:
            done[group.name] = (one.value, one.low, one.high)
    return done


def _group_table(one: InstrumentFacts, attribute: AttributeFacts, groups: tuple[PrintedGroup, ...]) -> Table:
    shown = [m for m in SHOWN if any(m in g.facts.measures for g in groups)]
    rows = tuple((g.name, g.people, *(g.text(name) for name in shown)) for g in groups)
    caption = f"{attribute.title}: {one.label}, with 95 % intervals"
    return Table(caption, ("Group", "People", *(HEADS[m] for m in shown)), rows, figures=True)


def _calibration(found: _Found) -> list[Block]:
    blocks: list[Block] = []
    for one, attribute, groups in found:
        if not predicts_probability(attribute):
            continue
        predicted = {g.name: 100 * value for g in groups if (value := g.value("mean_score")) is not None}
        lines = [(g, predicted[g], *ends) for g, ends in _lines(groups, "base_rate").items() if g in predicted]
        if lines:
            picture = pictures.predicted_and_recorded(lines, label=one.label)
            rows = tuple((name, f"{p:.1f}", f"{r:.1f} ({low:.1f} to {high:.1f})") for name, p, r, low, high in lines)
            caption = f"{attribute.title}: predicted by {one.label}, and recorded"
            table = Table(caption, ("Group", "Predicted, %", "Recorded, %"), rows, figures=True)
            blocks += [Figure(picture, "Diamonds: mean probability. Dots: share recorded, with 95 % intervals."), table]
    return blocks


def _how(audit: AuditFacts, facts: RunFacts) -> list[Block]:
    return [
        Heading("How it was found"),
        Paragraph(
            f"{about(audit.rows).capitalize()} rows of {about(audit.people)} people; {audit.k} places on each list. "
            "Intervals: "
            f"{audit.resamples:,} resamples of people. How far a group stands out from everybody is tested by "
            f"{audit.permutations:,} permutations of people among groups, adjusted for every "
            "comparison of an instrument (Holm). Measures of groups are checked against fairlearn on every run."
        ),
        Paragraph(
            f"Counts below {MINIMUM_CELL} are hidden, others are rounded to {ROUNDING}, and more is withheld where a "
            "hidden count could be worked out from a total. Rates are worked out from those rounded counts, and hidden "
            "where either side of them is. Rates of the outcome are hidden too where either side holds fewer than ten "
            "different people, by the rows a person of the group has on average. "
            "How far a group stands out is printed only where its own figure is."
        ),
        Paragraph(
            "“No disparity found” is said only where a gap of the size below would have been noticed four times in "
            "five. Otherwise the verdict is “not enough evidence”."
        ),
        _largest_unnoticed(),
        consistency_paragraph(facts),
        Paragraph(
            (
                "The matrix is audited in the same way as the model, because keeping it is a choice too. ",
                Link("Gates", "model-card", "Gates"),
            )
        ),
    ]


def _largest_unnoticed() -> Table:
    """The sizes of gap above which the verdict is *not enough evidence*."""
    own = [(TITLES[name], in_words(name, bound)) for name, bound in IN_ITS_UNIT.items()]
    shares = [(TITLES[name], f"{share:.0%} of everybody's value") for name, share in OF_EVERYBODY.items()]
    caption = (
        "The largest gap that may go unnoticed where no disparity was found: choices of this software, not findings"
    )
    return Table(caption, ("Measure", "Gap from everybody"), (*shares, *own))


def _unfilled(audit: AuditFacts | None) -> tuple[Unfilled, ...]:
    found = [
        (audit and audit.labels, "Other definitions of the outcome, by group", "The run makes it when records allow."),
        (audit and audit.victim_side, "Whose recorded suspects are missed, by group of victim", "Needs victims named."),
        (audit and audit.counter_allegations, "Counter-allegations: people in both roles", "Needs victims named."),
        (audit and audit.proxies, "How well the features tell protected groups", "The run makes it."),
        (audit and audit.mitigation, "What lessening a gap would cost", "The run makes it."),
    ]
    always = (
        Unfilled(
            "Disability, sexual orientation, religion, gender reassignment",
            "Seldom recorded; not read from the extract.",
        ),
        Unfilled("What meetings did with the lists, by group", "The ledger holds it once lists are used."),
    )
    return tuple(Unfilled(field, why) for there, field, why in found if not there) + always
