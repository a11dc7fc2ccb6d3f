"""Read a policy file: types first, then the rules a matrix must keep, every fault with its line."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from matac_ml.errors import PolicyError
from matac_ml.harm import PRESETS as INDICES
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.policy import Component, Policy, PolicyEntry
from matac_ml.serial import RULES
from matac_ml.wording import forbidden_word
from matac_ml.yamlfile import YamlFile, read_yaml
from matac_ml.yamltext import Where

_FOLDER = Path(__file__).parent / "presets"
#: Names of the shipped policies.
PRESETS = tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))
DEFAULT = "rfgv-three-year"


def load_policy(name: str | Path = DEFAULT) -> Policy:
    """Load a policy.

    Parameters
    ----------
    name : str or Path
        A name of :data:`PRESETS` (``"default"`` is :data:`DEFAULT`), or a YAML file laid out like them.

    Raises
    ------
    PolicyError
        With file, line and rule of every fault.
    """
    wanted = DEFAULT if name == "default" else str(name)
    path = _FOLDER / f"{wanted}.yaml" if wanted in PRESETS else Path(name)
    if not path.is_file():
        raise PolicyError(f"A policy must be a file or one of {', '.join(PRESETS)}; got {path.name}.")
    return _shipped(path) if path.parent == _FOLDER else _read(path)


def policy_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file, for editors that check while one types."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **PolicyEntry.model_json_schema()}


@lru_cache(maxsize=16)
def _shipped(path: Path) -> Policy:
    return _read(path)


def _read(path: Path) -> Policy:
    file = read_yaml(path)
    entry = file.validated(PolicyEntry, what="a policy")
    faults = [file.fault(where, said) for where, said in broken_rules(entry, file, path.parent)]
    if faults:
        raise PolicyError(f"{file.name} cannot be used as a policy.", faults=faults)
    return Policy(entry, file.text, path.parent)


def broken_rules(entry: PolicyEntry, file: YamlFile, folder: Path) -> Iterator[tuple[Where, str]]:
    """What no type can say: order of bands, direction of points, which entries go together."""
    if not entry.components:
        yield ("components",), "must hold at least one of recency, frequency, gravity, victims"
    for name, component in entry.components.items():
        where: Where = ("components", name.value)
        yield from _component(name, component, where, file)
    for place, tie in enumerate(entry.ties):
        if tie not in entry.components:
            yield ("ties", place), f"must be one of this file's components, {', '.join(entry.components)}; got {tie}"
        elif tie in entry.ties[:place]:
            yield ("ties", place), f"{tie} stands there already"
    if entry.serial_rule not in RULES:
        yield ("serial_rule",), f"must be one of {', '.join(RULES)}, got {entry.serial_rule!r}"
    starts = [band.at_least for band in entry.score_bands]
    if starts[0] != 0:
        yield ("score_bands", 0, "at_least"), f"the first band must start at 0, got {starts[0]}"
    for place, (last, start) in enumerate(pairwise(starts), start=1):
        if start <= last:
            yield ("score_bands", place, "at_least"), f"must be above {last}, the start of the band before, got {start}"
    for place, band in enumerate(entry.score_bands):
        if forbidden_word(band.name):
            yield ("score_bands", place, "name"), "no band may call anybody low risk or safe; name it by its points"
    bundled = folder / "harm_index.yaml"  # a bundle carries the index it was fitted with
    if entry.harm_index not in INDICES and not (folder / entry.harm_index).is_file() and not bundled.is_file():
        yield (
            ("harm_index",),
            f"must be a file beside the policy or one of {', '.join(INDICES)}, got {entry.harm_index!r}",
        )


def _component(name: ComponentName, component: Component, where: Where, file: YamlFile) -> Iterator[tuple[Where, str]]:
    if bool(component.bands) is (component.per_unit is not None):
        yield where, "must have either bands or per_unit"
    if component.per_unit is not None and name is ComponentName.RECENCY:
        yield (*where, "per_unit"), "recency falls as days grow, so it needs bands"
    if component.per_unit is not None and component.per_unit.scale == "log" and name is not ComponentName.GRAVITY:
        yield (*where, "per_unit", "scale"), "a logarithm is for gravity alone"
    for entry, owner in (("non_crime_weight", ComponentName.FREQUENCY), ("measure", ComponentName.GRAVITY)):
        if name is not owner and (*where, entry) in file.lines:
            yield (*where, entry), f"belongs to {owner.value}"
    yield from _bands(name, component, where)


def _bands(name: ComponentName, component: Component, where: Where) -> Iterator[tuple[Where, str]]:
    falls = name is ComponentName.RECENCY
    edge, other = ("up_to", "at_least") if falls else ("at_least", "up_to")
    previous = None
    for place, band in enumerate(component.bands):
        at: Where = (*where, "bands", place)
        value = getattr(band, edge)
        if value is None or getattr(band, other) is not None:
            yield at, f"a band of {name.value} must have {edge}, and not {other}"
            return
        if previous is not None:
            last = getattr(previous, edge)
            if value <= last:
                yield (*at, edge), f"must be above {last}, the band before, got {value}"
            if (band.points > previous.points) is falls and band.points != previous.points:
                way = "longer ago may not give more" if falls else "more may not give fewer"
                yield (*at, "points"), f"{way} points: {previous.points} in the band before, got {band.points}"
        previous = band
