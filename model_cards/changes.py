"""What changed since the version before."""

from matac_ml.facts import AuditFacts, RunFacts, Verdict
from model_cards.figures import day
from model_cards.groups import TITLES
from model_cards.performance import performance, printed
from model_cards.published import model_type


def changes(facts: RunFacts, previous: RunFacts | None) -> tuple[str, ...]:
    """One sentence a change; none where there is nothing to compare with."""
    if previous is None:
        return ()
    lines = [*not_comparable(facts, previous)]
    lines += [f"{name}: {old} became {new}." for name, old, new in inputs(facts, previous) if old != new]
    lines += _features(facts, previous)
    lines += [f"{name}: {old} became {new}." for name, old, new in measures(facts, previous) if old != new]
    lines += gate_changes(facts, previous)
    lines += verdict_changes(facts.audit, previous.audit)
    return tuple(lines)


def not_comparable(facts: RunFacts, previous: RunFacts) -> tuple[str, ...]:
    """Why no figure of two versions may be compared, in one sentence; empty when they predict the same."""
    now, before = facts.split.horizon_days, previous.split.horizon_days
    if now != before:
        what = f"this version predicts {now:,} days ahead, the version before {before:,} days"
    elif (facts.outcome, facts.outcome_text) != (previous.outcome, previous.outcome_text):
        what = f"this version predicts {facts.outcome}, the version before {previous.outcome}"
    else:
        return ()
    return (
        f"The figures of the two versions cannot be compared: {what}. "
        "How much is recorded depends on what is asked and over what time, whichever version is better.",
    )


def inputs(facts: RunFacts, previous: RunFacts) -> tuple[tuple[str, str, str], ...]:
    """What went into the two versions: its name, before and now."""
    return (
        ("Data", f"extract {previous.data.data_hash[:12]}", f"extract {facts.data.data_hash[:12]}"),
        ("Records to", day(previous.data.cut_off), day(facts.data.cut_off)),
        ("Policy", f"{previous.policy.name} {previous.policy.version}", f"{facts.policy.name} {facts.policy.version}"),
        ("Policy file", previous.policy.sha256[:12], facts.policy.sha256[:12]),
        ("Harm index", previous.policy.harm_index, facts.policy.harm_index),
        ("Recipe", previous.recipe_sha256[:12], facts.recipe_sha256[:12]),
        ("Outcome", previous.outcome_text, facts.outcome_text),
        ("Horizon in days", f"{previous.split.horizon_days}", f"{facts.split.horizon_days}"),
        ("Places on each list", f"{previous.k}", f"{facts.k}"),
        ("Model", model_type(previous), model_type(facts)),
        ("matac-ml", previous.package, facts.package),
    )


def _features(facts: RunFacts, previous: RunFacts) -> list[str]:
    old, new = ({f.name for f in run.features} for run in (previous, facts))
    lines = [f"Features added: {', '.join(sorted(new - old))}."] if new - old else []
    return lines + ([f"Features taken out: {', '.join(sorted(old - new))}."] if old - new else [])


def measures(facts: RunFacts, previous: RunFacts) -> tuple[tuple[str, str, str], ...]:
    """The figures of the model in the bundle, before and now, as printed."""
    old, new = (performance(run[run.chosen]) for run in (previous, facts))
    names = (
        ("precision_at_k", "Precision at k"),
        ("harm_at_k", "Share of harm captured at k"),
        ("auc", "AUC"),
        ("brier", "Brier score"),
        ("calibration_slope", "Calibration slope"),
    )
    return tuple((title, printed(old, name), printed(new, name)) for name, title in names)


def gate_changes(facts: RunFacts, previous: RunFacts) -> list[str]:
    """Gates that stand otherwise than before."""
    before = {gate.name: gate for gate in previous.gates}
    lines = []
    for gate in facts.gates:
        if gate.name not in before:
            lines.append(f"New gate, {gate.standing.words}: {gate.title}.")
        elif gate.standing is not before[gate.name].standing:
            lines.append(f"{gate.title}: now {gate.standing.words}, before {before[gate.name].standing.words}.")
    gone = sorted(set(before) - {gate.name for gate in facts.gates})
    return lines + [f"No longer a gate: {before[name].title}." for name in gone]


def verdict_changes(now: AuditFacts | None, before: AuditFacts | None) -> list[str]:
    """Comparisons of groups that end in another verdict than in the audit before."""
    if now is None or before is None:
        return [] if (now is None) == (before is None) else ["Only one of the two versions was audited."]
    old, new = _verdicts(before), _verdicts(now)
    lines = [
        f"{compared}: {old[key][1]} became {verdict}."
        for key, (compared, verdict) in new.items()
        if key in old and old[key][1] is not verdict
    ]
    added, gone = len(set(new) - set(old)), len(set(old) - set(new))
    lines += [f"{added} comparisons of groups are made now that were not made before."] if added else []
    return lines + ([f"{gone} comparisons of groups were made before that are not made now."] if gone else [])


def _verdicts(audit: AuditFacts) -> dict[tuple[str, str, str], tuple[str, Verdict]]:
    """Every comparison of groups: what is compared, in words, and how it ended."""
    return {
        (i.name, a.attribute, gap.measure): (
            f"{i.label}, {a.title.lower()}, {TITLES.get(gap.measure, gap.measure).lower()}",
            gap.verdict,
        )
        for i in audit.instruments
        for a in i.attributes
        for gap in a.gaps
    }
