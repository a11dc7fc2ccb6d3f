"""The toolkit: interventions by name, from a versioned file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from matac_ml.casework.steps import MOST_WEEKS
from matac_ml.practice import PROGRAMME_WEEKS
from matac_ml.yamlfile import read_yaml

DEFAULT = Path(__file__).parent / "toolkit.yaml"
Category = Literal["support", "prevention", "diversion", "disruption", "enforcement"]


class Intervention(BaseModel):
    """One thing that a meeting can choose to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    category: Category
    text: str = Field(min_length=1)
    source: str = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    version: str
    programme_weeks: int = Field(default=PROGRAMME_WEEKS, ge=1, le=MOST_WEEKS)
    judgements: Literal[1, 2] = 2
    interventions: dict[str, Intervention] = Field(min_length=1)


@dataclass(frozen=True)
class Toolkit:
    """Interventions by name.

    Attributes
    ----------
    programme_weeks : int
        How many weeks a programme lasts unless its plan says otherwise.
    judgements : int
        How many specialists judge a referral: 2, each before they see a score or the other's; or 1 alone.
    sha256 : str
        Of the file's bytes, 64 hexadecimal characters; named in every plan, so that a changed file is told apart.
    """

    name: str
    version: str
    interventions: dict[str, Intervention]
    sha256: str
    programme_weeks: int = PROGRAMME_WEEKS
    judgements: int = 2


def load_toolkit(path: Path = DEFAULT) -> Toolkit:
    """Read a toolkit file.

    Raises
    ------
    PolicyError
        With file, line and rule of every fault.
    """
    file = read_yaml(path)
    found = file.validated(_File, what="a toolkit")
    sha256 = hashlib.sha256(file.text.encode()).hexdigest()
    return Toolkit(
        found.name, found.version, found.interventions, sha256, found.programme_weeks, judgements=found.judgements
    )
