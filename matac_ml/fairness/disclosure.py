"""Disclosure control: every count that leaves a report goes through here.

Small counts are hidden, and so much beside them that a hidden one cannot be had by subtraction from a total; what is
shown is rounded. Two constants decide everything.
"""

from collections.abc import Mapping

#: Counts of people or rows below this are hidden.
MINIMUM_CELL = 10
#: Counts shown are rounded to a multiple of this.
ROUNDING = 5

HIDDEN = "fewer than 10"
WITHHELD = "withheld"


def rounded(count: float) -> int:
    """The nearest multiple of :data:`ROUNDING`; halves go up.

    >>> rounded(12), rounded(13)
    (10, 15)
    """
    return int((count + ROUNDING / 2) // ROUNDING) * ROUNDING


def protect(counts: Mapping[str, float]) -> dict[str, str]:
    """Make the counts of one line of a table fit for publication.

    Parameters
    ----------
    counts : mapping of cell to count
        At least 0. Their sum is taken to be known to the reader.

    Returns
    -------
    dict of cell to text
        ``fewer than 10`` for 0 to 9; a number rounded to 5 otherwise. Where a hidden count could be had from the total
        and
        the other cells, the smallest cell still shown becomes ``withheld``, again and again until none can be had. A
        line of one cell is its total: whoever publishes that total has to protect it.
    """
    held: dict[str, int] = {name: round(count) for name, count in counts.items()}
    shown = {name: HIDDEN if count < MINIMUM_CELL else f"{rounded(count):,}" for name, count in held.items()}
    while len(held) > 1 and _can_be_had(held, shown):
        left = sorted((held[name], name) for name, text in shown.items() if text not in (HIDDEN, WITHHELD))
        if not left:
            return dict.fromkeys(held, WITHHELD)
        shown[left[0][1]] = WITHHELD
    return shown


def _range(count: int, text: str, total: int) -> tuple[int, int]:
    """What a reader knows of one cell from its own text."""
    if text == HIDDEN:
        return 0, MINIMUM_CELL - 1
    if text == WITHHELD:
        return 0, total
    middle, reach = rounded(count), ROUNDING // 2
    return max(MINIMUM_CELL, middle - reach), middle + reach


def _can_be_had(counts: Mapping[str, int], shown: Mapping[str, str]) -> bool:
    """Whether the total leaves a single value open for some hidden cell."""
    total = sum(counts.values())
    ranges = {name: _range(count, shown[name], total) for name, count in counts.items()}
    lowest, highest = (sum(r[i] for r in ranges.values()) for i in (0, 1))
    for name, (low, high) in ranges.items():
        if shown[name] not in (HIDDEN, WITHHELD):
            continue
        if max(low, total - (highest - high)) == min(high, total - (lowest - low)):
            return True
    return False


def may_be_shown(rows: float, numerator: float) -> bool:
    """Whether a share may be published: neither what is counted nor its complement is a small count."""
    return all(part == 0 or part >= MINIMUM_CELL for part in (numerator, rows - numerator)) and rows >= MINIMUM_CELL
