"""The rows a model is fitted or measured on, as arrays: what the fitting code may see, and nothing else."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from matac_ml.errors import RecipeError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


_ARRAYS = ("X", "y", "person", "identity", "cycle", "matrix", "last_incident", "harm", "new_victims")


@dataclass(frozen=True)
class Rows:
    """Person-dates with their features and what happened next.

    Attributes
    ----------
    names : tuple of str, length p
        Features, in the order of the columns of ``X``.
    directions : tuple of {-1, 0, 1}, length p
        Direction that policy expects of each feature; 0 is free.
    X : ndarray, shape (n, p)
        NaN is missing.
    y : ndarray of {0, 1}, shape (n,)
    person : ndarray of int, shape (n,)
        One code a person, by every merge of identities known at the end: who is split, drawn and counted together.
        Never a feature.
    identity : ndarray of int, shape (n,)
        One code an identity as of the row's day: two of them may later be found to be one person.
    cycle : ndarray of int, shape (n,)
        Index of the as-of date in ``dates``.
    matrix : ndarray, shape (n,)
        Total points of the matrix.
    last_incident : ndarray, shape (n,)
        Days since the last incident; NaN is none.
    harm : ndarray, shape (n,)
        Harm days recorded within the horizon.
    new_victims : ndarray, shape (n,)
        People first recorded as this person's victims within the horizon.
    codes : tuple of (str, tuple of str)
        Columns that hold the number of a category, each with the columns that hold one indicator a category instead.
        A model takes the one or the others.
    """

    names: tuple[str, ...]
    directions: tuple[int, ...]
    dates: tuple[date, ...]
    X: Floats
    y: Floats
    person: Ints
    identity: Ints
    cycle: Ints
    matrix: Floats
    last_incident: Floats
    harm: Floats
    new_victims: Floats
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __len__(self) -> int:
        return int(self.y.shape[0])

    def take(self, chosen: Bools | Ints) -> "Rows":
        """Return the chosen rows."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in _ARRAYS})

    def on(self, dates: Container[date]) -> "Rows":
        """Return the rows of some as-of dates."""
        return self.take(np.isin(self.cycle, [place for place, day in enumerate(self.dates) if day in dates]))

    def keep(self, names: tuple[str, ...]) -> "Rows":
        """Return the rows with only the named features."""
        columns = [self.names.index(name) for name in names]
        return replace(
            self,
            names=names,
            directions=tuple(self.directions[c] for c in columns),
            X=self.X[:, columns].copy(),
            codes=tuple((code, indicators) for code, indicators in self.codes if code in names),
        )

    def with_codes(self) -> "Rows":
        """The rows with the number of a category, for a model that can split categories into two sets."""
        indicators = {name for _, names in self.codes for name in names}
        return self.keep(tuple(name for name in self.names if name not in indicators)) if self.codes else self

    def with_indicators(self) -> "Rows":
        """The rows with one indicator a category, for every other model."""
        codes = dict(self.codes)
        return self.keep(tuple(name for name in self.names if name not in codes)) if self.codes else self


def together(parts: Sequence[Rows]) -> Rows:
    """The rows of several parts of one whole, one part after another."""
    joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
    return parts[0] if len(parts) == 1 else replace(parts[0], **joined)


def sample_by_person(rows: Rows, at_most: int | None, *, seed: int) -> Rows:
    """Draw whole people until ``at_most`` rows are reached; the same seed draws the same people.

    Parameters
    ----------
    at_most : int or None
        None keeps every row.
    """
    if at_most is None or len(rows) <= at_most:
        return rows
    return rows.take(of_drawn_people(rows.person, np.ones(len(rows), dtype=np.bool_), at_most, seed=seed))


def split_people(rows: Rows, share: float, *, seed: int) -> tuple[Rows, Rows]:
    """The rows of most people, and those of a share of them drawn by the seed; one person at least is on each side.

    Raises
    ------
    RecipeError
        When the rows are about fewer than two people.
    """
    people = np.unique(rows.person)
    if len(people) < 2:
        raise RecipeError("At least two people are needed, so that the model is calibrated on others than it saw.")
    drawn = np.random.default_rng(seed).permutation(people)[: max(1, round(len(people) * share))]
    kept_out = np.isin(rows.person, drawn)
    return rows.take(~kept_out), rows.take(kept_out)


def of_drawn_people(person: Ints, counted: Bools, at_most: int, *, seed: int) -> Bools:
    """Whether each row is about a person drawn; one at least is drawn, and as many as have ``at_most`` counted rows."""
    order = np.random.default_rng(seed).permutation(int(person.max()) + 1)
    rows_so_far = np.cumsum(np.bincount(person[counted], minlength=order.size)[order])
    chosen = np.zeros(order.size, dtype=np.bool_)
    chosen[order[: max(1, int(np.searchsorted(rows_so_far, at_most, side="right")))]] = True
    return chosen[person]


def uninformative(rows: Rows, *, most: int = 12) -> tuple[str, ...]:
    """Say which features hold no value in any row, and which hold the same in every one; empty when all tell something.

    Nothing can be learnt from either. They stay declared, and score nobody higher or lower.

    Parameters
    ----------
    most : int
        Names in one sentence; of the others the number is given.
    """
    # numpy counts all missing values of a column as one.
    alone = [len(np.unique(column)) < 2 for column in rows.X.T]
    empty = [bool(np.isnan(column).all()) for column in rows.X.T]
    constant = [same and not gone for same, gone in zip(alone, empty, strict=True)]
    kinds = {"have no value in any row fitted on": empty, "are the same in every row fitted on": constant}
    said = []
    for what, wrong in kinds.items():
        names = [name for name, is_wrong in zip(rows.names, wrong, strict=True) if is_wrong]
        if names:
            more = f" and {len(names) - most:,} more" if len(names) > most else ""
            said.append(
                f"{len(names):,} of {len(rows.names):,} features {what} and carry no information: "
                f"{', '.join(names[:most])}{more}. Check whether the column they look at is recorded."
            )
    return tuple(said)
