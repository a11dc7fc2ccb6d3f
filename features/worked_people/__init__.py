"""Made-up people, what is on record of each, and the value that every feature of the catalogue must give for them.

Everybody is told as of :data:`TODAY`, in days before it. A person names the values that differ from the default; the
rest must be 0, or missing where the feature may be missing. ``python -m features.worked_people`` prints what differs.
"""

from features.worked_people.circumstances import CIRCUMSTANCES
from features.worked_people.over_time import OVER_TIME
from features.worked_people.seeing import SEEING
from features.worked_people.telling import HARM_INDEX, TODAY, Worked
from features.worked_people.victims import VICTIMS

__all__ = ["HARM_INDEX", "TODAY", "WORKED_PEOPLE", "Worked"]

WORKED_PEOPLE: tuple[Worked, ...] = (*SEEING, *VICTIMS, *OVER_TIME, *CIRCUMSTANCES)
