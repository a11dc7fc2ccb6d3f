"""Features as rows of a table name them: what is measured, without a value."""

from matac_ml.facts import FeatureFacts

#: How a sentence goes on after its value, and what the value is then.
_MEASURED = (
    ("since ", "Time "),
    ("of harm ", "Days "),
    ("in custody", "Days "),
    ("on average between", "Time "),
    ("first recorded", "Victims "),
    ("whose records", "Victims "),
)
#: What stands where the value was taken out of the middle of a sentence, and what reads better there.
_IN_THE_MIDDLE = (
    (":  times as often", ": how many times as often"),
    (": , days in custody", ": rate, days in custody"),
    (":  (above", " (above"),
    (":  later than", ": how much later than"),
    ("At most  of the ", "Largest number of the "),
    (" concern the same", " with the same"),
    ("(each counted once) in", "Different victims in"),
)


def named(feature: FeatureFacts) -> str:
    """Say what a feature measures.

    >>> sentence = "{value} of the incidents in the last 90 days were recorded with alcohol noted."
    >>> named(FeatureFacts(name="a", family="context", text=sentence, unit="share", direction=0))
    'Share of the incidents in the last 90 days that were recorded with alcohol noted'
    """
    rest = feature.text.replace("{value}", "").strip(" .:")
    if feature.unit == "share":
        of, _, stated = rest.rpartition(" were ")
        rest = f"Share {of} that were {stated}"
    for gap, words in _IN_THE_MIDDLE:
        rest = rest.replace(gap, words)
    rest = next((f"{what}{rest}" for begins, what in _MEASURED if rest.startswith(begins)), rest)
    return f"{rest[:1].upper()}{rest[1:]}"
