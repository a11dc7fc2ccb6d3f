"""What is found wrong: one bad cell or row, where it stands, the rule, and the kind of what came, never its value."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

#: Bad rows listed for one rule of one column; rows beyond are counted, and the count is shown.
LISTED = 1000


class Severity(StrEnum):
    """A fault stops the extract from being read; a warning is counted and reported."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One rule of one column, and every row that breaks it.

    Attributes
    ----------
    file : str
        File name within the folder.
    column : str or None
        None where the whole file or row is meant.
    rule : str
        Short and stable name of the rule.
    expected : str
        What must hold, in words.
    came : tuple of str
        The kind of each listed value, such as "text of 9 characters".
    rows : tuple of int
        Row numbers as a spreadsheet shows them: the header is row 1. Empty where the whole file is meant.
    count : int
        Rows in all, listed or not.
    """

    file: str
    column: str | None
    rule: str
    expected: str
    came: tuple[str, ...]
    rows: tuple[int, ...] = ()
    count: int = 1
    severity: Severity = Severity.FAULT

    def lines(self, at_most: int = LISTED) -> Iterable[str]:
        """Give one line a bad row, then one line for those beyond ``at_most``."""
        what = f"{self.file}"
        column = f", column {self.column}" if self.column else ""
        if not self.rows:
            yield f"{what}{column}: {self.expected}; came {self.came[0]} [{self.rule}]"
            return
        for row, came in zip(self.rows[:at_most], self.came, strict=False):
            yield f"{what}, row {row}{column}: {self.expected}; came {came} [{self.rule}]"
        more = self.count - min(len(self.rows), at_most)
        if more > 0:
            yield f"{what}{column}: {more:,} more rows break the same rule [{self.rule}]"


def whole_file(file: str, rule: str, expected: str, came: str, column: str | None = None) -> Finding:
    """Make a fault that is about a whole file or column."""
    return Finding(file=file, column=column, rule=rule, expected=expected, came=(came,))
