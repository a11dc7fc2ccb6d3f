"""Who hurts whom as a small drawing: suspects on the left, victims on the right, a numbered line for each tie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matac_ml.api.victims import TieAnswer
from matac_ml.wording import count, day

WIDTH, ROW, TOP, BOX = 720, 44, 34, 230
#: A tie whose latest record is older than this is drawn with a broken line.
_LATELY = timedelta(days=365)


@dataclass(frozen=True)
class Node:
    """One person on one side; ``own`` is whose network it is, ``both`` stands on both sides."""

    person_id: str
    x: int
    y: int
    own: bool
    both: bool


@dataclass(frozen=True)
class Line:
    """One tie: its number in the table, both ends, how thick, and where its number stands."""

    number: int
    y1: int
    y2: int
    width: float
    old: bool
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Drawing:
    """The drawing, and the sentence that stands for it."""

    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    words: str


def drawing_of(ties: Sequence[TieAnswer], person_id: str, as_of: date) -> Drawing | None:
    """Place everybody in the order in which they were first recorded; None where there is nothing to draw."""
    if not ties:
        return None
    left, right = (tuple(dict.fromkeys(names)) for names in zip(*((t.suspect, t.victim) for t in ties), strict=True))
    both = {*left} & {*right}
    rows = max(len(left), len(right))
    places = {
        side: {who: round(TOP + ROW * (rows / len(names)) * (i + 0.5)) for i, who in enumerate(names)}
        for side, names in (("left", left), ("right", right))
    }
    nodes = [Node(who, 0, y, who == person_id, who in both) for who, y in places["left"].items()]
    nodes += [Node(who, WIDTH - BOX, y, who == person_id, who in both) for who, y in places["right"].items()]
    lines = [
        _line(number, tie, places["left"][tie.suspect], places["right"][tie.victim], as_of)
        for number, tie in enumerate(ties, 1)
    ]
    words = f"{count(len(left), 'suspect')} and {count(len(right), 'victim')}, joined by {count(len(ties), 'line')}"
    return Drawing(TOP + ROW * rows + 8, tuple(nodes), tuple(lines), f"{words}; the table below says the same")


def _line(number: int, tie: TieAnswer, y1: int, y2: int, as_of: date) -> Line:
    """Numbers stand at different places along their lines, so that those of crossing lines do not cover each other."""
    along = 0.2 + 0.6 * ((number * 0.381966) % 1)
    x = BOX + (WIDTH - 2 * BOX) * along
    old = as_of - tie.last > _LATELY
    return Line(number, y1, y2, min(1.5 + tie.incidents, 8), old, round(x, 1), round(y1 + (y2 - y1) * along, 1))


def told_tie(tie: TieAnswer) -> str:
    """When a tie was recorded, in words.

    Examples
    --------
    >>> told_tie(TieAnswer(suspect="A", victim="B", first=date(2024, 1, 2), last=date(2024, 1, 2), incidents=1))
    'on 2 January 2024'
    """
    return f"on {day(tie.first)}" if tie.first == tie.last else f"from {day(tie.first)} to {day(tie.last)}"
