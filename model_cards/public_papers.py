"""The figures of the notice and of the annex on equality; the other public papers need none of their own."""

from matac_ml.facts import RunFacts
from model_cards.groups import disparities, gap_sentence

#: Protected characteristic -> the attributes by which an audit may look at it.
_PROTECTED = {
    "Age": ("age",),
    "Disability": ("disability",),
    "Gender reassignment": ("gender_reassignment",),
    "Marriage and civil partnership": ("marriage",),
    "Pregnancy and maternity": ("pregnancy",),
    "Race": ("ethnicity", "ethnicity_detailed", "ethnicity_officer"),
    "Religion or belief": ("religion",),
    "Sex": ("sex",),
    "Sexual orientation": ("sexual_orientation",),
}


def plain_notice(facts: RunFacts, _: RunFacts | None) -> dict[str, object]:
    """One page for the people who are scored; square brackets are for the force to fill."""
    # Families that add nothing are never given as a reason, and are in the score all the same.
    unshown = {"escalation", "context"} & {step.added for step in facts.ablation if not step.supported}
    families = list(dict.fromkeys(feature.family for feature in facts.features))
    return {"families": families, "unshown": unshown}


def eia_annex(facts: RunFacts, _: RunFacts | None) -> dict[str, object]:
    """The annex to the equality impact assessment."""
    instruments = facts.audit.instruments if facts.audit else ()
    asked = {a.attribute: a.title for instrument in instruments for a in instrument.attributes}
    protected = [
        {"name": name, "evidence": [asked[key] for key in keys if key in asked]} for name, keys in _PROTECTED.items()
    ]
    known = {key for keys in _PROTECTED.values() for key in keys}
    return {
        "protected": protected,
        "others": [title for key, title in asked.items() if key not in known],
        "disparities": [
            f"{instrument.label}, {a.title.lower()}. {gap_sentence(gap, a)}"
            for instrument in instruments
            for a, gap in disparities(instrument)
        ],
    }
