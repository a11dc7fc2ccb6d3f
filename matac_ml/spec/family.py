"""The six families of the catalogue."""

from enum import StrEnum


class Family(StrEnum):
    """What a feature is about; reasons are added up by family."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    GRAVITY = "gravity"
    VICTIMS = "victims"
    ESCALATION = "escalation"
    CONTEXT = "context"
