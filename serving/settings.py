"""What the service is told when it starts: from the environment alone, so that every worker is told the same."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

from matac_ml.errors import UsageError
from matac_ml.ledgerfile import ledger_address


@dataclass(frozen=True)
class OidcSettings:
    """An identity provider whose tokens are accepted."""

    issuer: str
    audience: str
    jwks: Path | None  # a key set on disk, for a machine that cannot reach the provider
    role_claim: str
    user_claim: str


@dataclass(frozen=True)
class ServiceSettings:
    """Everything a worker needs to know. No secret is among the arguments of a process: keys are in a file."""

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


def _whole(environ: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    text = environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        faults.append(f"{name} must be a whole number from 0 to 999,999,999")
        return default
    return int(text)


def read_workers(environ: Mapping[str, str] = os.environ) -> int:
    """How many processes answer; UsageError when that is not 1 to 64."""
    text = environ.get("MATAC_WORKERS", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= 64):
        raise UsageError("MATAC_WORKERS must be a whole number from 1 to 64.")
    return int(text)


def read_start_seconds(environ: Mapping[str, str] = os.environ) -> int:
    """Seconds that a worker has to become ready; UsageError when that is not 1 to 86,400."""
    text = environ.get("MATAC_START_SECONDS", "600")
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 86_400):
        raise UsageError("MATAC_START_SECONDS must be a whole number from 1 to 86,400.")
    return int(text)


def read_proxies(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Addresses and networks of the proxies whose X-Forwarded-For is believed; nobody's unless they are named.

    Raises
    ------
    UsageError
        One of them is neither an address nor a network.
    """
    named = tuple(one.strip() for one in environ.get("MATAC_TRUSTED_PROXIES", "").split(",") if one.strip())
    try:
        for one in named:
            ip_network(one)
    except ValueError:
        raise UsageError(
            "MATAC_TRUSTED_PROXIES must be addresses or networks, such as 10.1.2.3 or 10.1.2.0/24, between commas."
        ) from None
    return named


def _ledger(environ: Mapping[str, str], faults: list[str]) -> str:
    try:
        return ledger_address(environ)
    except UsageError as error:
        faults.append(error.message)
        return ""


def _oidc(environ: Mapping[str, str], faults: list[str]) -> OidcSettings | None:
    issuer = environ.get("MATAC_OIDC_ISSUER")
    if not issuer:
        return None
    audience = environ.get("MATAC_OIDC_AUDIENCE", "")
    if not audience:
        faults.append("MATAC_OIDC_AUDIENCE must name this service, so that a token for another is refused")
    jwks = environ.get("MATAC_OIDC_JWKS")
    if jwks and not os.access(jwks, os.R_OK):
        faults.append("MATAC_OIDC_JWKS must name the file of the provider's keys; it cannot be read")
    return OidcSettings(
        issuer=issuer,
        audience=audience,
        jwks=Path(jwks) if jwks else None,
        role_claim=environ.get("MATAC_OIDC_ROLE_CLAIM", "roles"),
        user_claim=environ.get("MATAC_OIDC_USER_CLAIM", "sub"),
    )


def read_settings(environ: Mapping[str, str] = os.environ) -> ServiceSettings:
    """Settings from ``MATAC_*`` variables (listed in ``docs/service.md``).

    Raises
    ------
    UsageError
        A variable is missing or wrong; all of them are listed.
    """
    faults: list[str] = []
    ledger = _ledger(environ, faults)
    if not environ.get("MATAC_EXTRACT"):
        faults.append("MATAC_EXTRACT must name the folder of an extract")
    bundle = environ.get("MATAC_BUNDLE")
    extract = Path(environ.get("MATAC_EXTRACT", ""))
    keys = environ.get("MATAC_KEYS_FILE")
    beside = Path(bundle) if bundle else extract
    settings = ServiceSettings(
        extract=extract,
        bundle=Path(bundle) if bundle else None,
        policy=environ.get("MATAC_POLICY", "default"),
        ledger=ledger,
        keys_file=Path(keys) if keys else None,
        oidc=_oidc(environ, faults),
        matrix_only_file=Path(environ.get("MATAC_MATRIX_ONLY", f"{beside}.matrix-only")),
        papers=Path(environ.get("MATAC_PAPERS", beside.parent / "papers")),
        gates=Path(environ.get("MATAC_GATES", beside.parent / "gates.json")),
        toolkit=Path(environ["MATAC_TOOLKIT"]) if environ.get("MATAC_TOOLKIT") else None,
        body_limit=_whole(environ, "MATAC_BODY_LIMIT", 1_048_576, faults),
        requests_per_minute=_whole(environ, "MATAC_REQUESTS_PER_MINUTE", 1_200, faults),
        stale_after_days=_whole(environ, "MATAC_STALE_AFTER_DAYS", 35, faults),
        watch_seconds=max(_whole(environ, "MATAC_WATCH_SECONDS", 2, faults), 1),
        token_hours=max(_whole(environ, "MATAC_TOKEN_HOURS", 24, faults), 1),
        access_log=bool(environ.get("MATAC_ACCESS_LOG")),
    )
    if faults:
        raise UsageError("Settings are missing or invalid:", faults=faults)
    return settings
