"""Intervals and tests in which whole people are drawn: one person's rows stay together."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse

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


def bootstrap_sums(
    sums: Floats, codes: Sequence[Ints], sizes: Sequence[int], *, resamples: int, seed: int
) -> list[Floats]:
    """Sums of each group of every attribute in resamples of people: for each attribute ``(resamples, groups, s)``.

    Parameters
    ----------
    sums : ndarray, shape (people, s)
    codes : sequence of ndarray of int, shape (people,)
        One array an attribute: everybody's group.
    sizes : sequence of int
        Number of groups of each attribute.
    """
    people, s = sums.shape
    # Sparse: a person is in one group of each attribute, and few are on a list. Pairs of attributes have many groups.
    into = [_into_groups(sums, code, size) for code, size in zip(codes, sizes, strict=True)]
    found = [np.empty((resamples, size, s)) for size in sizes]
    start = 0
    for weights in _weights(people, resamples, seed):
        end, drawn = start + len(weights), np.ascontiguousarray(weights.T)
        for one, matrix in zip(found, into, strict=True):
            one[start:end] = (matrix @ drawn).T.reshape(end - start, -1, s)
        start = end
    return found


def _into_groups(sums: Floats, code: Ints, size: int) -> scipy.sparse.csr_array:
    """What each person adds to each sum of each group, shape ``(size * s, people)``."""
    person, which = np.nonzero(sums)
    s = sums.shape[1]
    return scipy.sparse.csr_array(
        (sums[person, which], (code[person] * s + which, person)), shape=(size * s, len(sums))
    )


def _weights(people: int, resamples: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng([seed, 1])
    for start in range(0, resamples, _TOGETHER):
        size = min(_TOGETHER, resamples - start)
        drawn = rng.integers(0, people, (size, people))
        yield np.stack([np.bincount(row, minlength=people) for row in drawn]).astype(np.float64)


def permuted_sums(
    sums: Floats, codes: Sequence[Ints], sizes: Sequence[int], *, permutations: int, seed: int
) -> list[Floats]:
    """Sums of groups of the same sizes made by chance: for each attribute ``(permutations, groups, s)``.

    Only the sizes of groups matter: everybody is put in a random order, which is then cut into blocks of those sizes.
    """
    rng = np.random.default_rng([seed, 2])
    cuts = [np.concatenate([[0], np.cumsum(np.bincount(c, minlength=n))]) for c, n in zip(codes, sizes, strict=True)]
    found = [np.empty((permutations, n, sums.shape[1])) for n in sizes]
    running = np.zeros((len(sums) + 1, sums.shape[1]))
    for i in range(permutations):
        np.cumsum(sums[rng.permutation(len(sums))], axis=0, out=running[1:])
        for one, cut in zip(found, cuts, strict=True):
            one[i] = np.diff(running[cut], axis=0)
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
