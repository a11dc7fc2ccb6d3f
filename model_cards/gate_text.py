"""The sentence of a gate that holds the model against the matrix, made of the very figures that the tables print."""

from collections.abc import Sequence

from matac_ml.evaluation import BY_NAME
from matac_ml.facts import ContenderFacts, GateFacts, GateStanding, RunFacts
from model_cards.performance import Performance, performance, printed, printed_difference
from model_cards.published_text import Sentences

#: What is held against the matrix, in a sentence.
_SUBJECT = {"precision_at_k": "Precision at {k}", "harm_at_k": "The share of harm captured at {k}"}


def at_capacity_text(
    measure: str, model: ContenderFacts, matrix: ContenderFacts, *, standing: GateStanding, k: int
) -> str:
    """What was found on lists of the meeting's capacity, without a full stop.

    Parameters
    ----------
    measure : str
        Name in :data:`matac_ml.evaluation.MEASURES`.
    model, matrix : ContenderFacts
        Exact or rounded for publication: the figures are those that tables of the same facts print.
    """
    mine, theirs = performance(model), performance(matrix)
    subject = _SUBJECT.get(measure, BY_NAME[measure].title).format(k=k)
    each = f"{printed(mine, measure)} for the model and {printed(theirs, measure)} for the matrix"
    apart = printed_difference(mine, theirs, measure)
    return f"{subject} is {each}, a difference of {apart}: {_verdict(mine, theirs, measure, standing)}"


def _verdict(mine: Performance, theirs: Performance, measure: str, standing: GateStanding) -> str:
    lower = (mine.difference(measure, theirs).value or 0.0) < 0
    if standing is GateStanding.NOT_PASSED:
        return "the model is worse by more than chance explains"
    if standing is GateStanding.NOT_JUDGED:
        begun = "the model is lower on these lists, and they" if lower else "these lists"
        return f"{begun} hold too little to tell whether it is worse"
    if lower:
        return "the model is lower on these lists, by no more than a tenth of the matrix's figure at the interval's end"
    return "the model is not lower on these lists"


def published_gate(
    gate: GateFacts, said: Sentences, contenders: Sequence[ContenderFacts], facts: RunFacts
) -> GateFacts:
    """A gate as it may be printed; one that holds a measure against the matrix is said anew, as tables print it.

    Parameters
    ----------
    said : Sentences
        Rounds the figures of other gates.
    contenders : sequence of ContenderFacts
        Rounded for publication.
    facts : RunFacts
        The run.
    """
    if not gate.measure:
        return said.gate(gate)
    named = {contender.name: contender for contender in contenders}
    model, matrix = named[facts.chosen], named["matrix"]
    text = at_capacity_text(gate.measure, model, matrix, standing=gate.standing, k=facts.k)
    return gate.model_copy(update={"text": text, "figure": None, "bound": None})
