"""The numbers behind a made-up force: what is calibrated to a published figure says so, the rest is illustrative.

Published figures stand in ``docs/made-up-force.md`` with their sources, each claimed one beside what is generated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Hazard:
    """How one incident raises the rate of the next: a self-exciting process with two speeds of decay.

    The rate of a person's incidents on day *t*, a year being 365.25 days, is::

        rate(t) = season(t) * managed(t) * sum over earlier incidents i of  jump_i * kernel(t - t_i)
        kernel(u) = fast_share / fast_days * exp(-u / fast_days) + (1 - fast_share) / slow_days * exp(-u / slow_days)

    and 0 in custody. ``jump_i``, the mean number of further incidents that incident *i* brings in the long run, is
    ``offspring`` times one factor for each recorded circumstance below. Nothing else enters: no sex, no ethnicity, no
    area, no hidden frailty. What a person's record holds is therefore all there is to know about the person's hazard.
    """

    offspring: float = 0.31
    fast_days: float = 90.0
    slow_days: float = 620.0
    fast_share: float = 0.10
    repeat: float = 2.4
    new_victim: float = 1.20
    order_breach: float = 1.50
    crime: float = 1.15
    injury: float = 1.15
    more_serious: float = 1.0
    managed: float = 0.75
    festive: float = 1.25


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of crimes: with an injury, with a serious one, and (of a suspect's later ones) in breach of an order."""

    injured: float = 0.30
    seriously: float = 0.035
    breach: float = 0.09


@dataclass(frozen=True, slots=True)
class ForceSettings:
    """Composition and recording practice of a made-up force.

    Shares are of the thing named; dates are calendar days. ``areas`` maps an area to its share of incidents and the
    share of them recorded as crimes (``None``: :attr:`crime_share`).
    """

    name: str = "default"
    cut_off: date = date(2025, 3, 31)
    hazard: Hazard = field(default_factory=Hazard)
    shares: Shares = field(default_factory=Shares)
    crime_share: float = 0.612
    areas: Mapping[str, tuple[float, float | None]] = field(
        default_factory=lambda: MappingProxyType(
            {"Area A": (0.30, None), "Area B": (0.25, None), "Area C": (0.20, None), "Area D": (0.15, None),
             "Area E": (0.10, None)}
        )
    )  # fmt: skip
    children_present: float = 0.37
    suspect_male: float = 0.844
    intimate: float = 0.76
    serial_victim_share: float = 0.0436
    serial_victim_pull: float = 4.5
    mutual_couples: float = 0.045
    another_victim: float = 0.30
    victim_female_of_male_intimate: float = 0.985
    victim_female_of_male_family: float = 0.435
    victim_female_of_female: float = 0.20
    ethnicity_not_stated: float = 0.17
    ethnicity_missing: float = 0.06
    late_link: float = 0.02


#: Northumbria's six local authorities, FY2011/12: incidents and, of those, crimes (FOI 170/13).
NORTHUMBRIA_2011_12 = {
    "Northumberland": (3781, 583),
    "Newcastle": (5949, 896),
    "North Tyneside": (4097, 581),
    "Gateshead": (4336, 576),
    "South Tyneside": (3416, 475),
    "Sunderland": (6104, 979),
}

_NORTHUMBRIA = ForceSettings(
    name="northumbria-2011-2013",
    cut_off=date(2013, 12, 31),
    crime_share=4090 / 27683,
    areas=MappingProxyType({area: (n / 27683, crimes / n) for area, (n, crimes) in NORTHUMBRIA_2011_12.items()}),
)

#: Name -> settings. A preset imitates published totals of one force; it holds nothing about anybody in it.
PRESETS: Mapping[str, ForceSettings] = MappingProxyType({"default": ForceSettings(), _NORTHUMBRIA.name: _NORTHUMBRIA})

#: Incidents and years of the Northumbria preset: 33 months at the FY2011/12 rate of 27,683 a year.
NORTHUMBRIA_INCIDENTS = round(27683 * 2.75)
NORTHUMBRIA_YEARS = 2.75
