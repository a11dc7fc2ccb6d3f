"""The audit: every group under every instrument, each gap tested, each line ending in one of three verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.evaluation import auc, confusion_at_capacity, wilson
from matac_ml.fact import Estimate, finite
from matac_ml.fairness.crosscheck import check_with_fairlearn
from matac_ml.fairness.facts import AttributeFacts, AuditFacts, GroupFacts, InstrumentFacts, SwapFacts
from matac_ml.fairness.gaps import gap_facts, with_adjusted
from matac_ml.fairness.groups import TITLES
from matac_ml.fairness.measures import MEASURES, SUMS, GroupMeasure, row_sums
from matac_ml.fairness.notes import impossibility
from matac_ml.fairness.resampling import bootstrap_sums, by_group, by_person, permuted_sums

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Instrument:
    """Scores to be audited.

    Attributes
    ----------
    score : ndarray, shape (n,)
        Decides the order on the list; may tie.
    probability : ndarray, shape (n,), or None
        Calibrated, for measures that need one.
    """

    name: str
    label: str
    score: Floats
    probability: Floats | None = None


def audit(
    instruments: tuple[Instrument, ...],
    *,
    outcome: Floats,
    person: Ints,
    cycle: Ints,
    groups: pd.DataFrame,
    k: int,
    resamples: int = 1000,
    permutations: int = 2000,
    seed: int = 2026,
    titles: Mapping[str, str] = TITLES,
) -> AuditFacts:
    """Audit instruments at the length of their own lists.

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

    Raises
    ------
    UsageError
        When lengths disagree or a group is missing.
    """
    codes = _checked(instruments, outcome, person, cycle, groups)
    chosen = {one.name: confusion_at_capacity(outcome, one.score, cycle, k=k)[1] for one in instruments}
    coded = [_coded(groups[name], int(codes.max()) + 1) for name in groups]
    held, sizes = [code for code, _ in coded], [len(names) for _, names in coded]
    found = []
    for one in instruments:
        rows = row_sums(outcome, chosen[one.name], one.probability)
        sums = by_person(rows, codes)
        drawn = bootstrap_sums(sums, held, sizes, resamples=resamples, seed=seed)
        chance = permuted_sums(sums, held, sizes, permutations=permutations, seed=seed)
        attributes = [
            _attribute(
                one, outcome, sums, codes, _Named(str(name), titles.get(str(name), str(name)), code, names), b, p
            )
            for name, (code, names), b, p in zip(groups, coded, drawn, chance, strict=True)
        ]
        if attributes:
            check_with_fairlearn(attributes[0], outcome, chosen[one.name], groups.iloc[:, 0].to_numpy()[codes])
        found.append(InstrumentFacts(name=one.name, label=one.label, attributes=with_adjusted(tuple(attributes))))
    return AuditFacts(
        k=k,
        rows=len(outcome),
        people=len(groups),
        resamples=resamples,
        permutations=permutations,
        seed=seed,
        instruments=tuple(found),
        swap=_swap(instruments, chosen, groups, codes),
        notes=(impossibility(found),),
    )


def _checked(
    instruments: tuple[Instrument, ...], outcome: Floats, person: Ints, cycle: Ints, groups: pd.DataFrame
) -> Ints:
    lengths = {"outcome": len(outcome), "person": len(person), "cycle": len(cycle)}
    lengths |= {one.name: len(one.score) for one in instruments}
    faults = [f"{name} has {n:,} rows, outcome {len(outcome):,}" for name, n in lengths.items() if n != len(outcome)]
    if len(person) and int(person.max()) >= len(groups):
        faults.append(f"groups must have a row for each of {int(person.max()) + 1:,} people, got {len(groups):,}")
    faults += [
        f"{name}: a group is missing; make it a group of its own" for name in groups if groups[name].isna().any()
    ]
    if faults:
        raise UsageError("The audit cannot be made.", faults=faults)
    return np.asarray(person, dtype=np.int64)


def _coded(group: pd.Series, people: int) -> tuple[Ints, list[str]]:
    code, names = pd.factorize(group.astype(str), sort=True)
    return code.astype(np.int64)[:people], [str(name) for name in names]


@dataclass(frozen=True)
class _Named:
    """An attribute: its groups by name, and everybody's group."""

    name: str
    title: str
    code: Ints
    groups: list[str]


def _attribute(
    one: Instrument, outcome: Floats, sums: Floats, person: Ints, named: _Named, drawn: Floats, chance: Floats
) -> AttributeFacts:
    code, names = named.code, named.groups
    measures = [m for m in MEASURES if one.probability is not None or not m.needs_probability]
    total = by_group(sums, code, len(names))
    facts = tuple(
        _group(name, g, measures, total, drawn, people=int(((code == g) & (sums[:, 0] > 0)).sum()))
        for g, name in enumerate(names)
    )
    with_auc = _with_auc(facts, one, outcome, code[person])
    gaps = tuple(gap_facts(m, names, total, chance) for m in measures if m.tested)
    return AttributeFacts(attribute=named.name, title=named.title, groups=with_auc, gaps=gaps)


def _group(
    name: str,
    place: int,
    measures: list[GroupMeasure],
    total: Floats,
    drawn: Floats,
    *,
    people: int,
) -> GroupFacts:
    found = {}
    for m in measures:
        value = float(m.of(total[place]))
        low = high = float("nan")
        if np.isfinite(value) and m.below_line(total[place]) >= m.enough:
            replicates = m.of(drawn[:, place])
            if np.isfinite(replicates).any():
                low, high = np.nanpercentile(replicates, [2.5, 97.5])
            if high - low < 1e-12:
                # Resampling nobody gives nobody, but none of a few is not none of all: Wilson's interval over people.
                low, high = wilson(value * people, people) if 0 <= value <= 1 else (float("nan"), float("nan"))
        found[m.name] = Estimate(value=finite(value), low=finite(low), high=finite(high))
    rows, outcomes, selected = (float(total[place, SUMS.index(s)]) for s in ("rows", "outcomes", "selected"))
    return GroupFacts(
        group=name, rows=round(rows), people=people, outcomes=round(outcomes), selected=selected, measures=found
    )


def _with_auc(facts: tuple[GroupFacts, ...], one: Instrument, outcome: Floats, group: Ints) -> tuple[GroupFacts, ...]:
    """AUC within each group, where both outcomes have ten rows; without an interval."""
    done = []
    for g, fact in enumerate(facts):
        inside = group == g
        y = outcome[inside]
        enough = min(y.sum(), len(y) - y.sum()) >= 10
        value = finite(auc(y, one.score[inside])) if enough else None
        done.append(fact.model_copy(update={"measures": fact.measures | {"auc": Estimate(value=value)}}))
    return tuple(done)


def _swap(
    instruments: tuple[Instrument, ...], chosen: Mapping[str, Floats], groups: pd.DataFrame, person: Ints
) -> tuple[SwapFacts, ...]:
    if not {"matrix", "model"} <= set(chosen):
        return ()
    change = chosen["model"] - chosen["matrix"]
    entering, leaving = np.maximum(change, 0), np.maximum(-change, 0)
    found = []
    for name in groups:
        mine = groups[name].astype(str).to_numpy()[person]
        found.append(
            SwapFacts(
                attribute=str(name),
                entering={g: round(float(entering[mine == g].sum()), 6) for g in sorted(set(mine))},
                leaving={g: round(float(leaving[mine == g].sum()), 6) for g in sorted(set(mine))},
            )
        )
    return tuple(found)
