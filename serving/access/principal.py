"""Who a caller is, once recognised."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from matac_ml.roles import Permission, ServiceRole, titles, who_may
from serving.errors import NOT_ALLOWED, ServiceError

#: Who vouches for somebody who chose a name and a role where access is off: nobody.
MADE_UP = "made-up"


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
        Who vouches for the name: ``key``, or ``oidc:`` and the issuer; ``made-up`` where access is off and somebody
        chose a role; empty for this machine.
    agency, area : str
        Whom the person works for, and where, as the provider says it; empty when it does not.
    """

    name: str
    role: ServiceRole | None
    origin: str = ""
    agency: str = ""
    area: str = ""

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
        administrator, names of tokens are not. An auditor reads the others. With access off whoever chose a role is
        this machine too.
        """
        if self.origin == MADE_UP and caller == THIS_MACHINE.name:
            return True
        return caller == self.id or (self.origin == "key" and caller == self.name)

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission is Permission.ANYBODY or self.role is None or permission in self.role.permissions

    def check(self, permission: Permission) -> None:
        """Refuse what the role may not do, and say who may; ServiceError ``not_allowed``."""
        if not self.may(permission):
            mine = self.role.words if self.role else ""
            message = f"this is for the role {titles(who_may(permission))}; yours is {mine}"
            raise ServiceError(NOT_ALLOWED, faults=[("", message)])

    @property
    def reads_ledger(self) -> bool:
        """Whether the role reads in the ledger what was given to others; access that is off gives nobody a role."""
        return self.role is not None and self.may(Permission.READ_LEDGER)


THIS_MACHINE = Principal(name="this machine", role=None)
#: Who makes the request being answered. Set by the gate for every request; code outside one speaks for this machine.
CALLER: ContextVar[Principal] = ContextVar("caller", default=THIS_MACHINE)


def check_user(principal: Principal, user: str) -> None:
    """The holder of a personal token speaks for nobody else."""
    if principal.personal and user != principal.name:
        raise ServiceError(NOT_ALLOWED, faults=[("user", "it must be the name in the token")])


class TokenReader(Protocol):
    """Reads a bearer token of an identity provider."""

    def __call__(self, token: str) -> Principal:
        """The principal named by a token; ServiceError ``no_identity`` when it does not hold."""
        ...
