"""The names of the components and of the features that measure them."""

from enum import StrEnum


class ComponentName(StrEnum):
    """The four components of a matrix, in the order of RFGV."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    GRAVITY = "gravity"
    VICTIMS = "victims"


RECENCY = "policy_recency"
CRIMES = "policy_frequency_crimes"
NON_CRIMES = "policy_frequency_non_crimes"
GRAVITY = "policy_gravity"
VICTIMS = "policy_victims"

#: Component -> the features that measure it.
MEASURED_BY = {
    ComponentName.RECENCY: (RECENCY,),
    ComponentName.FREQUENCY: (CRIMES, NON_CRIMES),
    ComponentName.GRAVITY: (GRAVITY,),
    ComponentName.VICTIMS: (VICTIMS,),
}

#: Component -> the feature whose value is its value; frequency weighs crimes and other incidents.
VALUE_OF = {ComponentName.RECENCY: RECENCY, ComponentName.GRAVITY: GRAVITY, ComponentName.VICTIMS: VICTIMS}
