"""Verifies bearer tokens of an OpenID Connect provider: signature, issuer, audience, times, then the role."""

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet

from matac_ml.errors import UsageError
from matac_ml.infile import read_plain
from matac_ml.roles import ServiceRole
from matac_ml.written import escaped, faults_of_name
from serving.access.principal import Principal
from serving.errors import NO_IDENTITY, NOT_ALLOWED, ServiceError
from serving.settings import OidcSettings, is_loopback

logger = logging.getLogger("matac.service")

#: Only signatures that the holder of a public key cannot make: no ``none``, no shared-secret algorithm.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_KEY_TYPES = {"RSA", "EC", "OKP"}
LEEWAY_SECONDS = 30
#: Seconds after which the provider's keys are asked for again; and at least between two attempts.
FRESH_SECONDS, RETRY_SECONDS = 30.0, 10.0
#: Seconds for which keys count when the provider cannot be reached. A key it withdraws meanwhile counts as long.
KEEP_SECONDS = 300.0
_MAX_TOKEN = 8_192
#: Of what a provider says, or of a file of its keys.
_MOST_BYTES = 1 << 20


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A provider answers where it says it does: a redirect could lead to plain http, or to somebody else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def check_address(url: str) -> str:
    """The address of a provider, as it is; UsageError unless it is https or on this machine."""
    address = urlsplit(url)
    if address.scheme != "https" and not (address.scheme == "http" and is_loopback(address.hostname or "")):
        raise UsageError("An identity provider is reached by https, or on this machine; the address given is neither.")
    return url


def fetch_json(url: str, *, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Any:
    """What a provider answers, as JSON, without following it anywhere; a form is sent by POST.

    Raises
    ------
    OSError, ValueError
        It cannot be reached, or answers something else; ``urllib.error.HTTPError`` holds its status.
    """
    body = None if form is None else urlencode(form).encode()
    asked = urllib.request.Request(check_address(url), body, headers or {})  # noqa: S310  (checked on this line)
    with _OPENER.open(asked, timeout=5) as answer:
        return json.loads(answer.read(_MOST_BYTES))


def described(issuer: str) -> dict[str, Any]:
    """What a provider says of itself; ValueError when it calls itself by another name."""
    said: dict[str, Any] = fetch_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if said["issuer"] != issuer:
        raise ValueError("the provider calls itself by another name")
    return said


def _key_set(loaded: Any) -> KeySet:
    """The keys of a key set; ValueError when none of them could have signed a token that is read here."""
    keys = KeySet.import_key_set(loaded)
    if not any(key.key_type in _KEY_TYPES for key in keys):
        raise ValueError("no key")
    return keys


def plain(claim: object) -> str:
    """A claim that is shown on pages: text that can be seen, or nothing."""
    return claim if isinstance(claim, str) and len(claim) <= 80 and not faults_of_name(claim, "a claim") else ""


class OidcTokens:
    """Reads tokens of one provider, whose keys are asked for again when they are older than half a minute.

    Parameters
    ----------
    most_hours : int
        Longest life of a token, from the moment it was issued to its end.
    monotonic : callable
        Seconds of a clock that nobody sets.
    """

    def __init__(
        self, settings: OidcSettings, *, most_hours: int = 24, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._most_seconds = most_hours * 3600
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._tried = self._fetched = float("-inf")
        self._keys = KeySet([])
        self._registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            iat={"essential": True},
        )
        if settings.jwks is None:
            self._refresh()  # a provider that cannot be reached now may be reached later
        else:
            self._check_file(settings.jwks)

    def _check_file(self, jwks: Path) -> None:
        """Refuse a file without keys at the start: with it nobody could ever come in."""
        try:
            self._keys = _key_set(self._load())
        except Exception:  # whatever a file can hold
            raise UsageError(
                "MATAC_OIDC_JWKS must name a JSON Web Key Set with a public key of the provider (RSA, EC or OKP); "
                f"there is none in {escaped(str(jwks))}. Download it from the address that the provider calls jwks_uri."
            ) from None
        self._tried = self._fetched = self._monotonic()

    def _load(self) -> Any:
        if self._settings.jwks is not None:
            return json.loads(read_plain(self._settings.jwks, largest=_MOST_BYTES))
        return fetch_json(described(self._settings.issuer)["jwks_uri"])

    def _refresh(self) -> bool:
        """Fetch the keys again unless that was tried a moment ago; whether they are new."""
        with self._lock:
            if self._monotonic() - self._tried < RETRY_SECONDS:
                return False
            self._tried = self._monotonic()
            try:
                self._keys = _key_set(self._load())
            except Exception:  # whatever a provider can answer
                logger.exception("the keys of the identity provider could not be read")
                return False
            self._fetched = self._monotonic()
            return True

    def _current(self) -> KeySet:
        """The keys that count now; none when the provider could not be reached for too long."""
        if self._monotonic() - self._fetched >= FRESH_SECONDS:
            self._refresh()
        return self._keys if self._monotonic() - self._fetched < KEEP_SECONDS else KeySet([])

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            return dict(jwt.decode(token, self._current(), algorithms=ALGORITHMS).claims)
        except Exception:  # it may be signed with a key that the provider has just begun to use
            if not self._refresh():
                raise
        return dict(jwt.decode(token, self._current(), algorithms=ALGORITHMS).claims)

    def __call__(self, token: str) -> Principal:
        """The person a token names.

        Raises
        ------
        ServiceError
            ``no_identity`` when the token does not hold; ``not_allowed`` when it holds but gives no role here.
        """
        return self.principal_of(self.claims(token))

    def claims(self, token: str) -> dict[str, Any]:
        """What a token says, once it holds: signature, issuer, audience, times and a user with a name.

        Raises
        ------
        ServiceError
            ``no_identity`` when it does not hold.
        """
        try:
            if len(token) > _MAX_TOKEN:
                raise ValueError
            claims = self._decode(token)
            self._registry.validate(claims)
            if not 0 <= claims["exp"] - claims["iat"] <= self._most_seconds:
                raise ValueError
            user = claims[self._settings.user_claim]
            if not isinstance(user, str) or len(user) > 80 or faults_of_name(user, "a user"):
                raise ValueError
        except Exception:  # whatever cannot be read, or nests until Python gives up, is not a token
            headers = {"WWW-Authenticate": 'Bearer realm="matac-ml", error="invalid_token"'}
            raise ServiceError(NO_IDENTITY, headers=headers) from None
        return claims

    def principal_of(self, claims: dict[str, Any]) -> Principal:
        """The person whom claims name; ServiceError ``not_allowed`` when they give no role here."""
        agency, area = (plain(claims.get(name)) for name in (self._settings.agency_claim, self._settings.area_claim))
        origin = f"oidc:{self._settings.issuer}"
        return Principal(claims[self._settings.user_claim], self._role(claims), origin, agency=agency, area=area)

    def _role(self, claims: dict[str, Any]) -> ServiceRole:
        given = claims.get(self._settings.role_claim, [])
        names = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        roles = [role for role in ServiceRole if role.value in names]
        if len(roles) != 1:
            message = f"the token's {self._settings.role_claim} must name exactly one role of this service"
            raise ServiceError(NOT_ALLOWED, faults=[("", message)])
        return roles[0]
