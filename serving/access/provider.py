"""Signs people in with the identity provider: OpenID Connect's authorisation code flow with PKCE (RFC 7636, S256).

joserfc verifies what is signed; what remains is a few addresses and values that must come back as they went. Later the
provider is asked again, twice a minute at most, whether it still knows the person: see :meth:`Provider.check`.
"""

import base64
import hashlib
import logging
import secrets
import urllib.error
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from matac_ml.infile import read_plain
from serving.access.oidc import KEEP_SECONDS, OidcTokens, check_address, described, fetch_json, plain
from serving.access.principal import Principal
from serving.access.sessions import Session, SessionStore
from serving.errors import NO_IDENTITY, ServiceError
from serving.settings import OidcSettings

logger = logging.getLogger("matac.service")

#: Seconds after which the provider is asked again whether it still knows somebody.
CHECK_SECONDS = 30.0
_SCOPES = "openid profile"
#: Answers of a provider that say no. Any other is the provider's own trouble, and ends no session at once.
_NO = (400, 401, 403)


@dataclass(frozen=True)
class SignedIn:
    """Whoever the provider has let in."""

    principal: Principal
    shown_as: str
    tokens: Mapping[str, str]


class Provider:
    """The identity provider, for the pages.

    Parameters
    ----------
    public_url : str
        Where browsers find the pages: the way back from the provider.
    """

    def __init__(self, settings: OidcSettings, public_url: str, *, most_hours: int = 24) -> None:
        self._settings, self._public_url = settings, public_url
        self._client = settings.client or settings.audience
        # An identity token is meant for the client that signs in, whatever the API's own audience is.
        self._tokens = OidcTokens(replace(settings, audience=self._client), most_hours=most_hours)
        self._said: dict[str, Any] = {}

    @property
    def origin(self) -> str:
        """How sessions name this provider as who vouches for their user."""
        return f"oidc:{self._settings.issuer}"

    @property
    def back(self) -> str:
        """The address to which the provider sends people back."""
        return f"{self._public_url}/sign-in/back"

    def _endpoint(self, name: str) -> str:
        """One of the provider's addresses, as it describes itself; empty when it has none of that name."""
        if not self._said:
            self._said = described(self._settings.issuer)
        return str(self._said.get(name, ""))

    def begin(self) -> tuple[str, dict[str, str]]:
        """Where to send a browser, and what must come back: state and nonce, with the verifier that we keep.

        Raises
        ------
        OSError, ValueError
            The provider cannot be reached, or does not say where people sign in.
        """
        attempt = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        digest = hashlib.sha256(attempt["verifier"].encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self.back,
            "scope": _SCOPES,
            "state": attempt["state"],
            "nonce": attempt["nonce"],
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = check_address(self._endpoint("authorization_endpoint"))
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", attempt

    def finish(self, attempt: Mapping[str, str], came_back: Mapping[str, str]) -> SignedIn:
        """Whoever comes back from the provider.

        Parameters
        ----------
        attempt : mapping
            What :meth:`begin` gave, taken out of the session: it counts once.

        Raises
        ------
        ServiceError
            ``no_identity``: what came back is not what was begun here, or the provider says no. ``not_allowed``: the
            provider gives the person no role, or several.
        """
        state, issuer = came_back.get("state", ""), came_back.get("iss", self._settings.issuer)
        begun = bool(attempt) and secrets.compare_digest(state.encode(), attempt["state"].encode())
        if not begun or issuer != self._settings.issuer or not came_back.get("code"):
            raise ServiceError(NO_IDENTITY)
        form = {
            "grant_type": "authorization_code",
            "code": came_back["code"],
            "redirect_uri": self.back,
            "code_verifier": attempt["verifier"],
        }
        try:
            given = self._ask_for_tokens(form)
            claims = self._tokens.claims(str(given["id_token"]))
            if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), attempt["nonce"].encode()):
                raise ValueError("the nonce is another")
            if claims.get("azp", self._client) != self._client:
                raise ValueError("the token was made for another client")
        except ServiceError:
            raise
        except Exception:  # whatever a provider can answer
            logger.exception("somebody could not be signed in")
            raise ServiceError(NO_IDENTITY) from None
        principal = self._tokens.principal_of(claims)
        shown_as = claims.get("name")
        return SignedIn(
            principal, plain(shown_as) or principal.name, {**_kept(given), "sub": str(claims.get("sub", ""))}
        )

    def check(self, store: SessionStore, session: Session) -> Session | None:
        """The session as the provider has it now; None when it has ended.

        The provider is asked every half minute that a session is used, by one worker at a time. When it says no the
        session ends. When it cannot be reached the session goes on for five minutes, as tokens do.
        """
        sealed = store.claim_check(session, CHECK_SECONDS)
        if sealed is None:
            return session
        tokens = session.unseal(sealed)
        try:
            principal, tokens = self._known_still(session, tokens)
        except ServiceError:
            principal = None
        except urllib.error.HTTPError as error:
            if error.code not in _NO:
                return self._unreachable(store, session)
            principal = None
        except Exception:  # whatever a provider can answer
            return self._unreachable(store, session)
        if principal is None or principal.role is None or principal.name != session.name:
            store.end(session)
            return None
        now = {"role": principal.role.value, "agency": principal.agency, "area": principal.area}
        return store.vouch(session, session.seal(tokens), **now)

    def _unreachable(self, store: SessionStore, session: Session) -> Session | None:
        if store.unvouched_seconds(session) < KEEP_SECONDS:
            return session
        logger.warning("the identity provider could not be asked about a session for five minutes; it was ended")
        store.end(session)
        return None

    def _known_still(self, session: Session, tokens: dict[str, str]) -> tuple[Principal, dict[str, str]]:
        """Whom the provider still knows, by a new token where it gives one, and otherwise by asking who that is."""
        if "refresh_token" in tokens:
            given = self._ask_for_tokens({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
            tokens = {**tokens, **_kept(given)}
            if "id_token" in given:
                return self._tokens.principal_of(self._tokens.claims(str(given["id_token"]))), tokens
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        said = fetch_json(self._endpoint("userinfo_endpoint"), headers=bearer)
        if said["sub"] != tokens.get("sub"):
            raise ServiceError(NO_IDENTITY)
        # Not every provider repeats here what it said in the token: what it leaves out stays as it was.
        names = self._settings
        was = {names.user_claim: session.name, names.role_claim: [session.role]}
        was |= {names.agency_claim: session.agency, names.area_claim: session.area}
        return self._tokens.principal_of({**was, **said}), tokens

    def _ask_for_tokens(self, form: dict[str, str]) -> dict[str, Any]:
        headers, file = {"Accept": "application/json"}, self._settings.client_secret
        if file is None:
            form = {**form, "client_id": self._client}
        else:
            secret = read_plain(file, largest=4_096).decode().strip()
            pair = f"{quote(self._client, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        given = fetch_json(self._endpoint("token_endpoint"), form=form, headers=headers)
        return given if isinstance(given, dict) else {}

    def end_address(self, tokens: Mapping[str, str]) -> str:
        """Where the provider ends its own session, with the way back; empty when it has no such place."""
        try:
            address = check_address(self._endpoint("end_session_endpoint"))
        except Exception:  # signing out here must not hang on the provider
            return ""
        asked = {"client_id": self._client, "post_logout_redirect_uri": f"{self._public_url}/signed-out"}
        if "id_token" in tokens:
            asked["id_token_hint"] = tokens["id_token"]
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _kept(given: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(given[name])
        for name in ("access_token", "refresh_token", "id_token")
        if isinstance(given.get(name), str)
    }
