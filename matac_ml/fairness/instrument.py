"""One instrument at one cut: every group of every attribute measured, with intervals, and compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation import Ratio, percentiles, sums_by_code, wilson
from matac_ml.facts import AttributeFacts, Estimate, GroupFacts, InstrumentFacts, finite
from matac_ml.fairness.attributes import Attribute, Audited
from matac_ml.fairness.chance import permuted_sums
from matac_ml.fairness.gaps import GapTest, chance_by_error, compare_groups, normal_interval, with_verdicts
from matac_ml.fairness.measures import FEWEST_PEOPLE, MEASURES, SUMS, GroupMeasure, OwnError, named, row_sums

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


def audit_instrument(
    instrument: Instrument,
    audited: Audited,
    *,
    outcome: Floats,
    chosen: Floats,
    displacement: Floats | None = None,
    rule: str = "",
    only: Sequence[str] | None = None,
    also_tested: Sequence[str] = (),
) -> InstrumentFacts:
    """Audit one instrument.

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
    ratios = [m for m in measures if isinstance(m.formula, Ratio)]
    rows = row_sums(
        outcome, chosen, score=instrument.score, probability=instrument.probability, displacement=displacement
    )
    needed = _ALWAYS.union(*(m.cells for m in measures))
    rows[:, [place for place, name in enumerate(SUMS) if name not in needed]] = 0.0
    sums = sums_by_code(rows, audited.person, audited.people)
    compared = list(_compared([m for m in ratios if m.tested or m.name in also_tested], sums, audited))
    attributes = []
    for attribute, tests in zip(audited.attributes, compared, strict=True):
        columns = _estimates(attribute, measures, sums, audited)
        for m in measures:
            if isinstance(m.formula, OwnError):
                columns[m.name], test = _by_own_error(m, m.formula, instrument, outcome, attribute, audited)
                tests.append(test)
        groups = _groups(attribute, columns, sums, audited)
        attributes.append(AttributeFacts(attribute=attribute.name, title=attribute.title, groups=groups, gaps=()))
    return InstrumentFacts(
        name=instrument.name, label=instrument.label, rule=rule, attributes=with_verdicts(attributes, compared)
    )


def _compared(tested: Sequence[GroupMeasure], sums: Floats, audited: Audited) -> Iterator[list[GapTest]]:
    """The comparisons of each attribute whose measures are ratios of sums."""
    attributes = audited.attributes
    totals = [named(sums_by_code(sums, a.code, len(a.groups))) for a in attributes]
    everybody = named(sums.sum(axis=0))
    many = [audited.people_of(a.code, len(a.groups)) >= FEWEST_PEOPLE for a in attributes]
    large = [[m.is_enough(total) & people for m in tested] for people, total in zip(many, totals, strict=True)]
    chance: list[list[list[Floats]]] = [[[] for _ in tested] for _ in attributes]
    sizes = [len(a.groups) for a in attributes]
    batches = permuted_sums(
        sums, [a.code for a in attributes], sizes, permutations=audited.permutations, seed=audited.seed
    )
    for batch in batches:
        for place, found in enumerate(batch):
            for which, m in enumerate(tested):
                deviation = m.of(named(found[:, large[place][which]])) - m.of(everybody)
                chance[place][which].append(deviation.astype(np.float32))
    for place, a in enumerate(attributes):
        yield [
            compare_groups(
                m, a.groups, large[place][which], m.of(totals[place]), overall=float(m.of(everybody)),
                chance=np.concatenate(chance[place][which]),
            )
            for which, m in enumerate(tested)
        ]  # fmt: skip


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
