"""What the service is told when it starts: from the environment alone, so that every worker is told the same."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from matac_ml.errors import UsageError


@dataclass(frozen=True)
class OidcSettings:
    """An identity provider whose tokens are accepted."""

    issuer: str
    audience: str
    jwks: Path | None  # a key set on disk, for a machine that cannot reach the provider
    role_claim: str
    user_claim: str


@dataclass(frozen=True)
class Settings:
    """Everything a worker needs to know. No secret is among the arguments of a process: keys are in a file."""

    extract: Path
    bundle: Path | None
    policy: str
    ledger: str
    keys_file: Path | None
    oidc: OidcSettings | None
    matrix_only_file: Path
    papers: Path | None = None
    toolkit: Path | None = None  # the force's own interventions, in place of those that are shipped
    body_limit: int = 1_048_576
    requests_per_minute: int = 1_200
    stale_after_days: int = 35
    watch_seconds: int = 2

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
    if not text.isascii() or not text.isdigit():
        faults.append(f"{name} must be a whole number of 0 or more")
        return default
    return int(text)


def _ledger(environ: Mapping[str, str], faults: list[str]) -> str:
    """The ledger's address; from a file when it holds a password."""
    if not environ.get("MATAC_LEDGER_FILE"):
        return environ.get("MATAC_LEDGER", "")
    try:
        return Path(environ["MATAC_LEDGER_FILE"]).read_text(encoding="utf-8").strip()
    except OSError:
        faults.append("MATAC_LEDGER_FILE names a file that cannot be read")
        return ""


def _oidc(environ: Mapping[str, str], faults: list[str]) -> OidcSettings | None:
    issuer = environ.get("MATAC_OIDC_ISSUER")
    if not issuer:
        return None
    audience = environ.get("MATAC_OIDC_AUDIENCE", "")
    if not audience:
        faults.append("MATAC_OIDC_AUDIENCE must name this service, so that a token for another is refused")
    jwks = environ.get("MATAC_OIDC_JWKS")
    return OidcSettings(
        issuer=issuer,
        audience=audience,
        jwks=Path(jwks) if jwks else None,
        role_claim=environ.get("MATAC_OIDC_ROLE_CLAIM", "roles"),
        user_claim=environ.get("MATAC_OIDC_USER_CLAIM", "sub"),
    )


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
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
    if not ledger and not faults:
        faults.append("MATAC_LEDGER, or MATAC_LEDGER_FILE, must name the ledger")
    bundle = environ.get("MATAC_BUNDLE")
    extract = Path(environ.get("MATAC_EXTRACT", ""))
    keys = environ.get("MATAC_KEYS_FILE")
    beside = Path(bundle) if bundle else extract
    settings = Settings(
        extract=extract,
        bundle=Path(bundle) if bundle else None,
        policy=environ.get("MATAC_POLICY", "default"),
        ledger=ledger,
        keys_file=Path(keys) if keys else None,
        oidc=_oidc(environ, faults),
        matrix_only_file=Path(environ.get("MATAC_MATRIX_ONLY", f"{beside}.matrix-only")),
        papers=Path(environ.get("MATAC_PAPERS", beside.parent / "papers")),
        toolkit=Path(environ["MATAC_TOOLKIT"]) if environ.get("MATAC_TOOLKIT") else None,
        body_limit=_whole(environ, "MATAC_BODY_LIMIT", 1_048_576, faults),
        requests_per_minute=_whole(environ, "MATAC_REQUESTS_PER_MINUTE", 1_200, faults),
        stale_after_days=_whole(environ, "MATAC_STALE_AFTER_DAYS", 35, faults),
        watch_seconds=max(_whole(environ, "MATAC_WATCH_SECONDS", 2, faults), 1),
    )
    if faults:
        raise UsageError("The service was not told what it needs.", faults=faults)
    return settings
