"""Who calls, and what their role may do.

A caller shows an API key or a token of the identity provider, as ``Authorization: Bearer``; a browser may show an API
key as the password of HTTP Basic. Without a key file and a provider nobody is asked, and only this machine is answered.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from matac_ml.apikeys import PREFIX, ApiKey, ServiceRole, find_key, read_keys
from serving.errors import NO_IDENTITY, ServiceError
from serving.settings import Settings


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
        The key's name or the token's user; written in the ledger.
    role : ServiceRole or None
        None when access is off: this machine may do everything.
    personal : bool
        Whether the name is one person's own, so that no other user may be claimed beside it.
    """

    name: str
    role: ServiceRole | None
    personal: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission is Permission.ANYBODY or self.role is None or permission in ALLOWED[self.role]


THIS_MACHINE = Principal(name="this machine", role=None)


class TokenReader(Protocol):
    """Reads a bearer token of an identity provider."""

    def __call__(self, token: str) -> Principal:
        """The principal named by a token; ServiceError ``no_identity`` when it does not hold."""
        ...


def _presented(authorization: str) -> str:
    """The secret in an Authorization header; empty when there is none in a form we know."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


class Access:
    """Recognises callers by the settings a worker was started with."""

    def __init__(self, keys: tuple[ApiKey, ...], read_token: TokenReader | None, *, is_on: bool) -> None:
        self._keys = keys
        self._read_token = read_token
        self.is_on = is_on

    def recognise(self, authorization: str) -> Principal:
        """The caller behind an Authorization header.

        Raises
        ------
        ServiceError
            ``no_identity``: no credential, or one that is unknown, expired, forged or meant for another service. Which
            of these it was is not said.
        """
        if not self.is_on:
            return THIS_MACHINE
        presented = _presented(authorization)
        if presented.startswith(PREFIX):
            key = find_key(self._keys, presented, today=datetime.now(UTC).date())
            if key is not None:
                return Principal(name=key.name, role=key.role)
        elif presented and self._read_token is not None:
            return self._read_token(presented)
        raise ServiceError(NO_IDENTITY, headers={"WWW-Authenticate": 'Bearer realm="matac-ml"'})


def build_access(settings: Settings) -> Access:
    """Access as the settings say; the identity provider's code is imported only when one is named."""
    keys = read_keys(settings.keys_file) if settings.keys_file else ()
    read_token = None
    if settings.oidc is not None:
        from serving.oidc import OidcTokens

        read_token = OidcTokens(settings.oidc)
    return Access(keys, read_token, is_on=settings.access_is_on)
