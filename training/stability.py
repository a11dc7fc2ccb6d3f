"""How much of the meeting's list stays when the model in the bundle is fitted again: on other people, by other seeds.

Everything is done again, the choice of features among it. What is left of the list is what does not hang on who
happened to be recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import rankdata

from matac_ml.evaluation import places_on_lists
from matac_ml.facts import GateFacts, GateStanding, RankReachFacts
from training.compare import Comparison, Progress, silent
from training.contenders import scores_of
from training.folds import Folds
from training.parallel import parallel
from training.recipe import Recipe
from training.rows import Floats, Ints, Rows

#: Times that people are drawn again, with replacement, and other seeds tried.
DRAWS, SEEDS = 6, 2
#: The last rank of each group of ranks that are looked at together: few at the top, where ranks matter most.
BANDS = (3, 6, 10, 15, 20, 30, 50, 75, 100, 150, 200)


def redrawn(rows: Rows, *, seed: tuple[int, int]) -> Rows:
    """As many people as there are, drawn with replacement; all rows of a person come as often as the person does."""
    people, place = np.unique(rows.person, return_inverse=True)
    drawn = np.random.default_rng(seed).integers(len(people), size=len(people))
    return rows.take(np.repeat(np.arange(len(rows)), np.bincount(drawn, minlength=len(people))[place]))


@dataclass(frozen=True)
class Stability:
    """What stays when the model in the bundle is fitted again.

    Attributes
    ----------
    people : float
        Mean share of the places on the test lists that keep their holder when it is fitted on people drawn again.
    seeds : float
        The same with other seeds on the same people.
    ranks : tuple of RankReachFacts
        Where people at some ranks stood when it was fitted on people drawn again.
    """

    people: float
    seeds: float
    ranks: tuple[RankReachFacts, ...] = ()


def stays(found: Comparison, folds: Folds, *, recipe: Recipe, progress: Progress = silent) -> Stability:
    """Fit the model in the bundle again, and hold the test lists against those it drew up first."""
    progress(f"fit the model again: {DRAWS} draws of people, {SEEDS} other seeds")
    chosen, test = found[found.chosen], folds.test
    first = places_on_lists(chosen.score, test.cycle, found.k)

    def refitted(rows: Rows, seed: int) -> Floats:
        return scores_of(found.chosen, rows, recipe, seed).raw(test)

    def of_draw(number: int) -> Floats:
        return refitted(redrawn(folds.fit, seed=(recipe.seed, number)), recipe.seed)

    def share(scores: Sequence[Floats]) -> float:
        lists = (places_on_lists(score, test.cycle, found.k) for score in scores)
        return float(np.mean([np.minimum(first, list_).sum() / first.sum() for list_ in lists]))

    people = parallel(partial(of_draw, number) for number in range(DRAWS))
    seeds = parallel(partial(refitted, folds.fit, recipe.seed + number) for number in range(1, SEEDS + 1))
    return Stability(share(people), share(seeds), rank_reach(chosen.score, people, test.cycle))


def rank_reach(score: Floats, refits: Sequence[Floats], cycle: Ints) -> tuple[RankReachFacts, ...]:
    """Between which ranks nine in ten of the people at some ranks stand in the refits.

    Parameters
    ----------
    score : ndarray, shape (n,)
        That of the model in the bundle; higher is ranked first, and rows that tie share the mean rank.
    refits : sequence of ndarray, each of shape (n,)
    cycle : ndarray of int, shape (n,)
        The list that each row stands on.

    Returns
    -------
    tuple of RankReachFacts
        One for each of the :data:`BANDS` of ranks that every list reaches.
    """
    lists = [np.flatnonzero(cycle == one) for one in np.unique(cycle)]
    first = [_ranks(score[rows]) for rows in lists]
    again = [np.stack([_ranks(refit[rows]) for refit in refits]) for rows in lists]
    shortest, found, start = min(map(len, lists)), [], 1
    for last in BANDS:
        if last > shortest:
            break
        moved = [
            ranks[:, (at >= start - 0.5) & (at < last + 0.5)].ravel() for at, ranks in zip(first, again, strict=True)
        ]
        seen = np.concatenate(moved)
        if seen.size:
            low, high = np.quantile(seen, (0.05, 0.95))
            found.append(RankReachFacts(first=start, last=last, low=round(float(low)), high=round(float(high))))
        start = last + 1
    return tuple(found)


def _ranks(score: Floats) -> Floats:
    return np.asarray(rankdata(-score), dtype=np.float64)


def stable_gate(found: Stability | None, least: float | None) -> GateFacts:
    """Whether enough of the list stays; shares are said in steps of five in a hundred."""
    name, title = "stable_list", "Enough of the list stays when the model is fitted again"
    if found is None or least is None:
        text = "The recipe switched this gate off" if least is None else "It was not tried in this run"
        return GateFacts(name=name, title=title, standing=GateStanding.NOT_JUDGED, text=text)
    people, seeds = _about(found.people), _about(found.seeds)
    text = (
        f"About {people:.0%} of the places on the test lists keep their holder when the model is fitted on people "
        f"drawn again ({DRAWS} times), and about {seeds:.0%} with other seeds ({SEEDS} times); "
        f"at least {least:.0%} is asked of both"
    )
    # Held against what is asked as it is said.
    lesser = min(found.people, found.seeds)
    standing = GateStanding.PASSED if _about(lesser) >= least else GateStanding.NOT_PASSED
    return GateFacts(name=name, title=title, standing=standing, text=text, figure=lesser, bound=least)


def _about(share: float) -> float:
    return round(20 * share) / 20
