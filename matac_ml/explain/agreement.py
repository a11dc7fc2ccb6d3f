"""Where the matrix and the model agree or differ, and what each rests on. Ranks are compared among the same people."""

from collections.abc import Sequence
from typing import Literal

from matac_ml.api.explanation import Agreement, FamilyReasons, MatrixScore, ModelScore
from matac_ml.explain.rank_table import BothPositions
from matac_ml.explain.wording import rank

Verdict = Literal["agree", "model_higher", "matrix_higher", "not_compared"]
#: Log-odds that a reason must move to be named as the one that counts: a tenth of the odds. Below it the difference
#: comes from many small parts, and naming the largest would mislead.
NAMED_FROM = 0.1


def compare(
    matrix: MatrixScore,
    model: ModelScore | None,
    families: Sequence[FamilyReasons],
    *,
    both: BothPositions | None,
    capacity: int,
    day_of_list: bool = True,
) -> Agreement:
    """Compare the two instruments at the capacity of the meeting.

    They agree when both or neither rank the person among the first ``capacity`` of the people who have points and a
    probability. Somebody who is tied at the last of these places is neither among them nor not, so nothing is compared.

    Parameters
    ----------
    both : BothPositions or None
        The ranks among the people who have both; None of somebody who is not ranked.
    day_of_list : bool
        Whether it is the day on which everybody is ranked.
    """
    if model is None:
        return Agreement(verdict="not_compared", text="Only the matrix is in force, so there is nothing to compare.")
    if model.abstained:
        return Agreement(verdict="not_compared", text="The model gives no number, so the matrix stands alone here.")
    if not day_of_list:
        text = "People are ranked for the day of the list alone, so the two are not compared on this day."
        return Agreement(verdict="not_compared", text=text)
    if both is None:
        return Agreement(verdict="not_compared", text="This person is not ranked, so the two are not compared.")
    of = both.matrix.of
    ranks = (
        f"Among the {of:,} people who have both points and a probability, the matrix ranks this person "
        f"{rank(both.matrix.rank, tied_with=both.matrix.tied_with)} and the model "
        f"{rank(both.model.rank, tied_with=both.model.tied_with)}."
    )
    verdict, text = _at_the_cut(both, min(capacity, of), matrix, families)
    return Agreement(
        verdict=verdict, text=f"{ranks} {text}", of=of, matrix_rank=both.matrix.rank, model_rank=both.model.rank
    )


def _at_the_cut(
    both: BothPositions, capacity: int, matrix: MatrixScore, families: Sequence[FamilyReasons]
) -> tuple[Verdict, str]:
    for name, place in (("matrix", both.matrix), ("model", both.model)):
        if place.rank <= capacity < place.last:
            text = (
                f"The {name} has {place.tied_with + 1:,} people equal at the last of the {capacity:,} places that a "
                "meeting can take, so the two are not compared there."
            )
            return "not_compared", text
    by_matrix, by_model = both.matrix.rank <= capacity, both.model.rank <= capacity
    if by_matrix == by_model:
        where = "among" if by_matrix else "outside"
        text = f"They agree: both put the person {where} the first {capacity:,}, which is what a meeting can take."
        return "agree", text
    higher: Verdict = "matrix_higher" if by_matrix else "model_higher"
    only = "matrix" if by_matrix else "model"
    text = f"They differ: only the {only} puts the person among the first {capacity:,}."
    return higher, f"{text} {_because(matrix, families, raised=by_model)}"


def _because(matrix: MatrixScore, families: Sequence[FamilyReasons], *, raised: bool) -> str:
    lines = [line for line in matrix.lines if line.points > 0]
    points = "The matrix gives no points."
    if lines:
        most = max(lines, key=lambda line: line.points)
        points = f"The matrix gives most points for {most.component} ({most.points} of {matrix.total})."
    verb = "raised" if raised else "lowered"
    reasons = [reason for family in families for reason in family.reasons if (reason.contribution > 0) == raised]
    moved = max(reasons, key=lambda reason: abs(reason.contribution), default=None)
    if moved is None or abs(moved.contribution) < NAMED_FROM:
        return f"{points} No single reason has {verb} the model's score by much."
    return f"{points} This has {verb} the model's score most: {moved.text}"
