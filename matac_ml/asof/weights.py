"""Harm of an offence as whole hundredths of a day, by a harm index."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from matac_ml.spec.harm_units import HUNDREDTHS


class HarmWeights(Protocol):
    """What the engine asks of a harm index: days of an offence code, None where the index has none."""

    @property
    def days(self) -> Mapping[str, Decimal]:
        """Days by offence code."""

    @property
    def non_crime_days(self) -> Decimal:
        """Days of an incident that is not a crime."""

    @property
    def unmapped_days(self) -> Decimal | None:
        """Days of a crime whose code the index does not hold; None leaves its harm missing."""

    @property
    def count_proactive(self) -> bool:
        """Whether offences that police work found have harm."""


def hundredths(days: Decimal) -> int:
    """Days as whole hundredths, halves to even."""
    return int((days * HUNDREDTHS).to_integral_value())


class HarmTable:
    """Harm in hundredths by offence code, looked up many times.

    An offence that police work found, not a report, has no harm, as in the Cambridge Crime Harm Index, unless the index
    counts it; a crime whose code the index does not know has the index's value for unknown codes, or missing harm.
    """

    def __init__(self, harm: HarmWeights) -> None:
        self.by_code = {code: hundredths(days) for code, days in sorted(harm.days.items())}
        self.non_crime = hundredths(harm.non_crime_days)
        self.count_proactive = harm.count_proactive
        self.unmapped = None if harm.unmapped_days is None else hundredths(harm.unmapped_days)

    def of(self, offence_code: str | None, *, is_crime: bool, proactive: bool | None) -> int | None:
        """Harm of one incident in hundredths of a day."""
        if proactive and not self.count_proactive:
            return 0
        if not is_crime:
            return self.non_crime
        return self.by_code.get(offence_code or "", self.unmapped)
