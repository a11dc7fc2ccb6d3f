"""What the service is told when it starts: from the environment alone, so that every worker is told the same."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from matac_ml.errors import UsageError
from matac_ml.ledgerfile import ledger_address

Found = TypeVar("Found")


@dataclass(frozen=True)
class OidcSettings:
    """An identity provider whose tokens are accepted."""

    issuer: str
    audience: str
    jwks: Path | None  # a key set on disk, for a machine that cannot reach the provider
    role_claim: str
    user_claim: str
    agency_claim: str = "agency"
    area_claim: str = "area"
    client: str = ""  # this service's name as a client that signs people in; its audience unless told
    client_secret: Path | None = None


@dataclass(frozen=True)
class ServiceSettings:
    """Everything a service needs to know. No secret is among the arguments of a process: keys are in a file."""

    extract: Path
    bundle: Path | None
    policy: str
    ledger: str
    keys_file: Path | None
    oidc: OidcSettings | None
    matrix_only_file: Path
    papers: Path | None = None
    gates: Path | None = None
    toolkit: Path | None = None  # the force's own interventions, in place of those that are shipped
    body_limit: int = 1_048_576
    requests_per_minute: int = 1_200
    stale_after_days: int = 35
    watch_seconds: int = 2
    token_hours: int = 24
    access_log: bool = False
    workers: int = 1
    start_seconds: int = 600
    public_url: str = ""  # where browsers find the pages, such as https://matac.force.example
    sessions: Path | None = None
    idle_minutes: int = 30
    session_hours: int = 10
    marking: str = "OFFICIAL-SENSITIVE"
    own_area_alone: bool = False  # whether an account's area limits whom it sees, as the board has set it
    shadow: Path | None = None  # bundle of a challenger that scores the same requests and is never shown
    shadow_counts: Path | None = None

    @property
    def shadow_counts_file(self) -> Path:
        """The file of what the challenger agreed about: beside the switch, where the service may write, unless told."""
        return self.shadow_counts or self.matrix_only_file.with_suffix(".shadow")

    @property
    def sessions_file(self) -> Path:
        """The file of the pages' sessions: beside the switch, where the service may write, unless told."""
        return self.sessions or self.matrix_only_file.with_suffix(".sessions")

    @property
    def signs_in_by_provider(self) -> bool:
        """Whether people can sign in to the pages with the provider: it must be reached, and must find the way back."""
        return self.oidc is not None and self.oidc.jwks is None and bool(self.public_url)

    @property
    def access_is_on(self) -> bool:
        """Whether callers must say who they are; when not, only this machine is answered."""
        return self.keys_file is not None or self.oidc is not None


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_proxies(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Addresses and networks of the proxies whose X-Forwarded-For is believed; nobody's unless they are named.

    Raises
    ------
    UsageError
        One of them is neither an address nor a network.
    """
    proxies = tuple(proxy for part in environ.get("MATAC_TRUSTED_PROXIES", "").split(",") if (proxy := part.strip()))
    try:
        for proxy in proxies:
            ip_network(proxy)
    except ValueError:
        raise UsageError(
            "MATAC_TRUSTED_PROXIES must be addresses or networks, such as 10.1.2.3 or 10.1.2.0/24, between commas."
        ) from None
    return proxies


class _Reader:
    """Reads variables one by one, and collects what is wrong with them; no value of one is repeated."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self._environ.get(f"MATAC_{name}") or default

    def path(self, name: str) -> Path | None:
        return Path(text) if (text := self.text(name)) else None

    def whole(self, name: str, default: int, least: int = 0, most: int = 999_999_999) -> int:
        text = self.text(name, str(default))
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        self.faults.append(f"MATAC_{name} must be a whole number from {least:,} to {most:,}")
        return default

    def chosen(self, name: str, default: str, other: str) -> str:
        text = self.text(name, default)
        if text not in (default, other):
            self.faults.append(f"MATAC_{name} must be {default} or {other}")
        return text

    def found(self, work: Callable[[Mapping[str, str]], Found]) -> Found | None:
        """What another reader of the environment finds; its complaint is one of the faults."""
        try:
            return work(self._environ)
        except UsageError as error:
            self.faults.append(error.message)
            return None

    def oidc(self) -> OidcSettings | None:
        issuer, audience, jwks = self.text("OIDC_ISSUER"), self.text("OIDC_AUDIENCE"), self.path("OIDC_JWKS")
        if not issuer:
            return None
        if not audience:
            self.faults.append("MATAC_OIDC_AUDIENCE must name this service, so that a token for another is refused")
        if jwks and not os.access(jwks, os.R_OK):
            self.faults.append("MATAC_OIDC_JWKS must name the file of the provider's keys; it cannot be read")
        secret = self.path("OIDC_CLIENT_SECRET_FILE")
        if secret and not os.access(secret, os.R_OK):
            self.faults.append(
                "MATAC_OIDC_CLIENT_SECRET_FILE must name a file with the client's secret; it cannot be read"
            )
        usual = {"ROLE": "roles", "USER": "sub", "AGENCY": "agency", "AREA": "area"}
        role, user, agency, area = (self.text(f"OIDC_{name}_CLAIM", claim) for name, claim in usual.items())
        client = self.text("OIDC_CLIENT", audience)
        return OidcSettings(issuer, audience, jwks, role, user, agency, area, client, secret)

    def public_url(self) -> str:
        url = self.text("PUBLIC_URL").rstrip("/")
        try:
            address = urlsplit(url)
            safe = address.scheme == "https" or (address.scheme == "http" and is_loopback(address.hostname or ""))
            whole = bool(address.hostname) and not (address.path or address.query or address.fragment)
        except ValueError:
            safe = whole = False
        if url and not (safe and whole and "@" not in url):
            self.faults.append(
                "MATAC_PUBLIC_URL must be the https address of the pages, such as https://matac.force.example"
            )
        return url


def read_settings(environ: Mapping[str, str] = os.environ) -> ServiceSettings:
    """Settings from ``MATAC_*`` variables (listed in ``docs/service.md``); an empty one counts as not set.

    By hand, because the program that starts the workers needs them too, and pydantic-settings with pydantic would take
    it twice as long to import as everything else together.

    Raises
    ------
    UsageError
        A variable is missing or wrong; all of them are listed.
    """
    read = _Reader(environ)
    ledger = read.found(ledger_address) or ""
    read.found(read_proxies)
    extract, bundle = read.path("EXTRACT"), read.path("BUNDLE")
    if extract is None:
        read.faults.append("MATAC_EXTRACT must name the folder of an extract")
    beside = bundle or extract or Path()
    settings = ServiceSettings(
        extract=extract or Path(),
        bundle=bundle,
        policy=read.text("POLICY", "default"),
        ledger=ledger,
        keys_file=read.path("KEYS_FILE"),
        oidc=read.oidc(),
        matrix_only_file=read.path("MATRIX_ONLY") or Path(f"{beside}.matrix-only"),
        papers=read.path("PAPERS") or beside.parent / "papers",
        gates=read.path("GATES") or beside.parent / "gates.json",
        toolkit=read.path("TOOLKIT"),
        body_limit=read.whole("BODY_LIMIT", 1_048_576),
        requests_per_minute=read.whole("REQUESTS_PER_MINUTE", 1_200),
        stale_after_days=read.whole("STALE_AFTER_DAYS", 35),
        watch_seconds=max(read.whole("WATCH_SECONDS", 2), 1),
        token_hours=max(read.whole("TOKEN_HOURS", 24), 1),
        access_log=bool(read.text("ACCESS_LOG")),
        workers=read.whole("WORKERS", 1, 1, 64),
        start_seconds=read.whole("START_SECONDS", 600, 1, 86_400),
        public_url=read.public_url(),
        sessions=read.path("SESSIONS"),
        idle_minutes=read.whole("IDLE_MINUTES", 30, 1, 1_440),
        session_hours=read.whole("SESSION_HOURS", 10, 1, 24),
        marking=read.text("MARKING", "OFFICIAL-SENSITIVE"),
        own_area_alone=read.chosen("AREAS", "all", "own") == "own",
        shadow=read.path("SHADOW"),
        shadow_counts=read.path("SHADOW_COUNTS"),
    )
    if read.faults:
        raise UsageError("Settings are missing or invalid:", faults=read.faults)
    return settings
