"""A spreadsheet that holds the whole model and recomputes any person's probability by its own formulas."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from matac_ml.bundle.model import RiskModel
from matac_ml.bundle.points import points_of
from matac_ml.errors import UsageError
from matac_ml.facts import CurveFacts, PairFacts, PointsFacts

PEOPLE, POINTS = "People", "Points"
#: Rows ready for values that somebody types.
FREE_ROWS = 50
#: Columns of a person's row before the values, and of the sheet of points.
_BEFORE, _ABOVE, _UP_TO, _GIVES = 1, 1, 2, 3
_FIRST = 6  # rows of the sheet of points above the first curve

Values = Mapping[str, float | None]


def write_points_workbook(model: RiskModel, people: Sequence[tuple[str, Values]], path: Path) -> Path:
    """Write the points table, and a row a person whose points, log-odds and probability are formulas over it.

    Parameters
    ----------
    people : sequence of (str, mapping)
        What a row is called, and the values of the model's features; rows without values follow, to be filled in.

    Raises
    ------
    UsageError
        The model is not made of curves, so no table holds it.
    """
    points = points_of(model)
    if points is None:
        raise UsageError("The bundle's model must be made of curves: no table of points holds another model.")
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        # A fixed day, so that the same model gives the same bytes.
        book.set_properties({"created": pd.Timestamp("2000-01-01").to_pydatetime(), "title": model.name})
        bold = book.add_format({"bold": True})
        sheet, table = book.add_worksheet(PEOPLE), book.add_worksheet(POINTS)
        base, looked_up = _points_sheet(table, model, points, bold)
        names = [curve.feature for curve in points.curves]
        given = [f"points_{'_and_'.join(look_up.features)}" for look_up in looked_up]
        sheet.write_row(0, 0, ["person", *names, *given, "log_odds", "probability"], bold)
        sheet.freeze_panes(1, 1)
        for row, (person, values) in enumerate([*people, *[("", {})] * FREE_ROWS], start=1):
            _person(sheet, row, person, values, names, base, looked_up)
    return path


class _LookUp(NamedTuple):
    """A formula that gives the points of one feature, or of two together; ``VALUE0`` and ``VALUE1`` are their cells."""

    features: tuple[str, ...]
    formula: str

    def at(self, cells: Mapping[str, str]) -> str:
        """The formula for the cells of a person's values."""
        found = self.formula
        for place, feature in enumerate(self.features):
            found = found.replace(f"VALUE{place}", cells[feature])
        return found


def _person(
    sheet: Any, row: int, person: str, values: Values, names: list[str], base: str, looked_up: list[_LookUp]
) -> None:
    sheet.write_string(row, 0, person)
    for column, name in enumerate(names, start=_BEFORE):
        if (value := values.get(name)) is not None and value == value:
            sheet.write_number(row, column, float(value))
    cells = {name: xl_rowcol_to_cell(row, column) for column, name in enumerate(names, start=_BEFORE)}
    for column, look_up in enumerate(looked_up, start=_BEFORE + len(names)):
        sheet.write_formula(row, column, look_up.at(cells))
    end = _BEFORE + len(names) + len(looked_up)
    first, last = xl_rowcol_to_cell(row, _BEFORE + len(names)), xl_rowcol_to_cell(row, end - 1)
    sheet.write_formula(row, end, f"={base}+SUM({first}:{last})")
    sheet.write_formula(row, end + 1, f"=1/(1+EXP(-{xl_rowcol_to_cell(row, end)}))")


def _points_sheet(sheet: Any, model: RiskModel, points: PointsFacts, bold: Any) -> tuple[str, list[_LookUp]]:
    """Write every curve and grid; the reference of the base, and the formula that looks up each."""
    lines = [("Model", model.name), ("SHA-256", model.hash), ("Predicts", model.outcome.sentence)]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text)
    sheet.write_string(3, 0, "Base, in log-odds", bold)
    sheet.write_number(3, 1, points.base)
    sheet.write_row(_FIRST - 1, 0, ["feature", "above", "up to", "points", "meaning"], bold)
    row, formulas = _FIRST, []
    for curve in points.curves:
        formulas.append(_LookUp((curve.feature,), _curve(sheet, row, curve)))
        row += len(curve.points) + 1
    for grid in points.pairs:
        formulas.append(_LookUp(grid.features, _grid(sheet, row, grid)))
        row += len(grid.points) + 1
    sheet.set_column(0, 0, 40)
    return f"{POINTS}!{xl_rowcol_to_cell(3, 1, row_abs=True, col_abs=True)}", formulas


def _curve(sheet: Any, row: int, curve: CurveFacts) -> str:
    missing, last = row + len(curve.points), row + len(curve.points) - 1
    for place, number in enumerate((*curve.points, curve.missing), start=row):
        sheet.write_string(place, 0, curve.feature)
        sheet.write_number(place, _GIVES, number)
    for place, edge in enumerate(curve.edges, start=row):
        sheet.write_number(place, _UP_TO, edge)
        sheet.write_number(place + 1, _ABOVE, edge)
    sheet.write_string(missing, _UP_TO, "missing")
    sheet.write_string(row, 4, curve.text)
    given = f"{POINTS}!{xl_range_abs(row, _GIVES, last, _GIVES)}"
    below = _below((row, _UP_TO, last - 1, _UP_TO), "VALUE0") if curve.edges else "0"
    nothing = f"{POINTS}!{xl_rowcol_to_cell(missing, _GIVES, row_abs=True, col_abs=True)}"
    return f'=IF(VALUE0="",{nothing},INDEX({given},1+{below}))'


def _below(edges: tuple[int, int, int, int], value: str) -> str:
    """How many edges lie below a value: the interval that holds it is the one after them."""
    return f"SUMPRODUCT(({POINTS}!{xl_range_abs(*edges)}<{value})*1)"


def _grid(sheet: Any, row: int, grid: PairFacts) -> str:
    """Write a grid below the edges of its second feature; the edges of the first stand before each line."""
    sheet.write_string(row, 0, " and ".join(grid.features))
    places = []
    for place, (edges, first_row, first_column, down) in enumerate(
        ((grid.edges[0], row + 1, _UP_TO, True), (grid.edges[1], row, _GIVES, False))
    ):
        for step, edge in enumerate(edges):
            sheet.write_number(first_row + step * down, first_column + step * (not down), edge)
        end = len(edges) - 1
        span = (first_row, first_column, first_row + end * down, first_column + end * (not down))
        below = _below(span, f"VALUE{place}") if edges else "0"
        places.append(f'IF(VALUE{place}="",{len(edges) + 2},1+{below})')
    for line, numbers in enumerate(grid.points, start=row + 1):
        sheet.write_row(line, _GIVES, numbers)
    whole = xl_range_abs(row + 1, _GIVES, row + len(grid.points), _GIVES + len(grid.points[0]) - 1)
    return f"=INDEX({POINTS}!{whole},{places[0]},{places[1]})"
