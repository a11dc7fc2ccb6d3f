"""Serial perpetrators and serial victims as of a date, by named rules, each with what qualifies them."""

from matac_ml.serial.movement import Movement, movements
from matac_ml.serial.network import Network, Tie, network_of
from matac_ml.serial.registers import Member, Registers, registers
from matac_ml.serial.rules import RULES, SerialRule, find_rule
from matac_ml.serial.victims import RegisteredVictim, victim_register

__all__ = [
    "RULES",
    "Member",
    "Movement",
    "Network",
    "RegisteredVictim",
    "Registers",
    "SerialRule",
    "Tie",
    "find_rule",
    "movements",
    "network_of",
    "registers",
    "victim_register",
]
