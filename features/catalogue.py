"""The ordered list of features: the columns of every matrix, unless a recipe names another catalogue."""

from features.context import CONTEXT
from features.escalation import ESCALATION
from features.frequency import FREQUENCY
from features.gravity import GRAVITY
from features.recency import RECENCY
from features.victims import VICTIMS
from matac_ml.spec import Feature

CATALOGUE: tuple[Feature, ...] = (*RECENCY, *FREQUENCY, *GRAVITY, *VICTIMS, *ESCALATION, *CONTEXT)
