"""Reads JSON more strictly than the parsers behind it: what two parsers could read differently is refused."""

import json
from typing import Any, NoReturn

from serving.errors import BAD_JSON, ServiceError

MAX_DEPTH = 16


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object has the same key twice")
    return value


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is larger than a double holds")
    return number


def _short_int(text: str) -> int:
    if len(text) > 20:
        raise ValueError("a whole number has more than 20 digits")
    return int(text)


_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_finite, parse_int=_short_int, object_pairs_hook=_without_duplicates
)


def _is_deeper(value: Any, limit: int) -> bool:
    """Whether a parsed value nests deeper than the limit; level by level, so it costs no stack."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return False
    return True


def read_json(body: bytes) -> Any:
    """Parse one JSON value.

    Parameters
    ----------
    body : bytes
        UTF-8, without byte-order mark.

    Raises
    ------
    ServiceError
        ``bad_json``, saying which rule was broken: encoding, nesting, duplicate keys, NaN, Infinity, numbers that no
        double holds, lone surrogates, or anything after the value.
    """
    try:
        text = body.decode("utf-8")
        value = _DECODER.decode(text)
        if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
            raise ValueError(f"it is nested deeper than {MAX_DEPTH}")
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise ServiceError(BAD_JSON, faults=[("", f"{error.msg} at character {error.pos}")]) from None
    except UnicodeError:
        raise ServiceError(BAD_JSON, faults=[("", "it is not UTF-8, or holds half a surrogate pair")]) from None
    except RecursionError:
        raise ServiceError(BAD_JSON, faults=[("", f"it is nested deeper than {MAX_DEPTH}")]) from None
    except ValueError as error:
        raise ServiceError(BAD_JSON, faults=[("", str(error))]) from None
    return value
