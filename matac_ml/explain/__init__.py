"""One person's score, explained: points, probability, reasons by family with the incidents behind each, and limits."""

from matac_ml.explain.schema import (
    Agreement,
    Caution,
    CautionKind,
    ExplainedScore,
    FamilyReasons,
    IncidentRef,
    Interval,
    MatrixLine,
    MatrixScore,
    ModelScore,
    NotScored,
    Reason,
    TimelinePoint,
    Versions,
)

__all__ = [
    "Agreement",
    "Caution",
    "CautionKind",
    "ExplainedScore",
    "FamilyReasons",
    "IncidentRef",
    "Interval",
    "MatrixLine",
    "MatrixScore",
    "ModelScore",
    "NotScored",
    "Reason",
    "TimelinePoint",
    "Versions",
]
