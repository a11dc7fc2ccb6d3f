"""Who a caller is, once recognised, and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from matac_ml.apikeys import ServiceRole


class Permission(StrEnum):
    """What a route asks of its caller."""

    SCORE = "score"
    EXPLAIN_AGAIN = "explain_again"
    READ_PAPERS = "read_papers"
    READ_METRICS = "read_metrics"
    READ_LEDGER = "read_ledger"
    ADMINISTER = "administer"
    ANYBODY = "anybody"


#: The board, data scientists and administrators see no person: nothing they do for MATAC needs it.
ALLOWED: dict[ServiceRole, frozenset[Permission]] = {
    ServiceRole.ANALYST: frozenset({Permission.SCORE, Permission.EXPLAIN_AGAIN, Permission.READ_PAPERS}),
    ServiceRole.DATA_SCIENTIST: frozenset({Permission.READ_PAPERS, Permission.READ_METRICS}),
    ServiceRole.BOARD: frozenset({Permission.READ_PAPERS}),
    ServiceRole.AUDITOR: frozenset(
        {Permission.EXPLAIN_AGAIN, Permission.READ_PAPERS, Permission.READ_METRICS, Permission.READ_LEDGER}
    ),
    ServiceRole.ADMINISTRATOR: frozenset(
        {Permission.READ_PAPERS, Permission.READ_METRICS, Permission.READ_LEDGER, Permission.ADMINISTER}
    ),
}


@dataclass(frozen=True)
class Principal:
    """A caller who has been recognised.

    Attributes
    ----------
    name : str
        The key's name or the token's user.
    role : ServiceRole or None
        None when access is off: this machine may do everything.
    origin : str
        Who vouches for the name: ``key``, or ``oidc:`` and the issuer; empty for this machine.
    """

    name: str
    role: ServiceRole | None
    origin: str = ""

    @property
    def id(self) -> str:
        """Name and origin, written in the ledger: ``key:NAME`` or ``oidc:ISSUER#NAME``.

        A provider can give anybody any name, a key's too. Its holder must not become the owner of what a key was given.
        """
        separator = "#" if self.personal else ":"
        return f"{self.origin}{separator}{self.name}" if self.origin else self.name

    @property
    def personal(self) -> bool:
        """Whether the name is one person's own, so that no other user may be claimed beside it."""
        return self.origin.startswith("oidc:")

    def was(self, caller: str) -> bool:
        """Whether an entry of the ledger names this caller.

        Entries written before origins were kept hold a bare name. It is read as a key's: names of keys are given by an
        administrator, names of tokens are not. An auditor reads the others.
        """
        return caller == self.id or (self.origin == "key" and caller == self.name)

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission is Permission.ANYBODY or self.role is None or permission in ALLOWED[self.role]


THIS_MACHINE = Principal(name="this machine", role=None)


class TokenReader(Protocol):
    """Reads a bearer token of an identity provider."""

    def __call__(self, token: str) -> Principal:
        """The principal named by a token; ServiceError ``no_identity`` when it does not hold."""
        ...
