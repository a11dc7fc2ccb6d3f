"""What stands on every sheet of a paper: its marking, who had it printed, and when."""

from dataclasses import dataclass
from datetime import datetime

from matac_ml.clock import LONDON
from matac_ml.wording import day


@dataclass(frozen=True)
class Imprint:
    """The marking of a paper, and who had it printed when.

    Attributes
    ----------
    role : str
        In words; empty where the program knows none, as on the command line.
    at : datetime
        Aware; shown in the time of London.
    """

    marking: str
    name: str
    role: str
    at: datetime

    @property
    def text(self) -> str:
        """One line for the head of every sheet."""
        local = self.at.astimezone(LONDON)
        who = f"{self.name}, {self.role}" if self.role else self.name
        return f"{self.marking}. Printed for {who}, on {day(local.date())} at {local:%H:%M}"
