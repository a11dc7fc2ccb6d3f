"""What every paper says in the same words: what the product is for, what it is not for, and what it cannot see."""

MAY = (
    "Order people by police-recorded behaviour, beside the RFGV matrix, for a meeting of people who then decide, each "
    "with a reason on the record."
)
MAY_NOT = (
    "Nominate anybody, or take anybody off a list.",
    "Be read as a probability of violence, of guilt, or of anything but another record.",
    "Be shown without the matrix, the incidents behind its reasons, and its limits.",
    "Say anything about people with few or no records: most domestic abuse is never reported.",
    "Be used in another force without being fitted, compared and audited there.",
)
LIMITS = (
    "Records show what was reported and recorded, not what happened.",
    "Other forces' records, and what partner agencies know, are not seen unless they were brought in.",
    "Whoever is visited more often is recorded more often, whatever they do.",
    "A person in custody, or moved away, or no longer reported, looks as if behaviour had changed.",
    "Contributions (SHAP) say what goes together with a score in past data, not what causes anything.",
)
#: family of features -> what it is, for people outside
FAMILIES = {
    "recency": "how long ago incidents were recorded",
    "frequency": "how many incidents were recorded",
    "gravity": "how serious the recorded offences are, by a published harm index",
    "victims": "how many different people were recorded as victims",
    "escalation": "whether incidents became more frequent or more serious",
    "context": (
        "what was recorded around the incidents: children who were there, alcohol or drugs, stalking, who reported "
        "them and "
        "how they were closed; whether you were also recorded as a victim; and time in custody"
    ),
}
VERDICTS = (
    "Every comparison ends in one of three verdicts: disparity (larger than chance explains, after allowing for how "
    "many "
    "comparisons were made), no disparity found (with the gap that would probably have been noticed), or not enough "
    "evidence. The last is not good news: it says that nothing can be said."
)
#: Self-defined ethnicity, 18+1, in words.
ETHNICITIES = {
    "W1": "White British",
    "W2": "White Irish",
    "W3": "Gypsy or Irish Traveller",
    "W9": "Any other White",
    "M1": "White and Black Caribbean",
    "M2": "White and Black African",
    "M3": "White and Asian",
    "M9": "Any other Mixed",
    "A1": "Indian",
    "A2": "Pakistani",
    "A3": "Bangladeshi",
    "A4": "Chinese",
    "A9": "Any other Asian",
    "B1": "Black Caribbean",
    "B2": "Black African",
    "B9": "Any other Black",
    "O2": "Arab",
    "O9": "Any other",
}
