"""What makes somebody serial: rules as named facts."""

from dataclasses import dataclass

from matac_ml.codes import CURRENT_PARTNERS, FAMILY, FORMER_PARTNERS, Relationship
from matac_ml.errors import UsageError
from matac_ml.practice import LOOKBACK_DAYS

_CONNECTED = (*CURRENT_PARTNERS, *FORMER_PARTNERS, *FAMILY)


@dataclass(frozen=True)
class SerialRule:
    """A rule of a register.

    Attributes
    ----------
    others : int
        At least so many different people on the other side: victims of a perpetrator, suspects of a victim.
    incidents : int
        Of a perpetrator, at least so many different incidents; the source asks for more than one. A serial victim needs
        several perpetrators, however many incidents.
    crimes_only, charged_only : bool
        Count only crimes; only incidents in which the suspect is charged, cautioned or convicted, by
        their role or by the outcome.
    relationships : tuple of Relationship
        What the victim must be to the suspect; a missing relationship does not count.
    minimum_age : int
        Of the member on the as-of day, in full years; an unknown age counts.
    """

    name: str
    label: str
    window_days: int = LOOKBACK_DAYS
    others: int = 2
    incidents: int = 2
    crimes_only: bool = False
    charged_only: bool = False
    relationships: tuple[Relationship, ...] = _CONNECTED
    minimum_age: int = 16


RULES: dict[str, SerialRule] = {
    rule.name: rule
    for rule in (
        SerialRule(
            "northumbria",
            "Suspect or offender in more than one incident or record, crime or not, violent or not, in the last three "
            "years, against two or more different partners, former partners or family members; aged 16 or over "
            "(Sunderland Safeguarding Adults Board, procedure 7.2). A serial victim: recorded as the victim of two "
            "or more such people, in one incident or several.",
        ),
        SerialRule(
            "crimes",
            "The same, counting only crimes. A stricter variant made here, not a published rule.",
            crimes_only=True,
        ),
        SerialRule(
            "charged",
            "The same, counting only incidents with a charge, caution or conviction. A stricter variant made here.",
            charged_only=True,
        ),
        SerialRule(
            "intimate",
            "The same, counting only partners and former partners. A stricter variant made here.",
            relationships=(*CURRENT_PARTNERS, *FORMER_PARTNERS),
        ),
    )
}


def find_rule(name: str) -> SerialRule:
    """Return a rule by name.

    Raises
    ------
    UsageError
        When there is none of that name.
    """
    if name not in RULES:
        raise UsageError(f"A register's rule must be one of {', '.join(RULES)}, got {name!r}.")
    return RULES[name]
