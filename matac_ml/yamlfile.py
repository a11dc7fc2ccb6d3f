"""YAML files that people write by hand: read with the line of every entry, and validated without guessing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from matac_ml.errors import PolicyError, ShownError
from matac_ml.infile import read_plain
from matac_ml.yamltext import MOST_BYTES, Key, Where, YamlTextError, parse_yaml

Model = TypeVar("Model")
_MOST_FAULTS = 50

_EXPECTED = {
    "int": "must be a whole number, such as 10",
    "float": "must be a number, such as 0.5",
    "bool": "must be true or false",
    "date": "must be a date, such as 2025-04-01",
    "string": "must be text in quotes",
    "list": "must be a list",
    "tuple": "must be a list",
    "dict": "must hold entries such as 'name: value'",
    "model": "must hold entries such as 'name: value'",
}


def _exact(value: object) -> object:
    """A number as the file has it; text is no number, however it looks."""
    if isinstance(value, str | bool) or value is None:
        raise ValueError("must be a number without quotes, such as 2.5")
    return Decimal(repr(value)) if isinstance(value, int | float) else value


#: A number that is kept exactly. Text in quotes, and true or false, are refused.
Exact = Annotated[Decimal, BeforeValidator(_exact)]


@dataclass(frozen=True)
class YamlFile:
    """A file's content and where each entry stands.

    Attributes
    ----------
    name : str
        The file's name, without its folder.
    text : str
        The file as it stands: encoded in UTF-8 it gives the very bytes, with any CRLF and byte order mark.
    data : dict or list
        As :class:`~matac_ml.yamltext.Tree` says.
    lines : mapping of path to int
        Line of each entry, counted from 1; a path is the keys and list places down to it.
    written : mapping of path to str
        Values without quotes as the file has them.
    """

    name: str
    text: str
    data: Any
    lines: dict[Where, int]
    written: dict[Where, str]

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

    def validated(
        self, model: type[Model], *, what: str, refuse: type[ShownError] = PolicyError, secret: bool = False
    ) -> Model:
        """Return the content as a pydantic model, or any type that pydantic knows.

        Nothing is converted: ``true``, ``"10"`` and ``10.0`` are no whole number, and ``1.10`` is no text.

        Parameters
        ----------
        what : str
            What the file is to be, for the message: ``a policy``.
        secret : bool
            Whether values may be secrets, so that no message shows one.

        Raises
        ------
        ShownError
            Of the kind ``refuse``, with file, line and entry of every fault.
        """
        try:
            return TypeAdapter(model).validate_json(json.dumps(self.data, allow_nan=False), strict=True)
        except ValidationError as error:
            faults = [self._fault_of(found, secret) for found in error.errors(include_url=False)[:_MOST_FAULTS]]
            if (more := error.error_count() - len(faults)) > 0:
                faults.append(f"and {more:,} more")
            raise refuse(f"{self.name} cannot be used as {what}.", faults=faults) from error

    def _fault_of(self, error: Any, secret: bool) -> str:
        where = tuple(key for key in error["loc"] if key != "[key]")
        came = error.get("input")
        got = self.written.get(where) or (repr(came) if isinstance(came, str | int | float | bool) else "")
        return self.fault(where, _said(error, "" if secret else got))


def _said(error: Any, got: str) -> str:
    kind, message = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "missing":
        return "must be given"
    if kind == "extra_forbidden":
        return "unknown entry; check the spelling"
    if kind.endswith(("_type", "_parsing", "_from_float")):
        message = _EXPECTED.get(kind.split("_", 1)[0], message)
    if error.get("input") is None:
        got = "nothing"
    return message if "got " in message or not got else f"{message}, got {got}"


def read_yaml(path: Path, *, refuse: type[ShownError] = PolicyError, kind: type = dict) -> YamlFile:
    """Read a file.

    Parameters
    ----------
    path : Path
        UTF-8, with or without a byte order mark, at most :data:`~matac_ml.yamltext.MOST_BYTES`.
    refuse : type of ShownError
        The kind of error to raise.
    kind : type, default dict
        What the file must hold: a mapping (dict) or a list. An empty file is an empty one.

    Raises
    ------
    ShownError
        When the file cannot be read, is too large, or is not the YAML of :func:`~matac_ml.yamltext.parse_yaml`, with
        the line of every fault.
    """
    try:
        text = read_plain(path, largest=MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"A readable YAML file in UTF-8 is expected at {path.name}: {type(error).__name__}.") from error
    except ValueError:
        raise refuse(f"{path.name} must have at most {MOST_BYTES:,} bytes; this file has more.") from None
    try:
        tree = parse_yaml(text)
    except YamlTextError as error:
        faults = [f"{path.name}, {fault}" for fault in error.faults]
        raise refuse(f"{path.name} cannot be read as YAML without guessing.", faults=faults) from error
    data = kind() if tree.data is None else tree.data
    if not isinstance(data, kind):
        wanted = "entries such as 'name: value'" if kind is dict else "a list, each item after a dash"
        raise refuse(f"{path.name} must hold {wanted}; it holds something else.")
    return YamlFile(path.name, text, data, tree.lines, tree.written)
