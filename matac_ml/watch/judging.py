"""One check judged: its weekly counts against what was expected of them, and what it could have found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matac_ml.practice import CYCLE_DAYS
from matac_ml.watch.betting import Bets, EDetector, held_by, log_threshold
from matac_ml.watch.counting import KindCounts
from matac_ml.watch.findings import CheckFound, CheckStanding
from matac_ml.watch.publishing import shown_count
from matac_ml.watch.series import Series
from matac_ml.watch.settings import WatchSettings

WEEKS_A_CYCLE = CYCLE_DAYS // 7
CYCLES_A_YEAR = 365.25 / CYCLE_DAYS
#: Cycles within which a change is to be found: what could have been found is said for so many.
WITHIN_CYCLES = 2
#: In 8 of 10 cases a count lies less far than this on the wrong side of its mean, in standard deviations.
_MOSTLY = 0.84
_LN10 = float(np.log(10))


@dataclass(frozen=True)
class HowJudged:
    """How a check is judged.

    Attributes
    ----------
    budget : float
        Its own chance of a false alarm in a year.
    restarted_in : int
        Where among its counts it began anew; the first that is judged otherwise.
    usual_spread : float
        Of the part, from :func:`usual_spread`.
    secret : str
        What the rounding of its counts follows from.
    """

    part: str
    settings: WatchSettings
    budget: float
    judged_from: int
    restarted_in: int
    usual_spread: float
    secret: str

    @property
    def threshold(self) -> float:
        """What the bets must hold, in logarithms."""
        return log_threshold(self.budget, cycles_a_year=CYCLES_A_YEAR)

    def bets(self, series: Series, *, least_band: float) -> Bets:
        """The bets on every judged week, with the band that counts as ordinary."""
        band = max(least_band, self.settings.count_band if series.of is None else self.settings.parts[self.part].band)
        spread = series.spread(self.usual_spread)
        seen, expected = (values[series.judged_from :] for values in (series.seen, series.expected))
        if series.of is None:
            return Bets(seen, expected, expected * (1 - band), expected * (1 + band), None, spread)
        of = series.of[series.judged_from :]
        rare = expected < self.settings.smallest_share * of
        expected = np.where(rare, self.settings.smallest_share * of, expected)
        with np.errstate(divide="ignore", invalid="ignore"):
            odds = expected / (of - expected)
            low, high = (of * edge / (1 + edge) for edge in (odds * (1 - band), odds * (1 + band)))
        return Bets(seen, expected, np.where(rare, 0.0, low), high, of, spread)


def series_of(kind: KindCounts, judged_from: int) -> Series:
    """The weeks of a kind in which its count means what it says."""
    first = kind.usable_from
    of, base = (None if values is None else values[first:] for values in (kind.of, kind.base))
    return Series(kind.seen[first:], of, judged_from - first, base, kind.weeks_each, kind.lag)


def usual_spread(all_series: Sequence[Series]) -> float:
    """How much more than by chance the counts of the checks of one part vary: the middle one of them."""
    found = [value for series in all_series for value, count in series.dispersions.values() if count]
    return float(np.median(found)) if found else 1.0


def judge(kind: KindCounts, how: HowJudged) -> CheckFound:
    """Judge every week, or every cycle, from the first that is watched."""
    bets = how.bets(series_of(kind, how.judged_from), least_band=kind.least_band)
    a_cycle = WEEKS_A_CYCLE // kind.weeks_each
    # Outcomes of consecutive cycles overlap, so that only every so-many-th follows from what was known before. Each of
    # these rows has a detector of its own; it opens as many times fewer bets, which makes up for there being more.
    detectors, beyond = [EDetector() for _ in range(kind.lag)], []
    for place, factors in enumerate(bets.factors()):
        detector = detectors[place % kind.lag]
        if place % a_cycle == 0 and place >= how.restarted_in - how.judged_from:
            detector.open()
        detector.settle(factors)
        beyond.append((max(each.log_sum for each in detectors) - how.threshold) / _LN10)
    strongest = max(detectors, key=lambda each: each.log_sum)
    alarmed = next((place for place, value in enumerate(beyond) if value >= 0), None)
    recent = _newest(bets, WITHIN_CYCLES * a_cycle)
    return CheckFound(
        check=kind.name,
        title=kind.title,
        part=how.part,
        standing=_standing(beyond, alarmed, bool(bets.known.any()), how.settings),
        action=how.settings.parts[how.part].action,
        direction=strongest.direction,
        evidence=tuple(_each_cycle(beyond, a_cycle)),
        alarmed_in=None if alarmed is None else alarmed // a_cycle,
        seen=shown_count(float(recent.seen.sum()), how.secret, kind.name, "seen"),
        expected=shown_count(float(recent.expected.sum()), how.secret, kind.name, "expected"),
        would_find=(
            _smallest_found(recent, how.threshold, fewer=True),
            _smallest_found(recent, how.threshold, fewer=False),
        ),
    )


def _standing(beyond: list[float], alarmed: int | None, known: bool, settings: WatchSettings) -> CheckStanding:
    if not known:
        return CheckStanding.NOT_JUDGED
    if alarmed is not None:
        return CheckStanding.ALARM
    return CheckStanding.NOTED if beyond[-1] >= -np.log10(settings.note_below_alarm) else CheckStanding.QUIET


def _each_cycle(beyond: list[float], a_cycle: int) -> Iterable[float]:
    """The last value of each cycle, to a tenth and within what a page can draw."""
    for start in range(0, len(beyond), a_cycle):
        value = beyond[min(start + a_cycle, len(beyond)) - 1]
        yield round(float(np.clip(value, -9.9, 99.9)), 1)


def _newest(bets: Bets, number: int) -> Bets:
    """The newest bets, as far as there are any."""
    newest = np.zeros(len(bets.seen), bool)
    newest[-number:] = True
    newest &= bets.known
    of = None if bets.of is None else bets.of[newest]
    return Bets(bets.seen[newest], bets.expected[newest], bets.low[newest], bets.high[newest], of, bets.spread)


def _smallest_found(recent: Bets, threshold: float, *, fewer: bool) -> float | None:
    """The smallest fall (or rise) that these weeks would show, as a share of what is expected.

    A bet opened at the start of the change must reach the threshold although the count lies where it does in only 2 of
    10 cases, on the side of what is expected.
    """
    for share in np.arange(0.05, 1.0 if fewer else 10.05, 0.05):
        if held_by(recent.if_changed(-share if fewer else share, luck=_MOSTLY)) >= threshold:
            return round(float(share), 2)
    return None
