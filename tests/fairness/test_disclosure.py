"""No hidden count can be had from what is shown."""

import itertools

import pytest

from matac_ml.fairness.disclosure import HIDDEN, MINIMUM_CELL, ROUNDING, WITHHELD, protect


def test_small_counts_are_hidden() -> None:
    """Counts below ten are hidden, zero too: that nobody is in a group can be somebody's secret."""
    assert protect({"a": 3, "b": 7, "c": 121, "d": 0}) == {"a": HIDDEN, "b": HIDDEN, "c": "120", "d": HIDDEN}


def test_where_the_total_gives_a_cell_away_another_goes_with_it() -> None:
    """Nobody but one group's people: the zero beside them could be had from the total, so neither is shown."""
    assert protect({"a": 9, "b": 9}) == {"a": WITHHELD, "b": WITHHELD}
    assert protect({"a": 9, "b": 12})["a"] == HIDDEN


def possible(shown: dict[str, str], total: int) -> list[tuple[int, ...]]:
    """Every table that a reader who knows the total must think possible, by trying them all."""
    ranges = []
    for text in shown.values():
        if text == HIDDEN:
            ranges.append(range(MINIMUM_CELL))
        elif text == WITHHELD:
            ranges.append(range(total + 1))
        else:
            middle = int(text.replace(",", ""))
            ranges.append(range(max(MINIMUM_CELL, middle - ROUNDING // 2), middle + ROUNDING // 2 + 1))
    first = itertools.product(*ranges[:-1])
    return [(*cells, total - sum(cells)) for cells in first if total - sum(cells) in ranges[-1]]


@pytest.mark.parametrize("first", [0, 1, 4, 9, 10, 11, 37, 60])
def test_no_hidden_cell_can_be_reconstructed(first: int) -> None:
    """With the true total known, at least two values stay open for every hidden cell of every table tried."""
    for others in itertools.product((0, 1, 4, 9, 10, 11, 37, 60), repeat=2):
        counts = (first, *others)
        shown = protect({str(i): count for i, count in enumerate(counts)})
        tables = possible(shown, sum(counts))
        assert counts in tables
        for i, text in enumerate(shown.values()):
            if text in (HIDDEN, WITHHELD) and sum(counts):
                assert len({table[i] for table in tables}) > 1, (counts, shown)
