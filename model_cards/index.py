"""The first page of the folder: which paper answers which question."""

from collections.abc import Sequence

from matac_ml.facts import RunFacts
from model_cards.bias_files import FILES
from model_cards.document import Block, Bullets, Document, Heading, Link, Paragraph, Table
from model_cards.verdicts import against_matrix, audit_lines, promotion

#: paper -> the question it answers, for whom
QUESTIONS = {
    "model-card": ("Should we approve this? What is not known?", "Boards, data scientists"),
    "bias-report": ("Does it treat groups differently, and is there enough data to tell?", "Boards, the public"),
    "comparison": ("What changed since last time?", "Boards"),
    "data-sheet": ("What was it learnt from, and what is missing?", "Data protection, data scientists"),
    "atrs": ("What do we publish about it?", "The public"),
    "algo-care": ("What does it show under ALGO-CARE?", "Ethics committees"),
    "covenant": ("Where is the evidence for each principle of the NPCC covenant?", "Chief officers"),
    "dpia-annex": ("What goes into our data protection impact assessment?", "Data protection"),
    "eia-annex": ("What goes into our equality impact assessment?", "Equality leads"),
    "plain-notice": ("What do we tell the people who are scored?", "The people scored"),
}


def index(facts: RunFacts, previous: RunFacts | None, papers: Sequence[Document]) -> Document:
    """Write the first page."""
    lead, said = promotion(facts)
    short: tuple[Block, ...] = (
        Paragraph(said, lead),
        Bullets((*against_matrix(facts), *audit_lines(facts.audit))),
    )
    rows = tuple((Link(one.title, one.name), *QUESTIONS[one.name]) for one in papers)
    blocks = (
        Heading("The papers"),
        Table("Which paper answers which question", ("Paper", "Question", "For"), rows),
        Paragraph(
            "Each paper is an HTML page and a Markdown file, and a PDF where the machine that wrote it could make one. "
            f"The transparency record is also JSON (atrs.json); the tables by group are also CSV ({', '.join(FILES)})."
        ),
    )
    return Document("index", "Papers of a run", short, blocks)
