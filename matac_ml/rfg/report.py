"""The review of policies as one page that a policy officer can read and print."""

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from matac_ml.page import COLOURS, MARKERS, Picture, embedded, render
from matac_ml.rfg.comparing import TIE_CHANGES, Compared
from matac_ml.rfg.reviewing import Review, Reviewed

_TEMPLATE = Path(__file__).parent / "templates" / "review.html"


def review_page(review: Review, *, force: str = "", change: Compared | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    force : str
        Whose records they are.
    change : Compared, optional
        Who enters and leaves between the first two policies. It names people; without it the page names nobody.
    """
    outcomes = tuple(review.policies[0].held)
    changes = None if change is None else _changes(change)
    return render(
        _TEMPLATE,
        review=review,
        force=force,
        first=_first(review),
        changes=changes,
        places=None if change is None else change.places,
        outcomes=outcomes,
        rows=[_row(one) for one in review.policies],
        pairs=[
            {
                "name": one.name,
                "cells": [
                    f"{_share(share)} ({_number(agrees)})"
                    for share, agrees in zip(review.shared[i], review.correlation[i], strict=True)
                ],
            }
            for i, one in enumerate(review.policies)
        ],
        held_picture=_held_picture(review, outcomes),
        shared_picture=_shared_picture(review),
    )


def _changes(change: Compared) -> tuple[tuple[str, list[dict[str, object]]], ...]:
    titled = (
        ("Entering", change.entering),
        ("Leaving", change.leaving),
        (TIE_CHANGES, change.tied),
    )
    return tuple(
        (
            title,
            [
                {
                    "person_id": one.person_id,
                    "before": "not ranked" if one.before is None else one.before,
                    "after": "not ranked" if one.after is None else one.after,
                    "standing": f"{one.standing[0]}, then {one.standing[1]}",
                    "because": one.because,
                }
                for one in changes
            ],
        )
        for title, changes in titled
    )


def _row(one: Reviewed) -> dict[str, object]:
    return {
        "name": one.name,
        "label": one.label,
        "harm_index": one.harm_index,
        "held": [_spread(values) for values in one.held.values()],
        "turnover": "one list" if math.isnan(one.turnover) else f"{one.turnover:.0%}",
        "stays": f"{_share(one.stays[1])} ({_share(one.stays[0])} at least)",
        "low": "not measured" if one.little_harm_many_victims is None else one.little_harm_many_victims,
    }


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "none recorded"
    return f"{sum(values) / len(values):.2%} ({min(values):.2%} to {max(values):.2%})"


def _share(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:.0%}"


def _number(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:.2f}"


def _first(review: Review) -> list[str]:
    """What a reader should take away, in sentences."""
    base = review.policies[0]
    if not review.ranked:
        return ["No policy ranks anybody today, so there is no list to compare: check the records and who is eligible."]
    said = []
    for j, other in enumerate(review.policies[1:], 1):
        said.append(
            f"{base.name} and {other.name} share {_share(review.shared[0, j])} of their places; the rank correlation "
            f"over everybody is {_number(review.correlation[0, j])} (1 is the same order)."
        )
    for outcome in base.held:
        spreads = [one.held[outcome] for one in review.policies if one.held[outcome]]
        if len(spreads) == len(review.policies) and max(map(min, spreads)) <= min(map(max, spreads)):
            said.append(
                f"{outcome}: the policies overlap from list to list; these records do not show that one holds more."
            )
    return said


def _held_picture(review: Review, outcomes: Sequence[str]) -> Picture:
    figure = Figure(figsize=(3.2 * len(outcomes), 0.5 * len(review.policies) + 1.4))
    for place, (axes, outcome) in enumerate(
        zip(figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0], outcomes, strict=True)
    ):
        for i, one in enumerate(review.policies):
            colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
            values = [100 * v for v in one.held[outcome]]
            axes.plot(values, [i] * len(values), marker, color=colour, ms=4, alpha=0.5, ls="none")
            if values:
                axes.plot(sum(values) / len(values), i, "|", color="black", ms=18, mew=2)
        axes.set(title=outcome, xlabel="% that fell on the list", ylim=(len(review.policies) - 0.5, -0.5))
        axes.set_xlim(left=0)
        if place == 0:
            axes.set_yticks(range(len(review.policies)), [one.name for one in review.policies])
    return embedded(
        figure, "Each past list as a point, its policy's mean as a stroke; the table below holds the same figures."
    )


def _shared_picture(review: Review) -> Picture:
    n = len(review.policies)
    figure = Figure(figsize=(0.9 * n + 2.4, 0.7 * n + 1.2))
    axes = figure.subplots()
    axes.imshow(review.shared, cmap="Blues", vmin=0, vmax=1)
    names = [one.name for one in review.policies]
    axes.set_xticks(range(n), names, rotation=30, ha="right")
    axes.set_yticks(range(n), names)
    for i in range(n):
        for j in range(n):
            share = float(review.shared[i, j])
            axes.text(j, i, _share(share), ha="center", va="center", color="white" if share > 0.6 else "black")
    return embedded(
        figure, "Share of places that the lists of two policies have in common; the table below has the same figures."
    )
