"""Whether calibrated probabilities still held on the test dates, and their recalibration where they did not."""

import math
from dataclasses import replace

import numpy as np

from matac_ml.evaluation import clustered_line
from matac_ml.facts import CalibrationFacts, Estimate, GateFacts, GateStanding
from training.contenders import Fitted
from training.fit import fit_calibration
from training.interval import fit_interval
from training.recipe import Gates
from training.rows import Floats, Rows

#: Of a 95 % interval, in standard errors.
_REACH = 1.959963984540054
#: A drift that could be so large and go unseen was not looked for: the gate is then not judged.
_TOO_WIDE = 0.5
_NAME, _TITLE = "calibration_holds", "Probabilities hold on the test dates"


def drift(fitted: Fitted, score: Floats, test: Rows, *, recalibrated: bool) -> CalibrationFacts:
    """How far the probabilities were off on the test dates.

    The intervals hold what chance did to the rows calibrated on as well as to the test: with either alone, a line that
    holds would be refused too often.

    Parameters
    ----------
    score : ndarray, shape (test rows,)
        Uncalibrated.
    recalibrated : bool
        Whether the bundle holds a line fitted on the test rows in place of this one.
    """
    now, then = clustered_line(test.y, fitted.calibration.log_odds(score), test.person), fitted.line
    return CalibrationFacts(
        later=fitted.later,
        shift=_estimate(now.shift, now.shift_error, then.shift_error),
        slope=_estimate(now.slope, now.slope_error, then.slope_error),
        recalibrated_on=tuple(test.dates[cycle] for cycle in np.unique(test.cycle)) if recalibrated else (),
    )


def _estimate(value: float, *errors: float) -> Estimate:
    reach = _REACH * math.hypot(*errors)
    if not math.isfinite(value + reach):
        return Estimate(value=None)
    return Estimate(value=value, low=value - reach, high=value + reach)


def recalibrate(fitted: Fitted, test: Rows) -> Fitted:
    """The same model with line and interval of the test rows: the newest whose outcome is known."""
    raw = fitted.raw(test)
    line = fit_calibration(raw, test.y)
    return replace(fitted, calibration=line, intervals=fit_interval(raw, test.y, test.person, line))


def _off(found: Estimate, right: float, allowed: float) -> bool:
    """Whether a figure is further from what is right than is allowed, with its whole interval."""
    low, high = found.low, found.high
    return low is not None and high is not None and (low > right + allowed or high < right - allowed)


def drift_said(held: CalibrationFacts, settings: Gates) -> tuple[str, ...]:
    """What a reader must know before any figure; nothing where the probabilities held."""
    said = []
    if _off(held.shift, 0, settings.largest_shift):
        more = (held.shift.value or 0) > 0
        said.append(
            f"Probabilities drifted: on the test dates {'more' if more else 'less'} was recorded than they say, "
            f"{_odds(held.shift)}. They are too {'low' if more else 'high'}."
        )
    if _off(held.slope, 1, settings.largest_slope_error):
        flat = (held.slope.value or 0) < 1
        said.append(
            "Probabilities drifted: on the test dates high ones were too "
            f"{'high and low ones too low' if flat else 'low and low ones too high'}."
        )
    if held.recalibrated_on:
        said.append(
            "The model's probabilities were calibrated again on the test dates, the newest whose outcome is known. The "
            "figures of this run were measured before that; how well the new probabilities hold was not measured."
        )
    return tuple(said)


def _odds(shift: Estimate) -> str:
    value, low, high = (math.exp(end or 0.0) for end in (shift.value, shift.low, shift.high))
    return f"the odds are {value:.3f} times those predicted (95 % interval {low:.3f} to {high:.3f})"


def calibration_gate(held: CalibrationFacts, settings: Gates) -> GateFacts:
    """Judge level and slope of the probabilities on the test dates."""
    shift, slope = held.shift, held.slope
    if not settings.calibration_holds:
        return _gate(GateStanding.NOT_JUDGED, "The recipe switched this gate off")
    if shift.low is None or shift.high is None:
        return _gate(GateStanding.NOT_JUDGED, "The calibration could not be measured on the test rows")
    seen = (shift.high - shift.low) / 2
    if seen > _TOO_WIDE:
        text = f"Too little was recorded to see a drift of less than {math.exp(seen):.1f} times the odds"
        return _gate(GateStanding.NOT_JUDGED, text)
    allowed, steep = settings.largest_shift, settings.largest_slope_error
    at_slope = "" if slope.low is None else f"; slope {slope.value:.3f} ({slope.low:.3f} to {slope.high:.3f})"
    text = (
        f"On the test dates {_odds(shift)}{at_slope}. Not passed where an interval lies wholly beyond "
        f"{math.exp(-allowed):.3f} to {math.exp(allowed):.3f} of the odds, or a slope of {1 - steep:.2f} to "
        f"{1 + steep:.2f}"
    )
    if not (_off(shift, 0, allowed) or _off(slope, 1, steep)):
        return _gate(GateStanding.PASSED, text, figure=shift.value, bound=allowed)
    if held.recalibrated_on:
        text += ". The model was calibrated again on these dates; whether that holds on later ones is not known"
        return _gate(GateStanding.NOT_JUDGED, text, figure=shift.value, bound=allowed)
    return _gate(GateStanding.NOT_PASSED, text, figure=shift.value, bound=allowed)


def _gate(standing: GateStanding, text: str, *, figure: float | None = None, bound: float | None = None) -> GateFacts:
    return GateFacts(name=_NAME, title=_TITLE, standing=standing, text=text, figure=figure, bound=bound)
