"""Who the people of a made-up force are: suspects, victims, couples in which both are suspects, shared victims."""

from dataclasses import dataclass

import numpy as np

from matac_ml.codes import SELF_DEFINED_ETHNICITY
from matac_ml.synthetic.process import Bools, Floats, Histories, Ints
from matac_ml.synthetic.settings import ForceSettings

#: What the victim is to the suspect; the first four are intimate, and turn into the next two on separation.
RELATIONSHIPS = (
    "spouse", "partner", "intimate", "ex_partner", "ex_spouse", "ex_partner",
    "parent", "sibling", "child", "grandparent", "in_law", "step_family", "other_household",
)  # fmt: skip
_INTIMATE = np.array([0, 1, 2, 3])
_INTIMATE_SHARE = np.array([0.20, 0.42, 0.10, 0.28])
_EX_OF = np.array([4, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
_FAMILY = np.arange(6, 13)
_FAMILY_SHARE = np.array([0.38, 0.24, 0.12, 0.04, 0.06, 0.08, 0.08])

SEXES = ("female", "male", "other", "unknown")
#: An illustrative composition by self-defined ethnicity; the last, NS, is drawn apart.
_ETHNICITY_SHARE = np.array(
    [0.700, 0.010, 0.006, 0.050, 0.010, 0.004, 0.005, 0.006, 0.020, 0.040, 0.012, 0.004, 0.016, 0.025, 0.040, 0.012,
     0.015, 0.025]
)  # fmt: skip
NOT_STATED = len(SELF_DEFINED_ETHNICITY) - 1
MISSING = -1
#: Officer-defined code most often given to each self-defined one.
_OFFICER_OF = np.array([1, 1, 1, 2, 3, 3, 4, 2, 4, 4, 4, 5, 4, 3, 3, 3, 6, 6])
OFFICER_CODES = ("0", "1", "2", "3", "4", "5", "6", "9")


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone in a chunk of the force; suspects come first. Arrays are per person unless said.

    ``dyad_*`` are per pair of suspect and victim; ``dyad`` gives the pair of each incident. ``ethnicity`` is the code
    the person would give; ``self_defined`` what the record holds (:data:`MISSING` for nothing).
    """

    suspects: int
    dyad: Ints
    dyad_suspect: Ints
    dyad_victim: Ints
    dyad_relationship: Ints
    dyad_parted: Floats
    sex: Ints
    born: Ints
    ethnicity: Ints
    self_defined: Ints
    officer_defined: Ints
    decile: Ints
    area: Ints
    couple_of: Ints
    primary_aggressor: Bools

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.sex)


def cast_people(rng: np.random.Generator, histories: Histories, *, area: Ints, settings: ForceSettings) -> Cast:
    """Give every suspect and every victim of the histories a person.

    Parameters
    ----------
    histories : Histories
        What happened; persons 0 to ``len(area) - 1``.
    area : ndarray of shape (suspects,)
        Index of the area each suspect lives in.
    """
    suspects = len(area)
    key = histories.person * 4096 + histories.victim_slot
    dyads, dyad = np.unique(key, return_inverse=True)
    suspect, slot = dyads // 4096, dyads % 4096
    met = np.full(len(dyads), np.iinfo(np.int64).max)
    np.minimum.at(met, dyad, histories.day)
    relationship = _relationships(rng, len(dyads), settings=settings)
    first_is_intimate = np.zeros(suspects, bool)
    first_is_intimate[suspect[(slot == 0) & (relationship < 6)]] = True
    sex = np.where(rng.random(suspects) < settings.suspect_male, 1, 0)
    couple_of = _couples(rng, sex, area, free=first_is_intimate, settings=settings)
    ties = np.bincount(dyad, minlength=len(dyads))
    victim, victim_sex = _victims(rng, suspect, slot, met=met, area=area, sex=sex, relationship=relationship,
                                  couple_of=couple_of, ties=ties, settings=settings)  # fmt: skip
    everyone = _attributes(rng, suspect, victim, met=met, relationship=relationship, suspect_sex=sex,
                           victim_sex=victim_sex, area=area, settings=settings)  # fmt: skip
    total = np.bincount(suspect, weights=ties, minlength=suspects)
    partner_total = np.where(couple_of >= 0, total[couple_of], -1)
    lower = np.arange(suspects) < couple_of
    primary = (couple_of >= 0) & ((total > partner_total) | ((total == partner_total) & lower))
    return Cast(
        suspects=suspects,
        dyad=dyad.astype(np.int64),
        dyad_suspect=suspect,
        dyad_victim=victim,
        dyad_relationship=relationship,
        dyad_parted=met + rng.exponential(420.0, len(dyads)),
        couple_of=couple_of,
        primary_aggressor=primary,
        **everyone,
    )


def relationship_on(cast: Cast, dyad: Ints, day: Ints) -> Ints:
    """Index into :data:`RELATIONSHIPS` on a day: a partner becomes an ex-partner once the couple has parted."""
    then = cast.dyad_relationship[dyad]
    return np.where(day >= cast.dyad_parted[dyad], _EX_OF[then], then)


def _relationships(rng: np.random.Generator, count: int, *, settings: ForceSettings) -> Ints:
    partner = rng.choice(_INTIMATE, size=count, p=_INTIMATE_SHARE)
    family = rng.choice(_FAMILY, size=count, p=_FAMILY_SHARE)
    return np.where(rng.random(count) < settings.intimate, partner, family)


def _couples(rng: np.random.Generator, sex: Ints, area: Ints, *, free: Bools, settings: ForceSettings) -> Ints:
    """Pair some free suspects, a woman and a man of one area: each is the other's first victim. -1 for nobody."""
    couple_of = np.full(len(sex), -1, np.int64)
    wanted = round(settings.mutual_couples * len(sex))
    for place in range(int(area.max(initial=0)) + 1):
        here = free & (area == place)
        women, men = (rng.permutation(np.flatnonzero(here & (sex == code))) for code in (0, 1))
        pairs = min(len(women), len(men), round(wanted * float(np.mean(area == place))))
        couple_of[women[:pairs]], couple_of[men[:pairs]] = men[:pairs], women[:pairs]
    return couple_of


def _victims(
    rng: np.random.Generator, suspect: Ints, slot: Ints, *, met: Ints, area: Ints, sex: Ints, relationship: Ints,
    couple_of: Ints, ties: Ints, settings: ForceSettings,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Victim of each pair (the other of a couple, somebody shared with another suspect, or a person alone) and sex."""
    count = len(suspect)
    u = rng.random(count)
    intimate, male = relationship < 6, sex[suspect] == 1
    female_share = np.where(
        male,
        np.where(intimate, settings.victim_female_of_male_intimate, settings.victim_female_of_male_family),
        np.where(intimate, settings.victim_female_of_female * 0.5, settings.victim_female_of_female * 2.5),
    )
    victim_sex = np.where(u < female_share, 0, 1)
    coupled = (slot == 0) & (couple_of[suspect] >= 0)
    victim_sex = np.where(coupled, 1 - sex[suspect], victim_sex)
    group = np.arange(count)
    # Sampling without replacement, pairs with more incidents more often (Efraimidis and Spirakis 2006).
    weight = np.where(coupled, 0.0, 1 + settings.serial_victim_pull * (ties - 1))
    free = np.argsort(-(rng.random(count) ** (1 / np.maximum(weight, 1e-9))))
    # Each link turns two pairs into one victim: share * (dyads - links) = links.
    links = round(settings.serial_victim_share / (1 + settings.serial_victim_share) * count)
    chosen = free[: 2 * links]
    order = chosen[np.lexsort((met[chosen], victim_sex[chosen], area[suspect[chosen]]))]
    left, right = order[0::2][: len(order) // 2], order[1::2]
    fits = (area[suspect[left]] == area[suspect[right]]) & (victim_sex[left] == victim_sex[right])
    fits &= suspect[left] != suspect[right]
    group[right[fits]] = left[fits]
    _, person = np.unique(group, return_inverse=True)
    person = len(sex) + person.astype(np.int64)
    person[coupled] = couple_of[suspect[coupled]]
    _, person = np.unique(np.concatenate([np.arange(len(sex)), person]), return_inverse=True)
    return person[len(sex) :].astype(np.int64), victim_sex


def _attributes(
    rng: np.random.Generator, suspect: Ints, victim: Ints, *, met: Ints, relationship: Ints, suspect_sex: Ints,
    victim_sex: Ints, area: Ints, settings: ForceSettings,
) -> dict[str, Ints]:  # fmt: skip
    """Sex, day of birth, ethnicity as given and as recorded, deprivation and area of everyone."""
    suspects, people = len(area), max(len(area), int(victim.max(initial=-1)) + 1)
    of = np.zeros(people, np.int64)
    dyad_of = np.full(people, -1, np.int64)
    dyad_of[victim[::-1]] = np.arange(len(victim))[::-1]
    dyad_of[:suspects] = -1
    mine = dyad_of >= 0
    of[mine] = suspect[dyad_of[mine]]
    sex = np.empty(people, np.int64)
    sex[:suspects] = suspect_sex
    sex[mine] = victim_sex[dyad_of[mine]]
    home = np.where(mine, area[of], 0)
    home[:suspects] = area
    age = 16.5 + rng.gamma(2.6, 7.4, people)
    tie = np.where(mine, relationship[dyad_of], 0)
    older = np.select([tie == 6, tie == 8, tie == 9], [27.0, -22.0, 50.0], 0.0)
    age[mine] = np.maximum(age[of[mine]] + older[mine] + rng.normal(0.0, 5.0, int(mine.sum())), 16.5)
    age = np.minimum(age, 95.0)
    seen = np.zeros(people, np.int64)
    seen[suspect[::-1]] = met[::-1]
    seen[mine] = met[dyad_of[mine]]
    ethnicity = rng.choice(len(_ETHNICITY_SHARE), size=people, p=_ETHNICITY_SHARE)
    same = mine & (rng.random(people) < 0.8)
    ethnicity[same] = ethnicity[of[same]]
    decile = np.minimum((rng.random(people) ** 1.5 * 10).astype(np.int64) + 1, 10)
    near = mine & (rng.random(people) < 0.7)
    decile[near] = decile[of[near]]
    return _recorded(rng, {"sex": sex, "born": np.floor(seen - age * 365.25).astype(np.int64), "ethnicity": ethnicity,
                           "decile": decile, "area": home}, settings=settings)  # fmt: skip


def _recorded(rng: np.random.Generator, truth: dict[str, Ints], *, settings: ForceSettings) -> dict[str, Ints]:
    """Add what the record holds of ethnicity: self-defined with gaps, officer-defined with errors."""
    people = len(truth["sex"])
    u = rng.random(people)
    told = np.where(u < settings.ethnicity_not_stated, NOT_STATED, truth["ethnicity"])
    told = np.where(u > 1 - settings.ethnicity_missing, MISSING, told)
    seen = _OFFICER_OF[truth["ethnicity"]]
    v = rng.random(people)
    seen = np.where(v < 0.04, rng.integers(1, 7, people), np.where(v > 0.94, 0, np.where(v > 0.90, 7, seen)))
    sex = np.where(rng.random(people) < 0.002, 3, truth["sex"])
    return truth | {"sex": sex, "self_defined": told, "officer_defined": seen}
