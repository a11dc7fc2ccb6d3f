"""One person's score, explained: points, probability, reasons by family with the incidents behind each, and limits."""

from matac_ml.explain.schema import (
    FORBIDDEN_WORDS,
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
    Reason,
    TimelinePoint,
    Versions,
)

__all__ = [
    "FORBIDDEN_WORDS",
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
    "Reason",
    "TimelinePoint",
    "Versions",
]
