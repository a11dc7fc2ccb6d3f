"""YAML that people write means what they think it means, or is refused with its line."""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.apikeys import read_keys
from matac_ml.casework.toolkit import DEFAULT as TOOLKIT
from matac_ml.casework.toolkit import load_toolkit
from matac_ml.errors import ShownError
from matac_ml.harm import load_harm_index
from matac_ml.records.checking import read_settings
from matac_ml.rfg import load_policy
from matac_ml.yamltext import MOST_BYTES, YamlTextError, parse_yaml, yaml_text
from tests.rfg.test_loading import GOOD
from training.recipe import load_recipe

INDEX = """name: own
version: "1"
label: ours
source: us
non_crime_days: 1
unmapped_days: null
groups:
  - {name: a, days: 2.5, codes: ["105/01"]}
"""
KEYS = f"- name: desk\n  role: analyst\n  sha256: {'a' * 64}\n  expires_on: 2026-01-31\n"
RECIPE = "name: own\ncapacity: 10\nas_of: {dates: [2024-01-01, 2024-02-01]}\nlinear: {penalty: 1e-3}\n"

READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "policy": (GOOD, load_policy),
    "harm index": (INDEX, load_harm_index),
    "toolkit": (TOOLKIT.read_text(encoding="utf-8"), load_toolkit),
    "recipe": (RECIPE, load_recipe),
    "keys": (KEYS, read_keys),
}


def _written(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("kind", READERS)
def test_a_sound_file_of_each_kind_is_read(kind: str, tmp_path: Path) -> None:
    """The files that the faults below are put into are right without them, whatever their line ends."""
    text, read = READERS[kind]
    for sound in (text, text.replace("\n", "\r\n"), f"\ufeff{text}", f"---\n{text}"):
        assert read(_written(tmp_path, sound))


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("x: &a [1]\ny: *a\n", "anchor"),
        ("x: &a [*a]\n", "is a reference"),
        ("x: {<<: {a: 1}}\n", "merges entries"),
        ("x: !!python/name:os.system\n", "is a tag"),
        ("x: !!str 1\n", "is a tag"),
        ("x: " + "[" * 10_000 + "\n", "deep inside each other"),
        ("x: " + "{a: " * 10_000 + "\n", "deep inside each other"),
        ("x: 1\nx: 2\n", "stands at line"),
        ("? [a]\n: 1\n", "must be plain text"),
        ("x: .nan\n", "not a number that can be used"),
        ("x: a\x07b\n", "not YAML"),
    ],
)
def test_what_no_reader_needs_is_refused_by_every_reader(harm: str, said: str, kind: str, tmp_path: Path) -> None:
    """Aliases, merges, tags, deep nesting and doubled entries each end in one error with their line."""
    text, read = READERS[kind]
    text = text + "- " + harm.replace("\n", "\n  ").rstrip() + "\n" if kind == "keys" else text + harm
    with pytest.raises(ShownError, match=said) as caught:
        read(_written(tmp_path, text))
    assert "own.yaml, line" in str(caught.value)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name: [\xff]\n", "UTF-8"),
        (b"#" * (MOST_BYTES + 1), "at most 1,048,576 bytes"),
        ("name: ö\n".encode("utf-16"), "UTF-8"),
        (b"a: 1\n---\nb: 2\n", "second document"),
        (b"just words\n", "must hold"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(content: bytes, said: str, kind: str, tmp_path: Path) -> None:
    """Other encodings, enormous files, several documents and bare words are refused before anything is built."""
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    with pytest.raises(ShownError, match=said):
        READERS[kind][1](path)


@pytest.mark.parametrize(
    "written",
    ["010", "1:00", "1_000", "0x10", "0o7", "0b1", "-007", "00.5", "true", "yes", "ON", "No", "10.0", '"10"', "'10'",
     "1e1", ".5", "1,000", "10%", "", "~", "[10]", "2024-06-08", "\u0661\u0660", "10 people", "1" * 50],
)  # fmt: skip
def test_a_capacity_is_a_whole_number_as_written_on_paper(written: str, tmp_path: Path) -> None:
    """Whatever YAML 1.1 would make of it, nothing but plain digits is taken for a number of people."""
    with pytest.raises(ShownError, match=r"own\.yaml, line 6"):
        load_policy(_written(tmp_path, GOOD.replace("capacity: 10", f"capacity: {written}")))


@pytest.mark.parametrize("written", ["1.10", "2", "010", "1:10", "1_0", "no", "On", "Null", "true", "1e3", "0x1f"])
def test_a_version_that_is_no_text_is_refused(written: str, tmp_path: Path) -> None:
    """1.10 would become 1.1, and 1:10 seventy: the writer is told to put it in quotes."""
    for text, read in (READERS["policy"], READERS["harm index"]):
        with pytest.raises(ShownError, match="quotes"):
            read(_written(tmp_path, text.replace('version: "1"', f"version: {written}")))
        quoted = read(_written(tmp_path, text.replace('version: "1"', f'version: "{written}"')))
        assert quoted.version == written  # type: ignore[attr-defined]


@pytest.mark.parametrize("written", ["2025-04-01", "1.10.2", "v1", "12 May", "n", "10-A"])
def test_a_version_that_nobody_takes_for_a_number_is_kept_as_written(written: str, tmp_path: Path) -> None:
    """Dates and other text need no quotes, and stay the text of the file."""
    policy = load_policy(_written(tmp_path, GOOD.replace('version: "1"', f"version: {written}")))
    assert policy.version == written


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("days: 2.5", "days: 1:30"),
        ("days: 2.5", 'days: "1,825"'),
        ("days: 2.5", "days: true"),
        ("days: 2.5", "days: 2.505"),
        ('["105/01"]', "[104, 8]"),
        ('["105/01"]', "[00806]"),
        ("non_crime_days: 1", "non_crime_days: 01"),
        ("unmapped_days: null", "unmapped_days: none"),
    ],
)
def test_a_harm_index_refuses_what_could_be_read_otherwise(before: str, after: str, tmp_path: Path) -> None:
    """Days and codes are what the file shows, or the file is refused with the line."""
    assert before in INDEX
    with pytest.raises(ShownError, match=r"own\.yaml, line \d"):
        load_harm_index(_written(tmp_path, INDEX.replace(before, after)))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_policy_is_hashed_by_the_bytes_of_its_file(line_end: str, mark: str, tmp_path: Path) -> None:
    """``sha256sum`` of the file gives the hash that stands on every score, also for a file written on Windows."""
    path = _written(tmp_path, mark + GOOD.replace("\n", line_end))
    assert load_policy(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_date_and_a_small_number_in_a_recipe_are_what_they_look_like(tmp_path: Path) -> None:
    """Data scientists write 1e-3, and dates without quotes."""
    recipe, _ = load_recipe(_written(tmp_path, RECIPE))
    assert recipe.linear.penalty == 0.001
    assert recipe.as_of.dates == (date(2024, 1, 1), date(2024, 2, 1))


@pytest.mark.parametrize("wrong", ["sha256: matac_SECRET", "sha256: 123", "role: yes", "expires_on: tomorrow"])
def test_a_wrong_line_of_a_key_file_is_named_and_never_shown(wrong: str, tmp_path: Path) -> None:
    """Somebody who pastes the key where its hash belongs does not find it in a log."""
    text = re.sub(rf"{wrong.split(':')[0]}: .*", wrong, KEYS)
    with pytest.raises(ShownError, match="line") as caught:
        read_keys(_written(tmp_path, text))
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "cut_off: 20240608",
        "cut_off: 2024-W23-6",
        "cut_off: &a 2024-06-08",
        "force: no",
        "force: 1_0",
        "a: " + "[" * 9000,
    ],
)
def test_the_settings_of_an_extract_follow_the_same_rules(text: str, tmp_path: Path) -> None:
    """``extract.yaml`` is read as strictly as a policy, and each fault is a finding."""
    _, findings = read_settings(_written(tmp_path, text))
    assert [finding.rule for finding in findings] == ["bad_settings"]
    settings, none = read_settings(_written(tmp_path, "cut_off: 2024-06-08\r\nforce: 'no'\r\n"))
    assert (settings.cut_off, settings.force, none) == (date(2024, 6, 8), "no", ())


_LOOKS_LIKE = ["010", "1:00", "no", "1e3", "0o7", "1_0", "~", "<<", "2024-01-01", ".5", "null", "&a", "*a", "!x", "- a"]
_SEEN = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co"))
_numbers = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)
_values = st.none() | st.booleans() | _numbers | st.text(_SEEN, max_size=12) | st.sampled_from(_LOOKS_LIKE)
_names = st.text("abc01:-# ", min_size=1, max_size=6).filter(str.strip)
json_like = st.recursive(
    _values, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=4), max_leaves=12
)


@given(json_like)
def test_what_is_written_is_read_back_the_same(data: object) -> None:
    """Text that looks like a number, a word or a mark of YAML is put in quotes when the program writes it."""
    assert json.dumps(parse_yaml(yaml_text(data)).data) == json.dumps(data)


@given(st.text(max_size=200) | st.text("[]{}:-&*!<>?\n ab01\"'|,", max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    """No text makes the reader fail in another way."""
    with contextlib.suppress(YamlTextError):
        parse_yaml(text)
