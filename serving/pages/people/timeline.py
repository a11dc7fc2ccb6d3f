"""A person's incidents over time, one row a victim: SVG whose marks keep their size on any screen, without script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matac_ml.api.explanation import ExplainedScore, IncidentLine, TimelinePoint
from matac_ml.wording import count, day
from serving.pages.people.incidents import people_in

#: Victims with a row of their own; the others share one.
_MOST_ROWS = 8
#: Per cent of the width kept free at either end, so that no mark is cut.
_MARGIN = 2.0


@dataclass(frozen=True)
class Mark:
    """One incident: where it stands in per cent of the width, how large, and what it says."""

    x: float
    radius: float
    kind: str
    title: str


@dataclass(frozen=True)
class TimelineRow:
    """One victim's row, or that of the person as the victim."""

    label: str
    what: str
    words: str
    role: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Timeline:
    """The rows, and where each year begins."""

    rows: tuple[TimelineRow, ...]
    years: tuple[tuple[int, float], ...]
    first: date


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, when: date) -> float:
        span = max((self.last - self.first).days, 1)
        return round(_MARGIN + (100 - 2 * _MARGIN) * (when - self.first).days / span, 2)


def _mark(point: TimelinePoint, scale: _Scale) -> Mark:
    """Area grows with the harm index, from a mark that can be seen to one that does not hide its neighbours."""
    kind = "crime" if point.is_crime else "not a crime"
    harm = "not in the harm index" if point.harm_days is None else count(round(point.harm_days), "harm day")
    title = f"{point.incident_id}, {day(point.occurred_on)}: {kind}, {harm}"
    radius = round(min(4.5 + math.sqrt(point.harm_days or 0) / 6, 11), 1)
    return Mark(scale.x(point.occurred_on), radius, "crime" if point.is_crime else "other", title)


def timeline(score: ExplainedScore, lines: Sequence[IncidentLine]) -> Timeline | None:
    """The timeline of one person; None without incidents.

    Parameters
    ----------
    lines : sequence of IncidentLine
        With the victims; where there are none, all incidents as suspect share a row.
    """
    points = sorted(score.timeline, key=lambda point: point.occurred_on)
    if not points:
        return None
    scale = _Scale(points[0].occurred_on, score.as_of)
    suspect, victim = ([point for point in points if point.role == role] for role in ("suspect", "victim"))
    named = people_in(lines)
    whose = {line.incident_id: {other.person_id for other in line.others} for line in lines if line.role != "victim"}
    rows = []
    for name in [*named][:_MOST_ROWS]:
        theirs = [point for point in suspect if name in whose.get(point.incident_id, ())]
        rows.append(_row(name, named[name], "suspect", theirs, scale))
    shown = set([*named][:_MOST_ROWS])
    rest = [point for point in suspect if not whose.get(point.incident_id, set()) & shown]
    if rest:
        label = "Victim not recorded" if named else "As suspect"
        label = "Other victims" if len(named) > _MOST_ROWS else label
        rows.append(_row(label, "", "suspect", rest, scale))
    if victim:
        rows.append(_row("As the victim", "", "victim", victim, scale))
    years = tuple((year, scale.x(date(year, 1, 1))) for year in range(scale.first.year + 1, scale.last.year + 1))
    return Timeline(tuple(rows), years, scale.first)


def _row(label: str, what: str, role: str, points: Sequence[TimelinePoint], scale: _Scale) -> TimelineRow:
    crimes = sum(point.is_crime for point in points)
    words = f"{label}{', ' + what if what else ''}: {count(len(points), 'incident')}, {crimes} of them crimes"
    return TimelineRow(label, what, words, role, tuple(_mark(point, scale) for point in points))
