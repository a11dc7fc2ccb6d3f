"""Gates as facts: what must hold before a release is approved, and whether it did."""

from enum import StrEnum

from pydantic import Field

from matac_ml.facts.base import Fact


class GateStanding(StrEnum):
    """How a gate stands. A gate that was switched off, or had nothing to be judged by, is not judged."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    NOT_JUDGED = "not_judged"

    @property
    def words(self) -> str:
        """The standing as papers print it."""
        return self.value.replace("_", " ")


class GateFacts(Fact):
    """One thing that must hold before a release is approved."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{2,39}$", description="By which the gate is waived.")
    title: str = Field(min_length=1, max_length=200)
    standing: GateStanding
    text: str = Field(min_length=1, description="What was found, without a full stop.")
    figure: float | None = Field(default=None, description="What was measured.")
    bound: float | None = Field(default=None, description="What it was held against.")
    measure: str = Field(
        default="", description="The measure that is held against the matrix's; the text prints it as the tables do."
    )
    verdicts: dict[str, int] = Field(
        default={},
        description="The audit's gate: verdict -> comparisons of the model. Passing among many *not enough evidence* "
        "says little; papers show both counts.",
    )

    @property
    def passed(self) -> bool:
        """Whether it holds; False also when it was not judged."""
        return self.standing is GateStanding.PASSED


class WaivedGate(Fact):
    """A gate that does not hold, and why a release may be approved all the same.

    Attributes
    ----------
    gate, title : str
        Its name, and what it is called.
    reason : str
        In the words of whoever waives it.
    """

    gate: str
    title: str
    reason: str
