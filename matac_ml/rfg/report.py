"""The review of policies as one page that a policy officer can read and print."""

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from matac_ml.page import COLOURS, MARKERS, Picture, as_html, write_prose
from matac_ml.rfg.comparing import TIE_CHANGES, Compared
from matac_ml.rfg.reviewing import Review, Reviewed

_TEMPLATE = Path(__file__).parent / "templates" / "review.md"


def review_page(review: Review, *, force: str = "", change: Compared | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    force : str
        Whose records they are.
    change : Compared, optional
        Who enters and leaves between the first two policies. It names people; without it the page names nobody.
    """
    outcomes = list(review.policies[0].held)
    page = write_prose(
        _TEMPLATE,
        {
            "review": review,
            "force": force,
            "names": [policy.name for policy in review.policies],
            "base": review.policies[0].name,
            "others": _others(review),
            "overlapping": [outcome for outcome in outcomes if _overlap(review, outcome)],
            "changes": None if change is None else _changes(change),
            "places": None if change is None else change.places,
            "outcomes": outcomes,
            "held": [_held(policy) for policy in review.policies],
            "pairs": _pairs(review),
            "groups": [(title, [(group, *cells) for group, cells in rows]) for title, rows in review.groups.items()],
            "held_picture": _held_picture(review, outcomes),
            "shared_picture": _shared_picture(review),
        },
    )
    return as_html(page)


def _others(review: Review) -> list[dict[str, str]]:
    """What every other policy shares with the first."""
    return [
        {"name": other.name, "shared": _share(review.shared[0, i]), "correlation": _number(review.correlation[0, i])}
        for i, other in enumerate(review.policies[1:], 1)
    ]


def _overlap(review: Review, outcome: str) -> bool:
    """Whether what the policies' past lists held overlaps, so that none is shown to hold more."""
    spreads = [policy.held[outcome] for policy in review.policies if policy.held[outcome]]
    return len(spreads) == len(review.policies) and max(map(min, spreads)) <= min(map(max, spreads))


def _changes(change: Compared) -> list[tuple[str, list[tuple[str, ...]]]]:
    titled = (("Entering", change.entering), ("Leaving", change.leaving), (TIE_CHANGES, change.tied))
    return [
        (
            title,
            [
                (
                    person.person_id,
                    "not ranked" if person.before is None else f"{person.before}",
                    "not ranked" if person.after is None else f"{person.after}",
                    f"{person.standing[0]}, then {person.standing[1]}",
                    person.because,
                )
                for person in people
            ],
        )
        for title, people in titled
    ]


def _held(policy: Reviewed) -> tuple[str, ...]:
    """One line of the table of what lists would have held."""
    few = policy.little_harm_many_victims
    return (
        policy.name,
        policy.harm_index,
        *(_spread(values) for values in policy.held.values()),
        "one list" if math.isnan(policy.turnover) else f"{policy.turnover:.0%}",
        f"{_share(policy.stays[1])} ({_share(policy.stays[0])} at least)",
        "not measured" if few is None else f"{few}",
    )


def _pairs(review: Review) -> list[tuple[str, ...]]:
    cells = zip(review.shared, review.correlation, strict=True)
    return [
        (policy.name, *(f"{_share(a)} ({_number(b)})" for a, b in zip(shared, agrees, strict=True)))
        for policy, (shared, agrees) in zip(review.policies, cells, strict=True)
    ]


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "none recorded"
    return f"{sum(values) / len(values):.2%} ({min(values):.2%} to {max(values):.2%})"


def _share(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:.0%}"


def _number(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:.2f}"


def _held_picture(review: Review, outcomes: Sequence[str]) -> Picture:
    figure = Figure(figsize=(3.2 * len(outcomes), 0.5 * len(review.policies) + 1.4))
    for place, (axes, outcome) in enumerate(
        zip(figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0], outcomes, strict=True)
    ):
        for i, policy in enumerate(review.policies):
            colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
            values = [100 * v for v in policy.held[outcome]]
            axes.plot(values, [i] * len(values), marker, color=colour, ms=4, alpha=0.5, ls="none")
            if values:
                axes.plot(sum(values) / len(values), i, "|", color="black", ms=18, mew=2)
        axes.set(title=outcome, xlabel="% that fell on the list", ylim=(len(review.policies) - 0.5, -0.5))
        axes.set_xlim(left=0)
        if place == 0:
            axes.set_yticks(range(len(review.policies)), [policy.name for policy in review.policies])
    return Picture.drawn(
        figure, "Each past list as a point, its policy's mean as a stroke; the table below holds the same figures."
    )


def _shared_picture(review: Review) -> Picture:
    n = len(review.policies)
    figure = Figure(figsize=(0.9 * n + 2.4, 0.7 * n + 1.2))
    axes = figure.subplots()
    axes.imshow(review.shared, cmap="Blues", vmin=0, vmax=1)
    names = [policy.name for policy in review.policies]
    axes.set_xticks(range(n), names, rotation=30, ha="right")
    axes.set_yticks(range(n), names)
    for i in range(n):
        for j in range(n):
            share = float(review.shared[i, j])
            axes.text(j, i, _share(share), ha="center", va="center", color="white" if share > 0.6 else "black")
    return Picture.drawn(
        figure, "Share of places that the lists of two policies have in common; the table below has the same figures."
    )
