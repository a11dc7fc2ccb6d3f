"""Whose record is restricted to others: counted, and named neither on the pages of cases nor on a register."""

from matac_ml.casework.notes import is_same
from matac_ml.errors import LedgerError
from serving.deployment.runtime import Runtime
from serving.errors import NO_LEDGER, ServiceError


def hidden_from(runtime: Runtime, reader: str) -> frozenset[str]:
    """Identifiers, those that stay, of everybody whose record is restricted to people of whom the reader is none.

    Raises
    ------
    ServiceError
        ``no_ledger``: nobody can say whose record is restricted, so nothing may be shown.
    """
    try:
        cases = runtime.casebook.cases(runtime.deployment.known_as)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    return frozenset(
        case.person_id
        for case in cases
        if case.restricted_to and not any(is_same(name, reader) for name in case.restricted_to)
    )
