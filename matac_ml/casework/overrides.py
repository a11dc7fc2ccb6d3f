"""Why somebody is put on a cohort or left off against the list: a closed list in plain words, beside a free text."""

from enum import StrEnum


class OverrideCode(StrEnum):
    """The coded reason of an override."""

    CUSTODY = "custody"
    MANAGED = "managed"
    SAFEGUARDING = "safeguarding"
    VICTIM = "victim"
    AGENCY = "agency"
    RECORD = "record"
    MOVED = "moved"
    CAPACITY = "capacity"
    OTHER = "other"

    @property
    def words(self) -> str:
        """What the code says."""
        return _WORDS[self]


_WORDS = {
    OverrideCode.CUSTODY: "in custody, or soon to be",
    OverrideCode.MANAGED: "managed by another programme",
    OverrideCode.SAFEGUARDING: "a safeguarding concern about this person",
    OverrideCode.VICTIM: "a victim's wish or protection",
    OverrideCode.AGENCY: "an agency knows what police records do not hold",
    OverrideCode.RECORD: "a record is wrong or contested",
    OverrideCode.MOVED: "the person has moved away or died",
    OverrideCode.CAPACITY: "no agency can work with the person now",
    OverrideCode.OTHER: "another reason, in the text",
}


def faults_of_code(code: str) -> list[str]:
    """Why a text is no coded reason; an empty one is none at all, and allowed."""
    if not code or code in list(OverrideCode):
        return []
    return [f"the coded reason of an override must be one of {', '.join(OverrideCode)}"]
