"""The audit's own figures against fairlearn's, on every run: two ways to one number, or no paper is written."""

import numpy as np
import numpy.typing as npt
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate

from matac_ml.errors import InvariantError
from matac_ml.facts import AttributeFacts

TOLERANCE = 1e-12
_THEIRS = {
    "selected_share": selection_rate,
    "miss_rate": false_negative_rate,
    "false_positive_rate": false_positive_rate,
}


def check_with_fairlearn(
    attribute: AttributeFacts,
    outcome: npt.NDArray[np.float64],
    chosen: npt.NDArray[np.float64],
    group: npt.NDArray[np.object_],
) -> None:
    """Compare selected share, miss rate and false positive rate of every group with fairlearn's ``MetricFrame``.

    Where people tie at the cut line and share its places, fairlearn has no such thing as a part of a place: nothing is
    compared then. Nor where a group lacks one of the outcomes, for which fairlearn gives 0 and the audit nothing.

    Raises
    ------
    InvariantError
        When a figure differs by more than :data:`TOLERANCE`.
    """
    if not np.isin(chosen, (0.0, 1.0)).all():
        return
    frame = MetricFrame(metrics=_THEIRS, y_true=outcome, y_pred=chosen, sensitive_features=group.astype(str))
    theirs = frame.by_group.to_dict("index")
    for one in attribute.groups:
        if not 0 < one.outcomes < one.rows:
            continue
        for name in _THEIRS:
            mine = one.measures[name].value
            if mine is None or abs(mine - theirs[one.group][name]) > TOLERANCE:
                raise InvariantError(f"{name} of {attribute.attribute} differs from fairlearn's: {mine}")
