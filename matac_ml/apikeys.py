"""API keys of the service: made here, shown once, kept only as hashes.

A key is ``matac_`` and 32 random bytes. Because it is random and long, one SHA-256 is enough: a slow hash guards short
secrets that people choose, and would cost the service milliseconds a request here.
"""

import hashlib
import hmac
import secrets
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from matac_ml.errors import UsageError
from matac_ml.roles import ServiceRole
from matac_ml.written import faults_of_name, tidied
from matac_ml.yamlfile import read_yaml

PREFIX = "matac_"


class ApiKey(BaseModel):
    """One line of the key file: everything but the key.

    Attributes
    ----------
    agency, area : str
        Whom the holder works for, and where; empty for the police and the whole force.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$")
    role: ServiceRole
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    expires_on: date | None = None
    agency: str = Field(default="", max_length=80)
    area: str = Field(default="", max_length=80)

    @field_validator("agency", "area")
    @classmethod
    def _can_be_seen(cls, said: str) -> str:
        if said and (faults_of_name(said, "it") or said != tidied(said)):
            raise ValueError("letters that can be seen, without blanks around them")
        return said


def make_key() -> str:
    """A new key: 32 bytes of the system's randomness."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_key(key: str) -> str:
    """SHA-256 of a key, in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Read a key file: a YAML list of name, role, sha256 and, where they are stated, expires_on, agency and area.

    Raises
    ------
    UsageError
        The file is missing or a line of it is wrong; every wrong line is listed.
    """
    if not path.is_file():
        raise UsageError(f"A key file was expected at {path}; none is there. Make one with matac-ml key make.")
    file = read_yaml(path, refuse=UsageError, kind=list)
    keys = file.validated(tuple[ApiKey, ...], what="a key file", refuse=UsageError, secret=True)
    names = [key.name for key in keys]
    if len(set(names)) != len(names):
        raise UsageError(f"Every key of {path} needs a name of its own: the ledger names it.")
    if len({key.sha256 for key in keys}) != len(keys):
        raise UsageError(f"A key stands in {path} twice, under two names; take one out, or make another key.")
    return keys


def find_key(keys: tuple[ApiKey, ...], presented: str, *, today: date) -> ApiKey | None:
    """The key that was presented, if it is one of ours and has not expired; compared in constant time."""
    digest = hash_key(presented)
    found = [key for key in keys if hmac.compare_digest(key.sha256, digest)]
    if not found or (found[0].expires_on is not None and found[0].expires_on < today):
        return None
    return found[0]
