"""Features as rows of a table name them: what is measured, without a value."""

from matac_ml.facts import FeatureFacts

#: How a sentence goes on after its value, and what the value is then.
_MEASURED = (
    ("since ", "Time "),
    ("of harm ", "Days "),
    ("in custody", "Days "),
    ("on average between", "Time "),
    ("times as often", "How many "),
    ("for days not", "Rate "),
    ("first recorded", "Victims "),
    ("whose records", "Victims "),
)


def named(feature: FeatureFacts) -> str:
    """Say what a feature measures.

    >>> sentence = "{value} of the incidents in the last 90 days were with alcohol noted."
    >>> named(FeatureFacts(name="a", family="context", text=sentence, unit="share", direction=0))
    'Share of the incidents in the last 90 days that were with alcohol noted'
    """
    rest = feature.text.replace("{value}", "").strip(" .:")
    for _, marker, after in (rest.partition(mark) for mark in (" gravest: ", " with any one victim: ")):
        if marker:
            return f"{'Most incidents with one victim: ' if 'victim' in marker else ''}{after}".capitalize()
    if feature.unit == "share":
        of, _, stated = rest.rpartition(" were ")
        rest = f"Share {of} that were {stated}"
    rest = rest.replace("(different victims)", "Different victims")
    rest = next((f"{what}{rest}" for begins, what in _MEASURED if rest.startswith(begins)), rest)
    return f"{rest[:1].upper()}{rest[1:]}"
