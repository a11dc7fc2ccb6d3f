"""The made-up force matches the published figures it claims to match, and its page shows the same table."""

from pathlib import Path

import pytest

from tests.synthetic.published_figures import TARGETS, ComparedTarget, calibration_table, measure_all

PAGE = Path(__file__).parents[2] / "docs/made-up-force.md"
SEED = 1


@pytest.fixture(scope="module")
def rows() -> list[ComparedTarget]:
    return measure_all(seed=SEED)


def test_generated_figures_match_the_published_ones(rows: list[ComparedTarget]) -> None:
    """Every claimed figure is within its stated tolerance of the published one; the table is printed either way."""
    print("\n" + calibration_table(rows))
    assert len(rows) == len(TARGETS)
    assert [row.target.quantity for row in rows if row.met is False] == []


def test_the_serial_victims_of_the_seed_document_are_claimed() -> None:
    """2,622 serial victims in almost 10,000 incidents, April 2011 to December 2013, are among the claimed figures."""
    claimed = {target.quantity: target.published for target in TARGETS if target.tolerance is not None}
    assert claimed["serial victims in 33 months"] == 2622
    assert 9500 <= claimed["incidents that involve them"] < 10000


def test_the_page_shows_the_table_as_it_is_now(rows: list[ComparedTarget]) -> None:
    """docs/made-up-force.md holds the table that the code gives; `python -m tests.synthetic.write_page` renews it."""
    assert calibration_table(rows) in PAGE.read_text(encoding="utf-8")
