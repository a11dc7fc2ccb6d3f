"""One browser's session: who uses the pages, for what, and what only the holder of its name can open."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from joserfc import jwe
from joserfc.jwk import OctKey

from matac_ml.roles import role_named
from serving.access.principal import Principal


@dataclass(frozen=True)
class Session:
    """One browser's session, as it was when the request came.

    Attributes
    ----------
    secret : str
        The name that the browser shows; kept nowhere else.
    name, shown_as : str
        Who uses it: the name that the ledger gets, and the one that a page shows. Empty before sign-in.
    role, origin, agency, area : str
        Of whoever is signed in; see :class:`~serving.access.principal.Principal`.
    voucher : str
        Hash of the access key, where the person signed in with a key.
    csrf : str
        What every form of this session must hold.
    purpose, reason : str
        Why people are looked at, as it was said last; empty until it was.
    to : str
        The page that was asked for before sign-in.
    attempt : dict
        What must come back from the identity provider: state, nonce and verifier.
    """

    secret: str = field(repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    name: str = ""
    shown_as: str = ""
    role: str = ""
    origin: str = ""
    agency: str = ""
    area: str = ""
    voucher: str = ""
    purpose: str = ""
    reason: str = ""
    to: str = "/"
    attempt: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody has signed in, with a role that there is."""
        return role_named(self.role) is not None

    @property
    def known_as(self) -> str:
        """The name that a page shows of its user: of a key's user their own, and not the key's."""
        return self.name if self.origin == "key" else self.shown_as

    @property
    def principal(self) -> Principal | None:
        """Whoever is signed in. A key's own name vouches; the name of its user stands in the session."""
        role, vouches = role_named(self.role), self.shown_as if self.origin == "key" else self.name
        return Principal(vouches, role, self.origin, agency=self.agency, area=self.area) if role else None

    @property
    def id(self) -> str:
        """What is kept of the secret."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def seal(self, tokens: Mapping[str, str]) -> str:
        """The provider's tokens, to be opened by whoever has the secret."""
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, json.dumps(dict(tokens)), self._key())

    def unseal(self, sealed: str) -> dict[str, str]:
        """The provider's tokens; empty when none were kept."""
        if not sealed:
            return {}
        opened = jwe.decrypt_compact(sealed, self._key()).plaintext or b"{}"
        return {str(name): str(value) for name, value in json.loads(opened).items()}

    def _key(self) -> OctKey:
        return OctKey.import_key(hashlib.sha256(b"tokens of the provider " + self.secret.encode()).digest())


#: The session of the request being answered; None outside the pages.
SESSION: ContextVar[Session | None] = ContextVar("session", default=None)
