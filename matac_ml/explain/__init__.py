"""One person's score, explained: points, probability, reasons by family with the incidents behind each, and limits.

``ScoringContext`` is what is the same for everybody on one list, ``rank_everybody`` scores a whole force, and
``explain_people`` explains some of its people. What they answer is declared in :mod:`matac_ml.api.explanation`.
"""

from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.person import explain_people
from matac_ml.explain.ranking import rank_everybody

__all__ = ["ScoringContext", "Subject", "explain_people", "rank_everybody"]
