"""What the system may not know about a person, and why: save the officer's grade, no condition can name these."""

#: fact -> why it is left out
DECIDED_AGAINST: dict[str, str] = {
    "arrests": "They measure what the police did, not what was done; who is arrested differs by group and by area.",
    "stop and search": "Where and whom officers choose to search is not behaviour towards a partner or relative.",
    "intelligence logs": "Ungraded and undated assertions; nobody scored could check or contest them.",
    "associates": "Nobody is ranked for whom they know.",
    "postcode and area": "A proxy of deprivation and ethnicity, and of how intensively an area is policed.",
    "ethnicity": "A protected characteristic: it audits scores and never makes them.",
    "sex": "A protected characteristic: it audits scores and never makes them.",
    "age": "A protected characteristic: it decides eligibility (16 or older) and audits scores.",
    "deprivation": "Poverty is not behaviour; it audits scores.",
    "DASH grades and answers": (
        "Studies found the grade little better than chance and of almost no use beside history. "
        "A recipe may ask for it with a catalogue of its own; "
        "the record keeps the grade, and the language has its column."
    ),
}
