"""What two JSON parsers could read differently is refused, and the refusal says which rule was broken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.errors import ServiceError
from serving.server.strict_json import MAX_DEPTH, read_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_reads_ordinary_json_as_the_standard_parser_does(value: object) -> None:
    """Every ordinary value is read back unchanged."""
    body = json.dumps(value).encode()
    assert read_json(body) == value


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b'{"a": 1, "a": 2}', "same key twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[Infinity]", "Infinity is not JSON"),
        (b"[1e400]", "larger than a double"),
        (b"[" + b"9" * 30 + b"]", "more than 20 digits"),
        (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), "nested deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (b'{"a": "\\ud800"}', "half a surrogate"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "at character 0"),
        (b'{"a": 1} {"a": 2}', "Extra data"),
        (b"", "at character 0"),
    ],
)
def test_refuses_what_is_ambiguous(body: bytes, rule: str) -> None:
    """Each ambiguity is refused as bad_json, naming the rule and not the value."""
    with pytest.raises(ServiceError) as caught:
        read_json(body)
    assert caught.value.code.name == "bad_json"
    assert rule in caught.value.answer().message
