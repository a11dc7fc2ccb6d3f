"""What changed since the version before."""

from matac_ml.facts import RunFacts
from model_cards.figures import figure


def changes(facts: RunFacts, previous: RunFacts | None) -> tuple[str, ...]:
    """One sentence a change; says so when there is nothing to compare with."""
    if previous is None:
        return ("There is no version before this one to compare with.",)
    pairs = (
        ("Data", previous.data.data_hash[:12], facts.data.data_hash[:12]),
        ("Cut-off", str(previous.data.cut_off), str(facts.data.cut_off)),
        ("Policy", f"{previous.policy.name} {previous.policy.version}", f"{facts.policy.name} {facts.policy.version}"),
        ("Harm index", previous.policy.harm_index, facts.policy.harm_index),
        ("Recipe", previous.recipe_sha256[:12], facts.recipe_sha256[:12]),
        ("Model", previous[previous.chosen].label, facts[facts.chosen].label),
        ("Outcome", previous.outcome, facts.outcome),
    )
    lines = [f"{name}: {old} became {new}." for name, old, new in pairs if old != new]
    old_names, new_names = ({f.name for f in one.features} for one in (previous, facts))
    lines += [f"Features added: {', '.join(sorted(new_names - old_names))}."] if new_names - old_names else []
    lines += [f"Features taken out: {', '.join(sorted(old_names - new_names))}."] if old_names - new_names else []
    for measure, title in (("precision_at_k", "Precision at k"), ("auc", "AUC"), ("brier", "Brier score")):
        old, new = (one[one.chosen].measures[measure].value for one in (previous, facts))
        if old != new:
            lines.append(f"{title}: {figure(old)} became {figure(new)}.")
    return tuple(lines) or ("Nothing changed.",)
