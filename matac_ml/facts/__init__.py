"""Facts: the typed record of a run and its audit. They import no computation, so whoever reads a bundle loads none."""

from matac_ml.facts.audit import (
    AttributeFacts,
    GapFacts,
    GroupFacts,
    InstrumentFacts,
    SwapFacts,
    Verdict,
)
from matac_ml.facts.base import Estimate, Fact, estimates, finite
from matac_ml.facts.context import (
    CounterAllegationFacts,
    LabelFacts,
    MitigationFacts,
    PairLineFacts,
    ProxyFacts,
    ProxyGroupFacts,
    TradeoffFacts,
    VictimSideFacts,
)
from matac_ml.facts.gates import GateFacts, GateStanding
from matac_ml.facts.record import AuditFacts
from matac_ml.facts.recording import GroupRecordingFacts, PowerFacts, RecordingFacts
from matac_ml.facts.run import (
    AblationStep,
    CalibrationFacts,
    ConfusionFacts,
    ContenderFacts,
    CurveFacts,
    CurvePoint,
    DataFacts,
    FeatureFacts,
    PointsFacts,
    PolicyFacts,
    RunFacts,
    SplitFacts,
    StressFacts,
)

__all__ = [
    "AblationStep",
    "AttributeFacts",
    "AuditFacts",
    "CalibrationFacts",
    "ConfusionFacts",
    "ContenderFacts",
    "CounterAllegationFacts",
    "CurveFacts",
    "CurvePoint",
    "DataFacts",
    "Estimate",
    "Fact",
    "FeatureFacts",
    "GapFacts",
    "GateFacts",
    "GateStanding",
    "GroupFacts",
    "GroupRecordingFacts",
    "InstrumentFacts",
    "LabelFacts",
    "MitigationFacts",
    "PairLineFacts",
    "PointsFacts",
    "PolicyFacts",
    "PowerFacts",
    "ProxyFacts",
    "ProxyGroupFacts",
    "RecordingFacts",
    "RunFacts",
    "SplitFacts",
    "StressFacts",
    "SwapFacts",
    "TradeoffFacts",
    "Verdict",
    "VictimSideFacts",
    "estimates",
    "finite",
]
