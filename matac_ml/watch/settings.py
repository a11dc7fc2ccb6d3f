"""What a watch may do, from a file of the board: how often it may be wrong, what is ordinary, what alarms propose."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from matac_ml.incident_register import Step
from matac_ml.yamlfile import read_yaml

DEFAULT = Path(__file__).parent / "watch.yaml"
#: The parts of a watch and what each looks at, as a reader is told.
PARTS = {
    "records": "Records",
    "groups": "Records by group",
    "scores": "Inputs and scores",
    "outcomes": "Outcomes",
    "fairness": "Fairness of scores and lists",
    "judgement": "Overrides and agreement",
    "feedback": "Whether being listed raises recording",
}
Share = Annotated[float, Field(gt=0, lt=1)]


class PartSettings(BaseModel):
    """One part of the watch.

    Attributes
    ----------
    budget : float
        The chance that it raises any false alarm in a year of watching.
    band : float
        How much change is ordinary, as a share of what is expected.
    action : Step
        What an alarm proposes. A person decides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    budget: Share
    band: Share
    action: Step


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    version: str
    parts: dict[str, PartSettings]
    count_band: Share
    smallest_share: Share
    note_below_alarm: Annotated[float, Field(ge=1)]
    matrix_only_by_itself: list[str]

    @model_validator(mode="after")
    def _every_part(self) -> Self:
        if set(self.parts) != set(PARTS):
            raise ValueError(f"parts must be {', '.join(PARTS)}")
        if (total := sum(part.budget for part in self.parts.values())) > 1:
            raise ValueError(f"the budgets must add up to at most 1, got {total}")
        if unknown := sorted(set(self.matrix_only_by_itself) - set(PARTS)):
            raise ValueError(f"matrix_only_by_itself must name parts, got {', '.join(unknown)}")
        return self


@dataclass(frozen=True)
class WatchSettings:
    """The settings of a watch, and the hash of the file that they are from.

    Attributes
    ----------
    sha256 : str
        Of the file's bytes, 64 hexadecimal characters.
    """

    name: str
    version: str
    parts: dict[str, PartSettings]
    count_band: float
    smallest_share: float
    note_below_alarm: float
    matrix_only_by_itself: tuple[str, ...]
    sha256: str

    @property
    def budget(self) -> float:
        """The chance of any false alarm in a year of watching."""
        return sum(part.budget for part in self.parts.values())


def load_watch_settings(path: Path = DEFAULT) -> WatchSettings:
    """Read the settings of a watch.

    Raises
    ------
    PolicyError
        With file, line and entry of every fault.
    """
    file = read_yaml(path)
    found = file.validated(_File, what="the settings of a watch")
    return WatchSettings(
        **{
            name: getattr(found, name)
            for name in ("name", "version", "parts", "count_band", "smallest_share", "note_below_alarm")
        },
        matrix_only_by_itself=tuple(found.matrix_only_by_itself),
        sha256=hashlib.sha256(file.text.encode()).hexdigest(),
    )
