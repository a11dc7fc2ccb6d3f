"""Read a harm index: a shipped name, or a force's own YAML file."""

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from matac_ml.codes import normalise_offence_code
from matac_ml.errors import PolicyError
from matac_ml.harm.index import Group, HarmIndex
from matac_ml.yamlfile import Exact, YamlFile, read_yaml

_FOLDER = Path(__file__).parent / "presets"
#: Names of the shipped indices.
PRESETS = tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))

_WRITTEN = re.compile(r"[0-9]{1,6}(\.[0-9]+)?")


def _unquoted(value: object) -> object:
    """Days in quotes: so `harm import`, and bundles, write them."""
    return Decimal(value) if isinstance(value, str) and _WRITTEN.fullmatch(value) else value


#: Hundredths at most: sums of them are exact everywhere.
Days = Annotated[Exact, BeforeValidator(_unquoted), Field(ge=0, le=100_000, max_digits=8, decimal_places=2)]


class _GroupEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1)
    days: Days
    codes: list[str] = Field(min_length=1)


class _IndexEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    label: str = Field(min_length=1)
    source: str = Field(min_length=1)
    non_crime_days: Days
    unmapped_days: Days | None
    count_proactive: bool = False
    groups: list[_GroupEntry] = Field(min_length=1)


def load_harm_index(name: str | Path) -> HarmIndex:
    """Load a harm index.

    Parameters
    ----------
    name : str or Path
        A name of :data:`PRESETS`, or a YAML file laid out like them.

    Raises
    ------
    PolicyError
        With file, line and rule of every fault.
    """
    path = _FOLDER / f"{name}.yaml" if name in PRESETS else Path(name)
    if not path.is_file():
        raise PolicyError(f"A harm index must be a file or one of {', '.join(PRESETS)}; got {path.name}.")
    if path.parent == _FOLDER:
        return _shipped(path)
    return _read(path)


@lru_cache(maxsize=16)
def _shipped(path: Path) -> HarmIndex:
    return _read(path)


def _read(path: Path) -> HarmIndex:
    file = read_yaml(path)
    entry = file.validated(_IndexEntry, what="a harm index")
    groups = tuple(Group(g.name, g.days, tuple(sorted(map(normalise_offence_code, g.codes)))) for g in entry.groups)
    if faults := _twice(file, entry):
        raise PolicyError(f"{file.name} cannot be used as a harm index.", faults=faults)
    return HarmIndex(groups=groups, **entry.model_dump(exclude={"groups"}))


def _twice(file: YamlFile, entry: _IndexEntry) -> list[str]:
    """An offence code in two groups would have two harms."""
    seen: dict[str, str] = {}
    faults = []
    for place, group in enumerate(entry.groups):
        for number, code in enumerate(group.codes):
            written = normalise_offence_code(code)
            if written in seen:
                where = ("groups", place, "codes", number)
                faults.append(file.fault(where, f"code {written} stands in {seen[written]!r} already"))
            seen[written] = group.name
    return faults
