"""How often a group's loss of records is found by a second list, and what would hide it or feign it: made-up forces."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from tqdm import tqdm

from benchmarks import Table
from benchmarks._forces import small_force
from matac_ml.facts import GroupRecordingFacts, Verdict
from matac_ml.recording import recording_of_run
from matac_ml.synthetic import ForceSettings, Plant

NAME = "recording"
REFERRALS = (200, 400, 800, 1600)
ASKED = 800
#: Strength of the planted loss, and the share of the group's incidents that it keeps out of the record.
LOSSES: dict[str | None, float] = {None: 0.0, "medium": 0.25, "strong": 0.5}
#: The group loses incidents: 7.7 % of the people of a made-up force.
GROUP, BASE = "Black", 0.5
#: Odds with which partners know a recorded incident of the group beside one that is not, and its links that fail.
DEPENDENCE, FAILED_LINKAGE = 1.5, 0.1
#: Ethnicity is recorded for everybody, so that all referrals count; forces lack it for many.
STATED = ForceSettings(ethnicity_not_stated=0.0, ethnicity_missing=0.0)
PERMUTATIONS = 400


def run(prove: bool) -> tuple[Table, Table]:
    """Power by number of referrals; what dependence, failed linkage and ethnicity that is not stated do."""
    forces = 100 if prove else 10
    asked = _losses(forces, ASKED)  # first, because the bounds are about it
    powers = {n: asked if n == ASKED else _losses(forces, n) for n in REFERRALS}
    return _powers(powers, forces), _hidden(asked, forces)


@dataclass(frozen=True)
class Losses:
    """What the audits of the same forces say, by the share that the group loses."""

    by_loss: dict[float, tuple[GroupRecordingFacts, ...]]

    def found(self, loss: float) -> float:
        """Share of forces in which the group is named."""
        return float(np.mean([group.verdict is Verdict.DISPARITY for group in self.by_loss[loss]]))

    def stated_power(self, loss: float) -> float:
        """The power that the audits state for this loss, on average, where it is planted."""
        return float(np.mean([p.power for group in self.by_loss[loss] for p in group.power if p.loss == loss]))

    def stated_odds(self, loss: float) -> float:
        """The odds ratio that the audits state would explain all of it (median)."""
        return float(np.median([group.cancelling_odds or 0.0 for group in self.by_loss[loss]]))


def audits(
    forces: int, referrals: int, *, plant: Plant, settings: ForceSettings = STATED
) -> Iterator[GroupRecordingFacts]:
    """The audit of incidents with dates in each of some forces, for the group named beforehand."""
    planted = replace(plant, recording=BASE, referrals=referrals)
    for seed in tqdm(range(forces), desc=f"{referrals} referrals", leave=False):
        # Twice as many incidents as referrals is the fewest that has so many suspects in every force.
        force = small_force(incidents=2 * referrals, years=3, seed=seed, plant=planted, settings=settings)
        [facts] = recording_of_run(force, ["ethnicity"], group=GROUP, permutations=PERMUTATIONS, seed=seed)
        yield facts.groups[0]


def _losses(forces: int, referrals: int, plant: Plant | None = None, settings: ForceSettings = STATED) -> Losses:
    by_loss = {}
    for strength, loss in LOSSES.items():
        planted = replace(plant or Plant(), under_recording=strength)
        by_loss[loss] = tuple(audits(forces, referrals, plant=planted, settings=settings))
        named = sum(group.verdict is Verdict.DISPARITY for group in by_loss[loss])
        tqdm.write(f"{referrals} referrals, {loss:.0%} lost: found in {named} of {forces} ({planted})", file=sys.stderr)
    return Losses(by_loss)


def _powers(powers: dict[int, Losses], forces: int) -> Table:
    rows = [
        (referrals, at.found(0.0), at.found(0.25), at.stated_power(0.25), at.found(0.5), at.stated_power(0.5))
        for referrals, at in powers.items()
    ]
    alarms, quarter, half = (powers[ASKED].found(loss) for loss in LOSSES.values())
    asked = (
        (half >= 0.95, f"half found in 95 of 100: {half:.0%}"),
        (quarter >= 0.6, f"a quarter found in 60 of 100: {quarter:.0%}"),
        (alarms <= 0.1, f"false alarms in at most 10 of 100: {alarms:.0%}"),
    )
    return Table(
        f"Share of {forces} made-up forces in which one group, named beforehand, is found to be recorded less",
        ("referrals", "nothing lost", "a quarter lost", "stated", "half lost", "stated"),
        tuple(rows),
        (
            f"The group is 7.7 % of people. {BASE:.0%} of everybody's incidents are recorded, varying by person "
            "(intraclass correlation .3), before the group loses any. Partners date one incident of each person whom "
            "they refer, or two; a tenth of the dates are a day off. Everybody's ethnicity is recorded.",
            "Stated: the power that the audit itself states before its result, on average.",
        ),
        tuple(text for held, text in asked if not held),
    )


def _hidden(independent: Losses, forces: int) -> Table:
    kinds = (
        ("independent, everybody linked", independent),
        (f"dependence of {DEPENDENCE:g}", _losses(forces, ASKED, Plant(dependence=DEPENDENCE))),
        (f"failed linkage of {FAILED_LINKAGE:.0%}", _losses(forces, ASKED, Plant(failed_linkage=FAILED_LINKAGE))),
        ("ethnicity of 23 % not recorded", _losses(forces, ASKED, settings=ForceSettings())),
    )
    rows: list[tuple[str | float, ...]] = [
        (text, *(at.found(loss) for loss in LOSSES.values()), at.stated_odds(0.25)) for text, at in kinds
    ]
    return Table(
        f"The same with {ASKED} referrals, where partners' knowledge of the group depends on its record, or links fail",
        ("planted", "nothing lost", "a quarter lost", "half lost", "odds ratio stated for a quarter (median)"),
        tuple(rows),
        (
            "Partners who know more of what is recorded hide a loss; links that fail feign one. Neither can be seen in "
            "the two lists: the odds ratio says how strong a dependence would have to be to explain the whole finding.",
        ),
    )
