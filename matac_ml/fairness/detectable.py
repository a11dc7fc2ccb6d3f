"""The largest gaps that may go unnoticed, as the bias report prints them: from the declaration of each measure."""

import math

from matac_ml.fairness.measures import BY_NAME

#: Measure -> largest gap, as a share of everybody's value.
OF_EVERYBODY = {name: m.unnoticed for name, m in BY_NAME.items() if m.of_everybody}
#: Measure -> largest gap in the measure's own unit.
IN_ITS_UNIT = {name: m.unnoticed for name, m in BY_NAME.items() if not m.of_everybody and math.isfinite(m.unnoticed)}
