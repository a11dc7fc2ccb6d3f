"""Which drawn list a meeting takes its order from: chosen in the address, and named in the form of the cohort."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matac_ml import clock
from matac_ml.casework.drawn import drawn_lists, faults_of_fit, find_list, places_on
from matac_ml.casework.listed import ListBasis
from matac_ml.casework.meetings_read import Meeting
from matac_ml.errors import LedgerError, UsageError
from serving.endpoints.endpoint import Runtime
from serving.errors import NO_LEDGER, ServiceError

#: Drawn lists that the page offers, latest first.
OFFERED = 12
#: The word in the address for an order that is of no list.
NONE = "none"


@dataclass(frozen=True)
class CitableList:
    """A drawn list that a meeting can take its order from.

    Attributes
    ----------
    unfit : tuple of str
        Why it is none for this meeting, unless a reason is given; empty where it fits.
    """

    number: int
    basis: ListBasis
    unfit: tuple[str, ...]


@dataclass(frozen=True)
class WaitingOrder:
    """The order of the people who wait for a place.

    Attributes
    ----------
    cited : CitableList or None
        None where it is that of the entry scores.
    places : mapping
        Person to place, of those who stand on the list.
    offered : tuple of CitableList
        Lists that can be chosen.
    """

    cited: CitableList | None
    places: Mapping[str, tuple[int, int]]
    offered: tuple[CitableList, ...]


def order_of(runtime: Runtime, meeting: Meeting, chosen: str) -> WaitingOrder:
    """The order that was chosen; otherwise that of the latest list that fits, and of no list where none does.

    Raises
    ------
    ServiceError
        ``no_ledger``: lists could not be read.
    """
    day: date = clock.today()
    try:
        offered = tuple(
            CitableList(drawn.number, drawn.basis, tuple(faults_of_fit(drawn.basis, drawn.number, meeting, day)))
            for drawn in reversed(drawn_lists(runtime.ledger.ledger)[-OFFERED:])
        )
        named = next((one for one in offered if str(one.number) == chosen), None)
        fitting = next((one for one in offered if not one.unfit), None) if chosen != NONE else None
        cited = named or fitting
        if cited is None:
            return WaitingOrder(None, {}, offered)
        drawn = find_list(runtime.ledger.ledger, cited.number)
    except UsageError:
        return WaitingOrder(None, {}, offered)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    places = places_on(drawn, lambda person: runtime.deployment.known_as(person)[0])
    return WaitingOrder(cited, {person: place for person, (_, place) in places.items()}, offered)
