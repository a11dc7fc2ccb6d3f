"""An explained score in the very text that leaves, that the ledger keeps, and that can be given again."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from matac_ml.api.explanation import ExplainedScore, NotScored
from matac_ml.explain.model_score import check_total

_EITHER: TypeAdapter[ExplainedScore | NotScored] = TypeAdapter(ExplainedScore | NotScored)


def read_explanation(text: str) -> ExplainedScore | NotScored:
    """What was said of a person, from the text that left and that the ledger keeps."""
    return _EITHER.validate_json(text)


@dataclass(frozen=True)
class Explained:
    """One person's explained score as JSON, and the numbers that must add up every time it leaves.

    Attributes
    ----------
    is_score : bool
        Whether it is a score, or what is said of a person who has none.
    parts : tuple of float
        The base and the contribution of every family; empty when the model gives no number.
    """

    person_id: str
    text: str
    parts: tuple[float, ...] = ()
    log_odds: float = 0.0
    is_score: bool = True

    @classmethod
    def of(cls, score: ExplainedScore | NotScored) -> "Explained":
        """Write a score down, once."""
        text = score.model_dump_json()
        if isinstance(score, NotScored):
            return cls(score.person_id, text, is_score=False)
        model = score.model
        if model is None or model.base_log_odds is None or model.log_odds is None:
            return cls(score.person_id, text)
        parts = (model.base_log_odds, *(family.contribution for family in score.families))
        return cls(score.person_id, text, parts, model.log_odds)

    def check(self) -> None:
        """Refuse to give an explanation that does not add up to its score; InvariantError when it does not."""
        if self.parts:
            check_total(sum(self.parts), self.log_odds)

    @property
    def answer(self) -> ExplainedScore | NotScored:
        """What it says; read anew each time, because what is kept at hand is counted by its text."""
        return read_explanation(self.text)
