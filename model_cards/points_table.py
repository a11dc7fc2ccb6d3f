"""The whole model as a paper prints it: a table a curve, in which neighbouring steps that print alike are one."""

from itertools import groupby
from typing import NamedTuple

from matac_ml.facts import CurveFacts, RunFacts
from model_cards.feature_names import named


class PrintedCurve(NamedTuple):
    """One curve: what it is about, and a row a step."""

    title: str
    unit: str
    rows: tuple[tuple[str, str], ...]


def printed_curves(facts: RunFacts) -> tuple[PrintedCurve, ...]:
    """Every curve, the one that moves scores most first; none where the model is not made of curves."""
    if facts.points is None:
        return ()
    titles = {feature.name: named(feature) for feature in facts.features}
    return tuple(PrintedCurve(titles[c.feature], c.unit, _rows(c)) for c in facts.points.curves)


class PrintedPair(NamedTuple):
    """One grid: what it is about, the intervals of the second feature, and a row for each of the first."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def printed_pairs(facts: RunFacts) -> tuple[PrintedPair, ...]:
    """Every grid of two features; none where the recipe asked for none."""
    if facts.points is None:
        return ()
    titles = {feature.name: named(feature) for feature in facts.features}
    units = {curve.feature: curve.unit for curve in facts.points.curves}
    found = []
    for pair in facts.points.pairs:
        down, across = (
            (
                *(
                    interval(above, up_to, whole=all(edge.is_integer() for edge in edges), unit=units[name])
                    for above, up_to in zip((None, *edges), (*edges, None), strict=True)
                ),
                "not on record",
            )
            for name, edges in zip(pair.features, pair.edges, strict=True)
        )
        rows = tuple((label, *map(points, row)) for label, row in zip(down, pair.points, strict=True))
        first, second = (titles[name] for name in pair.features)
        found.append(PrintedPair(f"{first} (down), and {second} (across)", ("", *across), rows))
    return tuple(found)


def _rows(curve: CurveFacts) -> tuple[tuple[str, str], ...]:
    ends = zip((None, *curve.edges), (*curve.edges, None), map(points, curve.points), strict=True)
    steps = [list(same) for _, same in groupby(ends, key=lambda end: end[2])]
    whole = all(edge.is_integer() for edge in curve.edges)
    rows = [(interval(same[0][0], same[-1][1], whole=whole, unit=curve.unit), same[0][2]) for same in steps]
    return (*rows, ("not on record", points(curve.missing)))


def points(value: float) -> str:
    """A number of points as it is printed; no step is minus nothing."""
    return "0" if f"{abs(value):.2f}" == "0.00" else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def interval(above: float | None, up_to: float | None, *, whole: bool, unit: str = "") -> str:
    """The values of a step in words.

    Parameters
    ----------
    above, up_to : float or None
        The step holds for values above the one and up to the other; None has no end.
    whole : bool
        Whether all edges are whole numbers, as they are where the values are.

    Examples
    --------
    >>> interval(None, 0, whole=True), interval(0, 1, whole=True), interval(1, 4, whole=True)
    ('0', '1', '2 to 4')
    >>> interval(4, None, whole=True), interval(0.25, 0.5, whole=False), interval(0, None, whole=True, unit="yes or no")
    ('5 or more', 'more than 0.25, up to 0.5', 'yes')
    """
    if unit == "yes or no" and (above, up_to) in {(None, 0), (0, None)}:
        return "no" if above is None else "yes"
    if above is None and up_to is None:
        return "any"
    if not whole:
        ends = ("" if above is None else f"more than {above:.4g}", "" if up_to is None else f"up to {up_to:.4g}")
        return ", ".join(filter(None, ends))
    if above is None:
        return "0" if up_to == 0 else f"up to {up_to:,.0f}"
    if up_to is None:
        return f"{above + 1:,.0f} or more"
    return f"{up_to:,.0f}" if up_to == above + 1 else f"{above + 1:,.0f} to {up_to:,.0f}"
