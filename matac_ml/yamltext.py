"""YAML as text: a value means what a person thinks it means, or it is refused with its line.

YAML 1.1 reads ``010`` as 8, ``1:00`` as 60 and ``no`` as false, lets a few lines stand for millions of values, and lets
a value hold itself. The files that we read need none of this. What is read here is the part of YAML that nobody has to
look up: mappings, lists, text, ``true`` and ``false``, and numbers as they are written on paper.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Key = str | int
Where = tuple[Key, ...]

#: An official harm index has about 200 KB.
MOST_BYTES = 1 << 20
#: Lists and mappings inside each other; a policy has six.
MOST_DEPTH = 24
_MOST_FAULTS = 20
_MOST_DIGITS = 40

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_OLD_WORDS = {"true", "false", "yes", "no", "on", "off", "null"}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_REFUSED = (
    (re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+"), "is a number to some programs; write it in ordinary digits"),
    (re.compile(r"[-+]?0[0-9_]+(\.[0-9_]*)?([eE][-+]?[0-9]+)?"), "begins with 0; write the number without it"),
    (re.compile(r"[-+]?[0-9.]+_[0-9_.]*"), "has an underscore; write the number without it"),
    (re.compile(r"[-+]?[0-9]+(:[0-9]+)+(\.[0-9]*)?"), "is a time or a number in sixties; write one number"),
    (re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE), "is not a number that can be used; write an ordinary number"),
)


class YamlTextError(ValueError):
    """A text that is not the YAML we read.

    Attributes
    ----------
    faults : tuple of str
        ``line 3: what is wrong; what to write``, in the order of the lines.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True)
class Tree:
    """What a text holds.

    Attributes
    ----------
    data : dict, list, str, int, float, bool or None
        Whole numbers as int, other numbers as float; names of entries are always text.
    lines : dict of path to int
        Line of each entry, counted from 1.
    written : dict of path to str
        Every value without quotes, as the text has it: ``1.10`` and not 1.1.
    """

    data: Any
    lines: dict[Where, int] = field(default_factory=dict)
    written: dict[Where, str] = field(default_factory=dict)


def parse_yaml(text: str) -> Tree:
    """Parse one YAML document.

    Parameters
    ----------
    text : str
        At most :data:`MOST_BYTES` of UTF-8 and :data:`MOST_DEPTH` levels, so that time and memory are bounded.

    Raises
    ------
    YamlTextError
        With every ambiguous value, entry given twice, anchor, alias, merge key and tag; or with the first place that
        is not YAML, is nested too deep or begins a second document.
    """
    try:
        size = len(text) if len(text) > MOST_BYTES else len(text.encode())
    except UnicodeEncodeError:
        raise YamlTextError(("line 1: the text must be valid Unicode; save the file as UTF-8",)) from None
    if size > MOST_BYTES:
        raise YamlTextError((f"line 1: the file must have at most {MOST_BYTES:,} bytes",))
    return _Reader(text.removeprefix("\ufeff")).read()


class _Reader:
    """One pass over the events of the parser; nothing is built from a text that is refused."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.tree = Tree(None)
        self.faults: list[str] = []
        self.more = 0

    def read(self) -> Tree:
        try:
            data = self._document()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
            self._fault(mark, f"this is not YAML ({said}); check this line and the one above it")
            data = None
        except _StopError:
            data = None
        if self.faults:
            rest = (f"and {self.more:,} more",) if self.more else ()
            raise YamlTextError((*self.faults, *rest))
        return Tree(data, self.tree.lines, self.tree.written)

    def _document(self) -> Any:
        data: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event.start_mark, "a second document begins here (---); keep one document a file")
                if event.tags:
                    self._fault(event.start_mark, "%TAG is not accepted; take the line out")
            elif isinstance(event, yaml.NodeEvent):
                data = self._node(event, ())
        return data

    def _node(self, event: Any, path: Where) -> Any:
        mark = event.start_mark
        self.tree.lines.setdefault(path, mark.line + 1)
        if len(path) > MOST_DEPTH:
            self._stop(mark, f"lists and mappings may stand at most {MOST_DEPTH} deep inside each other")
        if isinstance(event, yaml.AliasEvent):
            self._fault(mark, f"*{event.anchor!s:.40} is a reference; write the value out here")
            return None
        if event.anchor is not None:
            self._fault(mark, f"&{event.anchor!s:.40} is an anchor; take it out and write values out where they belong")
        if event.tag is not None:
            self._fault(mark, f"{event.tag!s:.40} is a tag; take it out")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        if event.style:
            return event.value
        self.tree.written[path] = event.value
        value, said = plain_value(event.value)
        if said:
            self._fault(mark, said)
        return value

    def _mapping(self, path: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name = self._name(event, path)
            line = event.start_mark.line + 1
            if name in found:
                before = self.tree.lines[*path, name]
                self._fault(event.start_mark, f"{name!r} stands at line {before} already; keep one")
            self.tree.lines[*path, name] = line
            found[name] = self._node(next(self.events), (*path, name))
        return found

    def _name(self, event: Any, path: Where) -> str:
        """The name of an entry, always as text: ``no`` and ``10`` are names like others."""
        if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
            self._stop(event.start_mark, "the name of an entry must be plain text, followed by a colon")
        if event.value == "<<" and not event.style:
            self._fault(event.start_mark, "<< merges entries from elsewhere; write them out here")
        elif not event.value.strip():
            self._fault(event.start_mark, "an entry needs a name before its colon")
        return str(event.value)

    def _sequence(self, path: Where) -> list[Any]:
        found: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._node(event, (*path, len(found))))
        return found

    def _fault(self, mark: Any, said: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(f"line {mark.line + 1 if mark else 1}: {said}")
        else:
            self.more += 1

    def _stop(self, mark: Any, said: str) -> None:
        self._fault(mark, said)
        raise _StopError


class _StopError(Exception):
    """Nothing after this place can be read."""


def plain_value(text: str) -> tuple[str | int | float | bool | None, str]:
    """Return what a value without quotes means, and what is wrong with it; an empty text where nothing is.

    Examples
    --------
    >>> plain_value("10"), plain_value("1.10"), plain_value("2025-04-01"), plain_value("1e-3")
    ((10, ''), (1.1, ''), ('2025-04-01', ''), (0.001, ''))
    >>> plain_value("010")[1]
    '010 begins with 0; write the number without it, or "010" in quotes if it is text'
    """
    if text in _WORDS:
        return _WORDS[text], ""
    if text.lower() in _OLD_WORDS:
        instead = "null" if text.lower() == "null" else "true or false"
        return None, f'{text} can be read in two ways; write {instead}, or "{text}" in quotes if it is text'
    for pattern, said in _REFUSED:
        if pattern.fullmatch(text):
            return None, f'{text[:_MOST_DIGITS]} {said}, or "{text[:_MOST_DIGITS]}" in quotes if it is text'
    if not _NUMBER.fullmatch(text):
        return text, ""
    if len(text) > _MOST_DIGITS or not math.isfinite(float(text)):
        return None, f"{text[:_MOST_DIGITS]} is too long or too large for a number; put it in quotes if it is text"
    return (int(text) if _WHOLE.fullmatch(text) else float(text)), ""


class _Dumper(yaml.SafeDumper):
    """Writes what :func:`parse_yaml` reads back to equal values."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    same = plain_value(text) == (text, "")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if same else "'")


_Dumper.add_representer(str, _text_node)


def yaml_text(data: Any) -> str:
    """Write data as YAML that :func:`parse_yaml` reads back: text that looks like a number stands in quotes.

    Parameters
    ----------
    data : dict or list
        Of text, numbers, true, false and None.
    """
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))
