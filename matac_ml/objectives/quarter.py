"""A quarter of a calendar year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from matac_ml.errors import UsageError
from matac_ml.wording import day


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter.

    Attributes
    ----------
    number : int
        1 to 4.
    """

    year: int
    number: int

    @classmethod
    def named(cls, name: str) -> Self:
        """A quarter by its name.

        Raises
        ------
        UsageError
            When it is none.

        Examples
        --------
        >>> Quarter.named("2026-Q3").first
        datetime.date(2026, 7, 1)
        """
        found = re.fullmatch(r"(20[0-9]{2})-Q([1-4])", name)
        if found is None:
            raise UsageError("A quarter is named as year and number, such as 2026-Q3, from 2000 to 2099.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, when: date) -> Self:
        """The quarter in which a day lies."""
        return cls(when.year, (when.month + 2) // 3)

    @property
    def name(self) -> str:
        """Such as ``2026-Q3``."""
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def after(self) -> "Quarter":
        """The next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The one before."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def words(self) -> str:
        """From when to when."""
        return f"{day(self.first)} to {day(self.last)}"

    def __contains__(self, when: date) -> bool:
        return self.first <= when <= self.last
