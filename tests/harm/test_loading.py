"""A harm index is a file: read whole, written back the same, refused with the line of every fault."""

from decimal import Decimal
from pathlib import Path

import pytest

from matac_ml.errors import PolicyError
from matac_ml.harm import PRESETS, load_harm_index


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_written_and_read_again_is_equal(name: str, tmp_path: Path) -> None:
    """Writing an index and reading it gives an equal index, and the same bytes when written again."""
    index = load_harm_index(name)
    (tmp_path / "index.yaml").write_text(index.to_yaml(), encoding="utf-8")
    again = load_harm_index(tmp_path / "index.yaml")
    assert again == index
    assert again.to_yaml() == index.to_yaml()


def test_codes_are_found_however_they_are_written() -> None:
    """A code with a stroke, without its zeros, or whole gives the same days; an unknown one is reported."""
    index = load_harm_index("cchi-2026-medians")
    assert index.days_of("8/06") == index.days_of("00806") == index.days_of("806") == Decimal("365")
    assert index.days_of("00806", is_crime=False) == index.non_crime_days
    assert index.unmapped(["806", "99999", "99999"]) == ("99999",)
    assert index.days_of("99999") == index.unmapped_days


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    """A missing entry, a negative number, a thousandth and a misspelt entry are all said in one message."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "name: own\nversion: 1\nlabel: ours\nnon_crime_days: -1\nunmapped_days: null\nsurce: us\n"
        'groups:\n  - {name: a, days: "1.005", codes: ["105/01"]}\n',
        encoding="utf-8",
    )
    with pytest.raises(PolicyError) as caught:
        load_harm_index(path)
    said = str(caught.value)
    assert "own.yaml, line 4, non_crime_days" in said
    assert "line 6, surce" in said
    assert "source: must be given" in said
    assert "line 8, groups.1.days" in said


def test_a_code_in_two_groups_is_refused(tmp_path: Path) -> None:
    """One offence cannot have two harms, however its code is written."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "name: own\nversion: '1'\nlabel: ours\nsource: us\nnon_crime_days: 1\nunmapped_days: null\ngroups:\n"
        '  - {name: a, days: 1, codes: ["105/01"]}\n  - name: b\n    days: 2\n    codes:\n      - "10501"\n',
        encoding="utf-8",
    )
    with pytest.raises(PolicyError, match=r"line 12, groups\.2\.codes\.1: code 10501 stands in 'a' already"):
        load_harm_index(path)
