"""What others call our columns: words that a suggestion looks for, never more than a suggestion."""

import difflib
import re
from collections.abc import Mapping

#: Our column -> names that systems and people give it.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "incident_id": ("ref", "reference", "crime ref", "crime no", "crime number", "urn", "incident no", "incident ref",
                    "incident", "occurrence number", "event number"),
    "person_id": ("nominal", "nominal id", "nominal ref", "person", "person id", "person no", "subject id"),
    "occurred_on": ("date from", "occurred", "date occurred", "offence date", "committed from", "happened",
                    "incident date", "start date"),
    "recorded_on": ("reported", "date reported", "recorded", "date recorded", "created", "date created", "linked",
                    "date linked", "report date", "booked"),
    "is_crime": ("rec type", "type", "crime type", "record type", "crime", "crime flag", "crimed"),
    "offence_code": ("ho code", "home office code", "offence", "offence code", "offence description", "crime code"),
    "outcome_code": ("outcome", "outcome type", "disposal"),
    "outcome_on": ("outcome date", "disposal date"),
    "area": ("beat", "ward", "district", "area", "bcu", "sector", "neighbourhood"),
    "report_source": ("how reported", "reported by", "source", "report method"),
    "injury_level": ("injury", "injury level", "injury degree"),
    "weapon_used": ("weapon", "weapon used"),
    "alcohol": ("alcohol", "alcohol flag", "drink"),
    "drugs": ("drugs", "drugs flag"),
    "children_present": ("children", "children present", "child present"),
    "honour_based": ("hba", "hbv", "honour based"),
    "stalking": ("stalking", "stalking flag"),
    "strangulation": ("strangulation", "nfs", "strangled"),
    "order_breach": ("order breached", "order", "breach"),
    "dash_grade": ("dash", "dash grade", "risk", "risk grade", "risk level"),
    "proactively_detected": ("proactive", "police generated"),
    "domestic": ("da flag", "domestic abuse", "dv flag", "domestic"),
    "role": ("role", "involvement", "involved as", "status in incident", "link type"),
    "relationship": ("relationship", "rel", "victim is", "relation to suspect"),
    "counterpart_id": ("about", "suspect", "suspect id", "offender id"),
    "birth_date": ("dob", "date of birth", "born", "birth date"),
    "sex": ("sex", "gender"),
    "self_defined_ethnicity": ("sde", "self defined ethnicity", "ethnicity", "16+1", "18+1"),
    "officer_defined_ethnicity": ("ic", "ic code", "officer defined ethnicity", "ethnic appearance"),
    "deprivation_decile": ("decile", "imd decile"),
    "home_area": ("home beat", "home area", "home ward"),
    "deceased_on": ("died", "date of death", "deceased"),
    "reclassified_on": ("changed", "reclassified", "date changed"),
    "start_on": ("in", "start", "from", "start date", "detained"),
    "end_on": ("out", "end", "to", "end date", "released"),
    "referral_id": ("referral", "referral ref", "referral id"),
    "referred_on": ("referred", "referral date"),
    "agency": ("agency", "referred by", "referring agency"),
    "merged_into": ("new", "merged into", "surviving nominal", "kept"),
    "merged_on": ("when", "merged", "date merged"),
}  # fmt: skip
#: Their own names for our tables, in names of files and sheets.
TABLE_NAMES: Mapping[str, tuple[str, ...]] = {
    "incidents": ("incidents", "crimes", "occurrences", "events", "offences"),
    "involvements": ("involvements", "links", "involved", "roles", "linked persons"),
    "people": ("people", "nominals", "persons", "subjects"),
    "reclassifications": ("reclassifications", "reclassified", "changes"),
    "custody": ("custody", "detention", "custody spells"),
    "management": ("management", "managed", "matac"),
    "referrals": ("referrals",),
    "merges": ("merges", "merged", "merged nominals"),
}


def likeness(name: str, known: tuple[str, ...]) -> float:
    """How much a name is like one of several, 0 to 1; 1 is the same but for capitals and signs.

    Examples
    --------
    >>> likeness("Date_Reported", ("date reported",)), likeness("Surname", ("date reported",)) < 0.6
    (1.0, True)
    """
    said = _plain(name)
    return max((difflib.SequenceMatcher(None, said, _plain(word)).ratio() for word in known), default=0.0)


def _plain(name: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9+]+", apart.lower()))
