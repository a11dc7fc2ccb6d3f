"""Lists for a meeting: drawn from the records of a day, rebuilt later byte for byte, compared with the one before."""

from matac_ml.lists.drawing import draw_up
from matac_ml.lists.movement import PersonMoved, Way, moved_between
from matac_ml.lists.rebuilding import Rebuilt, rebuild

__all__ = ["PersonMoved", "Rebuilt", "Way", "draw_up", "moved_between", "rebuild"]
