"""Any past list, score, day or paper made again from what it was made from, or what is missing named."""

from matac_ml.rebuild.materials import MadeFrom, Materials, find_materials
from matac_ml.rebuild.remaking import MissingPartsError, RebuiltOtherwiseError, remake_day, remake_list, remake_score

__all__ = [
    "MadeFrom",
    "Materials",
    "MissingPartsError",
    "RebuiltOtherwiseError",
    "find_materials",
    "remake_day",
    "remake_list",
    "remake_score",
]
