"""The roles of people and programs that use the service, and what each may do: one entry a role."""

from enum import StrEnum
from typing import Self


class Permission(StrEnum):
    """What an address of the service asks of its caller."""

    SCORE = "score"
    EXPLAIN_AGAIN = "explain_again"
    READ_PAPERS = "read_papers"
    READ_METRICS = "read_metrics"
    READ_LEDGER = "read_ledger"
    ADMINISTER = "administer"
    ANYBODY = "anybody"


class ServiceRole(StrEnum):
    """A role, with its permissions: an entry without them cannot be imported.

    The board, data scientists and administrators see no person: nothing they do for MATAC needs it.
    """

    permissions: frozenset[Permission]

    def __new__(cls, name: str, permissions: set[Permission]) -> Self:
        """A role whose value is its name alone, as key files and tokens write it."""
        role = str.__new__(cls, name)
        role._value_ = name
        role.permissions = frozenset(permissions)
        return role

    ANALYST = "analyst", {Permission.SCORE, Permission.EXPLAIN_AGAIN, Permission.READ_PAPERS}
    DATA_SCIENTIST = "data_scientist", {Permission.READ_PAPERS, Permission.READ_METRICS}
    BOARD = "board", {Permission.READ_PAPERS}
    AUDITOR = (
        "auditor",
        {Permission.EXPLAIN_AGAIN, Permission.READ_PAPERS, Permission.READ_METRICS, Permission.READ_LEDGER},
    )
    ADMINISTRATOR = (
        "administrator",
        {Permission.READ_PAPERS, Permission.READ_METRICS, Permission.READ_LEDGER, Permission.ADMINISTER},
    )
