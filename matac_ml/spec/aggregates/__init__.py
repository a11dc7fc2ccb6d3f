"""What can be made of the rows that meet a feature's conditions: each aggregate is defined once, in one place.

A definition holds the formula, the unit, what a declaration must fulfil, the sentence, what a missing value means, the
SQL for a whole force, the value for one person in Python, and the rows behind that value. To add one, write its class
in the file of its kind and list it at the end of that file; its name goes into :class:`Aggregate`.
"""

from matac_ml.spec.aggregates.amounts import AMOUNTS
from matac_ml.spec.aggregates.definition import AggregateDefinition
from matac_ml.spec.aggregates.engines import Value
from matac_ml.spec.aggregates.names import Aggregate
from matac_ml.spec.aggregates.proportions import LEAST_EXPOSURE_DAYS, PROPORTIONS
from matac_ml.spec.aggregates.timing import TIMINGS
from matac_ml.spec.aggregates.victims import VICTIM_COUNTS

__all__ = ["LEAST_EXPOSURE_DAYS", "Aggregate", "AggregateDefinition", "Value", "definition", "definitions"]

_DEFINED: dict[Aggregate, AggregateDefinition] = {
    defined.name: defined for defined in (*AMOUNTS, *TIMINGS, *PROPORTIONS, *VICTIM_COUNTS)
}
if missing := set(Aggregate) - set(_DEFINED):
    raise ImportError(f"aggregates without a definition: {', '.join(sorted(missing))}")


def definition(aggregate: Aggregate) -> AggregateDefinition:
    """Return what is computed and said of an aggregate."""
    return _DEFINED[aggregate]


def definitions() -> tuple[AggregateDefinition, ...]:
    """Return every definition, in the order of :class:`Aggregate`."""
    return tuple(_DEFINED[name] for name in Aggregate)
