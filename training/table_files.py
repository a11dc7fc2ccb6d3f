"""What a comparison on a table leaves for programs: every prediction, and every figure with its interval.

Both are for whoever made the comparison. They are exact, and the predictions are about people: only the report is made
to be shown.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from matac_ml.evaluation import BY_NAME, Interval
from matac_ml.outfile import write_text, write_whole
from matac_ml.tablecolumns import identity
from training.compare import ComparedContender, Comparison

PREDICTIONS, RESULTS = "predictions.parquet", "results.json"
_ABOUT = (
    "Exact figures, for whoever made this comparison. Print or publish comparison.html instead: it hides small counts."
)


def write_predictions(path: Path, found: Comparison, *, identifiers: pd.Series, times: Sequence[object]) -> Path:
    """Write ``id``, ``time``, ``contender`` and calibrated ``probability`` of every row tested, contender by contender.

    Parameters
    ----------
    identifiers : Series, length n
        Of the rows tested, in their order, as the table holds them.
    times : sequence of date, int or None, length n
    """
    blocks = [
        pa.table(
            {
                "id": _as_written(identifiers),
                "time": pa.array(times),
                "contender": pa.array([contender.name] * len(identifiers)),
                "probability": pa.array(contender.probability),
            }
        )
        for contender in found.contenders
    ]
    with write_whole(path) as partial:
        pq.write_table(pa.concat_tables(blocks), partial)
    return path


def _as_written(column: pd.Series) -> pa.Array:
    """A column as the table has it; of text that is whole numbers alone, without leading zeros, the numbers."""
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in column]
    if all(isinstance(cell, str) and cell == identity(cell) and _is_whole(cell) for cell in cells):
        return pa.array([int(cell) for cell in cells], pa.int64())
    try:
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


def _is_whole(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 19 and str(int(text)) == text


def write_results(path: Path, found: Comparison, more: Mapping[str, Any]) -> Path:
    """Write every measure of every contender with its interval, and what is said in the report, as JSON.

    Parameters
    ----------
    more : mapping of str
        What else there is to say; it stands before the contenders.
    """
    content = {
        "about": _ABOUT,
        **more,
        "chosen": found.chosen,
        "why": found.why,
        "capacity": found.k,
        "measures": {m.name: m.title for m in BY_NAME.values()},
        "contenders": {contender.name: _contender(contender) for contender in found.contenders},
    }
    write_text(path, json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return path


def _contender(contender: ComparedContender) -> dict[str, Any]:
    return {
        "label": contender.label,
        "calibrated_on": contender.fitted.calibrated_on,
        "features": list(contender.fitted.scores.features),
        "measures": contender.measured.values,
        "minus_score": contender.against_matrix,
    }


def plain(value: Any) -> Any:
    """A value as JSON takes it: intervals as three numbers by name, what could not be measured as null."""
    if isinstance(value, Interval):
        return {"value": plain(value.value), "low": plain(value.low), "high": plain(value.high)}
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value
