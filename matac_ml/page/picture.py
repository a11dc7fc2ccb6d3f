"""Pictures as data URIs: the same facts give the same bytes."""

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Distinct in print, in greyscale and to most colour-blind readers (Okabe & Ito 2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass(frozen=True)
class Picture:
    """A picture with the sentence that stands for it where it cannot be seen."""

    alt: str
    uri: str


def embedded(figure: "Figure", alt: str) -> Picture:
    """Draw a figure into a PNG that a page can hold, without date or version inside."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    return Picture(alt, "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode())
