"""An explained score in the very text that leaves, that the ledger keeps, and that can be given again."""

from dataclasses import dataclass

from matac_ml.explain.answers import LedgerNote, Mode, ScoreAnswer
from matac_ml.explain.reasons import check_total
from matac_ml.explain.schema import ExplainedScore


@dataclass(frozen=True)
class Explained:
    """One person's explained score as JSON, and the numbers that must add up every time it leaves.

    Attributes
    ----------
    parts : tuple of float
        The base and the contribution of every family; empty when the model gives no number.
    """

    person_id: str
    text: str
    parts: tuple[float, ...]
    log_odds: float

    @classmethod
    def of(cls, score: ExplainedScore) -> "Explained":
        """Write a score down, once."""
        said = score.model
        if said is None or said.base_log_odds is None or said.log_odds is None:
            return cls(score.person_id, score.model_dump_json(), (), 0.0)
        parts = (said.base_log_odds, *(family.contribution for family in score.families))
        return cls(score.person_id, score.model_dump_json(), parts, said.log_odds)

    def check(self) -> None:
        """Refuse to give an explanation that does not add up to its score; InvariantError when it does not."""
        if self.parts:
            check_total(sum(self.parts), self.log_odds)

    @property
    def score(self) -> ExplainedScore:
        """The score as it was; read anew each time, because what is kept at hand is counted by its text."""
        return ExplainedScore.model_validate_json(self.text)


@dataclass(frozen=True)
class Given:
    """An explained score under the name by which it can be fetched again."""

    nomination_id: str
    explained: Explained

    @property
    def score(self) -> ExplainedScore:
        """The score itself."""
        return self.explained.score


@dataclass(frozen=True)
class ScoresGiven:
    """The answer to a score request, put together from texts: a :class:`ScoreAnswer` that nobody builds to be read."""

    mode: Mode
    scores: tuple[Given, ...]
    ledger: LedgerNote

    def model_dump_json(self) -> str:
        """What a :class:`ScoreAnswer` of the same would write."""
        listed = ",".join(
            f'{{"nomination_id":"{one.nomination_id}","score":{one.explained.text}}}' for one in self.scores
        )
        # The text sought stands nowhere else: inside a JSON string its quotes would be escaped.
        empty = ScoreAnswer(mode=self.mode, scores=(), ledger=self.ledger).model_dump_json()
        return empty.replace('"scores":[]', f'"scores":[{listed}]', 1)
