"""A spreadsheet that holds the whole model and recomputes any person's probability by its own formulas."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from matac_ml.bundle.model import RiskModel
from matac_ml.bundle.points import points_of
from matac_ml.errors import UsageError
from matac_ml.facts import CurveFacts, PointsFacts

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
        head = ["person", *names, *(f"points_{name}" for name in names), "log_odds", "probability"]
        sheet.write_row(0, 0, head, bold)
        sheet.freeze_panes(1, 1)
        for row, (person, values) in enumerate([*people, *[("", {})] * FREE_ROWS], start=1):
            _person(sheet, row, person, values, names, base, looked_up)
    return path


def _person(
    sheet: Any, row: int, person: str, values: Values, names: list[str], base: str, looked_up: list[str]
) -> None:
    sheet.write_string(row, 0, person)
    end = _BEFORE + 2 * len(names)
    for column, (name, formula) in enumerate(zip(names, looked_up, strict=True), start=_BEFORE):
        if (value := values.get(name)) is not None and value == value:
            sheet.write_number(row, column, float(value))
        cell = xl_rowcol_to_cell(row, column)
        sheet.write_formula(row, column + len(names), formula.replace("VALUE", cell))
    first, last = xl_rowcol_to_cell(row, _BEFORE + len(names)), xl_rowcol_to_cell(row, end - 1)
    sheet.write_formula(row, end, f"={base}+SUM({first}:{last})")
    sheet.write_formula(row, end + 1, f"=1/(1+EXP(-{xl_rowcol_to_cell(row, end)}))")


def _points_sheet(sheet: Any, model: RiskModel, points: PointsFacts, bold: Any) -> tuple[str, list[str]]:
    """Write every curve; the reference of the base, and the formula of each curve with VALUE for a person's cell."""
    lines = [("Model", model.name), ("SHA-256", model.hash), ("Predicts", model.outcome.sentence)]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text)
    sheet.write_string(3, 0, "Base, in log-odds", bold)
    sheet.write_number(3, 1, points.base)
    sheet.write_row(_FIRST - 1, 0, ["feature", "above", "up to", "points", "meaning"], bold)
    row, formulas = _FIRST, []
    for curve in points.curves:
        formulas.append(_curve(sheet, row, curve))
        row += len(curve.points) + 1
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
    below = "0"
    if curve.edges:
        # How many edges lie below the value: the interval that holds it is the one after them.
        below = f"SUMPRODUCT(({POINTS}!{xl_range_abs(row, _UP_TO, last - 1, _UP_TO)}<VALUE)*1)"
    nothing = f"{POINTS}!{xl_rowcol_to_cell(missing, _GIVES, row_abs=True, col_abs=True)}"
    return f'=IF(VALUE="",{nothing},INDEX({given},1+{below}))'
