"""The figures that somebody would say aloud of a person: when last, how many incidents, victims, harm, which rank."""

from dataclasses import dataclass

from matac_ml.api.explanation import ExplainedScore, MatrixLine
from matac_ml.wording import count, rank


@dataclass(frozen=True)
class FigureOfPerson:
    """One figure, and the words below it."""

    figure: str
    words: str


def facts_of(score: ExplainedScore) -> tuple[FigureOfPerson, ...]:
    """The figures of a person, as the matrix in force measured them; what it does not measure is left out."""
    lines = {line.component: line for line in score.matrix.lines}
    found = [
        _last(lines.get("recency")),
        _incidents(lines.get("frequency"), score),
        _whole(lines.get("victims"), "victim", "recorded with this person as suspect"),
        _whole(lines.get("gravity"), "harm day", "recorded, by the harm index"),
        _place(score),
    ]
    return tuple(fact for fact in found if fact is not None)


def _last(line: MatrixLine | None) -> FigureOfPerson | None:
    if line is None or line.value is None:
        return None
    return FigureOfPerson(count(round(line.value), "day"), "since the latest incident")


def _incidents(line: MatrixLine | None, score: ExplainedScore) -> FigureOfPerson | None:
    if line is None:
        return None
    counted = {incident.incident_id for incident in line.incidents}
    crimes = {point.incident_id for point in score.timeline if point.is_crime and point.role == "suspect"} & counted
    return FigureOfPerson(
        count(len(counted), "incident"),
        f"counted, {len(crimes):,} of them {'a crime' if len(crimes) == 1 else 'crimes'}",
    )


def _whole(line: MatrixLine | None, noun: str, words: str) -> FigureOfPerson | None:
    if line is None or line.value is None:
        return None
    return FigureOfPerson(count(round(line.value), noun), words)


def _place(score: ExplainedScore) -> FigureOfPerson | None:
    matrix = score.matrix
    if matrix.rank is None or matrix.of is None:
        return None
    shared = f", equal with {count(matrix.tied_with, 'other')}" if matrix.tied_with else ""
    return FigureOfPerson(rank(matrix.rank), f"of {matrix.of:,} by the matrix{shared}")
