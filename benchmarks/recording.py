"""How often a group's loss of records is found by a second list, and what would hide it or feign it."""

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from benchmarks import Table
from matac_ml.recording import compare_shares
from matac_ml.recording.design import LEVEL

NAME = "recording"
SHARE_OF_PEOPLE, BASE, ALIKE, SECOND = 0.08, 0.5, 0.3, 0.2
REFERRALS = (200, 400, 800, 1600)
LOSSES = (0.0, 0.25, 0.5)
#: Odds with which partners know a recorded incident of the group beside one that is not, and its links that fail.
DEPENDENCE, FAILED_LINKAGE = 1.5, 0.1

Floats = npt.NDArray[np.float64]


def run(prove: bool) -> tuple[Table, Table]:
    """Power by number of referrals; what dependence and failed linkage do."""
    worlds = 400 if prove else 40
    return _powers(worlds), _hidden(worlds)


def lists(
    rng: np.random.Generator, referrals: int, *, loss: float, dependence: float = 1.0, failed: float = 0.0
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Incidents held and known of every person referred, and who is in the group; one or two incidents each."""
    inside = rng.random(referrals) < SHARE_OF_PEOPLE
    weight = 1 / ALIKE - 1
    recorded = rng.beta(BASE * weight, (1 - BASE) * weight, referrals) * (1 - loss * inside)
    odds = recorded / (1 - recorded) * np.where(inside, dependence, 1.0)
    known = 1.0 + (rng.random(referrals) < SECOND)
    held = rng.binomial(known.astype(np.int64), odds / (1 + odds)).astype(np.float64)
    return np.where(inside & (rng.random(referrals) < failed), 0.0, held), known, inside


def _found(worlds: int, referrals: int, *, loss: float, dependence: float = 1.0, failed: float = 0.0) -> float:
    hits = 0
    for world in tqdm(range(worlds), desc="worlds", leave=False):
        rng = np.random.default_rng([world, referrals, round(100 * loss)])
        held, known, inside = lists(rng, referrals, loss=loss, dependence=dependence, failed=failed)
        hits += compare_shares(held, known, inside, permutations=400, seed=world).p_value < LEVEL
    return hits / worlds


def _powers(worlds: int) -> Table:
    rows = [(n, *(_found(worlds, n, loss=loss) for loss in LOSSES)) for n in REFERRALS]
    _, alarms, quarter, half = next(row for row in rows if row[0] == 800)
    asked = (
        (half >= 0.95, f"half found in 95 of 100: {half:.1%}"),
        (quarter >= 0.6, f"a quarter found in 60 of 100: {quarter:.1%}"),
        (alarms <= 0.1, f"false alarms in at most 10 of 100: {alarms:.1%}"),
    )
    return Table(
        f"Share of {worlds} worlds in which one group, named beforehand, is found to be recorded less",
        ("referrals", "nothing lost", "a quarter lost", "half lost"),
        tuple(rows),
        (
            f"The group is {SHARE_OF_PEOPLE:.0%} of people; others have {BASE:.0%} of incidents recorded, varying "
            f"by person (intraclass correlation {ALIKE:g}); partners date one incident, and two of every fifth person.",
        ),
        tuple(text for held, text in asked if not held),
    )  # fmt: skip


def _hidden(worlds: int) -> Table:
    kinds = (("independent, everybody linked", {}), (f"dependence of {DEPENDENCE:g}", {"dependence": DEPENDENCE}),
             (f"failed linkage of {FAILED_LINKAGE:.0%}", {"failed": FAILED_LINKAGE}))  # fmt: skip
    rows = []
    for text, planted in kinds:
        found = [_found(worlds, 800, loss=loss, **planted) for loss in LOSSES]
        odds = []
        for world in range(worlds):
            rng = np.random.default_rng([world, 800, 25])
            held, known, inside = lists(rng, 800, loss=0.25, **planted)
            odds.append(compare_shares(held, known, inside, permutations=20, seed=world).cancelling_odds)
        rows.append((text, *found, float(np.median(odds))))
    return Table(
        "The same with 800 referrals, where partners' knowledge of the group depends on its record, or links fail",
        ("planted", "nothing lost", "a quarter lost", "half lost", "odds ratio stated for a quarter (median)"),
        tuple(rows),
        (
            "Partners who know more of what is recorded hide a loss; links that fail feign one. Neither can be seen in "
            "the two lists: the odds ratio says how strong a dependence would have to be to explain the whole finding.",
        ),
    )  # fmt: skip
