"""Disclosure control.

:class:`Rounding` is the rule for everything that is published: the papers of a run, and the files beside them.
:func:`protect` is for pages that stay inside the force (a policy's review, the terminal): small counts are hidden, and
so much beside them that a hidden one cannot be had by subtraction from a total.
"""

import hashlib
import math
from collections.abc import Mapping

#: Counts of people or rows below this are hidden.
MINIMUM_CELL = 10
#: Counts shown are rounded to a multiple of this.
ROUNDING = 5

HIDDEN = "fewer than 10"
WITHHELD = "withheld"

#: Published counts of people are multiples of this, and so are both parts of every published rate.
BASE = 10
#: A person can be in many incidents: totals of records are rounded ten times as coarsely as people.
RECORDS_BASE = 10 * BASE
#: A published count of people is at least this; below it, zero included, only :data:`MARK` is printed.
SMALLEST = 2 * BASE
#: What stands in a cell for a figure about too few people: the shorthand of official statistics.
MARK = "[c]"
#: The value of a count that is not published.
NOT_SHOWN = -1


class Rounding:
    """Rounds every figure of one version at random, up or down, to a multiple of a step.

    A figure is rounded up as often as makes it right on average (unbiased random rounding). All figures are rounded
    anew whenever the records change, those the change does not concern too. A fixed rule, such as to the nearest ten,
    gives a person away where two versions stand on two sides of a boundary: then only the groups of that person differ.
    Here figures of many groups differ, and a difference of a step says little about a difference of one.

    Parameters
    ----------
    secret : str
        Made from the exact records or figures of the version, so that the same version is always rounded alike, and
        nobody who does not have them can undo it.
    """

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(secret.encode()).digest()

    def to(self, value: float, step: float, *key: str) -> float:
        """The multiple of ``step`` just below or just above.

        With one key, larger values never become smaller than smaller ones, so that an order is kept, and an interval
        keeps its value inside. A multiple of the step stays as it is.
        """
        digest = hashlib.sha256(self._secret + "\x1f".join(key).encode()).digest()
        share = int.from_bytes(digest[:6], "big") / 2**48
        return round(math.floor(value / step + share + 1e-9) * step, 12)

    def count(self, count: float, *key: str, base: int = BASE) -> int:
        """A count of people, or of rows with ``base`` for ten people's; :data:`NOT_SHOWN` where it is small.

        The line is drawn after rounding, so that no sharp boundary shows when one person crosses it.
        """
        done = round(self.to(count, base, *key))
        return done if done >= 2 * base else NOT_SHOWN


def at_least(value: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is at least ``value``.

    >>> at_least(0.0036), at_least(61), at_least(10)
    (0.005, 100.0, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return round(next(m for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9)) * power, 12)


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
        and the other cells, the smallest cell still shown becomes ``withheld``, again and again until none can be had.
        A line of one cell is its total: whoever publishes that total has to protect it.
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
