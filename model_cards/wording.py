"""What every paper says in the same words: what the product is for, what it is not for, and what it cannot see."""

#: What papers call the model in the bundle; its type stands in their last table.
THE_MODEL = "The model"
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
    "People whom the police visit more often are recorded more often, whatever they do.",
    "Somebody who is in custody, has moved away or is no longer reported looks as if their behaviour had changed.",
    "Contributions (SHAP) show what is associated with a score in past data. They do not show what causes anything.",
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
        "them and how they were closed; whether you were also recorded as a victim; and time in custody"
    ),
}
VERDICTS = (
    "Every comparison of groups ends in one of three verdicts. Disparity: the difference is larger than chance "
    "explains, after allowing for how many comparisons were made. No disparity found: a difference of the size named "
    "would probably have been seen. Not enough evidence: there is too little data to say, which is not good news."
)
