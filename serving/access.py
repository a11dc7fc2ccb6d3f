"""Who calls.

A caller shows an API key or a token of the identity provider, as ``Authorization: Bearer``; a browser may show an API
key as the password of HTTP Basic. Without a key file and a provider nobody is asked, and only this machine is answered.
"""

import base64
from datetime import UTC, datetime

from matac_ml.apikeys import PREFIX, ApiKey, find_key, read_keys
from serving.errors import NO_IDENTITY, ServiceError
from serving.principal import THIS_MACHINE, Principal, TokenReader
from serving.settings import Settings


def _presented(authorization: str) -> str:
    """The secret in an Authorization header; empty when there is none in a form we know."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except ValueError:  # not base64, not ASCII or not UTF-8
            return ""
    return ""


class Access:
    """Recognises callers by the settings a worker was started with."""

    def __init__(self, keys: tuple[ApiKey, ...], read_token: TokenReader | None, *, is_on: bool) -> None:
        self._keys = keys
        self._read_token = read_token
        self.is_on = is_on

    def may_wait(self, authorization: str) -> bool:
        """Whether recognising this caller may wait for the identity provider."""
        return self.is_on and self._read_token is not None and not _presented(authorization).startswith(PREFIX)

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
