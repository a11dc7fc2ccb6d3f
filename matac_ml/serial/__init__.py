"""Serial perpetrators and serial victims as of a date, by named rules, each with what qualifies them."""

from matac_ml.serial.movement import Movement, movements
from matac_ml.serial.registers import Member, Registers, registers
from matac_ml.serial.rules import RULES, SerialRule, find_rule

__all__ = [
    "RULES",
    "Member",
    "Movement",
    "Registers",
    "SerialRule",
    "find_rule",
    "movements",
    "registers",
]
