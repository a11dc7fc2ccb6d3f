"""Who calls.

A caller shows an API key or a token of the identity provider, as ``Authorization: Bearer``. Without a key file and a
provider nobody is asked, and only this machine is answered. Pages know people by their session instead.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from matac_ml import clock
from matac_ml.apikeys import PREFIX, ApiKey, find_key, read_keys
from matac_ml.errors import UsageError
from matac_ml.infile import read_plain
from matac_ml.yamltext import MOST_BYTES
from serving.access.principal import THIS_MACHINE, Principal, TokenReader
from serving.errors import NO_IDENTITY, ServiceError
from serving.settings import ServiceSettings

logger = logging.getLogger("matac.service")

#: Seconds after which the file is read again when a key is shown.
LOOK_AGAIN_SECONDS = 5.0
#: Seconds for which the keys read before count when the file cannot be read: it may be in the middle of an edit.
KEEP_SECONDS = 60.0


class KeyFile:
    """The API keys in a file, as the file is now: a key taken out of it stops working within seconds.

    Raises
    ------
    UsageError
        The file cannot be read when the service starts.
    """

    def __init__(self, path: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._monotonic = monotonic
        self._keys = read_keys(path)
        self._text = b""  # read again at the first look: an edit while the service starts is not missed
        self._looked = self._held = monotonic()

    def keys(self) -> tuple[ApiKey, ...]:
        """The keys that count now; none when the file could not be read for a minute."""
        now = self._monotonic()
        if now - self._looked >= LOOK_AGAIN_SECONDS:
            self._looked = now
            try:
                # Its bytes and not its time: an edit within one tick of the clock changes no time.
                text = read_plain(self._path, largest=MOST_BYTES)
                if text != self._text:
                    self._keys, self._text = read_keys(self._path), text
                self._held = now
            except (OSError, ValueError, UsageError):
                logger.exception("the file of API keys could not be read; the keys read before stay valid for a minute")
        return self._keys if now - self._held < KEEP_SECONDS else ()


def _presented(authorization: str) -> str:
    """The secret in an Authorization header; empty when there is none in a form we know."""
    scheme, _, rest = authorization.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else ""


class Access:
    """Recognises callers by the settings a worker was started with.

    Parameters
    ----------
    keys : callable
        The API keys that count at the moment.
    """

    def __init__(self, keys: Callable[[], tuple[ApiKey, ...]], read_token: TokenReader | None, *, is_on: bool) -> None:
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
            key = self.find_key(presented)
            if key is not None:
                return Principal(name=key.name, role=key.role, origin="key", agency=key.agency, area=key.area)
        elif presented and self._read_token is not None:
            return self._read_token(presented)
        raise ServiceError(NO_IDENTITY, headers={"WWW-Authenticate": 'Bearer realm="matac-ml"'})

    def find_key(self, presented: str) -> ApiKey | None:
        """The API key that was presented, if it counts now."""
        return find_key(self._keys(), presented, today=clock.today())

    def key_of(self, voucher: str) -> ApiKey | None:
        """The API key of a hash, if it still counts: who signed in with it is signed in no longer than that."""
        counting = (key for key in self._keys() if key.expires_on is None or key.expires_on >= clock.today())
        return next((key for key in counting if key.sha256 == voucher), None)


def build_access(settings: ServiceSettings) -> Access:
    """Access as the settings say; the identity provider's code is imported only when one is named."""
    keys: Callable[[], tuple[ApiKey, ...]] = KeyFile(settings.keys_file).keys if settings.keys_file else tuple
    read_token = None
    if settings.oidc is not None:
        from serving.access.oidc import OidcTokens

        read_token = OidcTokens(settings.oidc, most_hours=settings.token_hours)
    return Access(keys, read_token, is_on=settings.access_is_on)
