"""A score as casework keeps it: its points, the policy they are by, and what two of them do not show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from matac_ml.asof import PersonFile
    from matac_ml.harm import HarmIndex
    from matac_ml.rfg import Policy

REGRESSION = (
    "A score falls by itself as time passes without a record, and most high scores are followed by lower ones whatever "
    "is done. A fall is no evidence that the programme worked, unless it is compared with similar people who were not "
    "on it."
)


@dataclass(frozen=True)
class PolicyUsed:
    """The policy that points are by.

    Attributes
    ----------
    policy : str
        Its name and version.
    sha256 : str
        Of the policy, 64 hexadecimal characters: two policies of one name can differ.
    """

    policy: str
    sha256: str

    @classmethod
    def of(cls, policy: "Policy") -> Self:
        """The instrument that a policy is."""
        return cls(f"{policy.name} {policy.version}", policy.sha256)


@dataclass(frozen=True)
class Score:
    """Points of the matrix on a day.

    Attributes
    ----------
    points : int
        0 or more.
    by : PolicyUsed or None
        None where somebody typed the points without saying by which policy.
    as_of : date or None
        Only what was recorded before this day counts; None where it was not said.
    """

    points: int
    by: PolicyUsed | None = None
    as_of: date | None = None

    def payload(self) -> dict[str, Any]:
        """The score as JSON values."""
        by = {"policy": self.by.policy, "policy_sha256": self.by.sha256} if self.by else {}
        return {"points": self.points, **by, **({"as_of": self.as_of.isoformat()} if self.as_of else {})}

    @classmethod
    def from_payload(cls, kept: Mapping[str, Any]) -> Self:
        """The score from its JSON values."""
        by = PolicyUsed(kept["policy"], kept["policy_sha256"]) if "policy" in kept else None
        return cls(int(kept["points"]), by, date.fromisoformat(kept["as_of"]) if "as_of" in kept else None)

    def __str__(self) -> str:
        day = f", as of {self.as_of}" if self.as_of else ""
        return f"{self.points} points by {self.by.policy if self.by else 'a policy not recorded'}{day}"


def score_of(person: "PersonFile", policy: "Policy", as_of: date, *, harm: "HarmIndex | None" = None) -> Score:
    """One person's points, listed by the policy or not: whoever leaves the programme is often listed no more.

    Parameters
    ----------
    harm : HarmIndex, optional
        The policy's own unless told.
    """
    from matac_ml.asof import person_features
    from matac_ml.rfg import points_sheet

    values = person_features(person, policy.features, as_of, harm=harm or policy.harm_index)
    return Score(points_sheet(policy, values).total, PolicyUsed.of(policy), as_of)


def compared(entry: Score | None, leaving: Score) -> str:
    """What an entry score and an exit score do not show together, in plain English."""
    if entry is None:
        first = "No entry score was recorded, so there is nothing to set the exit score against. "
    elif entry.by is None or leaving.by is None:
        first = "By which policy a score was made is not recorded, so the two cannot be compared. "
    elif entry.by != leaving.by:
        both = f"{_named(entry.by)} and {_named(leaving.by)}"
        first = f"The scores are by different policies ({both}) and cannot be compared. "
    elif entry.as_of and leaving.as_of and leaving.as_of <= entry.as_of:
        days = f"as of {leaving.as_of}, and the entry score as of {entry.as_of}"
        first = f"The exit score is {days}: it is not later than the entry score. "
    else:
        first = ""
    return first + REGRESSION


def _named(by: PolicyUsed) -> str:
    return f"{by.policy}, {by.sha256[:12]}"
