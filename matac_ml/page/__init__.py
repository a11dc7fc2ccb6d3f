"""What every page we write shares: one style, and pictures that travel inside the page.

A page is one file: no script, no font and no picture comes from elsewhere.
"""

from matac_ml.page.picture import COLOURS, MARKERS, Picture, embedded
from matac_ml.page.rendering import STYLE, render

__all__ = ["COLOURS", "MARKERS", "STYLE", "Picture", "embedded", "render"]
