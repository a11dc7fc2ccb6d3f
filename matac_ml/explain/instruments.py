"""The instruments of a list, and what is worked out once for everybody they are used on."""

from dataclasses import dataclass
from functools import cached_property

from matac_ml.asof import LOOKBACK_DAYS
from matac_ml.asof.weights import HarmTable
from matac_ml.bundle import RiskModel
from matac_ml.explain.behind import SharedEvidence
from matac_ml.explain.reasons import FamilyPlan, plan_families
from matac_ml.harm import HarmIndex
from matac_ml.rfg import Policy
from matac_ml.spec import Feature


@dataclass(frozen=True, eq=False)
class Instruments:
    """A policy, its harm index and perhaps a model."""

    policy: Policy
    harm: HarmIndex
    model: RiskModel | None

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """Everything the matrix and the model look at, each once."""
        wanted = {feature.name: feature for feature in self.policy.features}
        if self.model is not None:
            wanted |= {feature.name: feature for feature in self.model.features}
        return tuple(wanted.values())

    @cached_property
    def lookback_days(self) -> int:
        """The model's look-back: whoever has something recorded in it is ranked."""
        return LOOKBACK_DAYS if self.model is None else self.model.lookback_days

    @cached_property
    def harm_table(self) -> HarmTable:
        """The harm index as the engine of one person looks it up."""
        return HarmTable(self.harm)

    @cached_property
    def shared_evidence(self) -> SharedEvidence:
        """Which features have the same incidents behind them."""
        return SharedEvidence(self.features, lookback_days=self.lookback_days)

    @cached_property
    def families(self) -> tuple[FamilyPlan, ...]:
        """What the reasons of every family say of everybody; empty without a model."""
        model = self.model
        if model is None:
            return ()
        return plan_families(model.features, typical=model.typical, unsupported=model.unsupported_families)
