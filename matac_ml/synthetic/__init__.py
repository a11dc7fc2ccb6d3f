"""A made-up force whose truth is known: no such records are public, and every check needs a right answer.

``make_force`` writes an extract and, beside it, the hazard behind it; ``Plant`` adds one known fault at a time.
"""

from matac_ml.synthetic.force import make_force
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.settings import PRESETS, ForceSettings, Hazard
from matac_ml.synthetic.truth import ForceTruth, load_truth

__all__ = ["PRESETS", "ForceSettings", "ForceTruth", "Hazard", "Plant", "load_truth", "make_force"]
