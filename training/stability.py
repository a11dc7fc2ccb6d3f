"""How much of the meeting's list stays when the model in the bundle is fitted again: on other people, by other seeds.

Everything is done again, the choice of features among it. What is left of the list is what does not hang on who
happened to be recorded.
"""

from functools import partial

import numpy as np

from matac_ml.evaluation import places_on_lists
from matac_ml.facts import GateFacts, GateStanding
from training.compare import Comparison, Progress, silent
from training.contenders import scores_of
from training.folds import Folds
from training.parallel import parallel
from training.recipe import Recipe
from training.rows import Rows

#: Times that people are drawn again, with replacement, and other seeds tried.
DRAWS, SEEDS = 6, 2


def redrawn(rows: Rows, *, seed: tuple[int, int]) -> Rows:
    """As many people as there are, drawn with replacement; all rows of a person come as often as the person does."""
    people, place = np.unique(rows.person, return_inverse=True)
    drawn = np.random.default_rng(seed).integers(len(people), size=len(people))
    return rows.take(np.repeat(np.arange(len(rows)), np.bincount(drawn, minlength=len(people))[place]))


def stays(found: Comparison, folds: Folds, *, recipe: Recipe, progress: Progress = silent) -> tuple[float, float]:
    """Mean share of the places on the test lists that keep their holder.

    Returns
    -------
    float
        Where the model in the bundle is fitted on people drawn again.
    float
        Where other seeds are used on the same people.
    """
    progress(f"fit the model again: {DRAWS} draws of people, {SEEDS} other seeds")
    name, first = found.chosen, places_on_lists(found[found.chosen].score, folds.test.cycle, found.k)

    def share(rows: Rows, seed: int) -> float:
        score = scores_of(name, rows, recipe, seed).raw(folds.test)
        return float(np.minimum(first, places_on_lists(score, folds.test.cycle, found.k)).sum() / first.sum())

    def of_draw(number: int) -> float:
        return share(redrawn(folds.fit, seed=(recipe.seed, number)), recipe.seed)

    people = parallel(partial(of_draw, number) for number in range(DRAWS))
    seeds = parallel(partial(share, folds.fit, recipe.seed + number) for number in range(1, SEEDS + 1))
    return float(np.mean(people)), float(np.mean(seeds))


def stable_gate(found: tuple[float, float] | None, least: float | None) -> GateFacts:
    """Whether enough of the list stays; shares are said in steps of five in a hundred."""
    name, title = "stable_list", "Enough of the list stays when the model is fitted again"
    if found is None or least is None:
        text = "The recipe switched this gate off" if least is None else "It was not tried in this run"
        return GateFacts(name=name, title=title, standing=GateStanding.NOT_JUDGED, text=text)
    people, seeds = found
    text = (
        f"About {_about(people):.0%} of the places on the test lists keep their holder when the model is fitted on "
        f"people drawn again ({DRAWS} times), and about {_about(seeds):.0%} with other seeds ({SEEDS} times); at least "
        f"{least:.0%} is asked of both"
    )
    # Held against what is asked as it is said.
    standing = GateStanding.PASSED if _about(min(found)) >= least else GateStanding.NOT_PASSED
    return GateFacts(name=name, title=title, standing=standing, text=text, figure=min(found), bound=least)


def _about(share: float) -> float:
    return round(20 * share) / 20
