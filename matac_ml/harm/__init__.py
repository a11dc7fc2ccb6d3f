"""Harm indices: versioned tables of offence to days, from a file or a shipped preset."""

from matac_ml.harm.index import HarmIndex
from matac_ml.harm.loading import PRESETS, load_harm_index

__all__ = ["PRESETS", "HarmIndex", "load_harm_index"]
