"""Label stress: the same lists held against stricter definitions of the outcome, by group."""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from matac_ml.facts import InstrumentFacts, LabelFacts
from matac_ml.fairness.attributes import Audited
from matac_ml.fairness.cuts import Cut
from matac_ml.fairness.instrument import Instrument, judge, measure_instrument
from matac_ml.fairness.measures import OF_A_CUT
from matac_ml.spec import Outcome, OutcomeKind, is_true, not_among

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: The name of the outcome that the model predicts, among the labels.
PREDICTED = "predicted"
#: Any further record with a known victim; made from pairs, because an outcome looks at the suspect's incidents.
VICTIM_NAMED = ("victim_named", "Recorded again with a victim who is named")


def stricter_outcomes(horizon_days: int) -> tuple[Outcome, ...]:
    """Declare outcomes that need more than a record: a crime, a report from outside the police, a charge.

    Police who look harder at some people record more of them. What somebody reported depends less on who was looked at,
    and a charge more on evidence and on whether the victim could support it: none of them is the truth.
    """
    declared = {
        "crime": ("Recorded again as a crime", is_true("is_crime")),
        "reported": (
            "Recorded again on a report that did not come from an officer",
            not_among("report_source", "officer"),
        ),
        "charged": ("Recorded again, and charged, cautioned or convicted", is_true("charged")),
    }
    return tuple(
        Outcome(name=name, kind=OutcomeKind.RECORD, horizon_days=horizon_days, where=(condition,), sentence=sentence)
        for name, (sentence, condition) in declared.items()
    )


def label_stress(
    instruments: Sequence[Instrument],
    audited: Audited,
    *,
    labels: Mapping[str, tuple[str, Floats]],
    cycle: Ints,
    cut: Cut,
) -> tuple[LabelFacts, ...]:
    """Audit the same lists under every label.

    Parameters
    ----------
    audited : Audited
        With the attributes that are wanted; base rates are compared too.
    labels : mapping of name to (text, ndarray of {0, 1}, shape (n,))
        The first is the outcome predicted, with which the others are compared.
    cut : Cut
        One long enough to tell groups apart.
    """
    judged = iter(
        judge(
            [
                measure_instrument(
                    instrument, audited, outcome=outcome, rule=cut.rule, only=OF_A_CUT, also_tested=("base_rate",),
                    chosen=cut.chosen(instrument.score, instrument.probability, cycle),
                )
                for _, outcome in labels.values()
                for instrument in instruments
            ]
        )
    )  # fmt: skip
    found: list[LabelFacts] = []
    for name, (text, outcome) in labels.items():
        facts = tuple(islice(judged, len(instruments)))
        changed = _changed(found[0].instruments, facts) if found else ()
        found.append(LabelFacts(name=name, text=text, outcomes=int(outcome.sum()), instruments=facts, changed=changed))
    return tuple(found)


def _changed(before: Sequence[InstrumentFacts], now: Sequence[InstrumentFacts]) -> tuple[str, ...]:
    """Comparisons that end in another verdict; how many are selected does not depend on the label."""
    lines = []
    for old, new in zip(before, now, strict=True):
        for attribute in new.attributes:
            earlier = {gap.measure: gap for gap in old[attribute.attribute].gaps}
            lines += [
                f"{new.label}, {attribute.title}: {gap.text} Before: {earlier[gap.measure].verdict.value}."
                for gap in attribute.gaps
                if gap.measure != "selected_share" and gap.verdict is not earlier[gap.measure].verdict
            ]
    return tuple(dict.fromkeys(lines))
