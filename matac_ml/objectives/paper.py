"""The quarterly paper on two pages: an indicator table for each objective, beside what they cannot say."""

from collections.abc import Sequence
from pathlib import Path

from matac_ml.casework.score import REGRESSION
from matac_ml.fairness.disclosure import MARK, NOT_SHOWN, SMALLEST, Rounding
from matac_ml.objectives.counting import Counted
from matac_ml.objectives.keeping import Kept
from matac_ml.objectives.published import OBJECTIVES, Indicator
from matac_ml.page import Document, write_prose
from matac_ml.wording import day

_TEMPLATE = Path(__file__).parent / "templates" / "objectives.md"
WARNING = (
    f"{REGRESSION} Whoever is picked at a high point is, on average, lower afterwards. The column on the right is not "
    "a comparison with people who were not picked."
)


def objectives_paper(counted: Counted, indicators: Sequence[Indicator], kept: Kept, secret: str) -> Document:
    """Write the paper of a quarter from its protected indicators."""
    found = Rounding(secret).count(kept.tied_not_drawn, "tied_not_drawn")
    return write_prose(
        _TEMPLATE,
        {
            "quarter": counted.quarter,
            "records_to": counted.records_to,
            "ends_early": counted.records_to < counted.quarter.last,
            "warning": WARNING,
            "parts": [
                (name, [(one.what, one.now, one.then or "–") for one in indicators if one.objective == name])
                for name in OBJECTIVES
            ],
            "mark": MARK,
            "smallest": SMALLEST,
            "kept": kept,
            "not_drawn": MARK if found == NOT_SHOWN else f"about {found:,}",
        },
        {"day": day},
    )
