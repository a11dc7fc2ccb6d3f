"""What a matrix measures, declared as features: the same law of time, and the same evidence, as the model's."""

from collections.abc import Sequence
from typing import Any

from matac_ml.rfg.names import CRIMES, GRAVITY, MEASURED_BY, NON_CRIMES, RECENCY, VICTIMS, ComponentName
from matac_ml.spec import Aggregate, Condition, Family, Feature, View, is_false, is_true
from matac_ml.wording import window as words_of

_WHY = "A component of the force's own matrix."
_SOURCE = "The policy file."


def policy_features(
    components: Sequence[ComponentName], *, window_days: int, charged_only: bool, worst: bool, count_crimes: bool
) -> tuple[Feature, ...]:
    """Declare what the components measure.

    Parameters
    ----------
    charged_only : bool
        Only incidents count for which the person's role (offender) or the outcome says charged, cautioned or convicted.
    worst : bool
        Gravity is that of the gravest incident, not of all added up.
    count_crimes : bool
        Crimes are needed for eligibility, even without a frequency component.
    """
    role: tuple[Condition, ...] = (is_true("charged"),) if charged_only else ()
    common: dict[str, Any] = {"window_days": window_days, "allowed_because": _WHY, "source": _SOURCE}
    window = words_of(window_days)
    declared = (
        Feature(
            name=RECENCY,
            family=Family.RECENCY,
            view=View.SUSPECT,
            aggregate=Aggregate.DAYS_SINCE_LAST,
            direction=-1,
            where=role,
            sentence=f"{{value}} since the latest incident {window}.",
            **common,
        ),
        _count(CRIMES, "crimes", (*role, is_true("is_crime")), window, common),
        _count(NON_CRIMES, "incidents that were not crimes", (*role, is_false("is_crime")), window, common),
        Feature(
            name=GRAVITY,
            family=Family.GRAVITY,
            view=View.SUSPECT,
            aggregate=Aggregate.MAXIMUM if worst else Aggregate.TOTAL,
            column="harm_days",
            direction=1,
            where=role,
            sentence=f"{{value}} of harm {'in the gravest incident' if worst else 'in all incidents'} {window}.",
            **common,
        ),
        Feature(
            name=VICTIMS,
            family=Family.VICTIMS,
            view=View.PAIR,
            aggregate=Aggregate.DISTINCT,
            column="victim_id",
            direction=1,
            where=role,
            sentence=f"{{value}} recorded against this person {window}.",
            **common,
        ),
    )
    wanted = {name for component in components for name in MEASURED_BY[component]}
    if count_crimes:
        wanted.add(CRIMES)
    return tuple(feature for feature in declared if feature.name in wanted)


def _count(name: str, what: str, where: tuple[Condition, ...], window: str, common: dict[str, Any]) -> Feature:
    return Feature(
        name=name,
        family=Family.FREQUENCY,
        view=View.SUSPECT,
        aggregate=Aggregate.COUNT,
        direction=1,
        where=where,
        sentence=f"{{value}} {what} as suspect {window}.",
        **common,
    )
