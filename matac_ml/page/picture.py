"""Pictures that travel inside a page: the same facts give the same bytes."""

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

#: Distinct in print, in greyscale and to most colour-blind readers (Okabe & Ito 2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass(frozen=True)
class Picture:
    """A PNG with the sentence that stands for it where it cannot be seen."""

    alt: str
    png: bytes

    @classmethod
    def drawn(cls, drawing: "Drawing", alt: str) -> "Picture":
        """A figure of matplotlib as a picture, without date or version inside."""
        buffer = io.BytesIO()
        drawing.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
        return cls(alt, buffer.getvalue())

    @property
    def uri(self) -> str:
        """The picture as the source of an image."""
        return "data:image/png;base64," + base64.b64encode(self.png).decode()
