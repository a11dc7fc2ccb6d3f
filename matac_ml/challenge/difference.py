"""What a correction does to a score: the same day scored with it and without it, and the day before it was visible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matac_ml.api.explanation import ExplainedScore
from matac_ml.asof import PersonFile
from matac_ml.challenge.correction import Correction, corrected_file
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.person import explain_people


@dataclass(frozen=True)
class Points:
    """A score on a day: points by component and in all, and the model's probability; None where there is none."""

    lines: tuple[tuple[str, int], ...]
    total: int | None
    probability: float | None


@dataclass(frozen=True)
class ScoreDifference:
    """One day scored with corrections and without.

    Attributes
    ----------
    day : date
        The first day that sees every correction and all records.
    without, corrected : Points
        On that day.
    earlier_day : date or None
        The last day that sees none of the corrections; None where there is none.
    earlier : Points or None
        On it, with the corrections recorded: what was shown then stays as it was.
    """

    day: date
    without: Points
    corrected: Points
    earlier_day: date | None
    earlier: Points | None

    @property
    def text(self) -> str:
        """The difference in one sentence."""
        before, after = self.without.total, self.corrected.total
        if after is None and before is not None:
            return f"Without this incident the person has no score. Before, it was {before} points."
        if before == after:
            return "The points stay the same."
        return f"The points {'fall' if (after or 0) < (before or 0) else 'rise'} from {before} to {after}."


def difference(person: PersonFile, corrections: Sequence[Correction], context: ScoringContext) -> ScoreDifference:
    """Score the first day that sees every correction with them and without.

    Parameters
    ----------
    corrections : sequence of Correction
        At least one.
    context : ScoringContext
        Its day is the first that sees all records; a later one is scored as if nothing further were recorded.
    """
    first = min(correction.day for correction in corrections)
    day = max(context.as_of, max(correction.day for correction in corrections) + timedelta(days=1))
    on_day = replace(context, as_of=day, rank_table=None)
    before = replace(context, as_of=first, rank_table=None)
    return ScoreDifference(
        day,
        _points(person.as_of(day), on_day),
        _points(corrected_file(person, corrections, day), on_day),
        first,
        _points(corrected_file(person, corrections, first), before),
    )


def _points(person: PersonFile, context: ScoringContext) -> Points:
    score = explain_people([Subject(person)], context)[0]
    if not isinstance(score, ExplainedScore):
        return Points((), None, None)
    lines = tuple((line.component, line.points) for line in score.matrix.lines)
    return Points(lines, score.matrix.total, score.model.probability if score.model else None)
