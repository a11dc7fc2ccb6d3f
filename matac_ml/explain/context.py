"""What is the same for everybody on one list, worked out once; and who is to be explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from matac_ml import __version__
from matac_ml.api.explanation import Versions
from matac_ml.asof import PersonFile, PersonView
from matac_ml.asof.weights import HarmTable
from matac_ml.bundle import RiskModel
from matac_ml.explain.evidence import evidence_groups
from matac_ml.explain.rank_table import RankTable
from matac_ml.facts import WaivedGate
from matac_ml.harm import HarmIndex
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.rfg import Policy
from matac_ml.spec import Family, Feature
from matac_ml.wording import shown

Values = Mapping[str, float | None]
#: What most people have of a feature that most people lack, beside a person who has it and beside one who has not.
NO_FIGURE, AS_MOST = "Most people have no such figure.", "This is so for most people."
#: Days between the extract's end and the day of scoring from which the extract counts as stale, unless told.
STALE_DAYS = 35


@dataclass(frozen=True, slots=True)
class FeaturePlan:
    """What a feature's reason says of everybody.

    Attributes
    ----------
    column : int
        Where the feature stands in the model's matrix.
    """

    column: int
    feature: Feature
    typical: float | None
    usual: str


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """What the reasons of one family say of everybody."""

    family: Family
    features: tuple[FeaturePlan, ...]


def plan_families(features: Sequence[Feature], *, typical: Mapping[str, float | None]) -> tuple[FamilyPlan, ...]:
    """Work out once what is the same for everybody; families without a feature are left out.

    Parameters
    ----------
    features : sequence of Feature
        In the order of the model's columns.
    """
    plans = []
    for family in Family:
        planned = tuple(
            FeaturePlan(column, feature, typical.get(feature.name), _usual(feature, typical.get(feature.name)))
            for column, feature in enumerate(features)
            if feature.family == family
        )
        if planned:
            plans.append(FamilyPlan(family, planned))
    return tuple(plans)


def _usual(feature: Feature, typical: float | None) -> str:
    return NO_FIGURE if typical is None else f"Typical: {shown(typical, feature.unit)}."


class Instruments:
    """A policy, its harm index and perhaps a model, with what is worked out once for everybody they are used on.

    Attributes
    ----------
    features : tuple of Feature
        Everything the matrix and the model look at, each once.
    lookback_days : int
        Whoever has something recorded in so many days is ranked.
    families : tuple of FamilyPlan
        Empty without a model.
    """

    def __init__(self, policy: Policy, harm: HarmIndex, model: RiskModel | None) -> None:
        self.policy, self.harm, self.model = policy, harm, model
        of_model = () if model is None else model.features
        self.features = tuple({feature.name: feature for feature in (*policy.features, *of_model)}.values())
        self.lookback_days = LOOKBACK_DAYS if model is None else model.lookback_days
        self.harm_table = HarmTable(harm)
        self.evidence_groups = evidence_groups(self.features, lookback_days=self.lookback_days)
        self.families: tuple[FamilyPlan, ...] = ()
        if model is not None:
            self.families = plan_families(model.features, typical=model.typical)

    def are(self, policy: Policy, harm: HarmIndex, model: RiskModel | None) -> bool:
        """Whether they were made from these very three."""
        return self.policy is policy and self.harm is harm and self.model is model


@dataclass(frozen=True)
class ScoringContext:
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
    waivers : tuple of WaivedGate
        Gates that do not hold and were waived when the model was approved.
    rank_table : RankTable or None
        Everybody's scores on the same day, for ranks.
    """

    policy: Policy
    harm: HarmIndex
    model: RiskModel | None
    as_of: date
    data_as_of: date
    data_hash: str
    today: date
    rank_table: RankTable | None = None
    matrix_only: str = ""
    approved: bool | None = None  # None: no ledger was at hand
    waivers: tuple[WaivedGate, ...] = ()
    stale_after_days: int = STALE_DAYS
    #: Made from the first three; carried to another day or rank table, because making them costs more than using them.
    instruments: Instruments = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.instruments is None or not self.instruments.are(self.policy, self.harm, self.model):
            object.__setattr__(self, "instruments", Instruments(self.policy, self.harm, self.model))

    def view(self, person: PersonFile) -> PersonView:
        """The person's file as it was known strictly before the day."""
        return PersonView(person, self.as_of, harm=self.instruments.harm_table)

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
            model_approved=self.model is not None and bool(self.approved),
            model_waivers=self.waivers if self.model is not None else (),
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
        Values of :attr:`Instruments.features`, when they have been derived already by the engine of a whole force.
    doubtful : str
        Why the identifier may stand for nobody or for many people; empty when nothing about it is odd.
    """

    person: PersonFile
    from_partner: bool = False
    asked_as: str = ""
    values: Values | None = None
    doubtful: str = ""
