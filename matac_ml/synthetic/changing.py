"""Planting what begins on a day, for a watch to find, and the growth and seasons that it must not take for it."""

from dataclasses import replace

import numpy as np

from matac_ml.synthetic.people import Cast
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.planting import in_group
from matac_ml.synthetic.process import YEAR, Bools, Histories, Ints
from matac_ml.synthetic.recording import NEW_OFFENCE, OFFENCES, Details
from matac_ml.synthetic.tables import Calendar

#: Days from 1 January to the height of a planted season.
_MIDSUMMER = 196
_COMMON_ASSAULT = OFFENCES.index("10501")


def in_rhythm(rng: np.random.Generator, recorded: Ints, calendar: Calendar, plant: Plant) -> Bools:
    """Which incidents reach a record that grows, and that swings with the year and the week."""
    left = (calendar.days - 1 - recorded) / YEAR
    share = (1 + plant.growth) ** -left
    of_year = (recorded + calendar.first_day_of_year - _MIDSUMMER) / YEAR
    share *= (1 + plant.season * np.cos(2 * np.pi * of_year)) / (1 + plant.season)
    share *= np.where(np.is_busday(calendar.first_day + recorded.astype("timedelta64[D]")), 1 - plant.season, 1.0)
    reached: Bools = rng.random(len(recorded)) < share
    return reached


def recorded_since(
    rng: np.random.Generator, histories: Histories, cast: Cast, recorded: Ints, plant: Plant, *, last_day: int
) -> Bools:
    """Which incidents are recorded although something has changed: all of them before the change began."""
    kept = rng.random(len(recorded)) >= plant.change_share
    concerned = {
        "practice": histories.severity == 0,
        "group": in_group(cast, histories.person, plant),
        "base_rate": ~_first(histories),
    }.get(plant.change or "", np.zeros(len(recorded), bool))
    reached: Bools = kept | ~(concerned & _since(recorded, plant, last_day=last_day))
    return reached


def changed(rng: np.random.Generator, details: Details, recorded: Ints, plant: Plant, *, last_day: int) -> Details:
    """The details as they are written since fields were lost in a migration, or a new offence code came into use."""
    if plant.change not in ("migration", "offence_code"):
        return details
    hit = _since(recorded, plant, last_day=last_day) & (rng.random(len(recorded)) < plant.change_share)
    if plant.change == "migration":
        return replace(details, grade=np.where(hit, -1, details.grade), injury=np.where(hit, -1, details.injury))
    hit &= details.offence == _COMMON_ASSAULT
    return replace(details, offence=np.where(hit, OFFENCES.index(NEW_OFFENCE), details.offence))


def _since(recorded: Ints, plant: Plant, *, last_day: int) -> Bools:
    since: Bools = recorded > last_day - 7 * plant.change_weeks
    return since


def _first(histories: Histories) -> Bools:
    """Which incident is the first of its suspect."""
    order = np.lexsort((histories.day, histories.person))
    first = np.zeros(len(order), bool)
    first[order[np.r_[True, np.diff(histories.person[order]) != 0]]] = True
    return first
