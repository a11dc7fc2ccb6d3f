"""Read a harm index from the workbook of those who publish it, as it was downloaded.

How each publisher lays it out is in :mod:`matac_ml.harm.layouts`; columns may be named where an edition differs.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from matac_ml.codes import normalise_offence_code
from matac_ml.errors import PolicyError
from matac_ml.harm.cells import Cell, code_of, days_of, read_sheet, text_code
from matac_ml.harm.index import Group, HarmIndex
from matac_ml.harm.layouts import LAYOUTS, Layout

#: A head row stands among the first so many rows: titles and notes come before it.
_HEAD_ROWS = 30
_HUNDREDTH = Decimal("0.01")
_MOST_FAULTS = 100


class Several(StrEnum):
    """Which days an offence code gets when the workbook gives it several (aggravated forms share a code)."""

    LOWEST = "lowest"
    MEDIAN = "median"
    HIGHEST = "highest"


_CHOICE: dict[Several, Callable[[Sequence[Decimal]], Decimal]] = {
    Several.LOWEST: min,
    Several.MEDIAN: statistics.median,
    Several.HIGHEST: max,
}


@dataclass(frozen=True)
class Columns:
    """Heads named by the user where an edition calls them something else; None is found by its layout."""

    sheet: str | None = None
    code: str | None = None
    days: str | None = None


@dataclass(frozen=True)
class Imported:
    """An index read from a workbook, and what was left out of it.

    Attributes
    ----------
    rows : int
        Rows with an offence.
    expired : int
        Rows left out because their title says that the offence has expired.
    without_days : tuple of str
        Titles of offences that the workbook gives no days.
    several : int
        Codes that the workbook gives more than one number of days.
    without_code : tuple of str
        Titles whose code is missing and that the code list does not name.
    """

    index: HarmIndex
    rows: int
    expired: int
    without_days: tuple[str, ...]
    several: int
    without_code: tuple[str, ...]


def import_workbook(
    path: Path,
    layout: str,
    *,
    version: str,
    non_crime_days: Decimal,
    unmapped_days: Decimal | None = None,
    several: Several = Several.MEDIAN,
    columns: Columns = Columns(),
    code_list: Mapping[str, Sequence[str]] | None = None,
) -> Imported:
    """Read a harm index from a publisher's workbook.

    Parameters
    ----------
    path : Path
        The ``.xlsx`` file as it was downloaded; it is only read, and its formulas are not run.
    layout : str
        A name of :data:`LAYOUTS`.
    version : str
        The edition; it stands on every score.
    non_crime_days : Decimal
        Days of an incident that is not a crime: no publisher gives them, so it is a choice of policy.
    several : Several
        Which days a code gets that the workbook gives several.
    code_list : mapping of str to sequence of str, optional
        Offence codes by the workbook's offence title, for a workbook that has titles alone.

    Raises
    ------
    PolicyError
        When the sheet or a column cannot be found, with the heads that are there; or with every row that can be read in
        two ways: decimal commas, separators, percentages, dates, numbers as codes that may have lost a zero, merged
        cells, hidden rows, formulas without a value.
    """
    if layout not in LAYOUTS:
        raise PolicyError(f"The layout of a workbook must be one of {', '.join(LAYOUTS)}, got {layout!r}.")
    how = LAYOUTS[layout]
    sheet = read_sheet(path, columns.sheet or how.sheet)
    rows = sheet.rows
    head, places = _head(rows, how, columns, path.name, needs_code=code_list is None)
    found = _Found(how.name, {_plain(title): tuple(codes) for title, codes in (code_list or {}).items()})
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        cells = {name: row[at] if at < len(row) else Cell() for name, at in places.items()}
        found.take(number, cells, hidden=number in sheet.hidden)
    if found.faults:
        more = len(found.faults) - _MOST_FAULTS
        faults = found.faults[:_MOST_FAULTS] + ([f"and {more:,} more"] if more > 0 else [])
        raise PolicyError(f"{path.name} cannot be read as a harm index without guessing.", faults=faults)
    if not found.days:
        raise PolicyError(f"{path.name} holds no offence with a code and days below its head in row {head + 1}.")
    index = HarmIndex(
        name=f"{how.name}-{version}",
        version=version,
        label=(
            f"Published: the days of each offence. Chosen here: {several.value} days where a code has several, the "
            "days of an incident that is not a crime, and those of a code that is not listed."
        ),
        source=f"{how.publisher}, edition {version}, from {path.name}.",
        groups=_groups(found, _CHOICE[several]),
        non_crime_days=non_crime_days,
        unmapped_days=unmapped_days,
    )
    return Imported(
        index,
        found.rows,
        found.expired,
        tuple(found.without_days),
        sum(len(set(days)) > 1 for days in found.days.values()),
        tuple(found.without_code),
    )


class _Found:
    """What the rows gave so far."""

    def __init__(self, layout: str, code_list: Mapping[str, Sequence[str]]) -> None:
        self.days: dict[str, list[Decimal]] = defaultdict(list)
        self.group: dict[str, str] = {}
        self.faults: list[str] = []
        self.without_days: list[str] = []
        self.without_code: list[str] = []
        self.rows = self.expired = 0
        self._layout, self._code_list = layout, code_list

    def take(self, number: int, row: Mapping[str, Cell], *, hidden: bool) -> None:
        """Take one row of the sheet."""
        nothing = Cell()
        title, written, days = row.get("title", nothing).text, row.get("code", nothing), row["days"]
        coded = bool(written.text) or written.uncounted
        if not title and not coded:
            if days.text or days.uncounted:
                self.faults.append(f"row {number}: days stand here without an offence; name it or take them out")
            return
        self.rows += 1
        if hidden:
            self.faults.append(f"row {number}: the row is hidden; show it, or delete it if it does not count")
        elif "expired" in title.lower():
            self.expired += 1
        elif _without_days(days):
            self.without_days.append(title or written.text)
        else:
            self._take_days(number, title, written if coded else None, days, row.get("group", nothing).text)

    def _take_days(self, number: int, title: str, written: Cell | None, days: Cell, group: str) -> None:
        found = [code_of(written)] if written else [text_code(code) for code in self._code_list.get(_plain(title), ())]
        if not found:
            self.without_code.append(title)
            return
        value = days_of(days)
        said = [fault for _, fault in found if fault] + ([value] if isinstance(value, str) else [])
        self.faults.extend(f"row {number}: {fault}" for fault in said)
        if isinstance(value, Decimal) and not said:
            for code, _ in found:
                self.days[normalise_offence_code(code)].append(value)
                self.group.setdefault(normalise_offence_code(code), group or self._layout)


def _without_days(days: Cell) -> bool:
    """The publisher gives none: an empty cell, a dash, or words that say so."""
    plain = isinstance(days.value, str | None) and not days.uncounted and not days.merged
    return plain and days.text.strip("-*. ").lower() in {"", "n/a", "na", "tbc"}


def _groups(found: _Found, choose: Callable[[Sequence[Decimal]], Decimal]) -> tuple[Group, ...]:
    """Codes of one publisher's group with the same days, as one group: each code keeps its own days."""
    together: dict[tuple[str, Decimal], list[str]] = defaultdict(list)
    for code, days in found.days.items():
        together[found.group[code], choose(days).quantize(_HUNDREDTH).normalize() + 0].append(code)
    return tuple(
        Group(f"{group} ({days:f} days)", Decimal(f"{days:f}"), tuple(sorted(codes)))
        for (group, days), codes in sorted(together.items())
    )


def _head(
    rows: Sequence[Sequence[Cell]], layout: Layout, columns: Columns, name: str, *, needs_code: bool
) -> tuple[int, dict[str, int]]:
    """The row of heads, and where each column stands."""
    accepted = {
        "group": layout.group,
        "title": layout.title,
        "code": (_plain(columns.code),) if columns.code else layout.code,
        "days": (_plain(columns.days),) if columns.days else layout.days,
    }
    needed = {"days", "code" if needs_code else "title"}
    seen: list[str] = []
    for number, row in enumerate(rows[:_HEAD_ROWS]):
        heads = [_plain(cell.text) for cell in row]
        places = {
            what: heads.index(head)
            for what, options in accepted.items()
            if (head := _first(options, heads)) is not None
        }
        if needed <= set(places):
            return number, places
        if sum(map(bool, heads)) > len(seen):
            seen = [cell.text for cell in row if cell.text]
    wanted = " and ".join(f"{what} ({', '.join(accepted[what])})" for what in sorted(needed))
    raise PolicyError(
        f"{name} must have a row of heads with {wanted}; the fullest row has {', '.join(seen) or 'nothing'}. "
        "Name the columns with --code-column and --days-column."
    )


def _first(options: Iterable[str], heads: Sequence[str]) -> str | None:
    return next((option for option in options if option in heads), None)


def _plain(text: str) -> str:
    """A head in lower case, its punctuation as single spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
