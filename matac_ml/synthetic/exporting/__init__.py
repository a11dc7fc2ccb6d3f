"""A made-up force as a force would export it: messy files in a style, and beside the truth what was done to them."""

from matac_ml.synthetic.exporting.styles import STYLES, export_force

__all__ = ["STYLES", "export_force"]
