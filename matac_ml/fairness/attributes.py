"""Whom an audit is about: people, the groups they are in, and the resamples of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.evaluation import PersonBootstrap
from matac_ml.fairness.groups import TITLES

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Attribute:
    """An attribute: its groups by name, and everybody's group, shape ``(people,)``."""

    name: str
    title: str
    groups: tuple[str, ...]
    code: Ints

    @classmethod
    def of(cls, name: str, title: str, group: pd.Series) -> "Attribute":
        """Read an attribute from everybody's group in words."""
        code, found = pd.factorize(group.astype(str))
        names = sorted(map(str, found), key=_natural)
        place = np.array([names.index(str(name)) for name in found], dtype=np.int64)
        return cls(name, title, tuple(names), place[code])


def _natural(text: str) -> list[tuple[int, str]]:
    """Sorts *decile 2* before *decile 10*."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


@dataclass(frozen=True)
class Audited:
    """Whom the audit is about, and how hard it looks.

    Attributes
    ----------
    person : ndarray of int, shape (n,)
        Codes below the number of people.
    same : ndarray of int, shape (people,), or None
        Where somebody's group changes between rows, every group that somebody was in has a code of its own in
        ``person``, and this says whose they are: one number a real person.
    """

    person: Ints
    attributes: tuple[Attribute, ...]
    resamples: int
    permutations: int
    seed: int
    people: int
    same: Ints | None = None

    @classmethod
    def of(
        cls, person: Ints, groups: pd.DataFrame, *, resamples: int, permutations: int, seed: int,
        titles: Mapping[str, str] = TITLES, same: Ints | None = None,
    ) -> "Audited":  # fmt: skip
        """Code everybody's groups, one row a person."""
        attributes = tuple(Attribute.of(str(name), titles.get(str(name), str(name)), groups[name]) for name in groups)
        return cls(person, attributes, resamples, permutations, seed, len(groups), same)

    @cached_property
    def real(self) -> Ints:
        """Which real person each code is, shape ``(people,)``."""
        return np.arange(self.people) if self.same is None else self.same

    @cached_property
    def draws(self) -> PersonBootstrap:
        """The resamples of people, the same for every instrument and cut; a real person is drawn whole."""
        return PersonBootstrap(self.real, resamples=self.resamples, seed=(self.seed, 1))

    def people_of(self, code: Ints, size: int, present: npt.NDArray[np.bool_] | None = None) -> Ints:
        """How many real people each group holds, shape ``(size,)``, among those present."""
        everybody = int(self.real.max(initial=0)) + 1
        pairs = code * everybody + self.real
        return np.bincount(np.unique(pairs if present is None else pairs[present]) // everybody, minlength=size)
