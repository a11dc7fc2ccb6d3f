"""``Policy``: a force's matrix as a frozen object, as its YAML file says it."""

import hashlib
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from matac_ml.harm import HarmIndex, load_harm_index
from matac_ml.rfg.features import policy_features
from matac_ml.rfg.names import ComponentName
from matac_ml.serial import SerialRule, find_rule
from matac_ml.spec import Feature
from matac_ml.yamlfile import Exact

Points = Annotated[int, Field(ge=0, le=100_000)]
Number = Annotated[Exact, Field(ge=0, le=10_000_000, decimal_places=2)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(_Entry):
    """One band of a component: values up to, or from, a number get these points."""

    up_to: Number | None = Field(default=None, description="Recency: this many days or fewer.")
    at_least: Number | None = Field(default=None, description="Every other component: this value or more.")
    points: Points

    @property
    def edge(self) -> Decimal:
        """The number that bounds it: a band of a checked policy has exactly one."""
        edge = self.at_least if self.up_to is None else self.up_to
        return Decimal(0) if edge is None else edge


class Scale(StrEnum):
    """How harm in days becomes a value: as it is, or as its natural logarithm ``ln(1 + days)``."""

    RAW = "raw"
    LOG = "log"


class PerUnit(_Entry):
    """Points that grow with the value, in place of bands: ``points`` for every whole ``every``."""

    every: Annotated[Exact, Field(gt=0, le=1_000_000, decimal_places=2)]
    points: Annotated[int, Field(ge=1, le=1000)] = 1
    scale: Scale = Scale.RAW


class Component(_Entry):
    """Recency, frequency, gravity or victims: what is measured, and the points it gives.

    Attributes
    ----------
    non_crime_weight : Decimal
        Frequency: what an incident that is not a crime counts beside a crime, 0 to 1.
    measure : {"total", "worst"}
        Gravity: harm of all incidents added up, or of the gravest.
    bands, per_unit
        One of them gives the points.
    at_most : int or None
        Cap on the component's points, before the weight.
    weight : int
        The points count this many times.
    """

    bands: tuple[Band, ...] = ()
    per_unit: PerUnit | None = None
    at_most: Points | None = None
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    non_crime_weight: Annotated[Exact, Field(ge=0, le=1, decimal_places=2)] = Decimal(1)
    measure: Literal["total", "worst"] = "total"


class Eligibility(_Entry):
    """Who is ranked. Facts about eligibility are never features."""

    minimum_age: Annotated[int, Field(ge=10, le=100)] = Field(default=16, description="Completed years.")
    leave_out: tuple[Literal["deceased", "managed", "in_custody"], ...] = ("deceased", "managed")
    crimes_at_least: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0, description="Fewer recorded crimes than this in the window give no points at all."
    )


class ScoreBand(_Entry):
    """A name for totals from a number on, for display alone."""

    at_least: Points
    name: str = Field(min_length=1, max_length=40)


class PolicyEntry(_Entry):
    """The file as it is written; see the comments of ``presets/rfgv-three-year.yaml``."""

    name: str = Field(min_length=1, max_length=80)
    version: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, description="What in it is published and what is illustrative.")
    harm_index: str = Field(description="A shipped name, or a file beside this one.")
    window_days: Annotated[int, Field(ge=28, le=3650)]
    roles: Literal["suspect_or_offender", "offender"] = Field(
        default="suspect_or_offender",
        description="offender: only incidents whose role says offender, or whose outcome is a charge, a caution or an "
        "offence taken into consideration.",
    )
    capacity: Annotated[int, Field(ge=1, le=1000)] = Field(description="How many people a meeting can take.")
    eligibility: Eligibility = Eligibility()
    ties: tuple[ComponentName, ...] = Field(
        default=(),
        description="Between people with the same total, more points of these components, in this order, come first. "
        "Those still equal share the last places; a list says how many they are.",
    )
    lots: bool = Field(
        default=False,
        description="Whether people who are still equal at the last place of a drawn list are put in order by lot, by "
        "a seed that is committed to before. Nobody enters a cohort by lot: people decide.",
    )
    serial_rule: str = Field(
        default="northumbria", description="The register whose members a list counts; `matac-ml serial` draws it up."
    )
    components: dict[ComponentName, Component]
    score_bands: tuple[ScoreBand, ...] = Field(min_length=1)


class Policy:
    """A loaded matrix.

    Parameters
    ----------
    entry : PolicyEntry
    text : str
        The file as it stands, comments included.
    folder : Path
        Where a harm index named by file is looked for.
    """

    def __init__(self, entry: PolicyEntry, text: str, folder: Path) -> None:
        self.entry = entry
        self.text = text
        self.folder = folder

    @property
    def name(self) -> str:
        """What the policy is called."""
        return self.entry.name

    @property
    def version(self) -> str:
        """Version, as its file says."""
        return self.entry.version

    @property
    def label(self) -> str:
        """What in it is published and what is illustrative, on one line."""
        return " ".join(self.entry.label.split())

    @property
    def capacity(self) -> int:
        """How many people a meeting can take."""
        return self.entry.capacity

    @property
    def ties(self) -> tuple[ComponentName, ...]:
        """Components that order people with the same total; none when they share their places."""
        return self.entry.ties

    @property
    def lots(self) -> bool:
        """Whether people who are still equal at the last place of a drawn list are put in order by lot."""
        return self.entry.lots

    @property
    def serial_rule(self) -> SerialRule:
        """The rule of the register whose members a list counts."""
        return find_rule(self.entry.serial_rule)

    @property
    def eligibility(self) -> Eligibility:
        """Who is ranked."""
        return self.entry.eligibility

    @property
    def components(self) -> dict[ComponentName, Component]:
        """Components in the order of the file."""
        return self.entry.components

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes; comments and line ends count, because people read them."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """What the matrix measures, as features; their names begin with ``policy_``."""
        entry = self.entry
        gravity = entry.components.get(ComponentName.GRAVITY)
        return policy_features(
            tuple(entry.components),
            window_days=entry.window_days,
            charged_only=entry.roles == "offender",
            worst=gravity is not None and gravity.measure == "worst",
            count_crimes=entry.eligibility.crimes_at_least > 0,
        )

    @cached_property
    def harm_index(self) -> HarmIndex:
        """The index the policy names.

        Raises
        ------
        PolicyError
            When neither a shipped index nor a file beside the policy has the name.
        """
        beside = self.folder / self.entry.harm_index
        return load_harm_index(beside if beside.is_file() else self.entry.harm_index)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def is_eligible(policy: Policy, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whom the policy ranks.

    Parameters
    ----------
    frame : DataFrame
        As from :func:`matac_ml.asof.eligibility_frame`.

    Returns
    -------
    ndarray of bool, shape (n,)
        Somebody whose age is not known is ranked: a missing birth date must not take anybody off a list.
    """
    age = frame["age_years"].to_numpy(np.float64)
    eligible = np.isnan(age) | (age >= policy.eligibility.minimum_age)
    for flag in policy.eligibility.leave_out:
        eligible &= ~frame[flag].to_numpy(dtype=bool)
    return np.asarray(eligible, dtype=np.bool_)
