"""No hidden count of a table can be had from the rest of it: tried against every table that would be printed alike."""

import itertools

import numpy as np
import pytest

from matac_ml.fairness.disclosure import HIDDEN, MINIMUM_CELL, ROUNDING, WITHHELD
from matac_ml.fairness.joint import Table, protect_table

SUMS = {"selected": ("hit", "false")}


def printed_alike(count: int, text: str) -> bool:
    """Whether a count would be printed with this text, as far as a reader knows."""
    if text == HIDDEN:
        return count < MINIMUM_CELL
    if text == WITHHELD:
        return True
    middle = int(text.replace(",", ""))
    return count >= MINIMUM_CELL and abs(count - middle) <= ROUNDING // 2


def columns(total: int, texts: list[str]) -> list[tuple[int, ...]]:
    """Every way to share a known total out over the lines of one column."""
    found = []
    for some in itertools.product(range(total + 1), repeat=len(texts) - 1):
        column = (*some, total - sum(some))
        if column[-1] >= 0 and all(printed_alike(c, t) for c, t in zip(column, texts, strict=True)):
            found.append(column)
    return found


def possible_tables(table: Table, totals: dict[str, int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Every pair of columns with the known totals and the printed sums."""
    each = {name: columns(total, [line[name].text for line in table.values()]) for name, total in totals.items()}
    sums = [line["selected"].text for line in table.values()]
    return [
        (hit, false)
        for hit in each["hit"]
        for false in each["false"]
        if all(printed_alike(a + b, text) for a, b, text in zip(hit, false, sums, strict=True))
    ]


@pytest.mark.parametrize("seed", range(12))
def test_two_values_stay_possible_for_everything_that_is_not_shown(seed: int) -> None:
    """A reader who knows the exact totals tries all tables and pins nothing down."""
    rng = np.random.default_rng(seed)
    for _ in range(6):
        drawn = rng.choice([0, 0, 1, 2, 5, 9, 10, 11, 13, 17], size=(3, 2))
        lines = {f"group {i}": {"hit": int(a), "false": int(b)} for i, (a, b) in enumerate(drawn)}
        table = protect_table(lines, sums=SUMS)
        totals = {name: sum(line[name] for line in lines.values()) for name in ("hit", "false")}
        tables = possible_tables(table, totals)
        assert (tuple(drawn[:, 0]), tuple(drawn[:, 1])) in tables
        if all(cell.value is None for line in table.values() for cell in line.values()):
            continue  # the totals alone may leave one value; then nothing of the table is shown
        for i, line in enumerate(table.values()):
            for name, cell in line.items():
                values = {{"hit": h[i], "false": f[i], "selected": h[i] + f[i]}[name] for h, f in tables}
                assert cell.value is not None or len(values) > 1, (lines, table, name)


def test_nothing_small_is_shown_and_what_is_shown_is_rounded() -> None:
    """Counts below ten are hidden in cells and sums alike; a sum may be shown of two hidden cells."""
    lines = {"a": {"hit": 7, "false": 8}, "b": {"hit": 40, "false": 9}, "c": {"hit": 3, "false": 4}}
    table = protect_table(lines, sums=SUMS)
    assert table["a"]["hit"].text == table["a"]["false"].text == HIDDEN
    assert table["a"]["selected"].value == 15
    assert table["c"]["selected"].text == HIDDEN
    assert all(c.value is None or c.value % ROUNDING == 0 for line in table.values() for c in line.values())


def test_where_a_total_gives_a_cell_away_another_goes_with_it() -> None:
    """Everybody else is shown within two and the total is known: the nine left over would be known too."""
    lines = {"a": {"hit": 9}, "b": {"hit": 12}}
    assert protect_table(lines)["b"]["hit"].text == WITHHELD


def test_no_more_is_withheld_than_needed_where_three_groups_share_the_difference() -> None:
    """Nobody of one group, at the edge of a rounding step in the two others: still nothing but the small is hidden."""
    lines = {
        "not stated": {"hit": 0, "false": 0, "missed": 16, "quiet": 135},
        "female": {"hit": 17, "false": 0, "missed": 1624, "quiet": 9555},
        "male": {"hit": 40, "false": 3, "missed": 8256, "quiet": 53808},
    }
    sums = {"selected": ("hit", "false"), "outcomes": ("hit", "missed")}
    texts = [cell.text for line in protect_table(lines, sums=sums).values() for cell in line.values()]
    assert WITHHELD not in texts
