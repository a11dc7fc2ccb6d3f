"""The audit: every group under every instrument, each comparison tested, each line ending in one of three verdicts."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.facts import AuditFacts, SwapFacts
from matac_ml.fairness.attributes import Audited
from matac_ml.fairness.cuts import Cut, share_above
from matac_ml.fairness.groups import TITLES
from matac_ml.fairness.instrument import Instrument, judge, measure_instrument
from matac_ml.fairness.measures import OF_A_CUT
from matac_ml.fairness.notes import impossibility

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def audit(
    instruments: tuple[Instrument, ...],
    *,
    outcome: Floats,
    person: Ints,
    cycle: Ints,
    groups: pd.DataFrame,
    k: int,
    other_cuts: Sequence[Cut] = (),
    resamples: int = 1000,
    permutations: int = 2000,
    seed: int = 2026,
    titles: Mapping[str, str] = TITLES,
    same: Ints | None = None,
) -> AuditFacts:
    """Audit instruments at the length of their own lists, and at other cuts.

    Parameters
    ----------
    outcome : ndarray of {0, 1}, shape (n,)
    person : ndarray of int, shape (n,)
        Codes ``0..people-1``; whole people are resampled and permuted.
    cycle : ndarray of int, shape (n,)
        One code a list.
    groups : DataFrame, shape (people, attributes)
        Row ``i`` holds the groups of person ``i``, as text; missing must be a group of its own already.
    k : int
        Places on each list.
    other_cuts : sequence of Cut
        Longer lists, or thresholds, audited beside; gates look at ``k`` alone.
    same : ndarray of int, shape (rows of ``groups``,), optional
        Where somebody's group changes between rows: a row of ``groups`` for every group that somebody was in, and here
        one number a real person. Resamples draw real people whole and counts count them once; permutations move
        each row of ``groups`` by itself.

    Raises
    ------
    UsageError
        When lengths disagree, a group is missing, or a value cannot be audited; with every fault at once.
    """
    person = _checked(instruments, outcome, person, cycle, groups)
    audited = Audited.of(
        person, groups, resamples=resamples, permutations=permutations, seed=seed, titles=titles, same=same
    )
    above = {instrument.name: share_above(instrument.score, cycle) for instrument in instruments}
    matrix = above.get("matrix")
    cuts = (Cut(places=k), *other_cuts)
    chosen = [{i.name: cut.chosen(i.score, i.probability, cycle) for i in instruments} for cut in cuts]
    found = judge(
        [
            measure_instrument(
                instrument,
                audited,
                outcome=outcome,
                chosen=chosen[number][instrument.name],
                displacement=None if matrix is None or instrument.name == "matrix" else matrix - above[instrument.name],
                rule=cut.rule,
                only=OF_A_CUT if number else None,
            )
            for number, cut in enumerate(cuts)
            for instrument in instruments
        ]
    )
    at_k = found[: len(instruments)]
    return AuditFacts(
        k=k,
        rows=len(outcome),
        people=len(groups) if same is None else len(np.unique(same)),
        resamples=resamples,
        permutations=permutations,
        seed=seed,
        instruments=at_k,
        other_cuts=found[len(instruments) :],
        swap=_swap(chosen[0], audited),
        notes=impossibility(at_k),
    )


def _checked(
    instruments: tuple[Instrument, ...], outcome: Floats, person: Ints, cycle: Ints, groups: pd.DataFrame
) -> Ints:
    lengths = {"outcome": len(outcome), "person": len(person), "cycle": len(cycle)}
    lengths |= {instrument.name: len(instrument.score) for instrument in instruments}
    faults = [f"{name} has {n:,} rows, outcome {len(outcome):,}" for name, n in lengths.items() if n != len(outcome)]
    faults += _unfit(instruments, outcome)
    if not len(outcome):
        faults.append("there must be at least one row")
    if len(person) and int(person.min()) < 0:
        faults.append("person must hold codes from 0")
    if len(person) and int(person.max()) >= len(groups):
        faults.append(f"groups must have a row for each of {int(person.max()) + 1:,} people, got {len(groups):,}")
    faults += [
        f"{name}: a group is missing; make it a group of its own" for name in groups if groups[name].isna().any()
    ]
    if faults:
        raise UsageError("The audit cannot be made.", faults=faults)
    return np.asarray(person, dtype=np.int64)


def _unfit(instruments: tuple[Instrument, ...], outcome: Floats) -> list[str]:
    """Values that no rate can be made of, counted."""
    counted = [("outcome", "values other than 0 and 1", int((~np.isin(outcome, (0.0, 1.0))).sum()))]
    for instrument in instruments:
        counted.append((instrument.name, "scores missing or infinite", int((~np.isfinite(instrument.score)).sum())))
        if instrument.probability is not None:
            inside = (instrument.probability >= 0) & (instrument.probability <= 1)
            counted.append((instrument.name, "probabilities missing or outside 0 to 1", int((~inside).sum())))
    return [f"{name}: {count:,} {what}" for name, what, count in counted if count]


def _swap(chosen: Mapping[str, Floats], audited: Audited) -> tuple[SwapFacts, ...]:
    if not {"matrix", "model"} <= set(chosen):
        return ()
    change, both = chosen["model"] - chosen["matrix"], np.minimum(chosen["model"], chosen["matrix"])
    moved = {"entering": np.maximum(change, 0), "leaving": np.maximum(-change, 0), "staying": both}
    found = []
    for attribute in audited.attributes:
        group, size = attribute.code[audited.person], len(attribute.groups)
        places = {
            way: dict(zip(attribute.groups, np.bincount(group, weights=share, minlength=size).round(6), strict=True))
            for way, share in moved.items()
        }
        found.append(SwapFacts(attribute=attribute.name, title=attribute.title, **places))
    return tuple(found)
