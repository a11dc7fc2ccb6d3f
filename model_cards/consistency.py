"""The self-test of every published table: figures that do not follow from their confusion matrix are not published.

Everything is worked out again from the exact counts, before any is rounded. A paper that contradicts itself is not
written.
"""

import math
from collections.abc import Iterator

from matac_ml.errors import InvariantError
from matac_ml.evaluation import Ratio
from matac_ml.facts import (
    AttributeFacts,
    ContenderFacts,
    GroupFacts,
    InstrumentFacts,
    RecordingFacts,
    RunFacts,
)
from matac_ml.fairness.measures import MEASURES

#: What arithmetic in floating point may leave.
TOLERANCE = 1e-6


def check_consistency(facts: RunFacts) -> None:
    """Work out every published rate and total again from the counts.

    Raises
    ------
    InvariantError
        Naming every figure that does not follow from its counts.
    """
    found = [line for contender in facts.contenders for line in _contender(contender)]
    if facts.audit:
        for instrument in (*facts.audit.instruments, *facts.audit.other_cuts):
            found += _instrument(instrument, facts.audit.rows)
        for recording in facts.audit.recording:
            found += _recording(recording)
    wrong = [
        f"{name}: published {given:.6g}, worked out {again:.6g}" for name, given, again in found if _off(given, again)
    ]
    if wrong:
        raise InvariantError("Figures do not follow from their counts; no paper was written. " + "; ".join(wrong))


def _off(given: float, again: float) -> bool:
    return abs(given - again) > TOLERANCE * max(1.0, abs(again))


_Line = tuple[str, float, float]


def _contender(contender: ContenderFacts) -> Iterator[_Line]:
    if not contender.confusion:
        return
    first = contender.confusion[0]
    chosen, outcomes = first.true_positive + first.false_positive, first.true_positive + first.false_negative
    for name, part, whole in (
        ("precision_at_k", first.true_positive, chosen),
        ("recall_at_k", first.true_positive, outcomes),
    ):
        value = contender.measures[name].value
        if value is not None and whole:
            yield f"{contender.label}, {name}", value, part / whole
    for matrix in contender.confusion[1:]:
        yield f"{contender.label}, {matrix.rule}, outcomes", matrix.true_positive + matrix.false_negative, outcomes
        yield f"{contender.label}, {matrix.rule}, rows", matrix.rows, first.rows
    if contender.by_cycle and chosen and "precision_at_k" in contender.measures:
        yield (
            f"{contender.label}, mean of the lists",
            sum(contender.by_cycle.values()) / len(contender.by_cycle),
            first.true_positive / chosen,
        )


def _instrument(instrument: InstrumentFacts, rows: int) -> Iterator[_Line]:
    whole = None
    for attribute in instrument.attributes:
        name = f"{instrument.label}, {instrument.rule or 'list'}, {attribute.title}"
        for group in attribute.groups:
            yield from ((f"{name}, {group.group}, {what}", a, b) for what, a, b in _group(group))
        totals = _totals(attribute)
        yield f"{name}, rows", totals[0], float(rows)
        whole = whole or totals
        # Every attribute groups the same rows: outcomes, places and hits must add up alike.
        yield from ((f"{name}, {what}", a, b) for what, a, b in zip(_SUMMED, totals, whole, strict=True))


def _recording(recording: RecordingFacts) -> Iterator[_Line]:
    for group in recording.groups:
        if group.share.value is not None:
            yield f"{recording.title}, {group.group}, share held", group.share.value, group.held / group.known


_SUMMED = ("rows", "outcomes", "places", "hits")


def _totals(attribute: AttributeFacts) -> tuple[float, ...]:
    groups = attribute.groups
    return (
        float(sum(g.rows for g in groups)),
        float(sum(g.outcomes for g in groups)),
        sum(g.selected for g in groups),
        sum(_hits(g) for g in groups),
    )


def _hits(group: GroupFacts) -> float:
    value = group.measures["precision"].value if "precision" in group.measures else None
    return (value or 0.0) * group.selected


def _group(group: GroupFacts) -> Iterator[_Line]:
    """Every rate that follows from counts; the hits themselves were worked out from the precision."""
    counts = {"rows": group.rows, "outcomes": group.outcomes, "selected": group.selected, "hits": _hits(group)}
    for m in MEASURES:
        given = group.measures[m.name].value if m.name in group.measures else None
        if m.of_a_cut and isinstance(m.formula, Ratio) and m.name != "precision" and given is not None:
            again = float(m.formula.of(counts))
            if math.isfinite(again):
                yield m.name, given, again
