"""Who stands on the serial registers, for the lines of a list."""

from dataclasses import dataclass
from datetime import date

from matac_ml.records import Extract
from matac_ml.rfg import Policy
from matac_ml.serial import registers


@dataclass(frozen=True)
class OnRegisters:
    """The members of both registers, by a policy's serial rule, as of one day."""

    perpetrators: frozenset[str]
    victims: frozenset[str]

    @classmethod
    def draw(cls, extract: Extract, policy: Policy, as_of: date) -> "OnRegisters":
        """Draw up both registers of a whole force: seconds for millions of incidents."""
        found = registers(extract, policy.serial_rule, as_of)
        return cls(
            frozenset(one.person_id for one in found.perpetrators), frozenset(one.person_id for one in found.victims)
        )
