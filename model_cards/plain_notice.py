"""One page for the people who are scored, in plain words."""

from matac_ml.facts import RunFacts
from model_cards.document import Block, Bullets, Document, Heading, Paragraph
from model_cards.figures import period
from model_cards.wording import FAMILIES

_TITLE = "How a list you may be on is made"


def plain_notice(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the notice; square brackets are for the force to fill."""
    who = facts.data.force or "[name of the force]"
    families = list(dict.fromkeys(f.family for f in facts.features))
    looks = tuple(f"{FAMILIES[name][:1].upper()}{FAMILIES[name][1:]}." for name in families if name in FAMILIES)
    within = period(facts.split.horizon_days)
    short: tuple[Block, ...] = (
        Paragraph(
            f"{who} uses a points table, and a computer model beside it, to put police records of domestic abuse "
            f"in order before a meeting. A list has {facts.k} places. People decide. It is not yet known how often "
            "they simply follow the list."
        ),
    )
    blocks: tuple[Block, ...] = (
        Heading("What it looks at"),
        Bullets(looks),
        Paragraph(
            "It looks at what was reported to the police and written down. That can be wrong or incomplete. A report "
            "counts even if nobody was charged or convicted." + _unshown(facts)
        ),
        Heading("What it does not look at"),
        Paragraph(
            "It does not look at your sex, your ethnicity or where you live. These are used only to check whether "
            "lists treat groups of people differently; so is age, which also decides who is old enough to be on a "
            "list. It does not use arrests, stop and search, intelligence reports, or whom you know."
        ),
        Heading("What it says, and what it does not say"),
        Paragraph(
            f"It says how likely another report with you as a suspect is to be recorded within {within}. It does not "
            "say that you did anything, or that you will. It makes mistakes: some people on a list are not reported "
            "again, and some who are reported again were not on it."
        ),
        Heading("If you have also been a victim"),
        Paragraph(
            "The software shows this before anything else. [the force] must make sure it is read. If you are "
            "recorded only as a victim, you get no score."
        ),
        Heading("What you can do"),
        Bullets(
            (
                "Ask what is held about you, and what the score was made from: [contact].",
                "Say that a record is wrong: [contact].",
                "Ask for a person to look at a decision again, and say what you think of it: [contact].",
                "Complain to the Information Commissioner: [current address].",
            )
        ),
        Heading("What [the force] still has to fill in"),
        Paragraph(
            "The contacts in square brackets, how long records and lists are kept, and who else may see them. No fact "
            "of the run fills these."
        ),
    )
    return Document("plain-notice", _TITLE, short, blocks, fits_one_page=True, versions=False, warned=False)


def _unshown(facts: RunFacts) -> str:
    """Families that add nothing are never given as a reason, and are in the score all the same."""
    unshown = {"escalation", "context"} & {step.added for step in facts.ablation if not step.supported}
    return " Some of these things move the score and are not given as a reason." if unshown else ""
