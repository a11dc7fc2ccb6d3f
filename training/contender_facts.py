"""From a contender that was compared to the facts that papers print of it."""

from datetime import date

import numpy as np

from matac_ml.evaluation import precision_at_k, turnover
from matac_ml.facts import ContenderFacts, estimates, finite
from training.compare import ComparedContender, Comparison


def contender_facts(contender: ComparedContender, found: Comparison) -> ContenderFacts:
    """One contender on the test rows of a comparison, as a fact."""
    measured = contender.measured
    return ContenderFacts(
        name=contender.name,
        label=contender.label,
        measures=estimates(measured.values),
        against_matrix=estimates(contender.against_matrix),
        confusion=(measured.at_capacity, measured.at_half),
        calibration=measured.curve,
        calibrated_on=contender.fitted.calibrated_on,
        tied_at_cut=finite(measured.tied_at_cut),
        turnover=finite(turnover(contender.score, found.test.person, found.test.cycle, k=found.k)),
        by_cycle=_by_cycle(contender, found),
    )


def _by_cycle(contender: ComparedContender, found: Comparison) -> dict[date, float]:
    test = found.test
    done = {}
    for cycle in np.unique(test.cycle):
        inside = test.cycle == cycle
        done[test.dates[cycle]] = float(precision_at_k(test.y[inside], contender.score[inside], k=found.k))
    return done
