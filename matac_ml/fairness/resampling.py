"""Intervals and tests in which whole people are drawn: one person's rows stay together."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint8]
#: Replicates worked on together; bounds memory at people x this many numbers.
_TOGETHER = 100
#: People worked on together: small enough for the cache, and for sums in single precision to lose nothing that shows.
_BLOCK = 1024


def by_person(sums: Floats, person: Ints, people: int) -> Floats:
    """Sums of each person, shape ``(people, s)``, from those of each row; persons are coded ``0..people-1``."""
    return np.column_stack([np.bincount(person, weights=column, minlength=people) for column in sums.T])


def by_group(sums: Floats, group: Ints, groups: int) -> Floats:
    """Sums of each group, shape ``(groups, s)``."""
    return np.column_stack([np.bincount(group, weights=column, minlength=groups) for column in sums.T])


def draw_people(people: int, *, resamples: int, seed: int) -> Counts:
    """How often each person was drawn, shape ``(people, resamples)``: as many draws as people, with replacement."""
    rng = np.random.default_rng([seed, 1])
    counts = np.empty((people, resamples), dtype=np.uint8)
    for start in range(0, resamples, _TOGETHER):
        batch = min(_TOGETHER, resamples - start)
        drawn = [np.bincount(rng.integers(people, size=people), minlength=people) for _ in range(batch)]
        counts[:, start : start + batch] = np.stack(drawn, axis=1)
    return counts


def bootstrap_sums(sums: Floats, code: Ints, size: int, *, drawn: Counts) -> Floats:
    """Sums of each group in resamples of people, shape ``(resamples, groups, s)``.

    Parameters
    ----------
    sums : ndarray, shape (people, s)
    code : ndarray of int, shape (people,)
        Everybody's group, below ``size``.
    drawn : ndarray, shape (people, resamples)
    """
    # The people of a group stand together, so that a group is a few products of small dense matrices: single precision
    # inside a block of people, double between blocks. Such products are too small for threads, which would wait for
    # each other for twenty times as long as they work.
    order = np.argsort(code, kind="stable")
    ends = np.cumsum(np.bincount(code, minlength=size))
    live = np.flatnonzero(sums.any(axis=0))
    lines = np.ascontiguousarray(sums[order][:, live].T, dtype=np.float32)
    found = np.zeros((drawn.shape[1], size, sums.shape[1]))
    with threadpool_limits(limits=1):
        for group, (start, end) in enumerate(zip(np.concatenate([[0], ends[:-1]]), ends, strict=True)):
            total = np.zeros((len(live), drawn.shape[1]))
            for at in range(start, end, _BLOCK):
                block = slice(at, min(at + _BLOCK, end))
                total += lines[:, block] @ drawn[order[block]].astype(np.float32)
            found[:, group, live] = total.T
    return found


def percentiles(replicates: Floats) -> tuple[Floats, Floats]:
    """The 2.5th and 97.5th percentile over the first axis, leaving out NaN; NaN where less than half is left."""
    n = np.isfinite(replicates).sum(axis=0)
    ordered = np.sort(replicates, axis=0)  # NaN go last
    ends = []
    for level in (0.025, 0.975):
        at = level * np.maximum(n - 1, 0)
        low = np.floor(at).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(n - 1, 0))
        picked = [np.take_along_axis(ordered, place[None], axis=0)[0] for place in (low, high)]
        ends.append(np.where(2 * n >= len(replicates), picked[0] + (at - low) * (picked[1] - picked[0]), np.nan))
    return ends[0], ends[1]


def permuted_sums(
    sums: Floats, codes: Sequence[Ints], sizes: Sequence[int], *, permutations: int, seed: int
) -> Iterator[list[Floats]]:
    """Sums of groups of the same sizes made by chance: batches, for each attribute ``(batch, groups, s)``.

    Only the sizes of groups matter: everybody is put in a random order, which is then cut into blocks of those sizes.
    All attributes are cut from one order, so that thirty cost hardly more than one.
    """
    rng = np.random.default_rng([seed, 2])
    cuts = [np.concatenate([[0], np.cumsum(np.bincount(c, minlength=n))]) for c, n in zip(codes, sizes, strict=True)]
    union = np.unique(np.concatenate([*cuts, np.arange(0, len(sums), _BLOCK), [len(sums)]]))
    at = [np.searchsorted(union, cut) for cut in cuts]
    live = np.flatnonzero(sums.any(axis=0))
    moved = np.ascontiguousarray(sums[:, live], dtype=np.float32)
    ordered = np.empty_like(moved)
    for start in range(0, permutations, _TOGETHER):
        batch = min(_TOGETHER, permutations - start)
        running = np.zeros((batch, len(union), sums.shape[1]))
        for one in running:
            # In place and without a look at the bounds: five times as fast as moved[order], where most time goes.
            np.take(moved, rng.permutation(len(sums)), axis=0, out=ordered, mode="clip")
            blocks = np.add.reduceat(ordered, union[:-1], axis=0)
            one[1:, live] = np.cumsum(blocks, axis=0, dtype=np.float64)
        yield [np.diff(running[:, place], axis=1) for place in at]


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
