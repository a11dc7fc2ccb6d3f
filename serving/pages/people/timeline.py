"""A person's incidents on one line of time, as SVG: no script, and every mark says what it is to a screen reader."""

import math
from collections.abc import Sequence
from datetime import date

from markupsafe import Markup, escape

from matac_ml.api.explanation import TimelinePoint

WIDTH, LEFT, RIGHT = 960, 110, 20
_ROW = {"suspect": 70, "victim": 140}
_HEIGHT = 196


def _years(first: date, last: date) -> list[date]:
    return [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]


def _radius(harm_days: float | None) -> float:
    """Area grows with the harm index, from a mark that can be seen to one that does not hide its neighbours."""
    return round(min(4 + math.sqrt(harm_days or 0) / 5, 16), 1)


def _mark(point: TimelinePoint, x: float) -> str:
    kind = "crime" if point.is_crime else "non-crime"
    victims = f", {point.victims} victim{'s' if point.victims != 1 else ''}" if point.role == "suspect" else ""
    harm = "not in the harm index" if point.harm_days is None else f"harm index {point.harm_days:g} days"
    title = (
        f"{point.incident_id}: {point.occurred_on:%d %B %Y}, recorded {point.recorded_on:%d %B %Y}, offence "
        f"{point.offence_code or 'not coded'} ({kind}), {harm}{victims}"
    )
    shape = f'<circle class="{point.role} {kind}" cx="{x:.1f}" cy="{_ROW[point.role]}" r="{_radius(point.harm_days)}">'
    return f"{shape}<title>{escape(title)}</title></circle>"


def timeline_svg(points: Sequence[TimelinePoint], *, as_of: date) -> Markup:
    """The timeline of one person.

    Parameters
    ----------
    points : sequence of TimelinePoint
        As suspect and as victim, in any order.
    as_of : date
        Right end of the line.
    """
    if not points:
        return Markup("")
    first = min(point.occurred_on for point in points)
    span = max((as_of - first).days, 1)

    def x_of(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span

    years = "".join(
        f'<line class="year" x1="{x_of(day):.1f}" x2="{x_of(day):.1f}" y1="30" y2="170"/>'
        f'<text class="tick" x="{x_of(day):.1f}" y="190">{day.year}</text>'
        for day in _years(first, as_of)
    )
    rows = "".join(
        f'<text class="row" x="0" y="{y + 4}">as {role}</text><line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
        f'y1="{y}" y2="{y}"/>'
        for role, y in _ROW.items()
    )
    marks = "".join(_mark(point, x_of(point.occurred_on)) for point in sorted(points, key=lambda p: p.occurred_on))
    label = f"Timeline of {len(points)} recorded incidents from {first:%d %B %Y} to {as_of:%d %B %Y}"
    return Markup(  # noqa: S704  (every text in it is escaped above; the rest are numbers)
        f'<svg class="timeline" role="img" viewBox="0 0 {WIDTH} {_HEIGHT}" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{years}{rows}{marks}</svg>"
    )
