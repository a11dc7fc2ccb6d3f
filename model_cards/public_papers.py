"""The papers that need few figures of their own: index, notice, checklists, and the two annexes."""

from matac_ml.facts import RunFacts
from matac_ml.page import Document
from model_cards.bias_files import FILES
from model_cards.groups import disparities, gap_sentence
from model_cards.paper import fill_paper

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


def index(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the first page of the folder: which paper answers which question."""
    return fill_paper("index", facts, previous, files=FILES)


def algo_care(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the self-assessment under the eight letters of ALGO-CARE."""
    return fill_paper("algo-care", facts, previous)


def covenant(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the map from the covenant's principles to evidence."""
    return fill_paper("covenant", facts, previous)


def plain_notice(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write one page for the people who are scored; square brackets are for the force to fill."""
    # Families that add nothing are never given as a reason, and are in the score all the same.
    unshown = {"escalation", "context"} & {step.added for step in facts.ablation if not step.supported}
    families = list(dict.fromkeys(feature.family for feature in facts.features))
    return fill_paper("plain-notice", facts, previous, families=families, unshown=unshown)


def dpia_annex(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the annex to the data protection impact assessment."""
    return fill_paper("dpia-annex", facts, previous)


def eia_annex(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the annex to the equality impact assessment."""
    audit = facts.audit
    instruments = audit.instruments if audit else ()
    asked = {a.attribute: a.title for instrument in instruments for a in instrument.attributes}
    protected = [
        {"name": name, "evidence": [asked[key] for key in keys if key in asked]} for name, keys in _PROTECTED.items()
    ]
    known = {key for keys in _PROTECTED.values() for key in keys}
    return fill_paper(
        "eia-annex",
        facts,
        previous,
        protected=protected,
        others=[title for key, title in asked.items() if key not in known],
        disparities=[
            f"{instrument.label}, {a.title.lower()}. {gap_sentence(gap, a)}"
            for instrument in instruments
            for a, gap in disparities(instrument)
        ],
    )
