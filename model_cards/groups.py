"""Groups as papers print them: counts through disclosure control, and rates from those counts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matac_ml.fact import Estimate
from matac_ml.fairness import AttributeFacts, GapFacts, GroupFacts, InstrumentFacts, Verdict
from matac_ml.fairness.disclosure import HIDDEN, MINIMUM_CELL, WITHHELD, protect
from matac_ml.fairness.groups import HISTORY, INTERSECTIONS
from matac_ml.fairness.joint import Cell, nothing_shown, protect_table
from matac_ml.fairness.joint import Table as Protected
from matac_ml.fairness.measures import MEASURE_TITLES
from matac_ml.fairness.performance import CapacityCells, capacity_cells
from model_cards.figures import figure, with_interval
from model_cards.wording import ETHNICITIES

#: measure -> counts above and below the line, of the published cells
_RATES: dict[str, tuple[str, str]] = {
    "base_rate": ("outcomes", "others"),
    "selected_share": ("selected", "rest"),
    "precision": ("hit", "false"),
    "miss_rate": ("missed", "hit"),
    "false_positive_rate": ("false", "quiet"),
}
_SUMS = {
    "selected": ("hit", "false"),
    "rest": ("missed", "quiet"),
    "outcomes": ("hit", "missed"),
    "others": ("false", "quiet"),
}
#: More groups than these are counted and not named.
_NAMED = 4
#: Measures to which matrix and model are held alike; a matrix promises no probability and moves nobody against itself.
COMPARED = ("selected_share", "precision", "miss_rate", "false_positive_rate", "auc")
#: Measures from which the share recorded could be had back, the mean probability being near it.
_NEAR_BASE_RATE = ("calibration_in_the_large", "calibration_error", "brier")
TITLES = MEASURE_TITLES
#: measure -> factor, unit and decimal places in which people read it; others are printed to three places
_UNITS = {
    "base_rate": (100, "%", 1),
    "selected_share": (1000, "per 1,000", 1),
    "precision": (100, "%", 0),
    "miss_rate": (100, "%", 1),
    "false_positive_rate": (1000, "per 1,000", 2),
    "calibration_in_the_large": (100, "points", 1),
}
HEADS = {
    "base_rate": "Outcome recorded, %",
    "selected_share": "On the lists, per 1,000",
    "precision": "Precision, %",
    "miss_rate": "Miss rate, %",
    "false_positive_rate": "False positives, per 1,000",
    "calibration_in_the_large": "Recorded minus predicted, points",
}


@dataclass(frozen=True)
class PrintedGroup:
    """One group.

    Attributes
    ----------
    name : str
        As a reader knows it.
    people : str
    cells : mapping of name to Cell
        ``hit``, ``false``, ``missed``, ``quiet`` and their sums.
    """

    facts: GroupFacts
    name: str
    people: str
    cells: dict[str, Cell]

    def value(self, measure: str) -> float | None:
        """A measure as printed, from published counts; None where it is not printed."""
        if measure in _RATES:
            part, rest = (self.cells[name] for name in _RATES[measure])
            if part.value is None or rest.value is None or not part.value + rest.value:
                return None
            if measure != "selected_share" and not self._enough_people(*_RATES[measure]):
                return None
            return part.value / (part.value + rest.value)
        if measure == "selection_ratio" or measure not in self.facts.measures:
            return None
        open_ = measure not in _NEAR_BASE_RATE or self.value("base_rate") is not None
        return self.facts.measures[measure].value if open_ and self.people not in (HIDDEN, WITHHELD) else None

    def _enough_people(self, part: str, rest: str) -> bool:
        """Whether both sides of a rate hold as many different people as may be told.

        A person has a row on every list, so rows beside a printed count of people would give few of them back. Each
        side is taken to hold as many rows a person as the whole group does. Shares on lists that were drawn up
        afterwards, and on which nobody ever was, are held to rows alone: they say nothing that was recorded of anybody.
        """
        cells = group_cells(self.facts)
        rows = [cells[name] if name in cells else sum(cells[one] for one in _SUMS[name]) for name in (part, rest)]
        return min(rows) * self.facts.people >= MINIMUM_CELL * max(self.facts.rows, 1)

    def estimate(self, measure: str) -> Estimate | None:
        """A measure as printed with its interval, in the unit in which people read it."""
        value = self.value(measure)
        found = self.facts.measures.get(measure)
        if value is None or found is None:
            return None
        factor = _unit(measure)[0]
        # The value comes from rounded counts and may lie just outside an interval of exact ones.
        return Estimate(
            value=value * factor,
            low=None if found.low is None else min(found.low, value) * factor,
            high=None if found.high is None else max(found.high, value) * factor,
        )

    def text(self, measure: str) -> str:
        """A measure with its interval, or that it is hidden."""
        found = self.estimate(measure)
        if found is None:
            hidden = self.people in (HIDDEN, WITHHELD) or measure in (*_RATES, *_NEAR_BASE_RATE)
            return "hidden" if hidden and measure in self.facts.measures else "–"
        return with_interval(found, signed=measure == "calibration_in_the_large", places=_unit(measure)[2])


def _unit(measure: str) -> tuple[int, str, int]:
    return _UNITS.get(measure, (1, "", 3))


def group_name(attribute: str, group: str) -> str:
    """A group as a reader knows it: codes of ethnicity in words, or as codes.

    >>> group_name("ethnicity_detailed", "A1"), group_name("ethnicity_officer", "3"), group_name("sex", "female")
    ('Indian (A1)', 'code 3', 'female')
    """
    if attribute == "ethnicity_detailed" and group in ETHNICITIES:
        return f"{ETHNICITIES[group]} ({group})"
    return f"code {group}" if attribute == "ethnicity_officer" and len(group) == 1 else group


def printed_groups(attribute: AttributeFacts) -> tuple[PrintedGroup, ...]:
    """The groups of an attribute, counts and rates protected together."""
    people = protect({one.group: one.people for one in attribute.groups})
    table = protected_cells(attribute)
    for group, text in people.items():
        if text in (HIDDEN, WITHHELD):
            nothing_shown(table, group)
    return tuple(
        PrintedGroup(one, group_name(attribute.attribute, one.group), people[one.group], table[one.group])
        for one in attribute.groups
    )


def protected_cells(attribute: AttributeFacts) -> Protected:
    """Hits, false positives, missed and quiet rows of each group, and their sums."""
    lines = tuple((one.group, tuple(group_cells(one).items())) for one in attribute.groups)
    return {line: dict(cells) for line, cells in _protected(lines).items()}


@lru_cache(maxsize=512)
def _protected(lines: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]) -> Protected:
    """The same from plain counts; several papers print one table, and to protect a large one takes a second."""
    return protect_table({line: dict(cells) for line, cells in lines}, sums=_SUMS)


def group_cells(group: GroupFacts) -> dict[str, float]:
    """The confusion matrix of one group, in whole rows."""
    selected = round(group.selected)
    precision = group.measures["precision"].value if "precision" in group.measures else None
    hits = min(selected, group.outcomes, round((precision or 0.0) * group.selected))
    false = min(selected - hits, group.rows - group.outcomes)
    return {
        "hit": hits,
        "false": false,
        "missed": group.outcomes - hits,
        "quiet": group.rows - group.outcomes - false,
    }


def gap_sentence(gap: GapFacts, attribute: AttributeFacts, groups: Sequence[PrintedGroup]) -> str:
    """The verdict on one comparison, with figures only where they give no small count back."""
    title = TITLES.get(gap.measure, gap.measure.replace("_", " "))
    if gap.verdict is Verdict.NOT_ENOUGH:
        return f"{title}: not enough evidence. The groups are too small for a difference to be noticed."
    who = group_name(attribute.attribute, gap.group or "")
    figures = _figures(gap, groups)
    if gap.verdict is Verdict.DISPARITY:
        side = "above" if (gap.value or 0) > (gap.overall or 0) else "below"
        how = f" ({figures})" if figures else "; how far is not printed, as it would give back a small count"
        said = f"{title}: disparity. The group “{who}” is {side} everybody, by more than chance explains{how}."
    else:
        detectable = in_words(gap.measure, gap.detectable)
        said = f"{title}: no disparity found (could have detected a difference of {detectable} from everybody)."
        said += f" The group “{who}” stands out most: {figures}." if figures else ""
    return said + _too_small(gap, attribute)


def verdict_lines(attribute: AttributeFacts, groups: Sequence[PrintedGroup]) -> tuple[str, ...]:
    """Every verdict of an attribute, the worst first; those of too little evidence in one line."""
    gaps = worst_first(attribute.gaps)
    unknown = [TITLES.get(gap.measure, gap.measure) for gap in gaps if gap.verdict is Verdict.NOT_ENOUGH]
    lines = [gap_sentence(gap, attribute, groups) for gap in gaps if gap.verdict is not Verdict.NOT_ENOUGH]
    if unknown:
        place = sum(gap.verdict is Verdict.DISPARITY for gap in gaps)
        lines.insert(place, f"Not enough evidence, because groups are too small: {'; '.join(unknown)}.")
    return tuple(lines)


def _too_small(gap: GapFacts, attribute: AttributeFacts) -> str:
    """Name the groups about which nothing can be said, or count them where they are many."""
    if not gap.too_small:
        return ""
    if len(gap.too_small) > _NAMED:
        return f" Not enough evidence about {len(gap.too_small)} of {len(attribute.groups)} groups."
    return f" Not enough evidence about: {'; '.join(group_name(attribute.attribute, g) for g in gap.too_small)}."


def in_words(measure: str, difference: float | None) -> str:
    """A difference of a measure with its unit.

    >>> in_words("precision", 0.154), in_words("selected_share", 0.0004)
    ('15 points', '0.4 per 1,000')
    """
    factor, unit, places = _unit(measure)
    if difference is None:
        return "–"
    return f"{figure(difference * factor, places=places)} {'points' if unit == '%' else unit}".strip()


def _figures(gap: GapFacts, groups: Sequence[PrintedGroup]) -> str:
    """The group's value against everybody's, as printed; empty where one of them is not."""
    mine = next((one.value(gap.measure) for one in groups if one.facts.group == gap.group), None)
    all_of_them = _everybody(gap, groups)
    if mine is None or all_of_them is None:
        return ""
    factor, unit, places = _unit(gap.measure)
    values = " against ".join(figure(value * factor, places=places) for value in (mine, all_of_them))
    return f"{values} {unit}".strip()


def _everybody(gap: GapFacts, groups: Sequence[PrintedGroup]) -> float | None:
    """Everybody's value as the model card prints it."""
    if gap.measure not in ("precision", "miss_rate", "false_positive_rate"):
        return gap.overall
    cells = _whole(groups)
    if gap.measure == "precision":
        return cells.precision
    if gap.measure == "miss_rate":
        return None if cells.recall is None else 1 - cells.recall
    return cells.false_positive_rate


def _whole(groups: Sequence[PrintedGroup]) -> CapacityCells:
    """The confusion matrix of everybody: the same in every attribute, and printed alike in every paper."""
    hits = sum((g.facts.measures["precision"].value or 0.0) * g.facts.selected for g in groups)
    places = sum(g.facts.selected for g in groups)
    outcomes, rows = (sum(getattr(g.facts, name) for g in groups) for name in ("outcomes", "rows"))
    return capacity_cells(round(hits, 6), round(places, 6), outcomes, rows)


def worst_first(gaps: Sequence[GapFacts]) -> list[GapFacts]:
    """Disparities, then what could not be told, then the rest."""
    order = (Verdict.DISPARITY, Verdict.NOT_ENOUGH, Verdict.NO_DISPARITY)
    return sorted(gaps, key=lambda gap: order.index(gap.verdict))


def disparities(instrument: InstrumentFacts) -> list[tuple[AttributeFacts, GapFacts]]:
    """Every comparison that ended in a disparity: those of who people are first, and of the lists before scores."""
    found = [
        (attribute, gap)
        for attribute in instrument.attributes
        for gap in attribute.gaps
        if gap.verdict is Verdict.DISPARITY
    ]
    return sorted(found, key=lambda one: (not is_of_people(one[0].attribute), one[1].measure not in COMPARED))


def is_of_people(attribute: str) -> bool:
    """Whether groups say who somebody is, and not what is recorded of them."""
    return not set(INTERSECTIONS.get(attribute, (attribute,))) & set(HISTORY)


def predicts_probability(attribute: AttributeFacts) -> bool:
    """Whether the instrument gives probabilities: the mean score of a matrix is one of points."""
    return any("calibration_in_the_large" in group.measures for group in attribute.groups)
