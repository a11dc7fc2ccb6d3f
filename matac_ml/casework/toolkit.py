"""The toolkit: interventions by name, from a versioned file."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
    for_needs: tuple[str, ...] = ()
    agreement: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    version: str
    programme_weeks: int = Field(default=PROGRAMME_WEEKS, ge=1, le=MOST_WEEKS)
    judgements: Literal[1, 2] = 2
    needs: dict[str, str] = Field(default_factory=dict)
    missed_in_a_row: int | None = Field(default=None, ge=1, le=MOST_WEEKS)
    missed_in_all: int | None = Field(default=None, ge=1, le=MOST_WEEKS)
    interventions: dict[str, Intervention] = Field(min_length=1)

    @model_validator(mode="after")
    def _needs_are_known(self) -> Self:
        unknown = {need for one in self.interventions.values() for need in one.for_needs} - self.needs.keys()
        if unknown:
            raise ValueError(f"for_needs must name needs of this file, got {', '.join(sorted(unknown))}")
        return self


@dataclass(frozen=True)
class Toolkit:
    """Interventions by name.

    Attributes
    ----------
    programme_weeks : int
        How many weeks a programme lasts unless its plan says otherwise.
    judgements : int
        How many specialists judge a referral: 2, each before they see a score or the other's; or 1 alone.
    needs : dict of str to str
        Needs that staff can record, by name; an intervention says for which of them it is offered.
    missed_in_a_row, missed_in_all : int or None
        Missed weeks from which people are asked whether to remove somebody; None where the toolkit states none.
    sha256 : str
        Of the file's bytes, 64 hexadecimal characters; named in every plan, so that a changed file is told apart.
    """

    name: str
    version: str
    interventions: dict[str, Intervention]
    sha256: str
    programme_weeks: int = PROGRAMME_WEEKS
    judgements: int = 2
    needs: dict[str, str] = field(default_factory=dict)
    missed_in_a_row: int | None = None
    missed_in_all: int | None = None


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
        found.name,
        found.version,
        found.interventions,
        sha256,
        found.programme_weeks,
        judgements=found.judgements,
        needs=found.needs,
        missed_in_a_row=found.missed_in_a_row,
        missed_in_all=found.missed_in_all,
    )
