"""Planted under-recording: outcomes taken from what is fitted on, while the test keeps all of them.

What is lost alike everywhere costs a list little. What is lost of one group alone teaches a model that this group does
less, and no measure on labels that lose it too would show that: only where all outcomes are kept can it be seen.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from matac_ml.codes import NOT_STATED
from matac_ml.evaluation import places_on_lists
from matac_ml.facts import StressFacts
from matac_ml.fairness import audit_groups
from matac_ml.fairness.disclosure import protect
from matac_ml.fairness.groups import TITLES
from matac_ml.records import Extract
from training.auditing import LONGER
from training.dataset import Dataset
from training.quick import QuickReference, stressed
from training.recipe import Recipe
from training.rows import Bools, Floats

#: Planted at random: this share of people loses this share of its outcomes. Of one group, everybody loses that share.
_PEOPLE, _LOST = 0.3, 0.5
#: Tried in this order after the recipe's own attribute.
_ATTRIBUTES = ("ethnicity", "sex")
#: Outcomes a group must have among the rows fitted on, or nothing much could be taken from it.
_ENOUGH = 40


def under_recorded(
    extract: Extract, dataset: Dataset, reference: QuickReference, *, recipe: Recipe
) -> Iterator[StressFacts]:
    """Take outcomes of some people drawn at random, then of one group alone."""
    rng = np.random.default_rng(reference.seed)
    anybody = rng.random(int(reference.fit.person.max()) + 1)[reference.fit.person] < _PEOPLE
    yield stressed(
        "planted under-recording",
        f"{_LOST:.0%} of the outcomes of {_PEOPLE:.0%} of the people, drawn at random, are not recorded when fitting; "
        "the test keeps all",
        reference,
        fit_y=_without(reference, anybody),
        test_y=reference.test.y,
    )
    chosen = _one_group(extract, dataset, reference, recipe)
    if chosen is not None:
        yield of_one_group(*chosen, reference)


def _without(reference: QuickReference, theirs: Bools) -> Floats:
    """The outcomes fitted on, with a share of those of the chosen rows not recorded."""
    lost = theirs & (np.random.default_rng((reference.seed, 1)).random(len(reference.fit)) < _LOST)
    return np.where(lost, 0.0, reference.fit.y)


def _one_group(
    extract: Extract, dataset: Dataset, reference: QuickReference, recipe: Recipe
) -> tuple[pd.Series, str] | None:
    """A group with outcomes to lose, by the first attribute that has one; everybody's groups in the order of codes."""
    groups = audit_groups(extract.people_frame(), dataset.people, dataset.split.test[0])
    for name in (recipe.mitigation.attribute, *_ATTRIBUTES):
        group = _second_largest(groups[name], reference) if name in groups else None
        if group is not None:
            return groups[name], group
    return None


def _second_largest(attribute: pd.Series, reference: QuickReference) -> str | None:
    """The largest group that is not the largest of all, by people fitted on; None when its outcomes are few."""
    of = attribute.to_numpy()
    people = pd.Series(of[np.unique(reference.fit.person)])
    stated = people[people != NOT_STATED].value_counts()
    ordered = sorted(stated.index, key=lambda name: (-stated[name], name))
    if len(ordered) < 2:
        return None
    outcomes = reference.fit.y[of[reference.fit.person] == ordered[1]].sum()
    return str(ordered[1]) if outcomes >= _ENOUGH else None


def of_one_group(attribute: pd.Series, group: str, reference: QuickReference) -> StressFacts:
    """Take outcomes of one group alone, and say how many places it holds before and after.

    Parameters
    ----------
    attribute : Series
        The group of every person, in the order of the codes of people; its name is the attribute's.
    """
    of = attribute.to_numpy()
    tested = of[reference.test.person] == group
    what = TITLES.get(str(attribute.name), str(attribute.name))
    return stressed(
        "one group under-recorded",
        f"{_LOST:.0%} of the outcomes of one group alone ({what}: "
        f"{group}), drawn at random, are not recorded when fitting; the test keeps all",
        reference,
        fit_y=_without(reference, of[reference.fit.person] == group),
        test_y=reference.test.y,
        change=lambda score: _places_of(group, tested, score, reference),
    )


def _places_of(group: str, tested: Bools, score: Floats, reference: QuickReference) -> str:
    """The group's places before and after, on lists long enough to count them."""
    said = []
    for ranking in (reference.score, score):
        places = places_on_lists(ranking, reference.test.cycle, LONGER * reference.k)
        mine = round(float(places @ tested))
        said.append(protect({"theirs": mine, "others": round(float(places.sum())) - mine})["theirs"])
    return f"Places of {group} on lists {LONGER} times as long: {said[0]} before, {said[1]} after."
