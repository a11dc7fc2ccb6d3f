"""A spreadsheet whose own formulas recompute every point: an analyst can check the program with a tool they know."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from matac_ml.errors import UsageError
from matac_ml.rfg.names import CRIMES, NON_CRIMES, VALUE_OF, ComponentName
from matac_ml.rfg.points import score_matrix
from matac_ml.rfg.policy import Component, Policy

PEOPLE, POLICY = "People", "Policy"
#: Rows a spreadsheet program opens without trouble.
MOST_ROWS = 100_000


def write_workbook(policy: Policy, frame: pd.DataFrame, path: Path) -> Path:
    """Write values as numbers and points as formulas over the policy's own sheet.

    Parameters
    ----------
    frame : DataFrame
        ``person_id``, ``also_victim`` and the columns of :attr:`Policy.features`; at most :data:`MOST_ROWS` rows.

    Raises
    ------
    UsageError
        When there are too many rows.
    """
    if len(frame) > MOST_ROWS:
        raise UsageError(
            f"A workbook holds at most {MOST_ROWS:,} people, got {len(frame):,}; ask for fewer with --top."
        )
    scored = score_matrix(policy, frame)
    options = {"constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        # A fixed day, so that the same list gives the same bytes.
        book.set_properties(
            {"created": pd.Timestamp("2000-01-01").to_pydatetime(), "title": f"{policy.name} {policy.version}"}
        )
        bold = book.add_format({"bold": True})
        people, sheet = book.add_worksheet(PEOPLE), book.add_worksheet(POLICY)
        cells = _policy_sheet(sheet, policy, bold)
        values = [feature.name for feature in policy.features]
        head = ["person_id", "also_victim", *values, *(f"points_{name.value}" for name in policy.components), "total"]
        people.write_row(0, 0, head, bold)
        people.freeze_panes(1, 1)
        for row, (record, points) in enumerate(
            zip(frame.to_dict("records"), scored.to_dict("records"), strict=True), 1
        ):
            _person(people, row, record, points, policy, values, cells)
    return path


def _person(
    people: Any, row: int, record: dict[Any, Any], points: dict[Any, Any], policy: Policy, values: list[str],
    cells: dict[str, str],
) -> None:  # fmt: skip
    people.write_string(row, 0, str(record["person_id"]))
    people.write_string(row, 1, "YES" if record["also_victim"] else "")
    at = {name: xl_rowcol_to_cell(row, column) for column, name in enumerate(values, 2)}
    for column, name in enumerate(values, 2):
        if record[name] == record[name]:
            people.write_number(row, column, float(record[name]))
    start = len(values) + 2
    for place, (name, component) in enumerate(policy.components.items()):
        formula = _formula(name, component, at, cells)
        if policy.eligibility.crimes_at_least:
            formula = f"IF({at[CRIMES]}<{cells['crimes_at_least']},0,{formula})"
        people.write_formula(row, start + place, f"={formula}", None, int(points[f"points_{name}"]))
    end = start + len(policy.components)
    first, last = xl_rowcol_to_cell(row, start), xl_rowcol_to_cell(row, end - 1)
    people.write_formula(row, end, f"=SUM({first}:{last})", None, int(points["total"]))


def _formula(name: ComponentName, component: Component, at: dict[str, str], cells: dict[str, str]) -> str:
    """Excel's own arithmetic of one component; every number of the policy is a reference to its sheet."""
    if name is ComponentName.FREQUENCY:
        value, missing = f"({at[CRIMES]}+{at[NON_CRIMES]}*{cells['frequency.non_crime_weight']})", None
    else:
        value = missing = at[VALUE_OF[name]]
    if component.per_unit is not None:
        amount = f"LN(1+{value})" if component.per_unit.scale == "log" else value
        points = f"INT({amount}/{cells[f'{name}.every']}+0.000000001)*{cells[f'{name}.points']}"
    else:
        points = _nested(name, component, value, cells)
    if component.at_most is not None:
        points = f"MIN({points},{cells[f'{name}.at_most']})"
    if component.weight != 1:
        points = f"({points})*{cells[f'{name}.weight']}"
    return f'IF({missing}="",0,{points})' if missing else points


def _nested(name: ComponentName, component: Component, value: str, cells: dict[str, str]) -> str:
    rising = name is not ComponentName.RECENCY
    formula, order = "0", range(len(component.bands))
    for place in order if rising else reversed(order):
        edge, points = cells[f"{name}.{place}.edge"], cells[f"{name}.{place}.points"]
        formula = f"IF({value}{'>=' if rising else '<='}{edge},{points},{formula})"
    return formula


def _policy_sheet(sheet: Any, policy: Policy, bold: Any) -> dict[str, str]:
    """Write the policy's numbers and return the absolute reference of each."""
    cells: dict[str, str] = {}
    rows: list[tuple[str, Any, str]] = []
    for name, component in policy.components.items():
        for place, band in enumerate(component.bands):
            how = "up to" if name is ComponentName.RECENCY else "from"
            rows.append((f"{name}.{place}.edge", band.edge, f"{name.value}: {how}"))
            rows.append((f"{name}.{place}.points", band.points, f"{name.value}: points"))
        if component.per_unit is not None:
            rows.append((f"{name}.every", component.per_unit.every, f"{name.value}: for every"))
            rows.append((f"{name}.points", component.per_unit.points, f"{name.value}: points"))
        if component.at_most is not None:
            rows.append((f"{name}.at_most", component.at_most, f"{name.value}: at most"))
        rows.append((f"{name}.weight", component.weight, f"{name.value}: counted times"))
        if name is ComponentName.FREQUENCY:
            rows.append(
                ("frequency.non_crime_weight", component.non_crime_weight, "an incident that is not a crime counts")
            )
    rows.append(("crimes_at_least", policy.eligibility.crimes_at_least, "crimes needed for any points"))
    _lines(
        sheet, [(policy.name, policy.version), ("SHA-256", policy.sha256), ("What is published", policy.label)], bold
    )
    for row, (key, number, text) in enumerate(rows, 4):
        sheet.write_string(row, 0, text)
        sheet.write_number(row, 1, float(number))
        cells[key] = f"{POLICY}!{xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)}"
    sheet.set_column(0, 0, 44)
    return cells


def _lines(sheet: Any, lines: Sequence[tuple[str, str]], bold: Any) -> None:
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text)
