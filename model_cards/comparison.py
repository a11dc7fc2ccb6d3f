"""The comparison with the version before: everything that differs, and nothing that does not."""

from matac_ml.facts import GateFacts, RunFacts, Verdict
from model_cards.changes import NOTHING_BEFORE, changes, not_comparable, side_by_side
from model_cards.document import Block, Bullets, Document, Heading, Link, Paragraph, Table
from model_cards.verdicts import promotion


def comparison(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the comparison; says plainly when there is nothing to compare with."""
    if previous is None:
        short: tuple[Block, ...] = (
            Paragraph(NOTHING_BEFORE, "First version."),
            Paragraph(
                "To compare with the version in force, write the papers again with: matac-ml card --run RUN "
                "--previous RUN-IN-FORCE."
            ),
        )
        return Document("comparison", "Comparison with the version before", short, ())
    changed = changes(facts, previous)
    lead, said = promotion(facts)
    nothing = len(changed) == 1 and changed[0].startswith("Nothing changed")
    short = (
        *(Paragraph(one, "Read first.") for one in not_comparable(facts, previous)),
        Paragraph(said, lead),
        Heading("Nothing changed" if nothing else f"{len(changed)} changes"),
        Bullets(changed),
    )
    return Document("comparison", "Comparison with the version before", short, tuple(_blocks(facts, previous)))


def _blocks(facts: RunFacts, previous: RunFacts) -> list[Block]:
    blocks: list[Block] = [
        Heading("Side by side"),
        *side_by_side(facts, previous),
        Heading("Gates"),
        _gates(facts, previous),
    ]
    verdicts = _verdicts(facts, previous)
    if verdicts:
        blocks += [Heading("Verdicts on groups"), verdicts]
    note = (
        "Each version was measured on its own test dates and data. Where those differ, a difference between two "
        "figures may come from the dates or the data as well as from the model. "
    )
    return [*blocks, Paragraph((note, Link("How good this version is", "model-card", "How good it is")))]


def _gates(facts: RunFacts, previous: RunFacts) -> Table:
    def word(gate: GateFacts | None) -> str:
        if gate is None:
            return "not a gate"
        return "passed" if gate.passed else gate.standing.words.upper()

    now, before = ({gate.name: gate for gate in run.gates} for run in (facts, previous))
    titles = {name: gate.title for name, gate in (*before.items(), *now.items())}
    rows = tuple((titles[name], word(before.get(name)), word(now.get(name))) for name in dict.fromkeys((*now, *before)))
    return Table("Gates", ("Gate", "Version before", "This version"), rows)


def _verdicts(facts: RunFacts, previous: RunFacts) -> Table | None:
    if facts.audit is None or previous.audit is None:
        return None
    before = {one.name: one.verdicts for one in previous.audit.instruments}
    rows = tuple(
        (
            f"{one.label}: {verdict}",
            f"{before[one.name][verdict]}" if one.name in before else "–",
            f"{one.verdicts[verdict]}",
        )
        for one in facts.audit.instruments
        for verdict in Verdict
    )
    return Table(
        "How many comparisons ended in each verdict", ("Verdict", "Version before", "This version"), rows, figures=True
    )
