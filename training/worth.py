"""What a list is worth, in the report of a comparison: net benefit by contender, and more places or a better model."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np

from matac_ml.evaluation import Interval, MorePlaces, PersonBootstrap, more_places, net_benefits
from matac_ml.facts import WorthFacts, estimates
from matac_ml.page import COLOURS, Picture, Table
from training.compare import Comparison
from training.recipe import Recipe
from training.report import between, figure

matplotlib.use("Agg")
from matplotlib.figure import Figure

#: People named in vain that one outcome found is worth, where nobody says: illustrations, not advice.
WORTHS: tuple[float, ...] = Recipe.model_fields["worths"].default
#: Outcomes per list, and net benefit per 1,000 rows, are printed no finer than so many outcomes in all.
_OUTCOMES_A_STEP = 3


@dataclass(frozen=True)
class Worth:
    """What was worked out.

    Attributes
    ----------
    net_benefit : mapping of worth to mapping of contender to Interval
        Per row; ``everybody`` names all rows.
    places : MorePlaces
        Of the chosen contender beside the instrument in use, or beside chance where there is none.
    """

    net_benefit: dict[float, dict[str, Interval]]
    places: MorePlaces
    in_use: str
    model: str


def worth_of(found: Comparison, worths: Sequence[float], *, resamples: int, seed: int) -> Worth:
    """Work out what the lists of a comparison are worth."""
    test, chosen = found.test, found[found.chosen]
    draws = PersonBootstrap(test.person, resamples=resamples, seed=seed)
    shown = {contender.name: contender.probability for contender in found.contenders if contender.name != "base_rate"}
    in_use = found["matrix"].score if "matrix" in found else np.zeros(len(test))
    places = more_places(test.y, in_use, chosen.score, test.cycle, test.person, k=found.k, seed=seed)
    label = found["matrix"].label if "matrix" in found else "A list drawn by lot"
    return Worth(net_benefits(test.y, shown, worths, draws), places, label, chosen.label)


def worth_facts(worth: Worth) -> tuple[WorthFacts, ...]:
    """The net benefit as facts, one a worth."""
    return tuple(
        WorthFacts(worth=setting, net_benefit=estimates(found)) for setting, found in worth.net_benefit.items()
    )


def worth_tables(found: Comparison, worth: Worth) -> tuple[Table, Table]:
    """Net benefit by contender, and places beside a better model, no finer than three outcomes."""
    labels = {contender.name: contender.label for contender in found.contenders} | {"everybody": "Listing everybody"}
    step = _OUTCOMES_A_STEP * 1000 / len(found.test)
    names = list(next(iter(worth.net_benefit.values())))
    rows = tuple(
        (labels[name], *(_shown(by[name], step, times=1000) for by in worth.net_benefit.values())) for name in names
    )
    head = ("Contender", *(f"1 found is worth {w:g} in vain (from {1 / (1 + w):.0%} on)" for w in worth.net_benefit))
    text = (
        "Outcomes found per 1,000 rows, less the people listed without an outcome at the cost above each column, when "
        "everybody is listed whose probability reaches the percentage. Listing nobody is worth 0. An instrument below "
        "0, or below listing everybody, is not worth using at that cost. Which cost is right is for the board to say."
    )
    net = Table("What a list is worth: net benefit", head, rows, frozenset(range(1, len(head))), note=text)
    return net, _places_table(found, worth)


def _places_table(found: Comparison, worth: Worth) -> Table:
    places = worth.places
    step = _OUTCOMES_A_STEP / len(np.unique(found.test.cycle))
    rows = [
        (f"{worth.in_use}, {places.k:,} places", _shown(places.found, step)),
        (f"A better model: {worth.model}, the same places", _shown(places.better_model, step, signed=True)),
        *(
            (f"More places: {extra:,} more, {worth.in_use}", _shown(gain, step, signed=True))
            for extra, gain in places.more_places.items()
        ),
    ]
    head = ("What is changed", "Outcomes on each list (95 % interval)")
    return Table("More places or a better model", head, tuple(rows), frozenset({1}), note=worth_line(worth))


def _shown(value: Interval, step: float, *, times: float = 1, signed: bool = False) -> str:
    """A figure and its interval rounded to steps, so that no count can be worked out."""
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    ends = (np.round(end * times / step) * step for end in (value.value, value.low, value.high))
    rounded = Interval(*(float(end) for end in ends))
    reach = between(rounded, signed=signed, digits=digits)
    return figure(rounded.value, signed=signed, digits=digits) + (f" ({reach})" if reach else "")


def worth_line(worth: Worth) -> str:
    """More places or a better model, in a sentence."""
    places = worth.places
    if not np.isfinite(places.better_model.low):
        return "There are too few people to compare more places with a better model."
    if not places.better_model.excludes_zero:
        return (
            f"With {places.k:,} places, no difference between {worth.model} and {worth.in_use} can be told from "
            "chance: more places would find more, and a better model has not been shown to."
        )
    if places.better_model.value < 0:
        return f"With {places.k:,} places, {worth.in_use} finds more than {worth.model}: the model brings nothing."
    most = max(places.curve) - places.k
    more, low, high = (round(end) for end in (places.same_as.value, places.same_as.low, places.same_as.high))
    if more >= most:
        return (
            f"{worth.in_use} would need more than {most:,} places more on each list to find as many as {worth.model}."
        )
    reach = f"{low:,} to {'more than ' if high >= most else ''}{high:,}"
    return (
        f"{worth.in_use} would need about {more:,} places more on each list ({reach}) to find as many as {worth.model} "
        f"finds on {places.k:,}."
    )


def worth_picture(worth: Worth) -> Picture:
    """Outcomes on a list by its places, for the instrument in use and for the model, with intervals."""
    drawing = Figure(figsize=(6.5, 3.6))
    axes = drawing.subplots()
    steps = list(worth.places.curve)
    for i, label in enumerate((worth.in_use, worth.model)):
        line = [pair[i] for pair in worth.places.curve.values()]
        colour = COLOURS[i]
        axes.plot(steps, [p.value for p in line], color=colour, ls=("--", "-")[i], lw=1.5, label=label)
        axes.fill_between(steps, [p.low for p in line], [p.high for p in line], color=colour, alpha=0.2, lw=0)
    axes.axvline(worth.places.k, color="0.6", lw=1)
    axes.set(xlabel="Places on each list (the grey line: those there are)", ylabel="Outcomes on each list")
    axes.legend(fontsize=8, frameon=False)
    return Picture.drawn(drawing, f"More places or a better model. {worth_line(worth)}")
