"""Serial perpetrators and serial victims as of a date, by named rules, each member with the incidents that qualify."""

from matac_ml.serial.registers import Member, Registers, registers
from matac_ml.serial.rules import RULES, SerialRule, find_rule

__all__ = ["RULES", "Member", "Registers", "SerialRule", "find_rule", "registers"]
