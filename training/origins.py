"""Rolling origins: the whole choice of a model, made again at past dates with what was known then.

Each origin fits, calibrates and tests as a run does whose records ended there; the next one lies some lists later. So a
reader sees whether one good test was luck, and which way of choosing among models would have served.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from matac_ml.errors import RecipeError, UsageError
from matac_ml.evaluation import (
    FoldRows,
    Interval,
    Measured,
    PersonBootstrap,
    difference,
    measure,
    percentile_interval,
    places,
    temporal_split,
)
from matac_ml.facts import ContenderFacts, estimates
from matac_ml.records import Extract
from training.areas import NOWHERE, areas_of
from training.compare import ComparedContender, Comparison, Progress, compare, silent
from training.dataset import build
from training.dates import as_of_dates
from training.recipe import SERVABLE, Recipe
from training.rows import Floats
from training.selection_rules import OriginResult
from training.sources import RunSources

#: What lists of several models may be pooled in.
_OF_LISTS = ("precision_at_k", "recall_at_k", "harm_at_k")


@dataclass(frozen=True)
class Origin:
    """What was found at one origin.

    Attributes
    ----------
    found : Comparison
        Its test rows hold no features.
    people, identities : tuple of str
        Identifiers in the order of the codes of its rows; they are written into the list alone.
    area : ndarray of str, shape (n,)
        Where each test row is listed.
    fitted_on : int
        Rows.
    later : bool
        Whether it was calibrated on later dates, or on people scored by models of other people.
    closes : date
        The day on which the outcomes of its last test date are known.
    """

    found: Comparison
    people: tuple[str, ...]
    identities: tuple[str, ...]
    area: npt.NDArray[np.object_]
    fitted_on: int
    later: bool
    closes: date

    @property
    def days(self) -> tuple[date, ...]:
        """Its test dates."""
        return tuple(self.found.test.dates[cycle] for cycle in np.unique(self.found.test.cycle))

    @property
    def chosen(self) -> ComparedContender:
        """The contender that the run would have put into the bundle."""
        return self.found[self.found.chosen]

    def result(self, measure: str) -> OriginResult:
        """One measure of the contenders that a bundle can carry, as rules of selection want it."""
        better = -1.0 if measure == "brier" else 1.0
        values = {
            c.name: better * c.measured.values[measure].value for c in self.found.contenders if c.name in SERVABLE
        }
        return OriginResult(self.days[0], self.closes, values, self.found.chosen)


def windows(
    dates: tuple[date, ...], *, recipe: Recipe, horizon_days: int, count: int, step: int
) -> list[tuple[date, ...]]:
    """The as-of dates of each origin, the oldest origin first: as many as the history allows.

    Parameters
    ----------
    count : int
        Origins at most.
    step : int
        Lists between two of them.
    """
    found: list[tuple[date, ...]] = []
    for end in range(len(dates), 0, -step):
        kept = dates[max(0, end - recipe.as_of.at_most) : end]
        try:
            temporal_split(kept, horizon_days=horizon_days, test=recipe.as_of.test, calibrate=recipe.as_of.calibrate)
        except UsageError:
            break
        found.append(kept)
        if len(found) == count:
            break
    return found[::-1]


def roll(
    extract: Extract, sources: RunSources, *, recipe: Recipe, count: int, step: int, k: int, progress: Progress = silent
) -> tuple[Origin, ...]:
    """Make the choice again at every origin, the oldest first.

    Raises
    ------
    RecipeError
        When the history holds fewer than two origins.
    """
    horizon = sources.outcome.horizon_days
    every = recipe.model_copy(update={"as_of": recipe.as_of.model_copy(update={"at_most": 10_000})})
    dates = as_of_dates(every, extract, horizon_days=horizon)
    dated = windows(dates, recipe=recipe, horizon_days=horizon, count=count, step=step)
    if len(dated) < 2:
        raise RecipeError(
            f"Rolling origins need at least two, {step} lists apart, and these records hold {len(dated)}. Take longer "
            "records, a shorter horizon, fewer test dates or a smaller --every."
        )
    done = []
    for number, days in enumerate(dated, start=1):
        progress(f"origin {number} of {len(dated)}: {days[-recipe.as_of.test]} to {days[-1]}")
        dataset = build(extract, sources, recipe=recipe, dates=days)
        found = compare(dataset.folds, recipe=recipe, k=k)
        done.append(
            Origin(
                found=replace(found, test=found.test.keep(())),
                people=dataset.people,
                identities=dataset.identities,
                area=areas_of(extract, dataset),
                fitted_on=len(dataset.folds.fit),
                later=dataset.folds.later,
                closes=days[-1] + timedelta(days=horizon),
            )
        )
    return tuple(done)


def listed(origins: tuple[Origin, ...]) -> Iterator[tuple[object, ...]]:
    """Every list that the chosen model and the matrix drew up: day, who drew it up, identifier, score and outcome.

    Somebody who shares the last places is on the list, with the share of a place.
    """
    for origin in origins:
        test = origin.found.test
        names = [origin.found.chosen, *(name for name in ("matrix",) if name in origin.found)]
        for cycle in np.unique(test.cycle):
            inside = np.flatnonzero(test.cycle == cycle)
            for name in names:
                score = origin.found[name].score[inside]
                share = places(score, origin.found.k)
                for row in np.argsort(-score, kind="stable"):
                    if share[row] > 0:
                        at = inside[row]
                        who = origin.identities[test.identity[at]]
                        recorded = "yes" if test.y[at] else "no"
                        yield test.dates[cycle], name, who, float(score[row]), round(float(share[row]), 3), recorded


@dataclass(frozen=True)
class Reliability:
    """Predicted and recorded share of some rows.

    Attributes
    ----------
    difference : Interval
        Recorded minus predicted; people are drawn again.
    people_with, people_without : int
        Different people with a row that has the outcome, and with one that has not.
    """

    what: str
    rows: int
    predicted: float
    recorded: float
    difference: Interval
    people_with: int
    people_without: int


def reliability(
    what: str, y: Floats, probability: Floats, person: npt.NDArray[np.int64], *, resamples: int, seed: int
) -> Reliability:
    """Hold what was recorded against what the chosen model predicted."""
    draws = PersonBootstrap(person, resamples=resamples, seed=seed)
    sums = draws.sums(np.column_stack([y - probability, np.ones(len(y))]))
    with np.errstate(all="ignore"):
        difference = percentile_interval(float((y - probability).mean()), sums[:, 0] / sums[:, 1])
    with_it, without = (len(np.unique(person[y == value])) for value in (1, 0))
    return Reliability(what, len(y), float(probability.mean()), float(y.mean()), difference, with_it, without)


def together(origins: Sequence[Origin], *, resamples: int, seed: int) -> tuple[ContenderFacts, ContenderFacts] | None:
    """The chosen models and the matrix on the lists of all origins, paired by person; None without a matrix.

    Figures of lists alone: scores of different models have no order among each other.
    """
    if not all("matrix" in origin.found for origin in origins):
        return None
    tests = [origin.found.test for origin in origins]
    y, harm, new_victims = (np.concatenate([getattr(t, name) for t in tests]) for name in ("y", "harm", "new_victims"))
    starts = np.cumsum([0, *(int(test.cycle.max()) + 1 for test in tests)])
    cycle = np.concatenate([test.cycle + start for test, start in zip(tests, starts, strict=False)])
    base_rate = float(np.mean([test.y.mean() for test in tests]))
    rows = FoldRows(y, harm, new_victims, _people(origins), cycle, origins[0].found.k, base_rate)
    draws = PersonBootstrap(rows.person, resamples=resamples, seed=seed)

    def measured(compared: Sequence[ComparedContender]) -> Measured:
        score, probability = (np.concatenate([getattr(c, name) for c in compared]) for name in ("score", "probability"))
        return measure(rows, score, probability, draws=draws)

    matrix = measured([origin.found["matrix"] for origin in origins])
    model = measured([origin.chosen for origin in origins])
    return _of_lists("model", "The models chosen", model, matrix), _of_lists("matrix", "RFGV matrix", matrix, matrix)


def _of_lists(name: str, label: str, found: Measured, matrix: Measured) -> ContenderFacts:
    return ContenderFacts(
        name=name,
        label=label,
        measures=estimates({of: found.values[of] for of in _OF_LISTS}),
        against_matrix=estimates({of: gap for of, gap in difference(found, matrix).items() if of in _OF_LISTS}),
        confusion=(found.at_capacity,),
    )


def _people(origins: Sequence[Origin]) -> npt.NDArray[np.int64]:
    """One code a person over the test rows of all origins."""
    who = [np.array(origin.people, dtype=object)[origin.found.test.person] for origin in origins]
    return np.unique(np.concatenate(who).astype(str), return_inverse=True)[1].astype(np.int64)


def by_area(origins: tuple[Origin, ...], *, resamples: int, seed: int) -> list[Reliability]:
    """Reliability of each area over all origins; one person is one person in all of them."""
    y = np.concatenate([origin.found.test.y for origin in origins])
    probability = np.concatenate([origin.chosen.probability for origin in origins])
    area = np.concatenate([origin.area for origin in origins])
    person = _people(origins)
    return [
        reliability(name, *(part[area == name] for part in (y, probability, person)), resamples=resamples, seed=seed)
        for name in sorted(set(area) - {NOWHERE})
    ]
