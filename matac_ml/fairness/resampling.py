"""Intervals and tests in which whole people are drawn: one person's rows stay together."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Replicates worked on together; bounds memory at people x this many numbers.
_TOGETHER = 100


def by_person(sums: Floats, person: Ints) -> Floats:
    """Sums of each person, shape ``(people, s)``, from those of each row; persons are coded ``0..people-1``."""
    people = int(person.max()) + 1 if person.size else 0
    return np.column_stack([np.bincount(person, weights=column, minlength=people) for column in sums.T])


def by_group(sums: Floats, group: Ints, groups: int) -> Floats:
    """Sums of each group, shape ``(groups, s)``."""
    return np.column_stack([np.bincount(group, weights=column, minlength=groups) for column in sums.T])


def bootstrap_sums(sums: Floats, group: Ints, groups: int, *, resamples: int, seed: int) -> Floats:
    """Sums of each group in resamples of people, shape ``(resamples, groups, s)``.

    Parameters
    ----------
    sums : ndarray, shape (people, s)
    group : ndarray of int, shape (people,)
    """
    people, s = sums.shape
    wide = np.zeros((people, groups * s))
    wide.reshape(people, groups, s)[np.arange(people), group] = sums
    parts = [weights @ wide for weights in _weights(people, resamples, seed)]
    return np.concatenate(parts).reshape(resamples, groups, s)


def _weights(people: int, resamples: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng([seed, 1])
    for start in range(0, resamples, _TOGETHER):
        size = min(_TOGETHER, resamples - start)
        drawn = rng.integers(0, people, (size, people))
        yield np.stack([np.bincount(row, minlength=people) for row in drawn]).astype(np.float64)


def permuted_sums(sums: Floats, group: Ints, groups: int, *, permutations: int, seed: int) -> Floats:
    """Sums of groups of the same sizes made by chance, shape ``(permutations, groups, s)``."""
    rng = np.random.default_rng([seed, 2])
    found = np.empty((permutations, groups, sums.shape[1]))
    for i in range(permutations):
        found[i] = by_group(sums, rng.permutation(group), groups)
    return found


def holm(p_values: list[float]) -> list[float]:
    """Adjusted p-values, in the order given (Holm 1979, Scandinavian Journal of Statistics 6:65-70).

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        largest = max(largest, min(1.0, p_values[index] * (len(p_values) - place)))
        adjusted[index] = largest
    return adjusted
