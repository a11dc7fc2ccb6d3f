"""The figures of the comparison with the version before: everything that differs, and nothing that does not."""

from matac_ml.facts import GateFacts, RunFacts, Verdict
from model_cards.changes import changes, inputs, measures, not_comparable


def comparison(facts: RunFacts, previous: RunFacts | None) -> dict[str, object]:
    """The comparison; without a version before, the template says that there is nothing to compare with."""
    if previous is None:
        return {}
    return {
        "not_comparable": not_comparable(facts, previous),
        "changes": changes(facts, previous),
        "inputs": _with_change(inputs(facts, previous)),
        "measures": _with_change(measures(facts, previous)),
        "gates": _gates(facts, previous),
        "verdicts": _verdicts(facts, previous),
    }


def _with_change(rows: tuple[tuple[str, str, str], ...]) -> list[tuple[str, ...]]:
    return [(name, old, new, "same" if old == new else "changed") for name, old, new in rows]


def _gates(facts: RunFacts, previous: RunFacts) -> list[tuple[str, ...]]:
    def standing(gate: GateFacts | None) -> str:
        if gate is None:
            return "not a gate"
        return "passed" if gate.passed else gate.standing.words.upper()

    now, before = ({gate.name: gate for gate in run.gates} for run in (facts, previous))
    titles = {name: gate.title for name, gate in (*before.items(), *now.items())}
    return [
        (titles[name], standing(before.get(name)), standing(now.get(name))) for name in dict.fromkeys((*now, *before))
    ]


def _verdicts(facts: RunFacts, previous: RunFacts) -> list[tuple[str, ...]]:
    """How many comparisons of groups ended in each verdict; empty unless both versions were audited."""
    if facts.audit is None or previous.audit is None:
        return []
    before = {instrument.name: instrument.verdicts for instrument in previous.audit.instruments}
    return [
        (
            f"{instrument.label}: {verdict}",
            f"{before[instrument.name][verdict]}" if instrument.name in before else "–",
            f"{instrument.verdicts[verdict]}",
        )
        for instrument in facts.audit.instruments
        for verdict in Verdict
    ]
