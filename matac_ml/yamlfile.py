"""YAML files that people write by hand: read with the line of every entry, so that a message can name it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from matac_ml.errors import PolicyError, ShownError

Key = str | int
Where = tuple[Key, ...]


@dataclass(frozen=True)
class YamlFile:
    """A file's content and where each entry stands.

    Attributes
    ----------
    name : str
        The file's name, without its folder.
    data : mapping
    lines : mapping of path to int
        Line of each entry, counted from 1; a path is the keys and list places down to it.
    """

    name: str
    text: str
    data: dict[str, Any]
    lines: dict[Where, int]

    def line(self, where: Sequence[Key]) -> int:
        """Line of an entry, or of the nearest entry around it that exists."""
        path = tuple(where)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, where: Sequence[Key], message: str) -> str:
        """One fault as a reader wants it: file, line, entry, what is wrong."""
        entry = ".".join(str(key + 1) if isinstance(key, int) else key for key in where)
        return f"{self.name}, line {self.line(where)}, {entry or 'the file'}: {message}"

    def faults_of(self, error: ValidationError) -> list[str]:
        """Every fault that validation found."""
        return [self.fault(one["loc"], _said(one)) for one in error.errors(include_url=False)]


def _said(one: Any) -> str:
    kind, message = one["type"], str(one["msg"])
    if kind == "missing":
        return "must be given, and is not"
    if kind == "extra_forbidden":
        return "is not an entry that is known here; look for a spelling fault"
    got = one.get("input")
    shown = f", got {got!r}" if isinstance(got, str | int | float | bool) else ""
    return message.removeprefix("Value error, ") + ("" if "got " in message else shown)


def read_yaml(path: Path, *, refuse: type[ShownError] = PolicyError) -> YamlFile:
    """Read a mapping.

    Raises
    ------
    ShownError
        Of the kind ``refuse``, when the file cannot be read, is not a mapping, or holds an entry twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"A readable YAML file is expected at {path.name}: {type(error).__name__}.") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        said = getattr(error, "problem", None) or "cannot be read"
        raise refuse(f"{path.name}, line {line}: this is not YAML ({said}). Mend the line above or at it.") from error
    if not isinstance(node, yaml.MappingNode):
        raise refuse(f"{path.name} must hold entries such as 'name: value', got {type(data).__name__}.")
    lines: dict[Where, int] = {}
    twice: list[str] = []
    _walk(node, (), lines, twice)
    if twice:
        raise refuse(f"{path.name} holds an entry twice; keep one.", faults=twice)
    return YamlFile(path.name, text, data, lines)


def _walk(node: yaml.Node, path: Where, lines: dict[Where, int], twice: list[str]) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: dict[Key, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                twice.append(f"line {line}: {name!r} stands at line {seen[name]} already")
            seen[name] = line
            lines[(*path, name)] = line
            _walk(value, (*path, name), lines, twice)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            _walk(value, (*path, place), lines, twice)
