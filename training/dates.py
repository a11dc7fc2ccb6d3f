"""The as-of dates of a run, and what each is for: no date is fitted on that sees less than the others, if it can be.

A feature of three years means less on a date that the records precede by one. A model of such dates has seen nobody
whose last incident lies further back, and guesses for them; its line is then that of another mixture of people.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from matac_ml.errors import RecipeError, UsageError
from matac_ml.evaluation import TemporalSplit, temporal_split
from matac_ml.records import Extract
from training.recipe import Recipe

#: Dates fitted on from which on those that see less are left out.
ENOUGH = 6
#: Share of the incidents that may have been recorded before the records are taken to begin: a few stand far back.
_BEFORE = 0.01


@dataclass(frozen=True)
class DatesOfRun:
    """What each date is for, and how much of the look-back they see.

    Attributes
    ----------
    aside : tuple of date
        Dates that see less than the whole look-back and are not used, because enough others are left.
    short : tuple of date
        Dates fitted or calibrated on that see less.
    whole_from : date
        From this day on the records hold a whole look-back.
    """

    split: TemporalSplit
    aside: tuple[date, ...]
    short: tuple[date, ...]
    whole_from: date


def as_of_dates(recipe: Recipe, extract: Extract, *, horizon_days: int) -> tuple[date, ...]:
    """Return the recipe's as-of dates whose horizon closes by the cut-off.

    Raises
    ------
    RecipeError
        When a named date's horizon passes the cut-off, or none is left.
    """
    chosen = recipe.as_of
    # The last day recorded is the cut-off itself, so a horizon that ends the day after it is whole.
    last_possible = extract.cut_off + timedelta(days=1 - horizon_days)
    if chosen.dates is not None:
        late = [day for day in chosen.dates if day > last_possible]
        if late:
            raise RecipeError(
                f"as_of.dates must leave {horizon_days} days before the cut-off {extract.cut_off}.",
                faults=[f"{day}: the last date possible is {last_possible}" for day in late],
            )
        return chosen.dates
    last = min(chosen.last or last_possible, last_possible)
    if chosen.anchor is not None:
        last -= timedelta(days=(last - chosen.anchor).days % chosen.every_days)
    first = chosen.first or _first_recorded(extract) + timedelta(days=365)
    count = (last - first).days // chosen.every_days + 1
    if count < 2:
        raise RecipeError(
            f"At least two as-of dates are needed from {first} to {last}, {chosen.every_days} days apart, "
            f"with {horizon_days} days after each. Take a longer extract or a shorter horizon."
        )
    count = min(count, chosen.at_most)
    return tuple(last - timedelta(days=chosen.every_days * back) for back in reversed(range(count)))


def _first_recorded(extract: Extract, *, share: float = 0.0) -> date:
    """The day on which the first incident was recorded, or by which a share of all of them were."""
    asked = f"SELECT quantile_disc(recorded_on, {share:f}) FROM incidents"
    found = extract.connect().execute(asked).fetchone()
    if found is None or found[0] is None:
        raise RecipeError("The extract holds no incident.")
    first: date = found[0]
    return first


def _begin(extract: Extract) -> date:
    """The first day of the month by which the records have begun: a day would tell of single incidents."""
    first = _first_recorded(extract, share=_BEFORE).replace(day=1)
    return (first + timedelta(days=31)).replace(day=1)


def dates_of_run(dates: Sequence[date], recipe: Recipe, extract: Extract, *, horizon_days: int) -> DatesOfRun:
    """Say what each date is for.

    Where enough dates see the whole look-back, those that see less are left out; rather than fit on dates that see
    less, none is set aside to calibrate. Dates that a recipe names, or from a first one on, are all used.
    """
    asked = recipe.as_of
    whole_from = _begin(extract) + timedelta(days=recipe.lookback_days)
    split = temporal_split(dates, horizon_days=horizon_days, test=asked.test, calibrate=asked.calibrate)
    kept = tuple(dates)
    if asked.dates is None and asked.first is None and split.fit[0] < whole_from:
        kept, split = _seeing_most(dates, whole_from, recipe, horizon_days=horizon_days)
    short = tuple(day for day in (*split.fit, *split.calibrate) if day < whole_from)
    return DatesOfRun(split, tuple(day for day in dates if day not in kept), short, whole_from)


def _seeing_most(
    dates: Sequence[date], whole_from: date, recipe: Recipe, *, horizon_days: int
) -> tuple[tuple[date, ...], TemporalSplit]:
    """The dates to use and what each is for: those that see the whole look-back, where enough are fitted on."""
    whole = tuple(day for day in dates if day >= whole_from)
    for calibrate in (recipe.as_of.calibrate, 0) if len(whole) > recipe.as_of.test else ():
        with suppress(UsageError):
            split = temporal_split(whole, horizon_days=horizon_days, test=recipe.as_of.test, calibrate=calibrate)
            if len(split.fit) >= ENOUGH and (split.calibrate or not calibrate):
                return whole, split
    return tuple(dates), temporal_split(dates, horizon_days=horizon_days, test=recipe.as_of.test, calibrate=0)
