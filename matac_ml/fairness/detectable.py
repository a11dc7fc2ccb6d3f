"""How large a gap may go unnoticed before *no disparity found* would say nothing that matters.

A test of few people notices only enormous gaps. To report of one that nothing was found reads as an all-clear, so above
these sizes the verdict is *not enough evidence*. They are choices, not findings: as wide as a board might still be glad
to know of, and printed beside the verdicts.
"""

#: Measure -> largest gap, as a share of everybody's value: half or one and a half times everybody's mean score.
OF_EVERYBODY = {"base_rate": 0.5, "mean_score": 0.5, "selected_share": 1.0, "false_positive_rate": 1.0}
#: Measure -> largest gap in the measure's own unit.
IN_ITS_UNIT = {
    "precision": 0.2,
    "miss_rate": 0.2,
    "calibration_in_the_large": 0.05,
    "calibration_error": 0.05,
    "calibration_slope": 0.5,
    "auc": 0.1,
    "rank_displacement": 0.1,
    "mean_place": 0.1,
}


def largest_detectable(measure: str, overall: float, worst: float | None) -> float:
    """The largest gap from everybody's value that may go unnoticed and *no disparity found* still be said.

    Parameters
    ----------
    measure : str
        A measure without an entry above is held to ``worst`` alone.
    overall : float
        Everybody's value.
    worst : float or None
        The value at which a group is failed altogether: a gap as large as that must be noticed, whatever the measure.
    """
    failed = float("inf") if worst is None else abs(overall - worst)
    share = OF_EVERYBODY.get(measure)
    named = IN_ITS_UNIT.get(measure, float("inf")) if share is None else share * abs(overall)
    return min(failed, named)
