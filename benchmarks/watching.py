"""How soon a watch finds what begins in a made-up force, and how often it raises an alarm where nothing does."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tqdm import tqdm

from benchmarks import Table
from benchmarks._forces import small_force
from matac_ml.records import Extract
from matac_ml.synthetic import ForceSettings, Plant
from matac_ml.watch import LookFound, Weeks, load_watch_settings, look

NAME = "watching"
#: Records a year when a force's time ends; growth and seasons leave out others, so that more have to happen.
A_YEAR = 12_000
GROWTH, SEASON = 0.05, 0.10
_LEFT = (1 + SEASON) / (1 - SEASON * 5 / 7) * 1.06
#: Cycles of quiet, and cycles watched before and after a change begins.
QUIET_CYCLES, BEFORE, AFTER = 26, 5, 3
YEARS_BEFORE = 2.0
#: What is planted: its name on the page, and the plant.
PLANTED = {
    "half of the records of no crime are no longer made": Plant(change="practice"),
    "half of the records lose grade and injury (a migration)": Plant(change="migration"),
    "half of common assaults under a new code": Plant(change="offence_code"),
    "half of one group's records are missing (8 % of people)": Plant(change="group"),
    "half of one group's records are missing (10 % of people)": Plant(change="group", under_recorded_group="A"),
}


def run(prove: bool) -> tuple[Table, ...]:
    """False alarms in quiet forces; cycles until a change is found."""
    return _quiet(100 if prove else 3), _found(40 if prove else 2)


def watched_force(*, cycles: int, seed: int, plant: Plant) -> tuple[Extract, Weeks, int]:
    """A force that grows and has seasons, its whole weeks, and the first that is watched."""
    years = YEARS_BEFORE + cycles * 28 / 365.25
    growing = replace(plant, growth=GROWTH, season=SEASON)
    settings = ForceSettings()
    force = small_force(
        incidents=round(A_YEAR * years * _LEFT), years=years, seed=seed, plant=growing, settings=settings
    )
    weeks = Weeks.of(force)
    return force, weeks, weeks.number - cycles * 4


def looked(*, cycles: int, seed: int, plant: Plant) -> LookFound:
    """What a watch with the shipped settings finds in such a force."""
    force, weeks, first = watched_force(cycles=cycles, seed=seed, plant=plant)
    return look(force, load_watch_settings(), begun=weeks.monday(first))


def _each(runs: int, what: str, *, cycles: int, plant: Plant, first_seed: int) -> Iterator[LookFound]:
    for seed in tqdm(range(first_seed, first_seed + runs), desc=what, leave=False):
        yield looked(cycles=cycles, seed=seed, plant=plant)


def _quiet(runs: int) -> Table:
    alarms: list[Sequence[str]] = []
    for found in _each(runs, "quiet", cycles=QUIET_CYCLES, plant=Plant(), first_seed=10_000):
        alarms.append([check.check for check in found.alarms])
        if alarms[-1]:
            tqdm.write(f"a false alarm: {', '.join(alarms[-1])}", file=sys.stderr)
    raised = sum(bool(checks) for checks in alarms)
    asked = raised <= 0.1 * runs
    return Table(
        f"Forces of {A_YEAR:,} records a year in which nothing begins, watched for {QUIET_CYCLES} cycles",
        ("forces", "with any alarm", "checks that raised one"),
        ((runs, raised, ", ".join(sorted({check for checks in alarms for check in checks})) or "none"),),
        (
            f"Records grow by {GROWTH:.0%} a year and swing by {SEASON:.0%} with the year and the week; Christmas is "
            "busier. The record counts are those of the made-up force's generator, in memory.",
        ),
        () if asked else (f"any alarm in at most 10 of 100: {raised} of {runs}",),
    )


def _found(runs: int) -> Table:
    rows: list[tuple[str | int, ...]] = []
    missed = []
    for what, plant in PLANTED.items():
        planted = replace(plant, change_weeks=4 * AFTER)
        within = [0] * (AFTER + 1)
        for found in _each(runs, what, cycles=BEFORE + AFTER, plant=planted, first_seed=20_000):
            cycles = [check.alarmed_in - BEFORE for check in found.alarms if check.alarmed_in is not None]
            within[min((cycle for cycle in cycles if cycle >= 0), default=AFTER)] += 1
        by = [sum(within[: cycle + 1]) for cycle in range(AFTER)]
        rows.append((what, runs, *by))
        if by[1] < 0.95 * runs:
            missed.append(f"found within two cycles in 95 of 100: {what}: {by[1]} of {runs}")
    return Table(
        "The same forces, where something begins: how many are found within so many cycles",
        ("what begins", "forces", "one cycle", "two cycles", "three cycles"),
        tuple(rows),
        ("A change begins with a cycle. Any check of the watch counts, at the shipped settings.",),
        tuple(missed),
    )
