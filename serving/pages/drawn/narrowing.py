"""What a drawn list can be narrowed to and sorted by: words of an address, so that no script is needed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from matac_ml.api.lists import ListedPerson
from matac_ml.casework import State

#: Where the meeting's work with somebody is going on: they are managed already.
_MANAGED = frozenset(state.value for state in (State.IN_COHORT, State.PLANNED, State.DISRUPTED))
#: The word in the address, the words beside the box, and who is left.
SHOWN: dict[str, tuple[str, Callable[[ListedPerson], bool]]] = {
    "victim": ("Also a victim", lambda person: person.also_victim),
    "serial": ("Serial perpetrator", lambda person: person.serial_perpetrator),
    "tied": ("Tied at the cut", lambda person: person.standing == "tied"),
    "new": ("New since the last list", lambda person: person.moved == "new"),
    "in-cycle": ("Referred, or at a later step", lambda person: person.status is not None),
    "not-in-cycle": ("Not referred yet", lambda person: person.status is None),
    "could-matter": ("A missing record could matter", lambda person: bool(person.could_matter)),
    "barred": ("May not be taken", lambda person: bool(person.not_eligible) or person.status in _MANAGED),
}
#: The word in the address, the words in the box, and the key; equal people stay in the order of the list.
SORTED: dict[str, tuple[str, Callable[[ListedPerson], Any]]] = {
    "rank": ("Order of the list", lambda _: 0),
    "last": ("Latest incident first", lambda person: -(person.last_incident or date.min).toordinal()),
    "victim": ("Also a victim first", lambda person: not person.also_victim),
    "serial": ("Serial perpetrators first", lambda person: not person.serial_perpetrator),
    "status": ("Where they stand in the cycle", lambda person: (person.status is None, person.status or "")),
    "referred": ("Not referred yet first", lambda person: person.status is not None),
}


def chosen_of(words: Sequence[str]) -> list[str]:
    """The words of an address that narrow a list; others are passed over."""
    return [word for word in SHOWN if word in words]


def narrowed(people: Sequence[ListedPerson], chosen: Sequence[str], order: str) -> list[ListedPerson]:
    """Whoever fits everything that was chosen, in the order asked for."""
    fitting = [person for person in people if all(SHOWN[word][1](person) for word in chosen)]
    return sorted(fitting, key=SORTED[order][1])
