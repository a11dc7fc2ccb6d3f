"""Draw a chunk of a force: people and incidents until exactly enough are recorded by the cut-off."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.process import Histories, Ints, arrivals, draw_histories
from matac_ml.synthetic.recording import delays
from matac_ml.synthetic.settings import ForceSettings
from matac_ml.synthetic.tables import Calendar

ESCALATING_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one chunk draws: what happened, where each suspect lives, and when each incident and link was recorded."""

    histories: Histories
    area: Ints
    recorded_day: Ints
    known_day: Ints


def stream(key: tuple[int, int], aspect: str) -> np.random.Generator:
    """A stream of randomness of its own for each aspect, so that planting one thing moves no other."""
    return np.random.default_rng([*key, crc32(aspect.encode())])


def draw_chunk(
    calendar: Calendar, *, wanted: int, key: tuple[int, int], plant: Plant, settings: ForceSettings
) -> Drawn:
    """Draw histories until enough incidents are recorded by the cut-off, then keep whole people: exactly enough."""
    crime_shares = np.array([settings.crime_share if share is None else share for _, share in settings.areas.values()])
    area_share = np.array([share for share, _ in settings.areas.values()])
    people = wanted // 2 + 20
    while True:
        rng = stream(key, "process")
        area = rng.choice(len(area_share), size=people, p=area_share / area_share.sum())
        histories = draw_histories(
            rng,
            arrivals(rng, people, days=calendar.days, settings=settings, crime_share=settings.crime_share),
            days=calendar.days,
            first_day_of_year=calendar.first_day_of_year,
            crime_share=crime_shares[area],
            settings=settings,
            escalating=(stream(key, "escalation").random(people) < ESCALATING_SHARE) & plant.escalation,
        )
        late = stream(key, "delays")
        recorded = histories.day + delays(late.random(len(histories.day)), late=plant.late_recording)
        link = (late.random(len(recorded)) < settings.late_link) * late.integers(1, 60, len(recorded))
        inside = np.flatnonzero(recorded < calendar.days)
        if len(inside) >= wanted * 1.02 + 50:
            break
        people = round(people * 1.25) + 20
    known = np.minimum(recorded + link, calendar.days - 1)
    return _keep(histories, area, recorded, known, inside=inside, wanted=wanted)


def _keep(histories: Histories, area: Ints, recorded: Ints, known: Ints, *, inside: Ints, wanted: int) -> Drawn:
    """Keep whole people, in the order they were drawn, and then people of one incident, up to exactly ``wanted``."""
    each = np.bincount(histories.person[inside], minlength=len(area))
    total = np.cumsum(each)
    kept = total <= wanted
    short = wanted - int(each[kept].sum())
    singles = np.flatnonzero(~kept & (each == 1))[:short]
    kept[singles] = True
    kept &= each > 0
    rows = inside[kept[histories.person[inside]]]
    renumber = np.cumsum(kept) - 1

    def spells(table: Ints) -> Ints:
        mine = table[kept[table[:, 0]]]
        mine[:, 0] = renumber[mine[:, 0]]
        return mine

    histories = Histories(
        person=renumber[histories.person[rows]],
        day=histories.day[rows],
        victim_slot=histories.victim_slot[rows],
        severity=histories.severity[rows],
        breach=histories.breach[rows],
        jump=histories.jump[rows],
        escalating=histories.escalating[kept],
        custody=spells(histories.custody),
        managed=spells(histories.managed),
    )
    return Drawn(histories, area[kept], recorded[rows], known[rows])
