"""Disclosure control of a whole table: groups by what was counted of them, with sums of those counts beside them.

A table is harder than a line. What is hidden in one column can come back from another, from a sum that is published
too, or from a total that everybody knows: ten places on each list, say. So it is asked of the finished table whether a
reader who knows every exact total must think at least one other table possible in which the hidden count differs, and
more is withheld until that is so.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matac_ml.fairness.disclosure import HIDDEN, MINIMUM_CELL, ROUNDING, WITHHELD, rounded


class Cell(NamedTuple):
    """One published count: what is printed, and the rounded number that other figures may be worked out from."""

    text: str
    value: int | None


#: line -> name of a count -> cell
Table = dict[str, dict[str, Cell]]
#: One unit more (+1) or less (-1) of some cells of a line.
_Move = tuple[tuple[str, int], ...]


def protect_table(
    lines: Mapping[str, Mapping[str, float]],
    *,
    sums: Mapping[str, tuple[str, ...]] | None = None,
    elsewhere: frozenset[str] = frozenset(),
) -> Table:
    """Make a table fit for publication.

    Parameters
    ----------
    lines : mapping of line to cell to count
        At least 0; every line has the same cells. The exact total of each cell over all lines is taken to be known to
        the reader.
    sums : mapping of name to cells, optional
        Counts that are published besides: each the sum of those cells of its line.
    elsewhere : set of names
        Counts that another table publishes anyhow, so that withholding them here would hide nothing.

    Returns
    -------
    mapping of line to name to Cell
        ``fewer than 10`` for 0 to 9, a multiple of 5 otherwise, or ``withheld``. Two or more values are possible for
        everything that is not shown, unless the totals alone leave but one: then nothing of the table is shown. More
        may be withheld than the least that would do.
    """
    parts = {name: (name,) for name in next(iter(lines.values()), {})} | dict(sums or {})
    counts = {
        line: {name: sum(round(cells[part]) for part in over) for name, over in parts.items()}
        for line, cells in lines.items()
    }
    shown = {
        line: {name: HIDDEN if count < MINIMUM_CELL else f"{rounded(count):,}" for name, count in mine.items()}
        for line, mine in counts.items()
    }
    opened: set[tuple[str, str]] = set()
    while (closed := _closed(counts, shown, parts, opened)) and (chosen := _smallest(counts, shown, closed, elsewhere)):
        line, name = chosen
        shown[line][name] = WITHHELD
    return {
        line: {name: _cell(text, counts[line][name]) for name, text in mine.items()} for line, mine in shown.items()
    }


def nothing_shown(table: Table, line: str) -> None:
    """Withhold a whole line, for example of a group of fewer than ten people whose rows are many."""
    table[line] = {
        name: Cell(cell.text if cell.value is None else WITHHELD, None) for name, cell in table[line].items()
    }


def _cell(text: str, count: int) -> Cell:
    return Cell(text, None if text in (HIDDEN, WITHHELD) else rounded(count))


def _closed(
    counts: Mapping[str, Mapping[str, int]],
    shown: Mapping[str, Mapping[str, str]],
    parts: Mapping[str, tuple[str, ...]],
    opened: set[tuple[str, str]],
) -> set[tuple[str, str]]:
    """What is not shown and yet has one possible value: of each column that holds any, one at least.

    Moving one unit between two lines shows at once that most have two; for the rest all tables are searched.

    Parameters
    ----------
    opened : set of (line, name)
        What has two already, and keeps them however much more is withheld; what is found to have two is added.
    """
    slack = {
        line: {name: _slack(counts[line][name], text) for name, text in mine.items()} for line, mine in shown.items()
    }
    moves = _moves(tuple(name for name, over in parts.items() if over == (name,)))
    effects = {move: _effect(move, parts) for move in moves}
    can = {move: {line for line in shown if _allowed(effect, slack[line])} for move, effect in effects.items()}
    for move, effect in effects.items():
        back = can[tuple((cell, -by) for cell, by in move)]
        for line in can[move]:
            if back - {line}:
                opened |= {(line, name) for name in effect}
    unseen = {(line, name) for line, mine in shown.items() for name, text in mine.items() if text in (HIDDEN, WITHHELD)}
    return _pinned(counts, shown, parts, opened, asked=left) if (left := sorted(unseen - opened)) else set()


def _pinned(
    counts: Mapping[str, Mapping[str, int]],
    shown: Mapping[str, Mapping[str, str]],
    parts: Mapping[str, tuple[str, ...]],
    opened: set[tuple[str, str]],
    *,
    asked: list[tuple[str, str]],
) -> set[tuple[str, str]]:
    """Of the counts asked about, in each column the first that is the same in every table that would be printed alike.

    What is found to differ in another such table is added to ``opened``.
    """
    cells = tuple(name for name, over in parts.items() if over == (name,))
    place = {(line, cell): i for i, (line, cell) in enumerate((line, cell) for line in shown for cell in cells)}
    lines = [(line, name) for line in shown for name in parts]
    sums = np.zeros((len(lines), len(place)))
    for i, (line, name) in enumerate(lines):
        sums[i, [place[line, cell] for cell in parts[name]]] = 1
    ranges = np.array([_range(counts[line][name], shown[line][name]) for line, name in lines])
    totals = np.array([[cell == name for _, cell in place] for name in cells], dtype=float)
    known = totals @ np.array([counts[line][cell] for line, cell in place])
    within = [LinearConstraint(sums, ranges[:, 0], ranges[:, 1]), LinearConstraint(totals, known, known)]
    true = sums @ np.array([counts[line][cell] for line, cell in place])
    closed: dict[str, tuple[str, str]] = {}
    for one in asked:
        for sign in (1, -1):
            if one[1] not in closed and one not in opened:
                aim = sign * sums[lines.index(one)]
                other = milp(aim, integrality=np.ones(len(place)), bounds=Bounds(0, np.inf), constraints=within).x
                # A table found while one count is asked about may differ in many others too.
                opened |= {lines[i] for i in np.flatnonzero(np.rint(sums @ other) != true)}
        if one not in opened:
            closed.setdefault(one[1], one)
    return set(closed.values())


def _range(count: int, text: str) -> tuple[float, float]:
    """What a reader knows of a count from its own text."""
    if text == HIDDEN:
        return 0, MINIMUM_CELL - 1
    if text == WITHHELD:
        return 0, np.inf
    middle, reach = rounded(count), ROUNDING // 2
    return max(MINIMUM_CELL, middle - reach), middle + reach


def _slack(count: int, text: str) -> tuple[bool, bool]:
    """Whether one less, and one more, would be printed alike."""
    if text == WITHHELD:
        return count > 0, True
    if text == HIDDEN:
        return count > 0, count + 1 < MINIMUM_CELL
    same = rounded(count)
    return count - 1 >= MINIMUM_CELL and rounded(count - 1) == same, rounded(count + 1) == same


def _moves(cells: tuple[str, ...]) -> list[_Move]:
    """One unit of one cell, or of one cell for another."""
    single: list[_Move] = [((cell, by),) for cell in cells for by in (-1, 1)]
    return (
        single
        + [((a, 1), (b, -1)) for a in cells for b in cells if a != b]
        + [((a, -1), (b, 1)) for a in cells for b in cells if a != b]
    )


def _effect(move: _Move, parts: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """What a move changes of the cells and sums of its line."""
    changed = {name: sum(by for cell, by in move if cell in over) for name, over in parts.items()}
    return {name: by for name, by in changed.items() if by}


def _allowed(effect: Mapping[str, int], slack: Mapping[str, tuple[bool, bool]]) -> bool:
    return all(slack[name][by > 0] for name, by in effect.items())


def _smallest(
    counts: Mapping[str, Mapping[str, int]],
    shown: Mapping[str, Mapping[str, str]],
    closed: set[tuple[str, str]],
    elsewhere: frozenset[str],
) -> tuple[str, str] | None:
    """The smallest count still shown, in the columns of what is closed if there is one."""
    columns = {name for _, name in closed}
    left = [
        (name not in columns, counts[line][name], line, name)
        for line, mine in shown.items()
        for name, text in mine.items()
        if text not in (HIDDEN, WITHHELD) and name not in elsewhere
    ]
    return min(left)[2:] if left else None
