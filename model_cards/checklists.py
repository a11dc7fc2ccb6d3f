"""ALGO-CARE and the NPCC covenant: each question, what the run can show for it, and what it cannot."""

from dataclasses import dataclass

from matac_ml.facts import RunFacts
from model_cards.document import Block, Document, Heading, Inline, Link, Paragraph, Table
from model_cards.unfilled import Unfilled, unfilled_blocks
from model_cards.verdicts import against_matrix, audit_lines, promotion


@dataclass(frozen=True)
class Item:
    """One heading of a checklist.

    Attributes
    ----------
    evidence : Inline
        What the run shows, with links to where.
    left : tuple of Unfilled
        What it asks that no fact answers.
    """

    name: str
    evidence: Inline
    left: tuple[Unfilled, ...] = ()


def algo_care(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the self-assessment under the eight letters of ALGO-CARE."""
    note = (
        "ALGO-CARE is a framework of eight groups of prompts, tried out with Durham Constabulary and endorsed by the "
        "National Police Chiefs' Council. The words beside the letters are how they are read here: take the prompts "
        "themselves from the published framework."
    )
    return _checklist("algo-care", "ALGO-CARE self-assessment", note, _algo_care(facts), facts)


def covenant(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the map from the covenant's principles to evidence."""
    note = (
        "The Covenant for Using Artificial Intelligence in Policing was endorsed by the National Police Chiefs' "
        "Council on 28 September 2023. Chief constables and police and crime commissioners, with their ethics "
        "committees, answer for its principles; this page says where evidence for each is, and where there is none."
    )
    return _checklist("covenant", "Map to the NPCC covenant", note, _covenant(facts), facts)


def _checklist(name: str, title: str, note: str, items: tuple[Item, ...], facts: RunFacts) -> Document:
    left = [one for item in items for one in item.left]
    lead, said = promotion(facts)
    short: tuple[Block, ...] = (
        Paragraph(said, lead),
        Paragraph(
            f"There are {len(items)} headings. They ask {len(left)} things that no fact of this run answers; these "
            "are listed at the end."
        ),
        Paragraph(note),
    )
    rows = tuple((item.name, item.evidence) for item in items)
    blocks: list[Block] = [
        Heading("What the run shows"),
        Table(title, ("Heading", "What the run shows, and where"), rows),
    ]
    return Document(name, title, short, (*blocks, *unfilled_blocks(left)))


def _algo_care(facts: RunFacts) -> tuple[Item, ...]:
    return (
        Item(
            "A: advisory",
            (
                "A list and its reasons are advice. No request nominates anybody: a named person decides, with a "
                "reason. ",
                Link("What it may be used for", "model-card", "What it may be used for"),
                ".",
            ),
            (
                Unfilled(
                    "How often meetings follow the list without a reason of their own",
                    "The ledger, once lists are used",
                ),
            ),
        ),
        Item(
            "L: lawful",
            (
                "What the run processes, and why: ",
                Link("data protection annex", "dpia-annex"),
                ". Groups: ",
                Link("equality annex", "eia-annex"),
                ".",
            ),
            (Unfilled("Lawful basis, strict necessity and proportionality", "The force's legal adviser"),),
        ),
        Item(
            "G: granularity",
            (
                f"A score is about one person as of a day, and a list has {facts.k} places. Each family of features is "
                "shown on its own. What the records cannot see: ",
                Link("limits", "model-card", "What it cannot see"),
                ".",
            ),
        ),
        Item(
            "O: ownership",
            (
                "Source, policy file, recipe and fitted model are open to the force and hashed: ",
                Link("versions", "model-card", "Versions"),
                ".",
            ),
            (Unfilled("Contract terms on disclosure of workings", "The force's procurement"),),
        ),
        *_algo_care_results(facts),
    )


def _algo_care_results(facts: RunFacts) -> tuple[Item, ...]:
    """Challengeable, accuracy, responsible, explainable."""
    return (
        Item(
            "C: challengeable",
            (
                "Every score comes with the incidents behind its reasons, and the matrix with its arithmetic. For "
                "people who are scored: ",
                Link("plain notice", "plain-notice"),
                ".",
            ),
            (Unfilled("Who hears a challenge, and within what time", "The force"),),
        ),
        Item(
            "A: accuracy",
            (" ".join(against_matrix(facts)) + " ", Link("How good it is", "model-card", "How good it is"), "."),
            (Unfilled("Accuracy after deployment, and how often it is measured", "The force's monitoring"),),
        ),
        Item(
            "R: responsible",
            (" ".join(audit_lines(facts.audit)) + " ", Link("Bias report", "bias-report"), "."),
            (Unfilled("What the ethics committee asked, and was answered", "The committee's minutes"),),
        ),
        Item(
            "E: explainable",
            (
                f"The model has {len(facts.features)} features. Each is described in words, with how far it moves "
                "scores: ",
                Link("what it looks at", "model-card", "What it looks at"),
                ". The points of the matrix are printed line by line.",
            ),
        ),
    )


def _covenant(facts: RunFacts) -> tuple[Item, ...]:
    return (
        Item(
            "Lawful",
            (
                "What is processed: ",
                Link("data protection annex", "dpia-annex"),
                ". The equality duty: ",
                Link("equality annex", "eia-annex"),
                ".",
            ),
            (Unfilled("Legal advice, and the assessments themselves", "The force"),),
        ),
        Item(
            "Transparent",
            (
                "Public record: ",
                Link("ATRS", "atrs"),
                ". People scored: ",
                Link("plain notice", "plain-notice"),
                ". Groups: ",
                Link("table for publication", "bias-report", "Tables by group"),
                ".",
            ),
            (Unfilled("Where these are published", "The force"),),
        ),
        Item(
            "Explainable",
            (
                "Reasons with incidents for each person; features in words: ",
                Link("what it looks at", "model-card", "What it looks at"),
                ".",
            ),
        ),
        *_covenant_conduct(facts),
    )


def _covenant_conduct(facts: RunFacts) -> tuple[Item, ...]:
    """Responsible, accountable, robust."""
    gates = "; ".join(f"{g.title}: {g.standing.words}" for g in facts.gates) or "no gate was set"
    return (
        Item(
            "Responsible",
            (" ".join(audit_lines(facts.audit)) + " ", Link("Bias report", "bias-report"), "."),
            (Unfilled("Independent scrutiny, and by whom", "The force and its ethics committee"),),
        ),
        Item(
            "Accountable",
            (
                "Every consultation, score and decision is recorded with who and why. A named person approves a "
                "release with a reason, when every gate is passed, or waived by name with a reason of its own. "
                f"Gates of this run: {gates}."
            ),
            (Unfilled("The senior responsible owner, and the approver of this version", "The force"),),
        ),
        Item(
            "Robust",
            (
                "The same recipe on the same data gives the same bundle. It sees nothing that became known after the "
                "day of a list. Every published rate follows from its counts: ",
                Link("self-test", "model-card", "Confusion matrices"),
                ".",
            ),
            (
                Unfilled(
                    "Thresholds whose breach sends the model back to the ethics committee", "The force's monitoring"
                ),
            ),
        ),
    )
