"""What is explained, and what is the same for everybody on one list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from matac_ml import __version__
from matac_ml.api.explanation import Versions
from matac_ml.asof import PersonFile
from matac_ml.asof.weights import HarmTable
from matac_ml.bundle import RiskModel
from matac_ml.explain.cautions import STALE_DAYS
from matac_ml.explain.instruments import Instruments
from matac_ml.explain.standing import Standing
from matac_ml.harm import HarmIndex
from matac_ml.rfg import Policy
from matac_ml.spec import Feature

Values = Mapping[str, float | None]


@dataclass(frozen=True)
class Setting:
    """What is the same for everybody on one list.

    Attributes
    ----------
    model : RiskModel or None
        None when only the matrix is in force; ``matrix_only`` then says why.
    as_of : date
        Only what was known strictly before this day is looked at.
    data_as_of, data_hash : date, str
        The last day the records hold, and their SHA-256.
    today : date
        Against which the records are found stale.
    standing : Standing or None
        Everybody's scores on the same day, for places.
    """

    policy: Policy
    harm: HarmIndex
    model: RiskModel | None
    as_of: date
    data_as_of: date
    data_hash: str
    today: date
    standing: Standing | None = None
    matrix_only: str = ""
    approved: bool = False
    stale_after_days: int = STALE_DAYS
    #: Made from the three above; carried to another day or standing, because making them costs more than using them.
    instruments: Instruments = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        kept = self.instruments
        same = kept is not None and kept.policy is self.policy and kept.harm is self.harm and kept.model is self.model
        if not same:
            object.__setattr__(self, "instruments", Instruments(self.policy, self.harm, self.model))

    @property
    def features(self) -> tuple[Feature, ...]:
        """Everything the matrix and the model look at, each once."""
        return self.instruments.features

    @property
    def lookback_days(self) -> int:
        """Whoever has something recorded in so many days is ranked."""
        return self.instruments.lookback_days

    @property
    def harm_table(self) -> HarmTable:
        """The harm index as the engine of one person looks it up."""
        return self.instruments.harm_table

    @cached_property
    def versions(self) -> Versions:
        """Everything that decides these scores."""
        return Versions(
            package=__version__,
            policy=f"{self.policy.name} {self.policy.version}",
            policy_label=self.policy.label,
            policy_sha256=self.policy.sha256,
            harm_index=f"{self.harm.name} {self.harm.version}",
            model=self.model.name if self.model else None,
            model_hash=self.model.hash if self.model else None,
            model_approved=self.model is not None and self.approved,
            data_as_of=self.data_as_of,
            data_hash=self.data_hash,
        )


@dataclass(frozen=True)
class Subject:
    """A person to be explained: the file, and where it came from.

    Attributes
    ----------
    asked_as : str
        The identifier the person was asked for by, when another one stayed; empty or the person's own otherwise.
    values : mapping or None
        Values of :attr:`Setting.features`, when they have been derived already by the engine of a whole force.
    doubtful : str
        Why the identifier may stand for nobody or for many people; empty when nothing about it is odd.
    """

    person: PersonFile
    from_partner: bool = False
    asked_as: str = ""
    values: Values | None = None
    doubtful: str = ""
