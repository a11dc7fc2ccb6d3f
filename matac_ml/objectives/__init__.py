"""The five objectives of MATAC, quarter by quarter, from records and casework, with small numbers protected.

The objectives are those that Northamptonshire published in 2019: to prevent further offending, to keep victims safer,
better outcomes in criminal justice, partners who take part, and offenders who change. An indicator says what was
recorded. It estimates no effect: scores and offending fall by themselves after somebody is picked at a high point.
"""

from matac_ml.objectives.counting import Counted, count_quarter
from matac_ml.objectives.keeping import comparison_rows
from matac_ml.objectives.paper import objectives_paper
from matac_ml.objectives.published import Indicator, published
from matac_ml.objectives.quarter import Quarter

__all__ = [
    "Counted",
    "Indicator",
    "Quarter",
    "comparison_rows",
    "count_quarter",
    "objectives_paper",
    "published",
]
