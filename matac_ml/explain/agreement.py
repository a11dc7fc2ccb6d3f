"""Where the matrix and the model agree or differ, and what each rests on."""

from collections.abc import Sequence

from matac_ml.explain.schema import Agreement, FamilyReasons, MatrixScore, ModelScore

#: Log-odds that a reason must move to be named as the one that counts: a tenth of the odds. Below it the difference
#: comes from many small parts, and naming the largest would mislead.
NAMED_FROM = 0.1


def compare(
    matrix: MatrixScore, model: ModelScore | None, families: Sequence[FamilyReasons], *, capacity: int
) -> Agreement:
    """Compare the two instruments at the capacity of the meeting.

    They agree when both or neither place the person among the first ``capacity``.
    """
    if model is None:
        return Agreement(verdict="not_compared", text="Only the matrix is in force, so there is nothing to compare.")
    if model.abstained:
        return Agreement(verdict="not_compared", text="The model abstains, so the matrix stands alone here.")
    if matrix.rank is None or model.rank is None:
        return Agreement(verdict="not_compared", text="No ranks are held for this day, so the two are not compared.")
    places = (
        f"The matrix places this person {matrix.rank:,} of {matrix.of:,}, the model {model.rank:,} of {model.of:,}."
    )
    by_matrix, by_model = matrix.rank <= capacity, model.rank <= capacity
    if by_matrix == by_model:
        where = f"among the first {capacity}" if by_matrix else f"outside the first {capacity}"
        return Agreement(verdict="agree", text=f"{places} They agree: both {where}, which is what a meeting can take.")
    verdict, higher = ("matrix_higher", "matrix") if by_matrix else ("model_higher", "model")
    text = f"{places} They differ: only the {higher} puts the person among the first {capacity}."
    return Agreement(verdict=verdict, text=f"{text} {_because(matrix, families, raised=by_model)}")


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
    return f"{points} The model's score is {verb} most by this: {moved.text}"
