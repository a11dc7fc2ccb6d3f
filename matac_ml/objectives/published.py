"""The indicators of a quarter as they may be shown: rounded at random to tens, small numbers withheld."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from matac_ml.fairness.disclosure import BASE, MARK, NOT_SHOWN, RECORDS_BASE, Rounding
from matac_ml.objectives.counting import Counted

OFFENDING, VICTIMS, JUSTICE, PARTNERS, BEHAVIOUR = (
    "Further offending",
    "Victims' safety",
    "Criminal justice outcomes",
    "Partners' engagement",
    "Offenders' behaviour",
)
#: In the order of the source.
OBJECTIVES = (OFFENDING, VICTIMS, JUSTICE, PARTNERS, BEHAVIOUR)
NOT_COMPARED = "not compared"


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Attributes
    ----------
    now : str
        In the quarter; ``[c]`` where the numbers are too small to show.
    then : str
        Of the same people, in as many days before they were taken into a cohort; empty where there is no such time.
    """

    objective: str
    what: str
    now: str
    then: str


def published(counted: Counted, secret: str) -> tuple[Indicator, ...]:
    """Protect the indicators of a quarter.

    Parameters
    ----------
    secret : str
        Of the records, such as their hash: with the exact numbers it decides how they are rounded, so that the same
        quarter from the same records is always rounded alike.
    """
    rounding = Rounding(f"{secret}\x1f{sorted((key, str(value)) for key, value in asdict(counted).items())}")

    def number(key: str, base: int = BASE) -> int:
        return rounding.count(getattr(counted, key), key, base=base)

    def alone(key: str, base: int = BASE) -> str:
        found = number(key, base)
        return MARK if found == NOT_SHOWN else f"about {found:,}"

    def share(key: str, of: str, base: int = BASE) -> str:
        part, whole = number(key, base), number(of, base)
        if NOT_SHOWN in (part, whole):
            return MARK
        part = min(part, whole)
        return f"about {part:,} of {whole:,} ({part / whole:.0%})"

    return (*_of_people(counted, alone, share), *_of_work(counted, alone, share))


Alone = Callable[..., str]


def _of_people(counted: Counted, alone: Alone, share: Alone) -> tuple[Indicator, ...]:
    records = RECORDS_BASE
    return (
        Indicator(OFFENDING, "People taken into a cohort before the quarter", alone("followed"), ""),
        Indicator(
            OFFENDING,
            "Of these, recorded as a suspect of domestic abuse",
            share("again", "followed"),
            share("again_then", "followed"),
        ),
        Indicator(OFFENDING, "Their incidents", alone("incidents", records), alone("incidents_then", records)),
        Indicator(VICTIMS, "People recorded as their victims", alone("victims"), alone("victims_then")),
        Indicator(VICTIMS, "Of these, recorded with them for the first time", share("new_victims", "victims"), ""),
        Indicator(VICTIMS, "Victims whose support began", alone("supported"), ""),
        Indicator(VICTIMS, "Actions for victims that were due, and done", share("support_done", "support_due"), ""),
        Indicator(
            JUSTICE,
            "Outcomes of their incidents that are a charge or caution",
            share("charged", "outcomes", records),
            "",
        ),
    )


def _of_work(counted: Counted, alone: Alone, share: Alone) -> tuple[Indicator, ...]:
    return (
        Indicator(PARTNERS, "Meetings held", f"{counted.meetings:,}", ""),
        Indicator(PARTNERS, "Partner agencies that attended one", f"{counted.agencies:,}", ""),
        Indicator(PARTNERS, "People referred by a partner agency", share("by_agencies", "referrals"), ""),
        Indicator(PARTNERS, "Actions that were due, and done", share("actions_done", "actions_due"), ""),
        Indicator(BEHAVIOUR, "People with a new plan", alone("planned"), ""),
        Indicator(BEHAVIOUR, "Weeks recorded in which the person engaged", share("engaged", "weeks", RECORDS_BASE), ""),
        Indicator(BEHAVIOUR, "People who completed the programme", alone("completed"), ""),
        Indicator(BEHAVIOUR, "People removed for not engaging", alone("removed"), ""),
        Indicator(BEHAVIOUR, "People who left for another reason", alone("left"), ""),
    )
