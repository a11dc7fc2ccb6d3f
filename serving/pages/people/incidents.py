"""The one table of a person's incidents, and how it is narrowed: by a link, with nobody's identifier in its address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matac_ml.api.explanation import ExplainedScore, IncidentLine, NotScored
from matac_ml.wording import relationship

Lines = Sequence[IncidentLine]

_KINDS: dict[str, tuple[str, Callable[[IncidentLine], bool]]] = {
    "crimes": ("Crimes", lambda line: line.is_crime),
    "other": ("Not crimes", lambda line: not line.is_crime),
    "victim": ("As the victim", lambda line: line.role == "victim"),
    "each": ("Recorded against each other", lambda line: any(other.each_other for other in line.others)),
}
#: People named beside the table at most; the others are found in the table.
_MOST_PEOPLE = 8


@dataclass(frozen=True)
class Narrowing:
    """One way to narrow the table: what stands in the address, the words of the link, and how many rows are left."""

    key: str
    value: str
    words: str
    rows: int


def people_in(lines: Lines) -> dict[str, str]:
    """Whom the person is suspected of harming, the latest first, with what each is recorded to be."""
    others = [other for line in lines if line.role != "victim" for other in line.others]
    found: dict[str, str] = {}
    for other in others:
        if not found.get(other.person_id):
            found[other.person_id] = relationship(other.relationship) if other.relationship else ""
    return found


def ways_to_narrow(lines: Lines, answer: ExplainedScore | NotScored) -> tuple[Narrowing, ...]:
    """Every way that leaves some rows and not all of them."""
    asked = [("show", key, words) for key, (words, _) in _KINDS.items()]
    asked += [("with", str(i + 1), f"With {name}") for i, name in enumerate([*people_in(lines)][:_MOST_PEOPLE])]
    found = [Narrowing(key, value, words, len(narrowed(lines, answer, {key: value}))) for key, value, words in asked]
    return tuple(way for way in found if 0 < way.rows < len(lines))


def narrowed(lines: Lines, answer: ExplainedScore | NotScored, query: Mapping[str, str]) -> Lines:
    """The rows that an address asks for; all of them where it asks for nothing that is known."""
    if query.get("show") in _KINDS:
        keep = _KINDS[query["show"]][1]
        return [line for line in lines if keep(line)]
    people = [*people_in(lines)]
    with_whom = query.get("with", "")
    if with_whom.isascii() and with_whom.isdigit() and len(with_whom) < 4 and 0 < int(with_whom) <= len(people):
        name = people[int(with_whom) - 1]
        return [line for line in lines if any(other.person_id == name for other in line.others)]
    if "for" in query:
        return [line for line in lines if query["for"] in line.counts_for] or lines
    if "because" in query and isinstance(answer, ExplainedScore):
        reasons = (reason for family in answer.families for reason in family.reasons)
        behind = {
            ref.incident_id for reason in reasons if reason.feature == query["because"] for ref in reason.incidents
        }
        return [line for line in lines if line.incident_id in behind] or lines
    return lines
