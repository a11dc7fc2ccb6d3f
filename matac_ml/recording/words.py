"""What an audit of recording rests on, in words: printed with its figures."""

#: attribute -> where its groups come from
SOURCES = {
    "sex": "Sex is taken from the police record.",
    "ethnicity": "Ethnicity is what the person told the police, not what a partner holds.",
    "ethnicity_detailed": "Ethnicity is what the person told the police, not what a partner holds.",
    "ethnicity_officer": "Ethnicity is what an officer saw, not what the person said.",
    "age": "Age is taken from the date of birth in the police record, on the last day of the records.",
    "deprivation": "Deprivation is that of the home address in the police record.",
    "area": "The area is that of the home address in the police record.",
    "sex_by_ethnicity": "Sex is taken from the police record; ethnicity is what the person told the police.",
    "sex_by_age": "Sex and age are taken from the police record.",
}

NOTES = {
    "incidents": (
        "It is assumed that partners learn of an incident, and refer the person, whether or not it was recorded. "
        "The odds ratio says how strongly that would have to fail in one group alone to explain the whole difference.",
        "An incident is held when the police had recorded it before the referral, with that person as a suspect. "
        "The two dates may lie as many days apart as the tolerance allows. "
        "A person who is not linked to their own record counts as not held: compare the shares linked first.",
    ),
    "people": (
        "A person is on record when the police had recorded them as a suspect before the first referral. "
        "Without dates only a person whose every incident is missing is found, so that losses of a part hardly show.",
    ),
}
