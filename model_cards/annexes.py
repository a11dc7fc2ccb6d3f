"""Annexes to a data protection and an equality impact assessment: what the run can show, and what it leaves open."""

from matac_ml.facts import RunFacts
from model_cards.document import Block, Bullets, Document, Heading, Link, Paragraph, Table
from model_cards.figures import about, counted
from model_cards.groups import disparities, gap_sentence
from model_cards.unfilled import Unfilled, unfilled_blocks
from model_cards.verdicts import audit_lines, promotion
from model_cards.wording import LIMITS

#: table of an extract -> what it holds, for what
_TABLES = {
    "incidents": (
        "Domestic abuse incidents: when they occurred and were recorded, offence, how they were dealt with",
        "Scored",
    ),
    "involvements": ("Who was suspect and who was victim of which incident, and how they are related", "Scored"),
    "people": (
        "Sex, birth date, ethnicity, home area and its deprivation decile",
        "Audit. The birth date also decides who is old enough to be on a list. None of it is scored",
    ),
    "reclassifications": ("When an incident's offence or flag was changed", "Scored as known on the day"),
    "custody": ("When somebody was in custody", "Scored, and used to work out time at risk"),
    "management": ("Who is already managed under MATAC", "Used to leave them out of fitting and testing"),
    "referrals": ("People whom partner agencies refer", "Scored on the same points"),
}


def dpia_annex(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the annex to the data protection impact assessment."""
    short: tuple[Block, ...] = (
        Paragraph(
            "This is an annex, not the assessment. It holds what the facts of the run show. What only the force can "
            "say is listed at the end.",
            "For the assessment under section 64 of the Data Protection Act 2018.",
        ),
        Bullets(
            (
                f"The records hold {about(facts.data.people)} people and {about(facts.data.incidents)} incidents.",
                "Scores are profiling. No score decides anything. A person decides, and is shown the records behind "
                "the score.",
                "Suspects and victims are kept apart. Somebody who is both is shown as both before anything else, and "
                "somebody recorded only as a victim gets no score.",
            )
        ),
    )
    return Document("dpia-annex", "Data protection annex", short, tuple(_dpia(facts)))


def _dpia(facts: RunFacts) -> list[Block]:
    rows = tuple(
        (name.replace("_", " "), _TABLES[name][0], _TABLES[name][1], counted(count))
        for name, count in facts.data.tables.items()
        if name in _TABLES
    )
    held = Table("Personal data by table", ("Table", "What it holds", "What for", "Rows"), rows)
    laws = (
        (
            "Sections 50A to 50D: decisions taken solely by automated means, and safeguards",
            (
                "No request nominates anybody. Whoever decides sees points, probability, interval, reasons, "
                "incidents and limits, and may decide otherwise. ",
                Link("What it may be used for", "model-card", "What it may be used for"),
                ".",
            ),
        ),
        (
            "Section 62: logging of consultation and disclosure",
            "Every consultation is recorded, with who, when and why, before the answer is given. Records are "
            "chained, so that a later change shows.",
        ),
        (
            "Section 38: suspects, convicted people, victims and witnesses told apart as far as possible",
            "Who was suspect and who was victim is kept for every incident. Somebody who is both is shown as both "
            "before anything else. Somebody recorded only as a victim gets no score.",
        ),
        (
            "Section 35: strict necessity for sensitive processing",
            "Only the audit reads ethnicity, to find out whether groups are treated differently.",
        ),
        ("Section 42: appropriate policy document", "The table above can be used in it."),
    )
    return [
        Heading("What is processed"),
        held if rows else Paragraph("The facts of this run do not name its tables."),
        Heading("What the law asks, and what the product does"),
        Table("Data Protection Act 2018", ("Provision", "What there is"), laws),
        Heading("Risks to people that the run can show"),
        Bullets((*LIMITS, *audit_lines(facts.audit), ("Groups: ", Link("bias report", "bias-report")))),
        *unfilled_blocks(
            (
                Unfilled("Controller, processors and the data protection officer's advice", "The force"),
                Unfilled("Lawful basis and condition for each purpose", "The force's legal adviser"),
                Unfilled("Whether it is strictly necessary and proportionate", "The force's legal adviser"),
                Unfilled(
                    "How long records, scores and lists are kept, and how they are deleted",
                    "The force's retention schedule",
                ),
                Unfilled("What partners receive, under which agreement", "The force and its partners"),
                Unfilled("Who was consulted, people who may be scored among them", "The force"),
                Unfilled("How requests for access, and challenges, are answered and by when", "The force"),
                Unfilled("Residual risk, and who accepts it", "The senior responsible owner"),
            )
        ),
    ]


def eia_annex(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the annex to the equality impact assessment."""
    lead, said = promotion(facts)
    short: tuple[Block, ...] = (
        Paragraph(
            "This is an annex, not the assessment. Under section 149 of the Equality Act 2010 a force must take "
            "reasonable steps to find out whether software is biased by race or gender (Bridges [2020] EWCA Civ 1058). "
            "This page says what was looked for, and what was found, in these records.",
            "For the public sector equality duty.",
        ),
        Bullets(audit_lines(facts.audit)),
        Paragraph(said, lead),
    )
    return Document("eia-annex", "Equality annex", short, tuple(_eia(facts)))


def _eia(facts: RunFacts) -> list[Block]:
    audit = facts.audit
    asked = {a.attribute: a.title for one in audit.instruments for a in one.attributes} if audit else {}
    rows = tuple((name, _evidence(name, keys, asked)) for name, keys in _PROTECTED)
    blocks: list[Block] = [
        Heading("Protected characteristics"),
        Table("What was looked at", ("Characteristic", "Evidence"), rows),
        Heading("Also looked at"),
        Bullets(
            tuple(
                ("", Link(title, "bias-report", WHERE))
                for key, title in asked.items()
                if not any(key in keys for _, keys in _PROTECTED)
            )
            or ("Nothing more.",)
        ),
    ]
    if audit:
        found = [
            f"{one.label}, {a.title.lower()}. {gap_sentence(gap, a)}"
            for one in audit.instruments
            for a, gap in disparities(one)
        ]
        blocks += [
            Heading("Disparities found"),
            Bullets(tuple(found) or ("None. A difference that was not found may still exist.",)),
        ]
        blocks += [
            Heading("What the choice between instruments does"),
            Paragraph(
                (
                    "The matrix is audited in the same way as the model. How many people of each group would enter "
                    "and leave the list is printed where the numbers are large enough. ",
                    Link("Bias report", "bias-report"),
                    ".",
                )
            ),
        ]
    return [
        *blocks,
        *unfilled_blocks(
            (
                *(
                    Unfilled(name, "Not in the records read")
                    for name, keys in _PROTECTED
                    if not any(k in asked for k in keys)
                ),
                Unfilled("Whether a difference found is justified, and what is done about it", "The force"),
                Unfilled("Who was engaged with, and what they said", "The force"),
                Unfilled("The effect on victims by group, beyond what is recorded", "Victims' services"),
                Unfilled("When this is reviewed", "The force's ethics committee"),
            )
        ),
    ]


_PROTECTED = (
    ("Age", ("age",)),
    ("Disability", ("disability",)),
    ("Gender reassignment", ("gender_reassignment",)),
    ("Marriage and civil partnership", ("marriage",)),
    ("Pregnancy and maternity", ("pregnancy",)),
    ("Race", ("ethnicity", "ethnicity_detailed", "ethnicity_officer")),
    ("Religion or belief", ("religion",)),
    ("Sex", ("sex",)),
    ("Sexual orientation", ("sexual_orientation",)),
)


#: The heading of the bias report under which every attribute stands.
WHERE = "What could not be said"


def _evidence(name: str, keys: tuple[str, ...], asked: dict[str, str]) -> tuple[str | Link, ...]:
    parts: list[str | Link] = []
    for key in keys:
        if key in asked:
            parts += [", "] if parts else []
            parts.append(Link(asked[key], "bias-report", WHERE))
    return tuple(parts) or ("None: not in the records read.",)
