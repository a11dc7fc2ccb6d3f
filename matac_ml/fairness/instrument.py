"""One instrument at one cut: every group of every attribute measured, with intervals, and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation import Ratio, percentiles, sums_by_code, wilson
from matac_ml.facts import AttributeFacts, Estimate, GroupFacts, InstrumentFacts, finite
from matac_ml.fairness.attributes import Attribute, Audited
from matac_ml.fairness.chance import permuted_sums, rate_columns, studentised
from matac_ml.fairness.gaps import GapTest, chance_by_error, compare_groups, normal_interval, with_verdicts
from matac_ml.fairness.measures import (
    BINS,
    FEWEST_PEOPLE,
    IN_BINS,
    MEASURES,
    SUMS,
    GroupMeasure,
    OwnError,
    bin_of,
    calibration_errors_by_chance,
    named,
    row_sums,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: What is known of every group, whatever is measured.
_ALWAYS = frozenset({"rows", "outcomes", "selected"})


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


@dataclass(frozen=True)
class MeasuredInstrument:
    """One instrument at one cut: every group measured, and the comparisons of each attribute before any verdict."""

    facts: InstrumentFacts
    tests: tuple[tuple[GapTest, ...], ...]


def judge(measured: Sequence[MeasuredInstrument]) -> tuple[InstrumentFacts, ...]:
    """The verdicts of one audit: every p-value is adjusted for all comparisons of all of it."""
    attributes = [attribute for found in measured for attribute in found.facts.attributes]
    judged = iter(with_verdicts(attributes, [tests for found in measured for tests in found.tests]))
    return tuple(
        found.facts.model_copy(update={"attributes": tuple(next(judged) for _ in found.facts.attributes)})
        for found in measured
    )


def measure_instrument(
    instrument: Instrument,
    audited: Audited,
    *,
    outcome: Floats,
    chosen: Floats,
    displacement: Floats | None = None,
    rule: str = "",
    only: Sequence[str] | None = None,
    also_tested: Sequence[str] = (),
) -> MeasuredInstrument:
    """Measure every group under one instrument, and compare them.

    Parameters
    ----------
    outcome, chosen : ndarray, shape (n,)
        What happened, and each row's share of a place.
    displacement : ndarray, shape (n,), or None
        Share of the list by which each row stands nearer to the top than under the matrix.
    only : sequence of str, optional
        Names of measures, where not all are wanted.
    also_tested : sequence of str
        Measures compared here that otherwise are only shown.
    """
    has = {"": True, "probability": instrument.probability is not None, "matrix": displacement is not None}
    measures = [m for m in MEASURES if has[m.needs] and (only is None or m.name in only)]
    rows = row_sums(
        outcome, chosen, score=instrument.score, probability=instrument.probability, displacement=displacement
    )
    needed = _ALWAYS.union(*(m.cells for m in measures))
    rows[:, [place for place, name in enumerate(SUMS) if name not in needed]] = 0.0
    sums = sums_by_code(rows, audited.person, audited.people)
    tested = [m for m in measures if m.tested or m.name in also_tested]
    compared = _by_permutation(tested, sums, audited)
    attributes = []
    for attribute, tests in zip(audited.attributes, compared, strict=True):
        columns = _estimates(attribute, measures, sums, audited)
        for m in measures:
            if isinstance(m.formula, OwnError):
                columns[m.name], test = _by_own_error(m, m.formula, instrument, outcome, attribute, audited)
                tests.append(test)
            elif m in tested and m.of_sizes and instrument.probability is not None:
                tests.append(_by_own_people(m, instrument.probability, sums, attribute, audited))
        groups = _groups(attribute, columns, sums, audited)
        attributes.append(AttributeFacts(attribute=attribute.name, title=attribute.title, groups=groups, gaps=()))
    facts = InstrumentFacts(name=instrument.name, label=instrument.label, rule=rule, attributes=tuple(attributes))
    return MeasuredInstrument(facts, tuple(map(tuple, compared)))


def _by_permutation(tested: Sequence[GroupMeasure], sums: Floats, audited: Audited) -> list[list[GapTest]]:
    """The comparisons of each attribute whose measures are rates: people move among those who are below the line."""
    found: list[list[GapTest]] = [[] for _ in audited.attributes]
    cells = named(sums)
    rates = [(m, m.formula) for m in tested if isinstance(m.formula, Ratio) and not m.of_sizes]
    for _, alike in groupby(sorted(rates, key=_line_below), key=_line_below):
        together = list(alike)
        below = together[0][1].below.of(cells)
        counted = below > 1e-12
        columns = [rate_columns(formula.above.of(cells)[counted], below[counted]) for _, formula in together]
        codes = [attribute.code[counted] for attribute in audited.attributes]
        chance = _chance_of_rates(np.column_stack(columns), codes, audited)
        for attribute, code, tests, replicates in zip(audited.attributes, codes, found, chance, strict=True):
            size = len(attribute.groups)
            totals = named(sums_by_code(sums, attribute.code, size))
            people = audited.people_of(attribute.code, size) >= FEWEST_PEOPLE
            for place, ((m, _), own) in enumerate(zip(together, columns, strict=True)):
                large = m.is_enough(totals) & people
                _, error = studentised(sums_by_code(own, code, size), own.sum(axis=0))
                tests.append(
                    compare_groups(
                        m, attribute.groups, large, m.of(totals), overall=float(m.of(named(sums.sum(axis=0)))),
                        chance=replicates[:, large, place], error=error,
                    )
                )  # fmt: skip
    return found


def _line_below(rate: tuple[GroupMeasure, Ratio]) -> str:
    return str(rate[1].below)


def _chance_of_rates(columns: Floats, codes: Sequence[Ints], audited: Audited) -> list[Floats]:
    """By chance, the studentised differences of each attribute's groups, ``(permutations, groups, rates)``."""
    everybody = columns.sum(axis=0)
    found: list[list[Floats]] = [[] for _ in codes]
    sizes = [len(attribute.groups) for attribute in audited.attributes]
    for batch in permuted_sums(columns, codes, sizes, permutations=audited.permutations, seed=audited.seed):
        for kept, moved in zip(found, batch, strict=True):
            far = []
            for first in range(0, len(everybody), 3):
                difference, error = studentised(moved[..., first : first + 3], everybody[first : first + 3])
                far.append(difference / np.where(error > 0, error, np.nan))
            kept.append(np.stack(far, axis=-1).astype(np.float32))
    return [np.concatenate(kept) for kept in found]


def _estimates(
    attribute: Attribute, measures: Sequence[GroupMeasure], sums: Floats, audited: Audited
) -> dict[str, list[Estimate]]:
    """The measures that follow from sums, of every group, with intervals from resamples of people."""
    size = len(attribute.groups)
    total = named(sums_by_code(sums, attribute.code, size))
    drawn = named(audited.draws.sums_by_group(sums, attribute.code, size))
    people = _present(attribute, sums, audited)
    columns = {}
    for m in (m for m in measures if m.cells):
        values, (low, high), enough = m.of(total), percentiles(m.of(drawn)), m.is_enough(total)
        if isinstance(m.formula, Ratio):
            ends = [_ends(*figures) for figures in zip(values, low, high, people, enough, strict=True)]
        else:
            ends = list(zip(low, high, strict=True))
        columns[m.name] = [_estimate(value, *reach) for value, reach in zip(values, ends, strict=True)]
    return columns


def _present(attribute: Attribute, sums: Floats, audited: Audited) -> Ints:
    """How many people of each group have a row."""
    return audited.people_of(attribute.code, len(attribute.groups), sums[:, SUMS.index("rows")] > 0)


def _ends(value: float, low: float, high: float, people: int, enough: bool) -> tuple[float, float]:
    """The interval of a ratio; none where too little says anything about the group."""
    if not enough or not np.isfinite(value):
        return np.nan, np.nan
    if not high - low >= 1e-12:
        # Resampling nobody gives nobody, but none of a few is not none of all: Wilson's interval over people.
        return wilson(value * people, people) if 0 <= value <= 1 else (np.nan, np.nan)
    return low, high


def _estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value=finite(value), low=finite(low), high=finite(high))


def _by_own_error(
    m: GroupMeasure, formula: OwnError, instrument: Instrument, outcome: Floats, attribute: Attribute, audited: Audited
) -> tuple[list[Estimate], GapTest]:
    """A measure of every group with an error of its own, and the comparison by these errors."""
    score = instrument.probability if m.needs and instrument.probability is not None else instrument.score
    size = len(attribute.groups)
    value, error = formula.of(outcome, score, audited.person, attribute.code, size)
    low, high = (np.clip(end, *formula.limits) for end in normal_interval(value, error))
    large = np.isfinite(value) & (error > 1e-9) & (audited.people_of(attribute.code, size) >= FEWEST_PEOPLE)
    weight = 1 / error[large] ** 2
    overall = float(value[large] @ weight / weight.sum()) if large.any() else float("nan")
    chance = chance_by_error(error[large], replicates=audited.permutations, seed=audited.seed)
    estimates = [_estimate(*figures) for figures in zip(value, low, high, strict=True)]
    return estimates, compare_groups(m, attribute.groups, large, value, overall=overall, chance=chance)


def _by_own_people(
    m: GroupMeasure, probability: Floats, sums: Floats, attribute: Attribute, audited: Audited
) -> GapTest:
    """The comparison of a sum of sizes, which grows with the errors of a group's own people."""
    size, cells = len(attribute.groups), named(sums)
    totals = named(sums_by_code(sums, attribute.code, size))
    rows = np.bincount(audited.person * BINS + bin_of(probability), minlength=audited.people * BINS)
    residual = np.column_stack([cells[name] for name in IN_BINS])
    chance = calibration_errors_by_chance(
        residual, rows.reshape(-1, BINS).astype(np.float64), attribute.code, size,
        replicates=audited.permutations, seed=audited.seed,
    )  # fmt: skip
    overall = float(m.of(named(sums.sum(axis=0))))
    large = m.is_enough(totals) & (audited.people_of(attribute.code, size) >= FEWEST_PEOPLE)
    return compare_groups(m, attribute.groups, large, m.of(totals), overall=overall, chance=chance[:, large] - overall)


def _groups(
    attribute: Attribute, columns: Mapping[str, list[Estimate]], sums: Floats, audited: Audited
) -> tuple[GroupFacts, ...]:
    total = named(sums_by_code(sums, attribute.code, len(attribute.groups)))
    people = _present(attribute, sums, audited)
    return tuple(
        GroupFacts(
            group=name,
            rows=round(total["rows"][g]),
            people=int(people[g]),
            outcomes=round(total["outcomes"][g]),
            selected=round(float(total["selected"][g]), 9),
            measures={measure: estimates[g] for measure, estimates in columns.items()},
        )
        for g, name in enumerate(attribute.groups)
    )
