"""An explained score in the very text that leaves, that the ledger keeps, and that can be given again."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from matac_ml.api.answers import LedgerNote, Mode, ScoreAnswer
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
        said = score.model
        if said is None or said.base_log_odds is None or said.log_odds is None:
            return cls(score.person_id, text)
        parts = (said.base_log_odds, *(family.contribution for family in score.families))
        return cls(score.person_id, text, parts, said.log_odds)

    def check(self) -> None:
        """Refuse to give an explanation that does not add up to its score; InvariantError when it does not."""
        if self.parts:
            check_total(sum(self.parts), self.log_odds)

    @property
    def said(self) -> ExplainedScore | NotScored:
        """What it says; read anew each time, because what is kept at hand is counted by its text."""
        return read_explanation(self.text)


@dataclass(frozen=True)
class Given:
    """What was said of a person, under the name by which it can be fetched again."""

    nomination_id: str
    explained: Explained

    @property
    def said(self) -> ExplainedScore | NotScored:
        """What it says."""
        return self.explained.said

    @property
    def text(self) -> str:
        """What a :class:`NominationScore` of the same would write."""
        score, other = (self.explained.text, "null") if self.explained.is_score else ("null", self.explained.text)
        return f'{{"nomination_id":"{self.nomination_id}","score":{score},"not_scored":{other}}}'


@dataclass(frozen=True)
class ScoresGiven:
    """The answer to a score request, put together from texts: a :class:`ScoreAnswer` that nobody builds to be read."""

    mode: Mode
    scores: tuple[Given, ...]
    ledger: LedgerNote

    def model_dump_json(self) -> str:
        """What a :class:`ScoreAnswer` of the same would write."""
        listed = ",".join(one.text for one in self.scores)
        # The text sought stands nowhere else: inside a JSON string its quotes would be escaped.
        empty = ScoreAnswer(mode=self.mode, scores=(), ledger=self.ledger).model_dump_json()
        return empty.replace('"scores":[]', f'"scores":[{listed}]', 1)
